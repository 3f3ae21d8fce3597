"""`voicelab compare`: the same lines with several clip lengths and models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voicelab.cli.answers import Answer, Home, command, open_lab, plain, table, tell
from voicelab.errors import InvalidValue

if TYPE_CHECKING:
    from voicelab.compare.experiments import Experiment
    from voicelab.compare.take import Take

WHOLE = "whole"
"""The length that means the whole clip."""


@command
def compare(  # noqa: PLR0913 - one parameter per option
    *,
    voice: Annotated[str, typer.Argument(help="Name or slug of a voice.")],
    text: Annotated[
        list[str], typer.Option("--text", help="A line to speak; give it several times for several lines.")
    ],
    out: Annotated[Path, typer.Option("--out", help="The folder for the takes, as FLAC files.")],
    lengths: Annotated[str, typer.Option("--lengths", help="Seconds of the clip, or whole.")] = "5,10,15",
    models: Annotated[str, typer.Option("--models", help="Catalogue names, repositories or folders.")] = "auto",
    takes: Annotated[int, typer.Option("--takes", min=1, help="How many of each, with different seeds.")] = 1,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The first seed.")] = 0,
    home: Home = None,
) -> Answer:
    """Speak lines with every combination of clip length and model. Ctrl-C keeps the takes that are finished."""
    from voicelab.compare.plan import Plan
    from voicelab.compare.render import render

    plan = Plan(
        voice=voice,
        lines=tuple(text),
        lengths_s=tuple(_length(length) for length in _split(lengths)),
        models=_split(models),
        takes=takes,
        seed=seed,
    )
    with open_lab(home) as lab:
        experiment = None
        for progress in render(plan, lab.voices, lab.engine, lab.experiments, out=out, transcriber=lab.transcriber):
            experiment = progress.experiment
            done = f"{progress.done} of {progress.total} takes"
            tell(f"{done}. {progress.message}", done)
    assert experiment is not None  # noqa: S101 - a plan without takes is refused, and each take tells
    return _answer(experiment, out)


def _answer(experiment: Experiment, out: Path) -> Answer:
    rows = [_row(take, out) for take in experiment.takes]
    value = {"experiment": experiment.id, "voice": experiment.plan.voice, "notes": experiment.notes, "takes": rows}
    shown = table(
        ("LENGTH", "MODEL", "SEED", "RTF", "SECONDS", "LIKENESS", "FILE OR FAILURE"),
        [
            (
                WHOLE if take.length_s is None else f"{take.length_s:g} s",
                take.model,
                take.seed,
                _number(take.rtf),
                _number(take.duration_s),
                _number(take.likeness),
                take.failure or take.file_name,
            )
            for take in experiment.takes
        ],
    )
    notes = dict.fromkeys((*experiment.notes, *(note for take in experiment.takes for note in take.notes)))
    failures = [take.failure for take in experiment.takes if take.failure]
    all_failed = len(failures) == len(experiment.takes)
    return Answer(value, "\n".join((*notes, shown)), f"Every take failed: {failures[0]}" if all_failed else "")


def _row(take: Take, out: Path) -> dict[str, Any]:
    row: dict[str, Any] = plain(take)
    return row | {"path": None if take.failure else str(out / take.file_name)}


def _split(values: str) -> tuple[str, ...]:
    return tuple(value.strip() for value in values.split(",") if value.strip())


def _length(value: str) -> float | None:
    if value == WHOLE:
        return None
    try:
        return float(value)
    except ValueError as error:
        raise InvalidValue(
            "lengths", f"{value!r} is no length: write seconds, for example 5,10,15, or whole."
        ) from error


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
