"""Words whole: what a recognizer gives in pieces, and older transcripts that kept the pieces."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from voicelab.transcripts.pieces import TORN_NOTE, Piece, rejoined, whole_words
from voicelab.transcripts.words import Transcript, Word
from voicelab.voices.voice_file import read_transcript, write_transcript

if TYPE_CHECKING:
    from pathlib import Path

IN_PIECES = [
    ("english", [" www", ".asterisk", ".org."], ["www.asterisk.org."]),
    ("english", [" It", " costs", " $1", ",234", ".56."], ["It", "costs", "$1,234.56."]),
    ("english", [" 3", ".5%"], ["3.5%"]),
    ("english", [" at", " 9", ":30", " a", ".m."], ["at", "9:30", "a.m."]),
    ("english", [" a", " well", "-known", " man"], ["a", "well-known", "man"]),
    ("english", [" five", " o", "'clock"], ["five", "o'clock"]),
    ("english", [" It", " is", " -5", " here"], ["It", "is", "-5", "here"]),
    ("english", [" Well", " —", " ok"], ["Well —", "ok"]),
    ("english", [" -", " Hello"], ["- Hello"]),
    ("english", [" jane", ".doe", "@example", ".org"], ["jane.doe@example.org"]),
    ("french", [" C", "'est", " l", "'homme"], ["C'est", "l'homme"]),
    ("french", [" «", " aujourd", "'hui", " »"], ["« aujourd'hui »"]),
    ("french", [" peut", "-être", " y", " a", "-t", "-il"], ["peut-être", "y", "a-t-il"]),
    ("italian", [" la", " storia", " dell", "'arte"], ["la", "storia", "dell'arte"]),
    ("german", [" 1", ".234", ",56", " Euro"], ["1.234,56", "Euro"]),
    ("spanish", [" ¿", "Qué", " hora", " es", "?"], ["¿Qué", "hora", "es?"]),
    ("korean", [" 안", "녕", " 하세요", "."], ["안녕", "하세요."]),
    ("chinese", ["你", "好", "，", "世", "界", "。"], ["你", "好，", "世", "界。"]),
    ("japanese", ["「", "は", "い", "」"], ["「は", "い」"]),
]


@pytest.mark.parametrize(("language", "texts", "words"), IN_PIECES)
def test_a_piece_without_a_space_before_it_belongs_to_the_word_before(
    language: str, texts: list[str], words: list[str]
) -> None:
    pieces = [Piece(text, float(at), at + 1.0, 0.5) for at, text in enumerate(texts)]
    found = whole_words(pieces, language, 100.0)
    assert [word.text for word in found] == words


def test_a_word_has_the_times_of_its_first_and_last_piece_and_their_mean_probability() -> None:
    pieces = [Piece(" www", 1.0, 1.2, 0.9), Piece(".org", 1.2, 9.0, 0.5), Piece(".", 9.0, 9.5, 0.1)]
    assert whole_words(pieces, "english", 8.0) == [Word("www.org.", 1.0, 8.0, 0.7)]


def torn(language: str, *texts: str, by_hand: bool = False) -> Transcript:
    probability = None if by_hand else 0.5
    words = tuple(Word(text, float(at), at + 1.0, probability) for at, text in enumerate(texts))
    return Transcript(" ".join(texts), words, "tiny.en", language)


@pytest.mark.parametrize(
    ("language", "texts", "text"),
    [
        ("english", "www .asterisk .org.", "www.asterisk.org."),
        ("english", "It costs $1 ,234 .56.", "It costs $1,234.56."),
        ("english", "a well -known man at 9 :30 a .m.", "a well-known man at 9:30 a.m."),
        ("english", "call 555 -1234 at five o 'clock", "call 555-1234 at five o'clock"),
        ("french", "C 'est l 'homme", "C'est l'homme"),
        ("italian", "dell 'arte", "dell'arte"),
    ],
)
def test_an_old_transcript_is_mended_and_says_so(language: str, texts: str, text: str) -> None:
    whole = rejoined(torn(language, *texts.split()))
    assert whole.text == text
    assert [word.text for word in whole.words] == text.split()
    assert whole.notes == (TORN_NOTE,)
    assert rejoined(whole) == whole


@pytest.mark.parametrize("texts", ["It is -5 outside.", "Rock 'n roll to 'em", "about .5 of it", "with .NET now"])
def test_words_that_begin_with_a_mark_stay(texts: str) -> None:
    assert rejoined(torn("english", *texts.split())) == torn("english", *texts.split())


def test_what_a_hand_wrote_stays() -> None:
    written = torn("english", "www", ".org", by_hand=True)
    assert rejoined(written) == written


def test_a_voice_of_an_older_version_is_mended_when_it_is_read(tmp_path: Path) -> None:
    write_transcript(tmp_path, torn("french", "C", "'est", "bien"))
    assert json.loads((tmp_path / "transcript.json").read_text())["text"] == "C 'est bien"
    found = read_transcript(tmp_path)
    assert (found.text, found.notes) == ("C'est bien", (TORN_NOTE,))
    assert asdict(found)["words"][0] == {"text": "C'est", "start_s": 0.0, "end_s": 2.0, "probability": 0.5}
