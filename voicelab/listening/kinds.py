"""The kinds of listening tests: what is asked, what may be answered, what an answer to a catch trial must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voicelab.errors import InvalidValue
from voicelab.listening.ratings import Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

MIN_RATING, MAX_RATING = 0, 100
_SPOILT_AT_MOST = 2
"""The best rating, of 1 to 5, that a listener who hears gives a spoilt take."""
REFERENCE_LEAST = 90
"""The least that a listener who hears gives the hidden reference."""


@dataclass(frozen=True)
class Kind:
    """One kind of test."""

    name: str
    title: str
    question: str
    """Asked where the owner writes none."""
    compared: int | None
    """How many settings one trial compares; None is all of them."""
    options: tuple[tuple[int, str], ...] = ()
    """What may be answered, and how the page says it. Empty: every stimulus is rated from 0 to 100."""
    catches: tuple[str, ...] = ()
    """The roles of catch trials that tell something here."""

    @property
    def rated(self) -> bool:
        """Whether an answer rates each stimulus, rather than being one of `options`."""
        return not self.options

    @property
    def scale(self) -> Scale:
        """What an answer, or a single rating, may be."""
        values = [value for value, _said in self.options] or [MIN_RATING, MAX_RATING]
        return Scale(min(values), max(values))


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "ab",
            "Preference (A or B)",
            "Which one do you prefer?",
            2,
            ((-1, "A is better"), (0, "No difference"), (1, "B is better")),
            ("obvious", "identical", "repeat"),
        ),
        Kind(
            "abx",
            "ABX: which one is X?",
            "Is X the same as A or as B?",
            2,
            ((-1, "X is A"), (1, "X is B")),
            ("obvious",),
        ),
        Kind(
            "cmos",
            "Comparison rating (CMOS, -3 to +3)",
            "How good is B, compared with A?",
            2,
            (
                (-3, "Much worse"),
                (-2, "Worse"),
                (-1, "Slightly worse"),
                (0, "About the same"),
                (1, "Slightly better"),
                (2, "Better"),
                (3, "Much better"),
            ),
            ("obvious", "identical", "repeat"),
        ),
        Kind(
            "similarity",
            "Similarity to the real voice (MUSHRA style)",
            "How much does each one sound like the person in the reference?",
            None,
        ),
        Kind(
            "rate",
            "Quality of single takes (ACR, 1 to 5)",
            "How good does this sound?",
            1,
            ((1, "Bad"), (2, "Poor"), (3, "Fair"), (4, "Good"), (5, "Excellent")),
            ("obvious", "repeat"),
        ),
    )
}
_ALSO = {"acr": "rate", "mos": "rate", "mushra": "similarity", "preference": "ab"}


def kind_of(name: str) -> Kind:
    """Return the kind of that name; acr, mos and mushra are understood too. Raises InvalidValue."""
    kind = KINDS.get(_ALSO.get(name.lower(), name.lower()))
    if kind is None:
        raise InvalidValue("kind", f"There is no kind of test called {name!r}. Choose one of {', '.join(KINDS)}.")
    return kind


def checked_value(kind: Kind, value: Any, stimuli: int) -> int | list[int]:
    """Return `value` if it answers a trial of `stimuli` stimuli. Raises InvalidValue."""
    if kind.rated:
        if isinstance(value, list) and len(value) == stimuli and all(_is_rating(rating) for rating in value):
            return list(value)
        raise InvalidValue("value", f"This answer must rate each of {stimuli} stimuli from 0 to 100.")
    if type(value) is int and value in dict(kind.options):
        return value
    raise InvalidValue("value", "This is not one of the answers that this test offers.")


def _is_rating(value: object) -> bool:
    return type(value) is int and MIN_RATING <= value <= MAX_RATING


def caught(kind: Kind, role: str, value: int, right: int | None, first: int | None) -> bool | None:
    """Say whether the answer `value` fails a catch trial; None where that cannot be said.

    `right` is the answer that is true of an obvious trial, `first` what was answered to the trial that this one repeats
    (turned the same way round).
    """
    if role == "identical":
        return None  # who has to choose chooses something; whether it is always the same place is told by all answers
    if role == "obvious":
        if kind.compared == 1:
            return value > _SPOILT_AT_MOST
        return right is None or value * right <= 0
    if first is None:
        return None
    # A tie and a preference are no contradiction; opposite preferences are. Ratings may move by one (P.808).
    return value * first < 0 if kind.compared == 2 else abs(value - first) > 1  # noqa: PLR2004


def ratings_of(value: int | Sequence[int]) -> list[int]:
    """Return the ratings of an answer, one per stimulus that was rated."""
    return [value] if isinstance(value, int) else list(value)
