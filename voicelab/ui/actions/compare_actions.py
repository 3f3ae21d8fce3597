"""Comparing clip lengths and models on one voice: the plan, its run in the background, and the table of takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.compare.clip_cuts import planned_cuts
from voicelab.compare.cost_estimate import duration, estimate
from voicelab.compare.example_lines import BUILT_IN
from voicelab.compare.measure_versions import version_notes
from voicelab.compare.plan import Plan, TooMany, settle
from voicelab.errors import Forbidden, InvalidValue
from voicelab.models.catalogue import find, too_large
from voicelab.models.missing_model import to_download
from voicelab.text.counted import counted
from voicelab.tuning.outcome import named, outcome_of
from voicelab.ui.actions.updates import IDLE, KEEP, Notice, Progress, Update, busy, choices, notice, said, shown
from voicelab.ui.actions.widget_json import Board

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from voicelab.compare.clip_cuts import PlannedCut
    from voicelab.compare.experiment import Experiment
    from voicelab.compare.runner import RunState
    from voicelab.lab import Lab
    from voicelab.tuning.halving import Ranked
    from voicelab.ui.actions.updates import Level

_SHOWN = 6
"""Settings of a search that are listed; the board has all of them."""
LENGTHS = [("5 s", "5"), ("10 s", "10"), ("15 s", "15"), ("whole clip", "whole")]


class Compared(NamedTuple):
    """The outputs of a comparison."""

    progress: Progress | Any
    takes: Board | Any
    notes: list[Notice] | Any
    chosen: Update | Any
    many: Update | Any = KEEP
    """The button that makes more takes than are made without asking."""


class Cost(NamedTuple):
    """The outputs of asking what a comparison will take."""

    rows: list[Notice] | Any
    progress: Progress
    stop: Update
    """The button that stops the checking of cuts."""


def run(  # noqa: PLR0913, PLR0917 - the fields of the plan
    lab: Lab, page: str, voice: str | None, lines: str, lengths: list[str], models: list[str], takes: float
) -> Iterator[Compared]:
    """Queue the grid and follow it. It goes on when the page is closed. Very many takes are asked about first."""
    try:
        yield from _begun(lab, page, _plan(voice, lines, lengths, models, takes, many=False))
    except TooMany as error:
        yield Compared(said(error.message), KEEP, KEEP, KEEP, shown(True))


def run_many(  # noqa: PLR0913, PLR0917 - the fields of the plan
    lab: Lab, page: str, voice: str | None, lines: str, lengths: list[str], models: list[str], takes: float
) -> Iterator[Compared]:
    """The same, for more takes than are made without asking."""
    yield from _begun(lab, page, _plan(voice, lines, lengths, models, takes, many=True))


def cost(
    lab: Lab, voice: str | None, lines: str, lengths: list[str], models: list[str], takes: float
) -> Iterator[Cost]:
    """Say what the grid will cost before it is run, then whether each cut of the clip carries exactly its words.

    Closing the generator stops it once the cut that is being checked is done.
    """
    plan = _plan(voice, lines, lengths, models, takes, many=True)
    settled = settle(plan, lab.voices, lab.engine.default_model()[0])
    found = estimate(settled.plan, lab.experiments.list())
    rows = [notice(found.text, "info", "It takes")]
    missing = to_download(settled.plan.models)
    if missing:
        sizes = [find(model).size_bytes for model in missing]
        total = f", {sum(size or 0 for size in sizes) / 1e9:.1f} GB" if all(sizes) else ""
        rows.append(notice(f"To be downloaded first: {', '.join(missing)}{total}.", "warn", "Download"))
    large = (too_large(find(model)) for model in settled.plan.models)
    rows += [notice(text, "warn", "Memory") for text in large if text]
    rows += [notice(text, "info", "Note") for text in settled.notes]
    checked: list[PlannedCut] = []
    cuts = planned_cuts(settled.prompts, lab.transcriber)
    for number in range(count := len(settled.prompts)):
        told = busy(f"Checking cut {number + 1} of {count} against its words.", number / count)
        yield Cost([*rows, *_cuts(checked)], told, shown(True))
        checked.append(next(cuts))
    yield Cost([*rows, *_cuts(checked)], IDLE, shown(False))


def cost_stopped(lab: Lab) -> Cost:  # noqa: ARG001 - every action takes the lab
    """Say that no more cuts are checked; what was found stays."""
    return Cost(KEEP, said("Stopped. The cuts that were not checked yet are not among these."), shown(False))


def cost_over(lab: Lab) -> Cost:  # noqa: ARG001 - every action takes the lab
    """Take back what a run was going to take, once it begins: the run says itself how its cuts are."""
    return Cost([], IDLE, shown(False))


def built_in(lab: Lab, lines: str) -> str:  # noqa: ARG001 - every action takes the lab
    """Add the built-in lines that are not there yet."""
    given = [line.strip() for line in lines.splitlines() if line.strip()]
    return "\n".join(dict.fromkeys([*given, *BUILT_IN]))


def connect(lab: Lab, address: str) -> list[Notice]:
    """Have comparisons from now on spoken by a Dask cluster, or, without an address, by this machine."""
    address = address.strip()
    if address and not lab.settings.local and address != lab.settings.scheduler:
        # Whoever names a scheduler has this lab talk to it, and unpickle what it says: that is for the owner to decide.
        raise Forbidden(
            "Other machines can reach this lab, so its owner names the cluster: start it with --scheduler "
            "tcp://host:8786, and give that address here."
        )
    if not address:
        lab.comparisons.scheduler = ""
        return [notice("Comparisons are spoken by this machine.", "ok", "Cluster")]
    from voicelab.compare.cluster import check_address, workers_at

    names = workers_at(address)
    lab.comparisons.scheduler = check_address(address)
    if not names:
        text = f"The scheduler answers, and has no worker yet: on each machine run python -m voicelab worker {address}"
        return [notice(text, "warn", "Cluster")]
    text = f"Comparisons from now on are spoken by {', '.join(names)}, and measured here."
    return [notice(text, "ok", "Cluster")]


def pause(lab: Lab, page: str, experiment_id: str | None) -> list[Notice]:
    """Stop after the take that is being made, or a search that has not come to its first one."""
    pausing = "Pausing after the take that is being made. “Go on” makes the rest."
    return [notice(_stop(lab, page, experiment_id, lab.comparisons.pause) or pausing, "info", "Pause")]


def cancel(lab: Lab, page: str, experiment_id: str | None) -> list[Notice]:
    """Stop at once what the page's progress is of: a search that is being prepared, else the comparison."""
    stopped = "Stopped. The takes that were finished are kept; “Go on” makes the rest."
    return [notice(_stop(lab, page, experiment_id, lab.comparisons.cancel) or stopped, "info", "Stop")]


