"""Takes as a table for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicelab.cli.output import table
from voicelab.compare.measure_versions import version_notes

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.compare.experiment import Experiment
    from voicelab.compare.take import Take

WHOLE = "whole"
"""The length that means the whole clip."""


def takes_text(experiment: Experiment, file_of: Callable[[Take], str]) -> str:
    """Return the notes of an experiment and a row for each take; `file_of` says where a take's audio is."""
    shown = table(
        ("LENGTH", "MODEL", "SEED", "RTF", "SECONDS", "LIKENESS", "WER", "NOISE", "BLEED", "BY", "FILE OR FAILURE"),
        [
            (
                take.variant or length_text(take.length_s),
                take.model,
                take.seed,
                _number(take.rtf),
                _number(take.duration_s),
                _number(take.likeness),
                _number(take.word_error_rate),
                _number(take.noise),
                _bled(take),
                take.worker or "here",
                take.failure or file_of(take),
            )
            for take in experiment.takes
        ],
    )
    notes = dict.fromkeys(
        (
            *experiment.notes,
            *version_notes(experiment),
            *(cut.told for cut in experiment.cuts),
            *(note for take in experiment.takes for note in take.notes),
        )
    )
    return "\n".join((*notes, shown))


def length_text(length_s: float | None) -> str:
    """Return the length of a clip as a person reads it."""
    return WHOLE if length_s is None else f"{length_s:g} s"


def _bled(take: Take) -> str:
    if take.bleed is None:
        return "-"
    return " ".join(take.details.bleed_words) if take.bleed and take.details else "no"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
