"""The readings of a text in the nine other languages: what each word, each number and each sign may be said as."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING

from voicelab.text.characters import plain, unfolded
from voicelab.text.lattice import Form, Lattice, Slot, Way
from voicelab.text.numbers import has_name, is_two_digits
from voicelab.text.other_numbers import MINUS, cardinals, one_by_one, ordinals
from voicelab.text.other_phrases import number_parts
from voicelab.text.other_signs import address_ways, sign_ways
from voicelab.text.other_spelling import one_spelling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from voicelab.text.other_phrases import Phrase

_EAST = {"chinese", "japanese", "korean"}
_UNSPACED = {"chinese", "japanese"}
_TOKEN = re.compile(r"\d+(?:[.,]\d{3})*(?:[.,]\d+)?[°.]?|[^\W\d_]+|[^\W_]|[&+=@%‰§#×÷€$£¥₩₽°]")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_SIGNS = str.maketrans({"º": "°", "ª": "°", "№": "n°", "，": "、", "—": " — "})
"""What NFKC would make letters of, a comma that may part the groups of a number, and the dash that begins what somebody
says: it is no minus."""
_MINUS = re.compile(r"(?<![\w.,)\]%°€$£¥₩₽/-])-(?=(?:R\$|US\$|[$€£¥₩₽])?\d)")
_LONG_WORD = re.compile(r"[\u30a0-\u30ff]{3,}ー$")
"""Japanese words from the West lose their last long vowel in writing (JIS Z 8301)."""


def lattice(words: Sequence[str], language: str) -> Lattice:
    """Return every way in which the written `words` may be said in `language`, a full lower-case name."""
    text, starts = _one_text(words, language)
    tokens = list(_TOKEN.finditer(text))
    graph = Lattice()
    nodes = [graph.node() for _ in range(len(tokens) + 1)]
    graph.end = nodes[-1]
    signed = {found.end(): (_slot(MINUS[language], language),) for found in _MINUS.finditer(text)}
    for at, token in enumerate(tokens):
        index = _word_at(starts, token.start())
        for form in (*_forms(token[0], language), *_grouped_digits(tokens, at, text, language)):
            graph.add(nodes[at], nodes[at + 1], (*signed.get(token.start(), ()), *form), range(index, index + 1))
    begins, ends = [token.start() for token in tokens], [token.end() for token in tokens]
    for phrase in _phrases(text, language):
        first, after = bisect_left(begins, phrase.start), bisect_left(begins, phrase.end)
        inside = first < after and ends[after - 1] <= phrase.end + _stop(text, phrase.end)
        if not inside or (first and ends[first - 1] > phrase.start):  # it begins or ends within a word
            continue
        covered = range(_word_at(starts, phrase.start), _word_at(starts, phrase.end - 1) + 1)
        form = tuple(_slot(part, language) for part in phrase.parts)
        graph.add(nodes[first], nodes[after], (*signed.get(phrase.start, ()), *form), covered)
    return graph


def _one_text(words: Sequence[str], language: str) -> tuple[str, list[int]]:
    """Return the words as one text in one way of writing, with capitals, and where each begins in it."""
    text, starts = "", []
    for word in words:
        spelled = unfolded(word.translate(_SIGNS))
        glued = language in _UNSPACED and not (text[-1:].isascii() and text[-1:].isalnum() and word[:1].isascii())
        text += "" if glued or not text else " "
        starts.append(len(text))
        text += spelled
    return text, starts


def _word_at(starts: Sequence[int], place: int) -> int:
    return bisect_left(starts, place + 1) - 1


def _stop(text: str, end: int) -> int:
    """Return 1 where a full stop follows, which a number takes with it."""
    return int(text[end : end + 1] in {".", "°"})


def _phrases(text: str, language: str) -> Iterator[Phrase]:
    if language in _EAST:
        from voicelab.text.eastern_phrases import phrases
    else:
        from voicelab.text.other_phrases import phrases
    yield from phrases(text, language)
    yield from address_ways(text, language)


def _forms(token: str, language: str) -> list[Form]:
    """Return the ways to say one token, the usual one first."""
    if token[0].isdigit():
        return list(_number(token, language))
    if names := sign_ways(token, language):
        return [(_slot(names, language),)]
    word = plain(token)
    if language in _UNSPACED and len(word) > 1 and not word.isascii():
        return [(_slot((word, *((word[:-1],) if _LONG_WORD.fullmatch(word) else ())), language),)]
    forms: list[Form] = [(_slot((word,), language),)]
    if language == "french" and token[0].isupper() and word == "a":
        forms.append((_slot(("à",), language),))
    if language == "french" and len(word) > 1 and (bare := _bare_first(word)) != word:
        forms.append((_slot((bare,), language),))
    return forms


def _bare_first(word: str) -> str:
    return word[0].translate(str.maketrans("àâçéèêëîïôûù", "aaceeeeiiouu")) + word[1:]


def _slot(texts: Sequence[str], language: str) -> Slot:
    return tuple(dict.fromkeys(way_of(text, language) for text in texts))


@lru_cache(maxsize=8192)
def way_of(text: str, language: str) -> Way:
    """Return what is said of a text without figures: its words, in Chinese and Japanese its characters."""
    words = re.findall(r"[^\W_]+", plain(text))
    if language in _UNSPACED:
        words = [part for word in words for part in re.findall(r"[a-z]+|[^\W_]", word)]
    return tuple(one_spelling(word, language) for word in words)


@lru_cache(maxsize=2048)
def _number(written: str, language: str) -> tuple[Form, ...]:
    """Return the ways to say what is written with digits: a number, a year, an ordinal, digit by digit."""
    digits = written.rstrip("°.")
    figures: Slot = ((digits,),)
    if not (_GROUPED.fullmatch(digits) or digits.isdigit()):
        before, after = re.split(r"[.,]", digits)[0], re.split(r"[.,]", digits)[-1]
        ways = number_parts(before, after, language)
        return tuple(tuple(_slot(part, language) for part in parts) for parts in ways) or ((figures,),)
    bare = re.sub(r"\D", "", digits)
    said = list(cardinals(bare, language))
    if digits != written and has_name(bare):
        said += ordinals(int(bare), language)
    if digits.isdigit() and not is_two_digits(digits):
        said += one_by_one(digits, language)
    return ((_slot(said, language) or figures,),)


def _grouped_digits(tokens: Sequence[re.Match[str]], at: int, text: str, language: str) -> Iterator[Form]:
    """Yield the digits one by one where they are a group of several, as in a telephone number: "555 12 34"."""
    token = tokens[at]
    beside = [other for other in tokens[max(0, at - 1) : at + 2] if other is not token and other[0].isdigit()]
    if token[0].isdigit() and any(
        text[min(token.end(), other.end()) : max(token.start(), other.start())].isspace() for other in beside
    ):
        yield (_slot(one_by_one(token[0], language), language),)
