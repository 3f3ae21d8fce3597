"""What listening tests are made of, as plain values: takes and settings come in, tests go out."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from voicelab.errors import InvalidValue
from voicelab.listening.design import CATCH_SHARE, Wishes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from voicelab.listening.kinds import Kind

MAX_TRIALS = 100
MAX_QUESTION = 300
MAX_DAYS = 365
LABELLED_REFERENCE = -1
"""The place, in a trial, of the reference that listeners know as such; the others are 0, 1, …"""
PLANNED_LISTENERS = 8
"""What page and command line begin with."""
Mode = Literal["restart", "sync"]
MODES: tuple[Mode, ...] = ("restart", "sync")
"""Changing the stimulus starts it from the beginning, or goes on at the same time in the other one."""


@dataclass(frozen=True)
class Setting:
    """One of the things that are compared."""

    key: str
    """Stable, for programs."""
    label: str
    """For the person, in results only: listeners never see it."""


@dataclass(frozen=True)
class TakeFile:
    """A take of an experiment, as a listening test needs it."""

    id: str
    setting: str
    """Key of its Setting."""
    item: str
    """What is spoken; takes of the same item are compared with each other."""
    path: Path
    """A FLAC file of 16-bit mono."""


@dataclass(frozen=True)
class Source:
    """An experiment, as a listening test needs it."""

    experiment: str
    title: str
    settings: tuple[Setting, ...]
    items: tuple[str, ...]
    takes: tuple[TakeFile, ...]
    reference: Path | None
    """WAV file of the real clip; None when the voice is gone."""
    recording: Path | None = None
    """The recording that the clip was cut from, any audio file; None where it was not kept."""
    window: tuple[float, float] | None = None
    """Where in the recording the clip lies, in seconds; None where that is not known."""
    stranger: Path | None = None
    """WAV file of another speaker's clip; None where there is no other voice."""


@dataclass(frozen=True)
class Options:
    """What the owner may choose besides kind, settings and lines."""

    question: str = ""
    """Empty: the kind's own."""
    trials: int = 20
    """Per listener, without practice and catch trials; fewer where there is less to compare."""
    catch_share: float = CATCH_SHARE
    """Catch trials per trial."""
    practice: bool = True
    """Begin with a trial that does not count."""
    anchor: bool = True
    """Similarity: put the reference through 3.5 kHz, and another speaker, among the stimuli."""
    back: bool = False
    """Listeners may go back and change answers until they finish."""
    mode: Mode = "restart"
    """How the page begins; listeners may change it."""
    ask_name: bool = False
    """Listeners say who they are."""
    code: str = ""
    """Listeners must know it; empty: nobody is asked."""
    days: float = 14.0
    """The link works so long; 0 is for ever."""
    max_answers: int = 0
    """The link closes with so many; 0 is no limit."""
    max_listeners: int = 1000
    """So many may begin, whether they finish or not; 0 is no limit."""
    listeners: int = 0
    """Results are kept back until so many have finished, and made of what was answered until then: who looks after
    every answer finds a difference where there is none several times as often as p says. 0: no number was fixed."""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Options:
        """Return the options that `values` give, checked, the defaults for the rest. Raises InvalidValue."""
        unknown = set(values) - {field.name for field in fields(cls)}
        if unknown:
            raise InvalidValue(min(unknown), f"There is no option {min(unknown)!r} of a listening test.")
        options = cls(**values)
        for name, kind in (("practice", bool), ("anchor", bool), ("back", bool), ("ask_name", bool)):
            if type(getattr(options, name)) is not kind:
                raise InvalidValue(name, f"{name} is yes or no.")
        for name, most in (("question", MAX_QUESTION), ("code", 64), ("mode", 16)):
            value = getattr(options, name)
            if not isinstance(value, str) or len(value) > most:
                raise InvalidValue(name, f"Write at most {most} characters for the {name}.")
            if "\0" in value:
                raise InvalidValue(name, f"The {name} holds a character that cannot be seen. Type it anew.")
        _check_number("trials", options.trials, 1, MAX_TRIALS)
        _check_number("catch_share", options.catch_share, 0, 0.5, whole=False)
        _check_number("days", options.days, 0, MAX_DAYS, whole=False)
        _check_number("max_answers", options.max_answers, 0, 1_000_000)
        _check_number("max_listeners", options.max_listeners, 0, 1_000_000)
        _check_number("listeners", options.listeners, 0, 10_000)
        if options.mode not in MODES:
            raise InvalidValue("mode", f"The mode is {' or '.join(MODES)}.")
        return options

    @property
    def wishes(self) -> Wishes:
        """The part that the design of sessions needs."""
        return Wishes(self.trials, self.catch_share, self.practice)


def _check_number(name: str, value: object, least: float, most: float, *, whole: bool = True) -> None:
    kinds = (int,) if whole else (int, float)
    if type(value) not in kinds or not math.isfinite(value) or not least <= value <= most:  # type: ignore[arg-type,operator]  # a number by then
        raise InvalidValue(name, f"{name} must be {'a whole number' if whole else 'a number'} from {least} to {most}.")


@dataclass(frozen=True)
class ListeningTest:
    """A test and how far it is."""

    id: str
    created: float
    """Unix seconds, as all times here."""
    kind: Kind
    title: str
    experiment: str
    options: Options
    settings: tuple[Setting, ...]
    items: tuple[str, ...]
    token: str
    expires: float | None
    revoked: float | None
    cells: int
    """How many different trials there are."""
    minutes: float
    """About how long one listener takes."""
    listeners: int = 0
    finished: int = 0
    """Listeners who came to the end."""
    answers: int = 0
    """Without practice."""
    notes: tuple[str, ...] = ()
    """What the owner should know of the design."""
    made: tuple[str, ...] = ()
    """How the stimuli were made, in sentences for a report; empty for tests from before these were kept."""

    most_from_one_address: int = 0
    """Of the listeners who began, as many as came from one network address, where that was kept."""
    looks: int = 0
    """How often the owner looked before the planned listeners had finished."""
    complete_at: float | None = None
    """When the last of the planned listeners finished; None before, and where no number was fixed."""

    @property
    def hidden(self) -> bool:
        """Whether results are kept back: there are some, the planned listeners are not through, nobody has looked."""
        return bool(self.answers and self.options.listeners and self.complete_at is None and not self.looks)

    @property
    def question(self) -> str:
        """What listeners are asked."""
        return self.options.question or self.kind.question
