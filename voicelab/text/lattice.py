"""The ways in which a text may be said, side by side: every path from the first node to the last is one reading."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

Way = tuple[str, ...]
"""Spoken words, one after the other; empty is nothing at all."""
Slot = tuple[Way, ...]
"""Ways to say one part of a text."""
Form = tuple[Slot, ...]
"""Parts that follow each other."""


class Edge(NamedTuple):
    """One spoken word."""

    to: int
    said: str
    """Empty where nothing is said."""
    word: int
    """Index of the written word it comes from."""


@dataclass(eq=False)
class Lattice:
    """A graph without circles. Node 0 begins it."""

    edges: list[list[Edge]] = field(default_factory=list)
    """Those that leave each node."""
    end: int = 0
    """The node at which every reading ends."""

    def node(self) -> int:
        """Return a new node."""
        self.edges.append([])
        return len(self.edges) - 1

    def add(self, start: int, end: int, form: Form, words: range) -> None:
        """Let `form` be said between two nodes: it is what the written `words` may stand for."""
        here = start
        for at, slot in enumerate(form):
            last = at == len(form) - 1
            there = end if last else self.node()
            word = words[min(at * len(words) // len(form), len(words) - 1)]
            self._branch(here, there, slot, word)
            here = there

    def _branch(self, start: int, end: int, slot: Slot, word: int) -> None:
        """Let every way of `slot` be said between two nodes; ways that begin alike share their beginning."""
        begun: dict[tuple[int, str], int] = {}
        for way in slot:
            here = start
            for said in way[:-1]:
                if (here, said) not in begun:
                    begun[here, said] = self.node()
                    self.edges[here].append(Edge(begun[here, said], said, word))
                here = begun[here, said]
            edge = Edge(end, way[-1] if way else "", word)
            if edge not in self.edges[here]:
                self.edges[here].append(edge)


def one(*ways: str) -> Slot:
    """Return a slot of ways that are written as in a text: `one("p m", "pm")`."""
    return tuple(tuple(way.split()) for way in ways)
