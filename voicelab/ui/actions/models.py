"""What can be chosen where a model is asked for, and what this machine has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.engines.catalogue import CATALOGUE, on_disk
from voicelab.engines.choice import engines

if TYPE_CHECKING:
    from voicelab.lab import Lab

RECOGNIZERS = ("large-v3-turbo", "large-v3", "medium", "small", "base", "tiny", "tiny.en")


class Machine(NamedTuple):
    """The outputs of a look at this machine, one table each."""

    engines: dict[str, Any]
    models: dict[str, Any]
    recognizers: dict[str, Any]


def model_choices() -> list[tuple[str, str]]:
    """Every catalogue model: what is shown, and its name."""
    return [(f"{model.name}: {model.note.split('.')[0]}", model.name) for model in CATALOGUE]


def machine(lab: Lab) -> Machine:
    """Say which engines, models and recognizers there are, on disk or not, and why."""
    default_model, reason = lab.engine.default_model()
    rows = [[engine["name"], "yes" if engine["available"] else "no", engine["reason"]] for engine in engines()]
    rows.append(["default model", default_model, reason])
    return Machine(
        {"columns": ["Engine", "Available", "Why"], "rows": rows},
        {
            "columns": ["Model", "On disk", "Download", "Memory", "What it is"],
            "rows": [
                [
                    model.name,
                    "comes with the lab" if model.name == "preview" else ("yes" if on_disk(model) else "no"),
                    _gigabytes(model.size_bytes),
                    _gigabytes(model.memory_bytes),
                    model.note,
                ]
                for model in CATALOGUE
            ],
        },
        {
            "columns": ["Recognizer", "On disk", "About"],
            "rows": [
                [info.name, "yes" if info.on_disk else "no", info.reason] for info in lab.transcriber.recognizers()
            ],
        },
    )


def _gigabytes(size_bytes: int | None) -> str:
    return f"{size_bytes / 1e9:.2f} GB" if size_bytes else "–"
