"""The readings of an English text: what each word and each phrase of it may be said as."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.text.characters import APOSTROPHES, MARKS, plain, without_accents
from voicelab.text.english_dates import SHORT_MONTHS, date_forms, day_slot, is_month
from voicelab.text.english_figures import forms
from voicelab.text.english_numbers import amount, digit_by_digit, whole
from voicelab.text.english_units import CURRENCIES, SCALES, unit_ways
from voicelab.text.english_words import is_address, roman_slot, word_forms
from voicelab.text.lattice import Form, Lattice, one

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NOT_AT_START = "'-−.~"
_CLOSERS = "".join(set(MARKS) - {"'"})
_CURRENCY = re.compile(rf"({'|'.join(map(re.escape, CURRENCIES))})([\d.,]*\d)")
_AMOUNT = re.compile(r"[\d.,]*\d")
_WHOLE_HYPHENS = re.compile(r"[^a-z-]*(?:-[^a-z-]*)*|[^-]*")
"""Dates, telephone numbers and ranges are read as a whole; other words are split at their hyphens."""
_HYPHEN = re.compile(r"[-‐‑‒–—−]")
_HUNDREDS = re.compile(r"1(?:00|,?000(?:,?000)*)")


@dataclass(frozen=True)
class Token:
    """A written word or a part of one, between two spaces."""

    core: str
    """In lower case, without accents and without the marks around it."""
    written: str
    """As it was written, without the marks around it."""
    stopped: bool
    """Whether a full stop follows."""
    word: int
    """Index of the word it is of."""


def lattice(words: Sequence[str]) -> Lattice:
    """Return every way in which the written `words` may be said in English."""
    tokens = [token for index, word in enumerate(words) for token in _tokens(word, index)]
    graph = Lattice()
    nodes = [graph.node() for _ in range(len(tokens) + 1)]
    graph.end = nodes[-1]
    for at, token in enumerate(tokens):
        for form in _forms(tokens, at):
            graph.add(nodes[at], nodes[at + 1], form, range(token.word, token.word + 1))
        for length, form in _phrases(tokens, at):
            graph.add(nodes[at], nodes[at + length], form, range(token.word, tokens[at + length - 1].word + 1))
    return graph


def _tokens(word: str, index: int) -> Iterator[Token]:
    for piece in word.split():
        spelled = without_accents(plain(piece))
        end = spelled.rstrip(_CLOSERS)
        core = end.lstrip("".join(set(_CLOSERS) - set(_NOT_AT_START)))
        if not re.match(r"[-−.]?[\d$€£¥.]", core):
            core = core.lstrip(_NOT_AT_START.replace("'", ""))
        stopped = spelled[len(end) :].startswith(".")
        written = piece.strip(MARKS + APOSTROPHES)
        if _WHOLE_HYPHENS.fullmatch(core.removeprefix("-")) or is_address(core):
            yield from [Token(core, written, stopped, index)] if core.strip("'") else []
        else:
            yield from _hyphenated(core, written, index, stopped=stopped)


def _hyphenated(core: str, written: str, index: int, *, stopped: bool) -> Iterator[Token]:
    """Yield the parts of a word with hyphens; between two with digits ("3pm-5pm") the hyphen itself may be said."""
    parts = core.split("-")
    shown = _HYPHEN.split(written)
    shown = shown if len(shown) == len(parts) else parts
    for at, (part, as_shown) in enumerate(zip(parts, shown, strict=True)):
        inner = part.rstrip(_CLOSERS)
        last = at == len(parts) - 1
        if at and any(character.isdigit() for character in part):
            yield Token("-", "-", stopped=False, word=index)
        if inner.strip("'"):
            yield Token(inner, as_shown.strip(MARKS), stopped if last else inner != part, index)


def _forms(tokens: Sequence[Token], at: int) -> Iterator[Form]:
    """Yield the ways to say one token where it stands."""
    token = tokens[at]
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    bare = token.core.strip("'")
    if any(character.isdigit() for character in bare):
        if before and before.core[-1:].isdigit() and (unit := unit_ways(bare)):  # km²
            yield (unit,)
        yield from date_forms(bare)
        yield from forms(token.core) or forms(bare)
        if any(beside and beside.core.isdigit() for beside in (before, after)) and bare.isdigit():
            yield digit_by_digit(bare)  # a telephone number in groups
        yield from _day_forms(tokens, at)
        if before and before.core in {"a", "an"} and _HUNDREDS.fullmatch(bare):
            yield (tuple(way[1:] for way in whole(bare) if way[0] in {"one", "a"}),)
        return
    yield from word_forms(token.core, stopped=token.stopped, written=token.written)
    if bare != token.core:
        yield from word_forms(bare, stopped=token.stopped, written=token.written)
    if before and before.core[-1:].isdigit() and (unit := unit_ways(bare)):
        yield (unit,)
    if numeral := roman_slot(token.written, before.core if before else "", before.written if before else ""):
        yield (numeral,)
    if bare == "no" and after and after.core[:1].isdigit():
        yield (one("number"),)
    if (bare in SHORT_MONTHS) and ((after and after.core[:1].isdigit()) or (before and before.core[:1].isdigit())):
        yield (one(SHORT_MONTHS[bare]),)


def _day_forms(tokens: Sequence[Token], at: int) -> Iterator[Form]:
    core = tokens[at].core
    if at and is_month(tokens[at - 1].core) and (slot := day_slot(core, after_month=True)):
        yield (slot,)
    following = [token.core for token in tokens[at + 1 : at + 3]]
    if following and following[0] == "of":
        del following[0]
    if following and is_month(following[0]) and (slot := day_slot(core, after_month=False)):
        yield (slot,)


def _phrases(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, Form]]:
    """Yield the phrases that begin at a token: how many tokens, and the ways to say them together."""
    if at + 1 >= len(tokens):
        return
    core, following = tokens[at].core, tokens[at + 1].core
    money = _CURRENCY.fullmatch(core)
    if money and following in SCALES:
        yield 2, (amount(money[2]), one(SCALES[following]), CURRENCIES[money[1]][0])
    for digits, sign in ((core, following), (following, core)):
        if sign in CURRENCIES and _AMOUNT.fullmatch(digits):
            for form in forms(f"{sign}{digits}"):
                yield 2, form
    if core.isdigit() and re.fullmatch(r"\d/\d{1,2}", following):
        for form in forms(f"{core} {following}"):
            yield 2, form
