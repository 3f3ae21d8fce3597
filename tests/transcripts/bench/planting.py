"""Errors planted in a text that is right, one at a time, each with the place where it should be found."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from itertools import chain

from tests.transcripts.bench.texts import HOMOPHONES, NEAR, OTHERS

_MARKED = re.compile(r"\{([frs]):([^}]*)\}|<([^|>]*)\|([^>]*)>|(\S+)")
_PUNCTUATION = re.compile(r"[^\w']")
LEFT_OUT = {"f": "missing filler", "r": "missing repeat", "s": "missing false start"}


@dataclass(frozen=True)
class Script:
    """A marked text."""

    words: tuple[str, ...]
    """As they are said."""
    left_out: tuple[tuple[str, range], ...]
    """What careless transcripts leave out: kind, and places among the words."""
    digits: tuple[tuple[str, range], ...]
    """How numbers would be written, and the places of the words that say them."""

    @property
    def text(self) -> str:
        """The right text."""
        return " ".join(self.words)


@dataclass(frozen=True)
class Planted:
    """A text with one error in it."""

    kind: str
    text: str
    places: range
    """Of the words of `text` that are wrong, or, where words are missing, that stand beside the gap."""


def script(marked: str) -> Script:
    """Read the marks of a text of texts.py."""
    words: list[str] = []
    left_out: list[tuple[str, range]] = []
    digits: list[tuple[str, range]] = []
    for kind, careless, written, said, plain in _MARKED.findall(marked):
        more = (careless or said or plain).split()
        if said or careless:
            places = range(len(words), len(words) + len(more))
            (digits if said else left_out).append((written or LEFT_OUT.get(kind, ""), places))
        if plain and not any(character.isalnum() for character in plain):
            words[-1] += plain  # the full stop after a number
        else:
            words.extend(more)
    return Script(tuple(words), tuple(left_out), tuple(digits))


def in_digits(said: Script) -> Planted | None:
    """Return the text with its numbers in digits, and the places of those; None where it has none."""
    if not said.digits:
        return None
    words = list(said.words)
    for written, places in reversed(said.digits):
        ending = words[places[-1]][len(words[places[-1]].rstrip(".,")) :]
        words[places.start : places.stop] = [written + ending]
    first = next(place for place, word in enumerate(words) if not word[-1:].isalpha() and re.search(r"\d", word))
    return Planted("number in digits", " ".join(words), range(first, first + 1))


def plant(said: Script, another: Script, rng: random.Random) -> list[Planted]:
    """Return copies of the text with one error each, at least one of every kind that the text has room for."""
    words = list(said.words)
    inner = range(2, len(words) - 2)
    fixed = set(chain.from_iterable(places for _kind, places in said.left_out))
    planted: list[Planted] = []

    def put(kind: str, changed: list[str], first: int, last: int) -> None:
        planted.append(Planted(kind, " ".join(changed), range(first, last + 1)))

    def swap(kind: str, table: dict[str, str], count: int) -> None:
        open_to = [place for place, word in enumerate(words) if _bare(word) in table and place not in fixed]
        for place in rng.sample(open_to, min(count, len(open_to))):
            ending = words[place][len(words[place].rstrip(".,?")) :]
            put(kind, [*words[:place], table[_bare(words[place])] + ending, *words[place + 1 :]], place, place)

    free = [place for place in inner if place not in fixed]
    place = rng.choice(free)
    put("other word", [*words[:place], rng.choice(OTHERS), *words[place + 1 :]], place, place)
    swap("near-homophone", NEAR, 2)
    swap("homophone", HOMOPHONES, 1)
    for place in rng.sample(free, 2):
        put("missing word", words[:place] + words[place + 1 :], place - 1, place)
    for kind, places in said.left_out:
        first, last = _gap(words, places)
        put(kind, words[: places.start] + words[places.stop :], max(0, first - 1), last)
    place = rng.choice(inner)
    put("added word", [*words[:place], rng.choice(OTHERS), *words[place:]], place, place)
    place = rng.choice(inner)
    put("added filler", [*words[:place], rng.choice(["um,", "uh,"]), *words[place:]], place, place)
    place = rng.choice(inner)
    put("added repeat", [*words[:place], words[place], *words[place:]], place, place + 1)
    half = len(words) // 2
    put("only the first half", words[:half], half - 1, half - 1)
    put("only the second half", words[half:], 0, 0)
    put("missing start", words[2:], 0, 0)
    put("missing end", words[:-2], len(words) - 3, len(words) - 3)
    put("another clip's text", list(another.words), 0, len(another.words) - 1)
    return planted


def _gap(words: list[str], places: range) -> tuple[int, int]:
    """Return the first and last word of the text without `places` that the gap may be said to stand before.

    "I will go" for "I will sleep, I will go" leaves out "I will sleep," before it as well as "sleep, I will" inside it.
    """
    bare = [_bare(word) for word in words]
    first, last = places.start, places.start
    while last + len(places) < len(words) and bare[last] == bare[last + len(places)]:
        last += 1
    while first > 0 and bare[first - 1] == bare[first - 1 + len(places)]:
        first -= 1
    return first, last


def _bare(word: str) -> str:
    return _PUNCTUATION.sub("", word).lower()
