"""Verifying a model on this machine: begun and stopped here, followed while it runs, and told of afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.errors import InvalidValue
from voicelab.models.catalogue import catalogue, on_disk
from voicelab.models.registry import registry
from voicelab.ui.actions.updates import IDLE, Notice, Progress, Update, busy, choices, notice, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.lab import Lab
    from voicelab.speech.proof import Check, Outcome
    from voicelab.ui.actions.updates import Level
    from voicelab.verify.verifier import VerifyState

LEVELS: dict[Outcome, Level] = {"pass": "ok", "fail": "fail", "skip": "info"}


class Verified(NamedTuple):
    """The outputs of verifying."""

    progress: Progress
    found: list[Notice]


class Shown(NamedTuple):
    """The outputs of a look at what was verified."""

    models: Update | Any
    progress: Progress
    found: list[Notice]


def verify(lab: Lab, model: str | None) -> Iterator[Verified]:
    """Begin to verify `model` and follow it. It goes on when the page is closed."""
    if not model:
        raise InvalidValue("model", "No model that can be verified is on this machine's disk. Download one above.")
    lab.verifier.start(model)
    for state in lab.verifier.watch():
        yield _shown(state)


def stop(lab: Lab) -> Progress:
    """Stop it; who follows it sees what was found so far."""
    running = lab.verifier.state().running
    lab.verifier.stop()
    return said("Stopping." if running else "Nothing is being verified.")


def look(lab: Lab) -> Shown:
    """Offer the models that can be verified; show what runs or was found, else the verdict kept of the first."""
    names = [model.name for model in catalogue() if registry().engine(model.engine).proof and on_disk(model)]
    state = lab.verifier.state()
    chosen = state.model if state.model in names else next(iter(names), None)
    options = choices([(name, name) for name in names], chosen)
    if not names and not state.model:
        return Shown(options, said("There is nothing to verify before a model is on this machine's disk."), [])
    if state.model:
        return Shown(options, *_shown(state))
    kept = lab.verifier.kept(chosen) if chosen else None
    if kept is None:
        return Shown(options, IDLE, [])
    return Shown(options, said(kept.sentence), _rows(kept.checks))


def _shown(state: VerifyState) -> Verified:
    rows = _rows(state.checks)
    if state.running:
        return Verified(busy(f"{state.model}: {state.doing}"), rows)
    if state.message:
        rows.append(notice(state.message, "warn", "Verify"))
    return Verified(said(state.verdict.sentence) if state.verdict else IDLE, rows)


def _rows(checks: tuple[Check, ...]) -> list[Notice]:
    return [notice(check.message, LEVELS[check.outcome], check.name) for check in checks]
