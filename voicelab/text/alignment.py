"""The fewest word errors between two texts, over every pair of their readings."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.text.lattice import Edge, Lattice

Kind = Literal["equal", "insert", "delete", "substitute"]

_JOINED = 3
"""Words that may be one word written together: "any one", "mother in law"."""
_SPELLED = 6
"""Letters that are said one by one."""
_UNLIKE = 1e-3
"""What unlike words cost more than words that resemble each other: it decides only among equally few errors."""


class Step(NamedTuple):
    """One step of an alignment."""

    kind: Kind
    said: tuple[Edge, ...]
    """Words of the first text."""
    heard: tuple[Edge, ...]
    """Words of the second one."""


@dataclass(frozen=True)
class Alignment:
    """How the second text differs from the first where the two are read alike as far as possible."""

    steps: tuple[Step, ...]

    def count(self, kind: Kind) -> int:
        """Return how many steps are of `kind`."""
        return sum(step.kind == kind for step in self.steps)

    @property
    def length(self) -> int:
        """Words of the first text, in the reading that was taken."""
        return sum(len(step.said) for step in self.steps)


State = tuple[int, int]
_Arrival = tuple[float, State, Step | None]


def align(first: Lattice, second: Lattice) -> Alignment:
    """Return the alignment with the fewest insertions, deletions and substitutions (uniform-cost search)."""
    joined, other_joined = _Joined(first), _Joined(second)
    order = itertools.count()
    arrived: dict[State, tuple[State, Step | None]] = {}
    waiting: list[tuple[float, int, State, State, Step | None]] = [(0.0, next(order), (0, 0), (0, 0), None)]
    while waiting:
        cost, _number, state, before, step = heapq.heappop(waiting)
        if state in arrived:
            continue
        arrived[state] = (before, step)
        if state == (first.end, second.end):
            break
        for more, there, taken in _onward(state, first, second, joined, other_joined):
            if there not in arrived:
                heapq.heappush(waiting, (cost + more, next(order), there, state, taken))
    return Alignment(tuple(_back((first.end, second.end), arrived)))


def _back(state: State, arrived: dict[State, tuple[State, Step | None]]) -> list[Step]:
    steps = []
    while state != (0, 0):
        state, step = arrived[state]
        if step is not None:
            steps.append(step)
    return steps[::-1]


def _onward(
    state: State, first: Lattice, second: Lattice, joined: _Joined, other_joined: _Joined
) -> Iterator[_Arrival]:
    here, there = state
    said, heard = first.edges[here], second.edges[there]
    yield from ((0.0, (edge.to, there), None) for edge in said if not edge.said)
    yield from ((0.0, (here, edge.to), None) for edge in heard if not edge.said)
    mine, theirs = joined.at(here), other_joined.at(there)
    for text in mine.keys() & theirs.keys():
        for path, other in itertools.product(mine[text], theirs[text]):
            yield 0.0, (path[-1].to, other[-1].to), Step("equal", _spoken(path), _spoken(other))
    yield from _errors(state, _first_ways(said), _first_ways(heard))


def _first_ways(edges: list[Edge]) -> list[Edge]:
    """Return one spoken word for each place that it leads to: what is wrong is wrong in every way to say it."""
    return list({edge.to: edge for edge in reversed(edges) if edge.said}.values())


def _errors(state: State, said: list[Edge], heard: list[Edge]) -> Iterator[_Arrival]:
    here, there = state
    for other in heard:
        yield 1.0, (here, other.to), Step("insert", (), (other,))
    for edge in said:
        yield 1.0, (edge.to, there), Step("delete", (edge,), ())
    for edge, other in itertools.product(said, heard):
        unlike = _UNLIKE * (1 - _likeness(edge.said, other.said))
        yield 1.0 + unlike, (edge.to, other.to), Step("substitute", (edge,), (other,))


def _spoken(path: tuple[Edge, ...]) -> tuple[Edge, ...]:
    return tuple(edge for edge in path if edge.said)


def _likeness(word: str, other: str) -> float:
    from rapidfuzz.distance.Levenshtein import normalized_similarity

    return float(normalized_similarity(word, other))


class _Joined:
    """What may be said from each node on, written together: one to three words, or letters one by one."""

    def __init__(self, lattice: Lattice) -> None:
        self._lattice = lattice
        self._known: dict[int, dict[str, list[tuple[Edge, ...]]]] = {}

    def at(self, node: int) -> dict[str, list[tuple[Edge, ...]]]:
        """Return the paths from `node` by what they say; computed once."""
        if node not in self._known:
            found: dict[str, list[tuple[Edge, ...]]] = {}
            for path, said in self._paths(node, (), ""):
                found.setdefault(said, []).append(path)
            self._known[node] = found
        return self._known[node]

    def _paths(self, node: int, before: tuple[Edge, ...], said: str) -> Iterator[tuple[tuple[Edge, ...], str]]:
        for edge in self._lattice.edges[node]:
            path = (*before, edge)
            spoken = _spoken(path)
            limit = _SPELLED if all(len(one.said) == 1 for one in spoken) else _JOINED
            if len(spoken) > limit:
                continue
            if edge.said:
                yield path, said + edge.said
            yield from self._paths(edge.to, path, said + edge.said)
