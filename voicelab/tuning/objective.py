"""What the search wants: one number of a take's measures, with weights that the person may change."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from voicelab.compare.take import Take

WEIGHTS = {"word_errors": 2.0, "bleed": 2.0, "likeness": 1.0, "noise": 0.5, "rate": 0.5}
"""As the search has them unless told otherwise: a clone must say what is written, then sound like the person."""
ABOUT = {
    "word_errors": "words that a recognizer does not hear as they are written",
    "bleed": "words of the reference in the take",
    "likeness": "unlike the person's other speech",
    "noise": "noise and artefacts (DNSMOS)",
    "rate": "faster or slower than the person speaks",
}
MOST = 100.0
"""Of a weight."""
_BEST_DNSMOS, _DNSMOS_SPAN = 5.0, 4.0


@dataclass(frozen=True)
class Objective:
    """Scores takes of one search: 100 is a take without a flaw, 0 one with every flaw at its worst."""

    weights: Mapping[str, float]
    own_words_per_minute: float | None
    """Of the person, in the voice's clip; None leaves the rate out."""

    def flaws(self, take: Take) -> dict[str, float | None]:
        """Return how bad each part of a take is, 0 to 1; None where it was not measured."""
        details = take.details
        likeness = take.likeness
        if details and details.likeness_held_out is not None:
            likeness = details.likeness_held_out
        rate = details.words_per_minute if details else None
        own = self.own_words_per_minute
        return {
            "word_errors": None if take.word_error_rate is None else min(1.0, take.word_error_rate),
            "bleed": None if take.bleed is None else float(take.bleed),
            "likeness": None if likeness is None else min(1.0, max(0.0, 1.0 - likeness)),
            "noise": None if take.noise is None else (_BEST_DNSMOS - take.noise) / _DNSMOS_SPAN,
            "rate": min(1.0, abs(math.log(rate / own))) if rate and own else None,
        }

    def scores(self, takes: Sequence[Take]) -> dict[str, float]:
        """Return the score of each measured take by its id.

        A part that was measured of no take of a line counts for none of them (no recognizer; a line too short to tell
        a voice by); where only some lack it, those are at their worst there, for nothing could be heard in them. A take
        that failed has every flaw. Only scores of one line compare.
        """
        lines: dict[str, dict[str, dict[str, float | None]]] = {}
        for take in takes:
            if take.failure is None and take.measured:
                lines.setdefault(take.line, {})[take.id] = self.flaws(take)
        found = dict.fromkeys((take.id for take in takes if take.failure is not None), 0.0)
        for flaws in lines.values():
            parts = [part for part in self.weights if any(each[part] is not None for each in flaws.values())]
            whole = sum(self.weights[part] for part in parts)
            for take_id, each in flaws.items():
                lost = sum(self.weights[part] * _or_worst(each[part]) for part in parts)
                found[take_id] = 100.0 * (1.0 - lost / whole) if whole else 0.0
        return found

    def measured(self, takes: Iterable[Take]) -> list[str]:
        """Return the parts that count: those with a weight that were measured of any take."""
        flaws = [self.flaws(take) for take in takes if take.failure is None and take.measured]
        return [
            part for part, weight in self.weights.items() if weight and any(each[part] is not None for each in flaws)
        ]


def checked_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """Return every weight, those that are not given as they are usually. Raises InvalidValue."""
    unknown = sorted(set(weights) - set(WEIGHTS))
    if unknown:
        raise InvalidValue("weights", f"{unknown[0]!r} is no part of the objective. Choose from: {', '.join(WEIGHTS)}.")
    for part, weight in weights.items():
        if not (math.isfinite(weight) and 0 <= weight <= MOST):
            raise InvalidValue("weights", f"The weight of {part} is {weight:g}: use 0 to {MOST:g}.")
    found = {**WEIGHTS, **weights}
    if not any(found.values()):
        raise InvalidValue("weights", "Every weight is 0, so no take is better than another. Let one part count.")
    return found


def read_weights(text: str) -> dict[str, float]:
    """Return the weights of "likeness=2, noise=0", whether there are such parts or not. Raises InvalidValue."""
    found = {}
    for each in filter(None, (each.strip() for each in text.split(","))):
        name, equals, value = each.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError as error:
            what = f"{value.strip()!r} is no number" if equals else f"{each!r} has no number"
            raise InvalidValue("weights", f"{what}: write likeness=2, noise=0.5.") from error
    return found


def _or_worst(flaw: float | None) -> float:
    return 1.0 if flaw is None else flaw
