"""What `transcript check` prints."""

from __future__ import annotations

from voicelab.cli.transcript import match_text
from voicelab.transcripts.words import Match, WordMatch


def test_what_was_heard_instead_of_several_words_is_printed_once_and_not_at_length() -> None:
    heard = "one two three four five six seven eight nine ten"
    words = tuple(WordMatch(text, 0.0, 1.0, 0.0, "wrong", heard) for text in ("Quite", "another", "text"))
    lines = match_text(Match("m", "mismatch", words)).splitlines()
    assert "one two three four five six seven eight …" in lines[1]
    assert ["″" in line for line in lines[1:4]] == [False, True, True]
    assert not any("nine" in line for line in lines)
    words = (WordMatch("hair", 0.0, 1.0, 0.0, "wrong", "down"), WordMatch("leaf", 1.0, 2.0, 0.0, "wrong", "loaf"))
    assert "loaf" in match_text(Match("m", "mismatch", words)).splitlines()[2]
