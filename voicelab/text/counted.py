"""Numbers of things, as sentences of the lab have them."""

from __future__ import annotations


def counted(number: int, what: str) -> str:
    """Return a number of things, in words; `what` is one of them: 1 take, 2 takes."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def counted_are(number: int, what: str) -> str:
    """Return the beginning of a sentence on a number of things: 1 take is, 2 takes are."""
    return f"{counted(number, what)} {'is' if number == 1 else 'are'}"
