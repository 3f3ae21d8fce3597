"""Post-screening: whose answers, and which, the screened results leave out. Both results are always shown."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.listening.kinds import REFERENCE_LEAST, ratings_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.listening.answers import Answer
    from voicelab.listening.kinds import Kind

FEWEST_CATCHES = 3
"""With fewer obvious catch trials nobody is left out for them."""
SLIPS = 0.02
"""So often does somebody who listens miss an obvious catch trial, by a wrong key."""
UNLIKELY = 0.02
"""A listener is left out whose failures somebody who listens would have less often than this (binomial)."""
FAST_SHARE = 0.5
"""And one who answers more than this share of trials before everything can have been heard."""
REFERENCE_SHARE = 0.15
"""And one who rates the hidden reference below 90 in surely more than this share of the items (ITU-R BS.1534)."""
RULES = (
    "Left out are listeners who fail more of at least three obvious catch trials (a spoilt take) than anybody would "
    "who listens and slips once in fifty; who answer more than half of the trials faster than the audio lasts; or who "
    "rate the hidden reference below 90 in surely more than 15 % of at least three items (binomial, 2 %); and single "
    "answers that came faster than the audio lasts. Nobody is left out for a preference between equal takes, or for "
    "changing it."
)


@dataclass(frozen=True)
class Excluded:
    """A listener whom the screening leaves out."""

    listener: int
    reasons: tuple[str, ...]


def screened(kind: Kind, answers: Sequence[Answer]) -> tuple[list[Answer], list[Excluded]]:
    """Return the answers that pass, and the listeners whose answers do not."""
    by_listener: dict[int, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_listener[answer.listener].append(answer)
    excluded = []
    for listener, given in sorted(by_listener.items()):
        reasons = _reasons(kind, [answer for answer in given if answer.role != "practice"])
        if reasons:
            excluded.append(Excluded(listener, tuple(reasons)))
    out = {each.listener for each in excluded}
    return [answer for answer in answers if answer.listener not in out and not answer.too_fast], excluded


def _reasons(kind: Kind, own: Sequence[Answer]) -> list[str]:
    reasons = []
    catches = [answer.failed_catch for answer in own if answer.role == "obvious" and answer.failed_catch is not None]
    if _surely_more(sum(catches), len(catches), SLIPS):
        reasons.append(f"failed {sum(catches)} of {len(catches)} catch trials")
    fast = sum(answer.too_fast for answer in own)
    if fast > FAST_SHARE * len(own):
        reasons.append(f"answered {fast} of {len(own)} trials faster than the audio lasts")
    if kind.compared is None:
        ratings = [
            rating
            for answer in own
            for rating, heard in zip(ratings_of(answer.value), answer.heard, strict=True)
            if heard.role == "reference"
        ]
        low = sum(rating < REFERENCE_LEAST for rating in ratings)
        if _surely_more(low, len(ratings), REFERENCE_SHARE):
            reasons.append(f"rated the hidden reference below {REFERENCE_LEAST} in {low} of {len(ratings)} items")
    return reasons


def _surely_more(failed: int, of: int, share: float) -> bool:
    """Whether so many failures are more than `share` explains."""
    from scipy.stats import binom

    return of >= FEWEST_CATCHES and failed > 0 and bool(binom.sf(failed - 1, of, share) < UNLIKELY)
