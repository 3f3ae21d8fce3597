"""`voicelab compare`: the same lines with several clip lengths and models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicelab.cli.arguments import AllowSwap, VoiceName
from voicelab.cli.output import Answer, Home, command, open_lab, plain, tell
from voicelab.cli.takes_table import WHOLE, takes_text
from voicelab.errors import Cancelled, InvalidValue

if TYPE_CHECKING:
    from voicelab.compare.clip_cuts import PlannedCut
    from voicelab.compare.experiment import Experiment
    from voicelab.compare.plan import Plan
    from voicelab.lab import Lab


@command
def compare(  # noqa: PLR0913 - one parameter per option
    *,
    voice: VoiceName,
    text: Annotated[
        list[str] | None, typer.Option("--text", help="A line to speak; may be given again.", metavar="TEXT")
    ] = None,
    sentences: Annotated[int, typer.Option("--sentences", min=0, max=10, help="So many built-in lines besides.")] = 0,
    out: Annotated[Path | None, typer.Option("--out", help="The folder for the takes, as FLAC files.")] = None,
    lengths: Annotated[str, typer.Option("--lengths", help="Seconds of the clip, or whole.")] = "5,10,15",
    models: Annotated[str, typer.Option("--models", help="Catalogue names, repositories or folders.")] = "auto",
    takes: Annotated[int, typer.Option("--takes", min=1, help="How many of each, with different seeds.")] = 1,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The first seed.")] = 0,
    resume: Annotated[str | None, typer.Option("--resume", help="Go on with this experiment; give no lines.")] = None,
    estimate_only: Annotated[bool, typer.Option("--estimate", help="Say what it will cost, and make nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Make more than 200 takes without asking.")] = False,
    report: Annotated[Path | None, typer.Option("--report", help="Write one HTML file with everything in it.")] = None,
    export_to: Annotated[Path | None, typer.Option("--export", help="Write the figures: .csv or .json.")] = None,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", help="Render on this Dask cluster, e.g. tcp://host:8786.")
    ] = None,
    allow_swap: AllowSwap = False,
    home: Home = None,
) -> Answer:
    """Speak lines with every combination of clip length and model. Ctrl-C keeps the takes that are finished."""
    from voicelab.compare.example_lines import BUILT_IN
    from voicelab.compare.export_rows import checked_ending
    from voicelab.compare.plan import Plan
    from voicelab.compare.render import render

    if export_to is not None:
        checked_ending(export_to)  # before the minutes that the takes need
    if out is None and not estimate_only:
        raise typer.BadParameter("give --out, the folder for the takes")
    if bool(resume) == bool(text or sentences):
        raise typer.BadParameter("give --text or --sentences, or else --resume")
    plan = Plan(
        voice=voice,
        lines=(*(text or ()), *BUILT_IN[:sentences]),
        lengths_s=tuple(_length(length) for length in _split(lengths)),
        models=_split(models),
        takes=takes,
        seed=seed,
        many=yes,
    )
    with open_lab(home, allow_swap=allow_swap or None, scheduler=scheduler) as lab:
        if estimate_only or out is None:
            return _estimate(lab, plan)
        experiment = lab.experiments.get(resume) if resume else None
        if experiment and experiment.plan.voice != lab.voices.get(voice).slug:
            raise InvalidValue("resume", f"That experiment is of {experiment.voice_name}, not of {voice}.")
        steps = render(
            experiment or plan,
            lab.voices,
            lab.engine,
            lab.experiments,
            out=out,
            transcriber=lab.transcriber,
            scheduler=lab.settings.scheduler,
        )
        try:
            for progress in steps:
                experiment = progress.experiment
                done = f"{progress.done} of {progress.total} takes"
                tell(f"{done}. {progress.message}", done)
        except KeyboardInterrupt:
            raise _cancelled(experiment) from None
        assert experiment is not None  # noqa: S101 - a plan without takes is refused, and each take tells
        _write(lab, experiment, report, export_to)
    return _answer(experiment, out)


def _cancelled(experiment: Experiment | None) -> Cancelled:
    if experiment is None:
        return Cancelled("Cancelled.")
    return Cancelled(f"Cancelled. The takes that are finished are kept: go on with --resume {experiment.id}.")


def _estimate(lab: Lab, plan: Plan) -> Answer:
    from voicelab.compare.clip_cuts import planned_cuts
    from voicelab.compare.cost_estimate import estimate
    from voicelab.compare.plan import settle
    from voicelab.models.catalogue import find, too_large
    from voicelab.models.missing_model import to_download

    settled = settle(plan, lab.voices, lab.engine.default_model()[0])
    found = estimate(settled.plan, lab.experiments.list())
    missing = to_download(settled.plan.models)
    large = [text for model in settled.plan.models if (text := too_large(find(model)))]
    cuts: list[PlannedCut] = []
    for cut in planned_cuts(settled.prompts, lab.transcriber):
        cuts.append(cut)
        tell(f"{len(cuts)} of {len(settled.prompts)} cuts of the clip checked", "cuts")
    value = plain(found) | {"downloads": missing, "cuts": plain(cuts), "notes": [*settled.notes, *large]}
    downloads = [f"To be downloaded first: {', '.join(missing)}."] if missing else []
    told = (cut.told for cut in cuts)
    return Answer(value, "\n".join((*settled.notes, found.text, *told, *downloads, *large)))


def _write(lab: Lab, experiment: Experiment, report: Path | None, export_to: Path | None) -> None:
    from voicelab.compare.export_rows import export
    from voicelab.compare.report import write_report

    if report is not None:
        write_report(experiment, lab.experiments, report)
    if export_to is not None:
        export(experiment, export_to)


def _answer(experiment: Experiment, out: Path) -> Answer:
    from voicelab.compare.experiment_json import details

    value = details(experiment)
    for take, told in zip(experiment.takes, value["takes"], strict=True):
        told["path"] = None if take.failure else str(out / take.file_name)
    failures = [take.failure for take in experiment.takes if take.failure]
    all_failed = len(failures) == len(experiment.takes)
    text = "\n".join((takes_text(experiment, lambda take: take.file_name), f"Experiment {experiment.id}"))
    return Answer(value, text, f"Every take failed: {failures[0]}" if all_failed else "")


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
