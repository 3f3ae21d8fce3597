"""`voicelab voice tune`: the best setting of a voice, searched by its measures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from voicelab.cli.arguments import AllowSwap, VoiceName
from voicelab.cli.output import Answer, Home, command, examples, open_lab, table, tell
from voicelab.errors import Cancelled, InvalidValue

if TYPE_CHECKING:
    from collections.abc import Generator

    from voicelab.compare.experiment import Experiment
    from voicelab.lab import Lab
    from voicelab.tuning.outcome import Outcome
    from voicelab.tuning.wish import Wish

EPILOG = examples(
    "voice tune vixen --budget 30",
    "voice tune vixen --lengths 5,10,15 --windows 10 --sampling temperature=0.6,0.9 --weights likeness=3,noise=0",
)


@command
def tune(  # noqa: PLR0913 - one parameter per option
    *,
    voice: VoiceName,
    budget: Annotated[float, typer.Option("--budget", help="Minutes of speaking and measuring.")] = 30.0,
    lengths: Annotated[str, typer.Option("--lengths", help="Seconds of a clip.")] = "5,10,15",
    windows: Annotated[
        int, typer.Option("--windows", min=0, max=10, help="Stretches of the recording, for each length; 0: its clip.")
    ] = 10,
    models: Annotated[str, typer.Option("--models", help="Catalogue names; empty: those on this machine.")] = "",
    seeds: Annotated[int, typer.Option("--seeds", help="Of each line.")] = 3,
    sampling: Annotated[
        list[str] | None,
        typer.Option("--sampling", help="A field with the values to try: temperature=0.6,0.9.", metavar="FIELD=VALUES"),
    ] = None,
    weights: Annotated[
        str, typer.Option("--weights", help="How much word_errors, bleed, likeness, noise, rate count: likeness=2.")
    ] = "",
    text: Annotated[
        list[str] | None, typer.Option("--text", help="A line to speak; may be given again.", metavar="TEXT")
    ] = None,
    resume: Annotated[str | None, typer.Option("--resume", help="Go on with this search.", metavar="ID")] = None,
    use: Annotated[bool, typer.Option("--use", help="Let the voice speak with what comes out first.")] = False,
    listen: Annotated[bool, typer.Option("--listen", help="Make a blind test of the two best and today's.")] = False,
    allow_swap: AllowSwap = False,
    home: Home = None,
) -> Answer:
    """Search windows, lengths, models and seeds for what clones best: many short takes first, few long ones last.

    Ctrl-C keeps what is made; --resume goes on. Every take is kept as a comparison.
    """
    from voicelab.tuning.objective import read_weights
    from voicelab.tuning.outcome import outcome_of
    from voicelab.tuning.wish import Wish

    wish = Wish(
        voice=voice,
        **({"lines": tuple(text)} if text else {}),
        lengths_s=tuple(_number("lengths", each) for each in _split(lengths)),
        windows=windows,
        models=_split(models),
        seeds=seeds,
        sampling=_sampling(sampling or []),
        weights=read_weights(weights),
        budget_s=60 * budget,
    )
    with open_lab(home, allow_swap=allow_swap or None) as lab:
        experiment = _searched(lab, wish, resume)
        outcome = outcome_of(experiment, lab.voices)
        done = [*_used(lab, experiment, outcome, wanted=use), *_to_hear(lab, experiment, outcome, wanted=listen)]
        return _answer(experiment, outcome, done)


def _searched(lab: Lab, wish: Wish, resume: str | None) -> Experiment:
    from voicelab.tuning.tune import rendered
    from voicelab.tuning.wish import begin

    experiment: Experiment | None = None
    try:
        experiment = (
            lab.experiments.get(resume)
            if resume
            else _begun(begin(wish, lab.voices, lab.engine, lab.experiments, lab.transcriber))
        )
        _check_resumed(lab, wish, experiment)
        for step in rendered(experiment, lab.voices, lab.engine, lab.experiments, transcriber=lab.transcriber):
            experiment = step.experiment
            tell(f"{round(100 * step.fraction)} %. {step.message}", f"{step.done} {step.experiment.total}")
    except KeyboardInterrupt:
        kept = f" What is made is kept: go on with --resume {experiment.id}." if experiment else ""
        raise Cancelled(f"Cancelled.{kept}") from None
    return lab.experiments.get(experiment.id)


def _begun(steps: Generator[str, None, Experiment]) -> Experiment:
    try:
        while True:
            tell(next(steps), "preparing")
    except StopIteration as ended:
        experiment: Experiment = ended.value
        return experiment


def _check_resumed(lab: Lab, wish: Wish, experiment: Experiment) -> None:
    if experiment.plan.voice != lab.voices.get(wish.voice).slug:
        raise InvalidValue("resume", f"That search is of {experiment.voice_name}, not of {wish.voice}.")
    if experiment.search is None:
        raise InvalidValue("resume", "That comparison is no search. `voicelab compare --resume` goes on with it.")


def _used(lab: Lab, experiment: Experiment, outcome: Outcome, *, wanted: bool) -> list[str]:
    if not wanted:
        return []
    from voicelab.compare.apply_take import use_take
    from voicelab.tuning.outcome import named, winning_take

    used = use_take(lab.experiments, lab.voices, experiment.id, winning_take(experiment, outcome))
    return [f"{used.name} speaks with {named(outcome.ranking[0].setting)}, seed {used.recipe.seed}, from now on."]


def _to_hear(lab: Lab, experiment: Experiment, outcome: Outcome, *, wanted: bool) -> list[str]:
    if not wanted:
        return []
    from voicelab.blind_tests import send
    from voicelab.tuning.outcome import takes_to_hear

    test = send(lab.listening, lab.experiments, lab.voices, experiment.id, takes_to_hear(experiment, outcome))
    return [f"Blind test {test.id}: `voicelab listen show {test.id}` says its link."]


def _answer(experiment: Experiment, outcome: Outcome, done: list[str]) -> Answer:
    from voicelab.tuning.outcome import named, outcome_json

    rows = [
        (
            named(each.setting) + (" (today)" if each.setting == outcome.today else ""),
            each.round,
            each.takes,
            f"{each.score:.1f}",
            "-" if each.low is None or each.high is None else f"{each.low:.1f} to {each.high:.1f}",
            each.seed,
            "yes" if each.apart else "",
        )
        for each in outcome.ranking
    ]
    shown = table(("SETTING", "ROUND", "TAKES", "SCORE", "95 %", "SEED", "SURELY WORSE"), rows)
    made = f"{outcome.takes} of the grid's {outcome.grid} takes, {outcome.spent_s / 60:.1f} minutes."
    lines = [*experiment.notes, shown, outcome.verdict, made, *done, f"Experiment {experiment.id}"]
    return Answer(outcome_json(experiment, outcome) | {"done": done}, "\n".join(lines))


def _split(values: str) -> tuple[str, ...]:
    return tuple(value.strip() for value in values.split(",") if value.strip())


def _sampling(given: list[str]) -> dict[str, tuple[float, ...]]:
    found = {}
    for each in given:
        name, equals, values = each.partition("=")
        if not equals:
            raise InvalidValue("sampling", f"{each!r} has no values: write temperature=0.6,0.9.")
        found[name.strip()] = tuple(_number("sampling", value) for value in _split(values))
    return found


def _number(name: str, value: str) -> float:
    try:
        return float(value)
    except ValueError as error:
        raise InvalidValue(name, f"{value!r} is no number.") from error
