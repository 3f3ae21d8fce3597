"""When not to trust a verdict, in a sentence: nobody speaks, or the recognizer does not know what it hears."""

from __future__ import annotations

import statistics
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from voicelab.transcripts.match import verdict_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.clips.clip import Window
    from voicelab.transcripts.match import Hearing
    from voicelab.transcripts.words import Match

_SURE = 0.75
"""Median score of what the recognizer itself heard: 0.92 to 0.99 in 60 clips of one voice (10 dB of noise, room,
telephone), 0.42 to 0.56 in French, German and Spanish heard by tiny.en and in two people talking at once."""
_FEWEST = 4
"""Of fewer heard words a median says little."""
_SCRIPTS = {
    "russian": ("CYRILLIC",),
    "chinese": ("CJK",),
    "japanese": ("CJK", "HIRAGANA", "KATAKANA"),
    "korean": ("HANGUL",),
}
"""How the letters of a language are called in Unicode; those of the others are Latin."""


def cautious(match: Match, hearings: Sequence[Hearing], speech: Sequence[Window], language: str) -> Match:
    """Return `match` with what the person should know before trusting it.

    Where the recognizer is sure neither of its own text nor of this one, it cannot say that this is wrong, only that it
    is doubtful.
    """
    if not speech:
        note = (
            "Nobody speaks in this clip, as far as can be told, so no text fits it. Choose another part of the "
            "recording. Music alone, or a voice far too quiet, is taken for silence."
        )
        return replace(match, notes=(note,))
    if _foreign(match, language):
        note = (
            f"The text is written in another script than {language} is. Choose the language that is spoken, or write "
            "the words as that language writes them."
        )
        return replace(match, notes=(note,))
    scores = [word.score for hearing in hearings for word in hearing.aligned]
    if not scores:
        note = (
            f"{match.model} hears a voice and no words: whispering, singing or another language may be why. Listen "
            "yourself, or check with a larger model."
        )
        return _doubted(match, note)
    if len(scores) >= _FEWEST and max(map(statistics.median, (scores, _written(match)))) < _SURE:
        note = (
            f"{match.model} is not sure of what it hears itself, so it cannot judge the text. Two people at once, "
            f"music, much noise or another language than {language} may be why. Take a clearer clip or a larger model."
        )
        return _doubted(match, note)
    return match


def _written(match: Match) -> list[float]:
    """Return the scores of the text: of a short cut that ends in mid-sentence it may be surer than of its own text.

    Led by the silence after such a cut, Whisper goes on by itself ("I don't").
    """
    return [word.score for word in match.words] or [0.0]


def _doubted(match: Match, note: str) -> Match:
    words = tuple(replace(word, verdict="doubtful") if word.verdict == "wrong" else word for word in match.words)
    return replace(match, words=words, verdict=verdict_of(words, match.uncovered), notes=(note,))


def _foreign(match: Match, language: str) -> bool:
    """Say whether most letters of the text are of a script that `language` does not use."""
    own = _SCRIPTS.get(language, ("LATIN",))
    letters = [letter for word in match.words for letter in word.text if letter.isalpha()]
    known = sum(unicodedata.name(letter, "").startswith(own) for letter in letters)
    return known < len(letters) / 2
