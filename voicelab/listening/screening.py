"""Post-screening: whose answers, and which, the screened results leave out. Both results are always shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.listening.kinds import REFERENCE_LEAST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.listening.answers import Answer
    from voicelab.listening.kinds import Kind

FAILED_SHARE = 0.5
"""A listener who fails more than this share of the catch trials is left out."""
FAST_SHARE = 0.5
"""And one who answers more than this share of trials before everything can have been heard."""
REFERENCE_SHARE = 0.15
"""And one who rates the hidden reference below 90 in more than this share of the items (ITU-R BS.1534)."""
RULES = (
    "Left out are listeners who fail more than half of the catch trials, answer more than half of the trials faster "
    "than the audio lasts, or rate the hidden reference below 90 in more than 15 % of the items; and single answers "
    "that came faster than the audio lasts."
)


@dataclass(frozen=True)
class Excluded:
    """A listener whom the screening leaves out."""

    listener: int
    reasons: tuple[str, ...]


def screened(kind: Kind, answers: Sequence[Answer]) -> tuple[list[Answer], list[Excluded]]:
    """Return the answers that pass, and the listeners whose answers do not."""
    excluded = []
    for listener in sorted({answer.listener for answer in answers}):
        own = [answer for answer in answers if answer.listener == listener and answer.role != "practice"]
        reasons = _reasons(kind, own)
        if reasons:
            excluded.append(Excluded(listener, tuple(reasons)))
    out = {each.listener for each in excluded}
    return [answer for answer in answers if answer.listener not in out and not answer.too_fast], excluded


def _reasons(kind: Kind, own: Sequence[Answer]) -> list[str]:
    reasons = []
    catches = [answer.failed_catch for answer in own if answer.failed_catch is not None]
    if sum(catches) > FAILED_SHARE * len(catches):
        reasons.append(f"failed {sum(catches)} of {len(catches)} catch trials")
    fast = sum(answer.too_fast for answer in own)
    if fast > FAST_SHARE * len(own):
        reasons.append(f"answered {fast} of {len(own)} trials faster than the audio lasts")
    if kind.compared is None:
        low = sum(_reference_rating(answer) < REFERENCE_LEAST for answer in own)
        if low > REFERENCE_SHARE * len(own):
            reasons.append(f"rated the hidden reference below {REFERENCE_LEAST} in {low} of {len(own)} items")
    return reasons


def _reference_rating(answer: Answer) -> int:
    assert isinstance(answer.value, list)  # noqa: S101 - of the kind that rates each stimulus
    return next(rating for rating, heard in zip(answer.value, answer.heard, strict=True) if heard.role == "reference")