def _stop(lab: Lab, page: str, experiment_id: str | None, act: Callable[[str], None]) -> str:
    """Stop a search that is being prepared, or `act` on a comparison that goes on; say what else there is to say."""
    if lab.searches.stop(page, only_prepared=True):
        return "The search stops before its first take."
    chosen = lab.experiments.get(known(lab, experiment_id))
    if not lab.comparisons.state(chosen).active:
        return "This comparison does not run: there is nothing to stop."
    act(chosen.id)
    return ""


def resume(lab: Lab, page: str, experiment_id: str | None) -> Iterator[Compared]:
    """Make what a comparison lacks, failed takes among it."""
    yield from followed(lab, page, lab.comparisons.resume(known(lab, experiment_id)).id)


def offered(lab: Lab) -> Update:
    """Offer the comparisons made before, newest first; what is chosen stays so, also what is chosen meanwhile."""
    return Update({"choices": _made(lab)})


def show(lab: Lab, page: str, experiment_id: str | None) -> Iterator[Compared]:
    """Show a comparison made before, and follow it if it runs."""
    experiment_id = experiment_id or _running(lab)
    if not experiment_id:
        yield Compared(KEEP, KEEP, KEEP, choices(_made(lab), None))
        return
    yield from followed(lab, page, experiment_id)


def board_value(lab: Lab, experiment_id: str, revision: str = "") -> Board:
    """The board's value: what it shows and since when; it asks for the takes itself (api/experiments.py)."""
    changes = lab.experiments.changes(experiment_id, revision)
    active = lab.comparisons.state(changes.experiment).active
    return {"experiment": experiment_id, "revision": changes.revision, "active": active}


