"""Which generation of the measures a take was measured with: figures of different ones do not compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voicelab.compare.experiment import Experiment

MEASURES_VERSION = 2
"""Goes up by one whenever a take would come out otherwise. 1 (until 0.2; its takes do not say so) had likeness from a
d-vector, which hears the channel more than the person, and a pitch range half a semitone too wide; 2 has CAM++
(docs/likeness.md) and Boersma's method."""


def version_notes(experiment: Experiment) -> list[str]:
    """Return what a person must know before comparing figures of `experiment`: a sentence, or none."""
    measured = [take.details for take in experiment.takes if take.measured]
    old = sum(details is None or details.measures_version < MEASURES_VERSION for details in measured)
    if not old:
        return []
    whose = (
        "These takes were measured by an older version of the lab: do not compare their likeness and pitch with those "
        "of newer comparisons."
    )
    if old < len(measured):
        whose = (
            f"{old} of {len(measured)} takes were measured by an older version of the lab: do not compare their "
            "likeness and pitch with those of the others."
        )
    return [f"{whose} For figures that compare, start the comparison again."]
