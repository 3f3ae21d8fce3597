"""A comparison as rows, one per take, for tables, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from voicelab import __version__
from voicelab.compare.summary import settings_of
from voicelab.errors import InvalidValue
from voicelab.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.compare.experiment import Experiment
    from voicelab.compare.take import Take

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the start of a cell."""


def row(take: Take) -> dict[str, Any]:
    """Return every field of `take`, those of its details among them; its own win."""
    fields = asdict(take)
    details = fields.pop("details") or {}
    details["measure_notes"] = details.pop("notes", ())
    return details | fields


def export(experiment: Experiment, path: Path) -> None:
    """Write the takes to `path`, as CSV or JSON by its ending. Raises InvalidValue, StorageFailed."""
    kind = path.suffix.lower()
    if kind == ".json":
        content = as_json(experiment)
    elif kind == ".csv":
        content = as_csv(experiment)
    else:
        raise InvalidValue("export", f"An export is CSV or JSON, and {path.name} is neither: end it in .csv or .json.")
    write_atomically(path, content.encode())


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
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(names)
    writer.writerows([_cell(each.get(name)) for name in names] for each in rows)
    return file.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        value = " | ".join(str(each) for each in value)
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return str(value)
