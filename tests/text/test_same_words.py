"""Word errors count what was said: pairs of spellings that say the same, and pairs that do not."""
# ruff: noqa: RUF001 - Cyrillic letters are meant

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from voicelab.compare.word_errors import compare_words
from voicelab.transcripts.spelling import split_words

_HERE = Path(__file__).parent


def rows(name: str) -> list[list[str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


def errors(line: str, heard: str, language: str = "english") -> int:
    found = compare_words(split_words(line, language), split_words(heard, language), language).errors
    return found.insertions + found.deletions + found.substitutions


SAME = rows("same_words.tsv") + rows("held_out/same_words.tsv")
OTHER = rows("other_words.tsv") + rows("held_out/other_words.tsv")


@pytest.mark.parametrize(("_kind", "line", "heard"), SAME)
def test_what_says_the_same_has_no_errors_whichever_side_it_is_written_on(_kind: str, line: str, heard: str) -> None:
    assert errors(line, heard) == errors(heard, line) == 0


@pytest.mark.parametrize(("line", "heard"), OTHER)
def test_another_thing_said_is_an_error(line: str, heard: str) -> None:
    assert errors(line, heard) >= 1
    assert errors(heard, line) >= 1


SAME_ELSEWHERE = rows("same_words_other.tsv")
OTHER_ELSEWHERE = rows("other_words_other.tsv")


@pytest.mark.parametrize(("language", "line", "heard"), SAME_ELSEWHERE)
def test_what_says_the_same_in_another_language_has_no_errors(language: str, line: str, heard: str) -> None:
    """By grammar, CLDR and the spelling reforms: units, money, dates, times, short forms, numerals, two spellings."""
    assert errors(line, heard, language) == errors(heard, line, language) == 0


@pytest.mark.parametrize(("language", "line", "heard"), OTHER_ELSEWHERE)
def test_another_thing_said_in_another_language_is_an_error(language: str, line: str, heard: str) -> None:
    assert errors(line, heard, language) >= 1
    assert errors(heard, line, language) >= 1


@pytest.mark.parametrize("language", sorted({row[0] for row in SAME_ELSEWHERE}))
def test_no_two_unrelated_lines_of_another_language_are_the_same(language: str) -> None:
    """Looseness shows where anything equals anything: each line against lines that are no pair of its."""
    pairs = [(line, heard) for spoken, line, heard in SAME_ELSEWHERE if spoken == language]
    shifted = pairs[11:] + pairs[:11]
    assert [
        (one, two) for (one, _), (_, two) in zip(pairs, shifted, strict=True) if not errors(one, two, language)
    ] == []


def test_no_two_unrelated_lines_of_the_pairs_are_the_same() -> None:
    """Looseness shows where anything equals anything: 200 lines against lines that are no pair of theirs."""
    lines = [row[1] for row in SAME]
    shifted = lines[17:] + lines[:17]
    alike = [(one, two) for one, two in zip(lines, shifted, strict=True) if one != two and errors(one, two) == 0]
    assert alike == []


@pytest.mark.parametrize(
    ("language", "line", "heard"),
    [
        ("german", "Ich habe 25 Äpfel.", "ich habe fünfundzwanzig Äpfel"),
        ("german", "Am 3. Oktober", "am dritten Oktober"),
        ("german", "Straße", "STRASSE"),
        ("german", "Es war 1999.", "es war neunzehnhundertneunundneunzig"),
        ("french", "Il a 80 ans.", "il a quatre-vingts ans"),
        ("french", "l’homme", "l'homme"),
        ("italian", "Ho 21 anni.", "ho ventuno anni"),
        ("spanish", "Tengo 16 años.", "tengo dieciséis años"),
        ("spanish", "3,5", "tres punto cinco"),
        ("portuguese", "São 100.", "são cem"),
        ("russian", "У меня 5 книг.", "у меня пять книг"),
        ("korean", "25", "이십오"),
        ("japanese", "25", "二十五"),
        ("chinese", "我有25本书。", "我有二十五本书"),
        ("chinese", "２０２４年", "二零二四年"),
        ("chinese", "205", "两百零五"),
    ],
)
def test_numbers_of_the_other_languages_are_read(language: str, line: str, heard: str) -> None:
    assert errors(line, heard, language) == errors(heard, line, language) == 0


@pytest.mark.parametrize(
    ("language", "line", "heard"),
    [
        ("french", "le pêcheur", "le pécheur"),
        ("german", "schon", "schön"),
        ("german", "25", "zweiundfünfzig"),
        ("spanish", "el papa", "el papá"),
        ("chinese", "我有25本书", "我有二十六本书"),
        ("russian", "5 книг", "шесть книг"),
    ],
)
def test_accents_and_numbers_of_the_other_languages_tell_words_apart(language: str, line: str, heard: str) -> None:
    assert errors(line, heard, language) >= 1
