"""What actions return besides plain values: how a component should look. `bind` turns it into Gradio's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.speech.ports import JobUpdate

Level = Literal["ok", "warn", "fail", "info"]


class Notice(TypedDict):
    """One row of the notices widget."""

    level: Level
    label: str
    text: str


class Progress(TypedDict):
    """What the progress widget shows; an empty message hides it."""

    message: str
    fraction: float | None
    busy: bool


@dataclass(frozen=True)
class Update:
    """New properties of a component instead of a new value."""

    properties: dict[str, Any]


class _Keep:
    """The component stays as it is."""


KEEP = _Keep()


def choices(options: Sequence[tuple[str, str]], value: str | list[str] | None) -> Update:
    """Offer `options` (what is shown, what it means) with `value` chosen."""
    return Update({"choices": list(options), "value": value})


def shown(visible: bool) -> Update:
    """Show or hide a component."""
    return Update({"visible": visible})


def notice(text: str, level: Level = "info", label: str = "") -> Notice:
    """One row."""
    return {"level": level, "label": label, "text": text}


def busy(message: str, fraction: float | None = None) -> Progress:
    """Show that work goes on."""
    return {"message": message, "fraction": fraction, "busy": True}


def said(message: str) -> Progress:
    """Show that the work is over."""
    return {"message": message, "fraction": None, "busy": False}


IDLE = said("")


def job_progress(update: JobUpdate) -> Progress:
    """Show where a job is."""
    return busy(update.message, update.fraction)