def notes(experiment: Experiment) -> list[Notice]:
    """What the person should know of these takes, once each."""
    yardstick = experiment.yardstick.notes if experiment.yardstick else ()
    made = (note for take in experiment.takes if not take.repaired_from for note in take.notes)
    told = [
        notice(text, "warn", "Note")
        for text in dict.fromkeys([*experiment.notes, *version_notes(experiment), *yardstick, *made])
    ]
    return _cuts(experiment.cuts) + told


def outcome(lab: Lab, experiment: Experiment) -> list[Notice]:
    """What a search came to so far: nothing of a comparison that is none."""
    if experiment.search is None:
        return []
    found = outcome_of(experiment, lab.voices)
    rows = [
        notice(
            f"{named(each.setting)}{' (today)' if each.setting == found.today else ''}: {_score(each)}"
            f"{', surely worse than the first' if each.apart else ''}",
            "info",
            f"{place}.",
        )
        for place, each in enumerate(found.ranking[:_SHOWN], 1)
    ]
    made = f"{found.takes} of the whole grid's {found.grid} takes. {found.verdict}"
    return [notice(made, "ok" if found.settled else "info", "Search"), *rows]


def _score(each: Ranked) -> str:
    between = "" if each.low is None or each.high is None else f" (95 %: {each.low:.1f} to {each.high:.1f})"
    return f"{each.score:.1f} of 100{between}, {counted(each.takes, 'take')} in round {each.round}"


def _cuts(cuts: Iterable[PlannedCut]) -> list[Notice]:
    levels: dict[str | None, Level] = {"match": "ok", "mismatch": "fail"}
    return [notice(cut.told, levels.get(cut.verdict, "warn"), "Cut") for cut in cuts]


def _plan(voice: str | None, lines: str, lengths: list[str], models: list[str], takes: float, *, many: bool) -> Plan:
    if not voice:
        raise InvalidValue("voice", "Choose a voice first. If there is none yet, make one in the tab Make a voice.")
    return Plan(
        voice=voice,
        lines=tuple(line.strip() for line in lines.splitlines() if line.strip()),
        lengths_s=tuple(None if length == "whole" else float(length) for length in lengths),
        models=tuple(models),
        takes=int(takes or 0),
        many=many,
    )


def _begun(lab: Lab, page: str, plan: Plan) -> Iterator[Compared]:
    """Follow the comparison of `plan`: a new one, or the one that runs already, as after a second click."""
    experiment = lab.comparisons.submit_once(plan)
    yield Compared(KEEP, KEEP, KEEP, KEEP, shown(False))
    yield from followed(lab, page, experiment.id)


def followed(lab: Lab, page: str, experiment_id: str) -> Iterator[Compared]:
    """Show a comparison at every change, until it neither runs nor waits."""
    before = Compared(KEEP, KEEP, KEEP, KEEP)
    for revision, state in lab.comparisons.watch(experiment_id, page):
        experiment = lab.experiments.get(experiment_id)
        begins = before.takes is KEEP
        made = _made(lab) if begins or not state.active else []
        now = Compared(
            _progress(experiment, state),
            Board(experiment=experiment_id, revision=revision, active=state.active),
            [*outcome(lab, experiment), *notes(experiment)],
            choices(made, experiment_id) if made else KEEP,
        )
        yield now._replace(
            takes=KEEP if now.takes == before.takes else now.takes,
            notes=KEEP if now.notes == before.notes else now.notes,
        )
        before = now


def _progress(experiment: Experiment, state: RunState) -> Progress:
    if state.active:
        done = experiment.total - experiment.lacking
        left = f", about {duration(state.left_s)} left" if state.left_s else ""
        return busy(f"{done} of {experiment.total} takes, {state.fraction:.0%}{left}. {state.message}", state.fraction)
    if state.status == "done":
        return said(f"{state.message} Listen, then press “Use for this voice” on the take you like.".strip())
    return said(state.message)


def _made(lab: Lab) -> list[tuple[str, str]]:
    return [(experiment.title, experiment.id) for experiment in lab.experiments.list()]


def _running(lab: Lab) -> str | None:
    return lab.comparisons.running()


def known(lab: Lab, experiment_id: str | None) -> str:
    """Return the chosen comparison, or else what runs. Raises InvalidValue."""
    known = experiment_id or _running(lab)
    if not known:
        raise InvalidValue("experiment", "No comparison is chosen. Choose one under “Comparisons”.")
    return known
