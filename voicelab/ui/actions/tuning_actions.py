"""Searching for the best setting of a voice: what is wanted, its run, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from voicelab.blind_tests import send
from voicelab.compare.apply_take import use_take
from voicelab.errors import Cancelled, InvalidValue
from voicelab.tuning.objective import read_weights
from voicelab.tuning.outcome import named, outcome_of, takes_to_hear, winning_take
from voicelab.tuning.wish import Wish, begin
from voicelab.ui.actions.compare_actions import Compared, followed, known
from voicelab.ui.actions.listen_actions import tests
from voicelab.ui.actions.long_work import shown_as
from voicelab.ui.actions.updates import KEEP, Notice, Update, busy, notice, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.lab import Lab


class Heard(NamedTuple):
    """The outputs of making a blind test."""

    said: list[Notice]
    test: Update
    """The list of listening tests."""
    test_kept: str
    """Which of them is shown when their tab is opened."""


def search(  # noqa: PLR0913, PLR0917 - the fields of the form
    lab: Lab, page: str, voice: str | None, lines: str, lengths: list[str], minutes: float, weights: str
) -> Iterator[Compared]:
    """Begin a search and follow it. It goes on when the page is closed, and after “Go on” when the lab was ended."""
    if not voice:
        raise InvalidValue("voice", "Choose a voice first. If there is none yet, make one in the tab Make a voice.")
    wish = Wish(
        voice=voice,
        lines=tuple(lines.splitlines()),
        lengths_s=tuple(float(length) for length in lengths if length != "whole"),
        weights=read_weights(weights),
        budget_s=60 * float(minutes or 0),
    )
    begun = lab.searches.begin(page)
    try:
        steps = begin(wish, lab.voices, lab.engine, lab.experiments, lab.transcriber, begun.stop.is_set)
        experiment = yield from shown_as(steps, lambda doing: Compared(busy(f"{doing}…"), KEEP, KEEP, KEEP))
        begun.experiment = lab.comparisons.resume(experiment.id).id
        if begun.stop.is_set():
            lab.comparisons.cancel(experiment.id)
        yield from followed(lab, page, experiment.id)
    except Cancelled:
        yield Compared(said("Stopped before the first take."), KEEP, KEEP, KEEP)
    finally:
        lab.searches.end(page, begun)


def stop(lab: Lab, page: str) -> list[Notice]:
    """Stop the search that `page` began last: what it has made is kept, and “Go on” makes the rest."""
    begun = lab.searches.stop(page)
    if begun is None:
        return [notice("Nothing is searched for from this page.", "info", "Stop")]
    if begun.experiment:
        lab.comparisons.cancel(begun.experiment)
    return [notice("The search stops. Takes that were finished are kept; “Go on” makes the rest.", "info", "Stop")]


def use(lab: Lab, experiment_id: str | None) -> list[Notice]:
    """Let the voice speak with what came out first."""
    experiment = lab.experiments.get(known(lab, experiment_id))
    outcome = outcome_of(experiment, lab.voices)
    before = lab.voices.get(experiment.plan.voice).window
    voice = use_take(lab.experiments, lab.voices, experiment.id, winning_take(experiment, outcome))
    text = f"{voice.name} now speaks with {named(outcome.ranking[0].setting)}, seed {voice.recipe.seed}."
    if before and voice.window != before:
        text += f" Its clip was {before.start_s:.2f} to {before.end_s:.2f} s of the recording before."
    return [notice(text, "ok", "In use")]


def hear(lab: Lab, experiment_id: str | None) -> Heard:
    """Make a blind test of the two best and of today's setting, for the tab Listen."""
    experiment = lab.experiments.get(known(lab, experiment_id))
    takes = takes_to_hear(experiment, outcome_of(experiment, lab.voices))
    test = send(lab.listening, lab.experiments, lab.voices, experiment.id, takes)
    told = notice("The two best and today's setting are a blind test now, in the tab Listen.", "ok", "Sent")
    return Heard([told], tests(lab, test.id), test.id)
