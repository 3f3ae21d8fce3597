"""`voicelab experiments`: the comparisons that are kept, with their takes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voicelab.cli.output import Answer, Home, command, examples, open_lab, table
from voicelab.cli.takes_table import length_text, takes_text
from voicelab.errors import Cancelled, ExperimentInUse, InvalidValue

if TYPE_CHECKING:
    from voicelab.settings import Settings

app = typer.Typer(help="Comparisons that are kept: list, show, remove.", no_args_is_help=True)
ExperimentId = Annotated[str, typer.Argument(help="The experiment, as compare and list print it.", metavar="ID")]


@app.command("list", epilog=examples("experiments list", "experiments list --json"))
@command
def list_experiments(*, home: Home = None) -> Answer:
    """List the experiments, newest first: of which voice, what was compared, how far they are."""
    from voicelab.compare.experiment_json import summary

    with open_lab(home) as lab:
        found = [summary(each, lab.experiments, lab.comparisons) for each in lab.experiments.list()]
    rows = [
        (
            each["experiment"],
            each["created"][:16].replace("T", " "),
            each["voice"],
            f"{each['made']} of {each['total']}" + (f", {each['failed']} failed" if each["failed"] else ""),
            each["status"],
            ", ".join(map(length_text, each["lengths_s"])),
            ", ".join(each["models"]),
        )
        for each in found
    ]
    shown = table(("EXPERIMENT", "CREATED (UTC)", "VOICE", "TAKES", "STATUS", "LENGTHS", "MODELS"), rows)
    return Answer(
        {"experiments": found}, shown if rows else "There is no experiment yet: `voicelab compare` makes one."
    )


@app.command("show", epilog=examples("experiments show ID", "experiments show ID --json"))
@command
def show(*, experiment_id: ExperimentId, home: Home = None) -> Answer:
    """Show an experiment: its takes with their measures, and where their audio is."""
    from voicelab.compare.experiment_json import details, summary

    with open_lab(home) as lab:
        experiment = lab.experiments.get(experiment_id)
        told = summary(experiment, lab.experiments, lab.comparisons)
        folder = lab.settings.experiments / experiment.id
    value: dict[str, Any] = told | details(experiment)
    for take in value["takes"]:
        take["path"] = None if take["failure"] else str(folder / take["path"])
    head = f"{experiment.title}, {told['status']}"
    lines = [f"“{line}”" for line in experiment.plan.lines]
    return Answer(value, "\n".join((head, *lines, takes_text(experiment, lambda take: str(folder / take.path)))))


@app.command("remove", epilog=examples("experiments remove ID", "experiments remove ID --yes"))
@command
def remove(
    *,
    experiment_id: ExperimentId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Although a listening test came of it.")] = False,
    home: Home = None,
) -> Answer:
    """Remove an experiment with its takes, unless they are being made or a listening test came of it. Asks first.

    What it has written into a voice stays there, and so do listening tests, which have copies of the takes.
    """
    from voicelab.blind_tests import remove_experiment

    with open_lab(home) as lab:
        experiment = lab.experiments.get(experiment_id)
        _check_not_queued(lab.settings, experiment_id)
        if not yes:
            if not sys.stdin.isatty():
                raise InvalidValue("yes", f"Say that {experiment.title} is to be removed: add --yes.")
            if not typer.confirm(f"Remove {experiment.title}? This cannot be undone.", err=True):
                raise Cancelled("It is kept.")
        freed = remove_experiment(lab.listening, lab.experiments, experiment_id, anyway=anyway)
    return Answer(
        {"experiment": experiment_id, "freed_bytes": freed},
        f"{experiment.title} is removed: {freed / 1e6:.1f} MB are free again.",
    )


def _check_not_queued(settings: Settings, experiment_id: str) -> None:
    """Ask the lab that serves this home, if one does: only it knows what waits. Raises ExperimentInUse."""
    from voicelab.api.running_lab import lab_at

    lab = lab_at(settings)
    told = lab.get(f"/experiments/{experiment_id}") if lab else {}
    if told.get("status") in {"waiting", "running"}:
        raise ExperimentInUse("The lab that runs here is to make its takes. Cancel the comparison on the page first.")
