"""What is compared: lines × clip lengths × models × takes, on one voice."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from voicelab.compare.line_language import foreign_lines
from voicelab.compare.take import TakeSpecification
from voicelab.errors import EmptyText, InvalidValue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from voicelab.speech.ports import Prompt
    from voicelab.voices.library import VoiceLibrary

MAX_LINES = 20
ASK_ABOVE = 200
"""Takes of the whole grid that want a confirmation: at a minute each, which a slow machine takes, three hours."""
MAX_TAKES = 1000

T = TypeVar("T")


class TooMany(InvalidValue):
    """More takes than are made without asking: `Plan.many` says that the person was asked."""


@dataclass(frozen=True)
class Plan:
    """What the person asked for."""

    voice: str
    """Its slug."""
    lines: tuple[str, ...]
    lengths_s: tuple[float | None, ...]
    """Nominal seconds of the clip; None is the whole of it."""
    models: tuple[str, ...]
    """Catalogue names, repositories or folders; "auto" is this machine's default."""
    takes: int = 1
    """How many of each, with the seeds `seed`, `seed` + 1, …: the same ones in every cell, so that cells compare."""
    seed: int = 0
    many: bool = False
    """The person agreed to more than ASK_ABOVE takes."""

    def specifications(self) -> list[TakeSpecification]:
        """Return every take to make, ordered so that each model loads once and each cut of the clip is encoded once."""
        return [
            TakeSpecification(line, length_s, model, self.seed + number)
            for model in self.models
            for length_s in self.lengths_s
            for line in self.lines
            for number in range(self.takes)
        ]


@dataclass(frozen=True)
class SettledPlan:
    """A plan without doubles, with the cuts of the voice's clip it needs."""

    plan: Plan
    prompts: Mapping[float | None, Prompt]
    """One for each of the plan's lengths."""
    notes: tuple[str, ...]
    """What became of the plan, for the person."""


def settle(plan: Plan, library: VoiceLibrary, default_model: str) -> SettledPlan:
    """Check `plan`, resolve "auto" and leave out what would be made twice.

    Raises EmptyText, InvalidValue, UnknownVoice and, for a voice whose text does not fit, InvalidValue too.
    """
    voice = library.get(plan.voice)
    if voice.match == "mismatch":
        raise InvalidValue(
            "voice",
            f"The text of {voice.name} does not fit its audio, and one wrong word spoils every take. Open the voice, "
            "correct the marked words, save it again, then compare.",
        )
    notes: list[str] = []
    lines = _once([line.strip() for line in plan.lines if line.strip()], "line", notes)
    models = _once([default_model if model == "auto" else model for model in plan.models if model], "model", notes)
    plan = replace(plan, voice=voice.slug, lines=lines, models=models)
    _check(plan)
    prompts: dict[float | None, Prompt] = {}
    for length_s in plan.lengths_s:
        prompt = library.prompt(voice.slug, length_s)
        same = next((other for other, cut in prompts.items() if cut.key == prompt.key), ...)
        if same is ...:
            prompts[length_s] = prompt
            if length_s is not None and length_s > voice.seconds:
                notes.append(f"The clip is {voice.seconds:.1f} s long, so {length_s:g} s means the whole clip.")
        elif same != length_s:
            notes.append(f"{_length(length_s)} gives the same cut of the clip as {_length(same)}: it is spoken once.")
    notes += foreign_lines(lines, voice.language)
    plan = replace(plan, lengths_s=tuple(prompts))
    total = len(plan.specifications())
    if total > MAX_TAKES:
        raise InvalidValue(
            "takes",
            f"This makes {total} takes, and one comparison makes at most {MAX_TAKES}. Choose fewer lines, lengths, "
            "models or takes.",
        )
    if total > ASK_ABOVE and not plan.many:
        raise TooMany(
            "many",
            f"This makes {total} takes, which may take hours. Say that you want that many (--yes on the command line, "
            "the button “Yes, that many takes” on the page), or choose fewer lines, lengths, models or takes.",
        )
    return SettledPlan(plan, prompts, tuple(notes))


def _check(plan: Plan) -> None:
    if not plan.lines:
        raise EmptyText("There is no line to speak. Write at least one.")
    if len(plan.lines) > MAX_LINES:
        raise InvalidValue("lines", f"There are {len(plan.lines)} lines. Compare at most {MAX_LINES} at once.")
    if not plan.lengths_s:
        raise InvalidValue("lengths_s", "No clip length is chosen. Choose at least one, for example 15 s.")
    for length_s in plan.lengths_s:
        if length_s is not None and not (math.isfinite(length_s) and length_s > 0):
            raise InvalidValue("lengths_s", f"{length_s:g} s of a clip cannot be cut. Use seconds above 0.")
    if not plan.models:
        raise InvalidValue("models", "No model is chosen. Choose at least one.")
    if plan.takes < 1:
        raise InvalidValue("takes", "Make at least 1 take of each.")
    if not 0 <= plan.seed <= 2**32 - MAX_TAKES:
        raise InvalidValue("seed", f"The seed {plan.seed} is out of range: use 0 to {2**32 - MAX_TAKES}.")


def _once(values: Sequence[T], what: str, notes: list[str]) -> tuple[T, ...]:
    once = tuple(dict.fromkeys(values))
    if len(once) < len(values):
        notes.append(f"A {what} that is there twice is spoken once.")
    return once


def _length(length_s: float | None) -> str:
    return "the whole clip" if length_s is None else f"{length_s:g} s"
