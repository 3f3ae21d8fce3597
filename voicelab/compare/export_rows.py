"""A comparison as rows, one per take, for tables, CSV and JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from voicelab import __version__
from voicelab.compare.summary import settings_of
from voicelab.errors import InvalidValue
from voicelab.files import write_atomically
from voicelab.spreadsheets import csv_text

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.compare.experiment import Experiment
    from voicelab.compare.take import Take


def row(take: Take) -> dict[str, Any]:
    """Return every field of `take`, those of its details among them; its own win.

    `dnsmos_overall` is `noise` under a name that says that higher is cleaner.
    """
    fields = asdict(take)
    details = fields.pop("details") or {}
    details["measure_notes"] = details.pop("notes", ())
    return details | fields | {"dnsmos_overall": take.noise}


def export(experiment: Experiment, path: Path) -> None:
    """Write the takes to `path`, as CSV or JSON by its ending. Raises InvalidValue, StorageFailed."""
    write = _KINDS[checked_ending(path)]
    write_atomically(path, write(experiment).encode())


def checked_ending(path: Path) -> str:
    """Return what kind of export the name of `path` asks for. Raises InvalidValue."""
    kind = path.suffix.lower()
    if kind not in _KINDS:
        raise InvalidValue("export", f"An export is CSV or JSON, and {path.name} is neither: end it in .csv or .json.")
    return kind


def as_json(experiment: Experiment) -> str:
    """Return the whole experiment as JSON."""
    fields = asdict(experiment) | {
        "takes": [row(take) for take in experiment.takes],
        "settings": [asdict(setting) for setting in settings_of(experiment)],
        "voicelab": __version__,
    }
    return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"


def as_csv(experiment: Experiment) -> str:
    """Return one row per take. Text that a spreadsheet would run as a formula begins with an apostrophe."""
    rows = [row(take) for take in experiment.takes]
    names = list(dict.fromkeys(name for each in rows for name in each))
    return csv_text(names, rows)


_KINDS = {".json": as_json, ".csv": as_csv}
