"""Tables as CSV that a spreadsheet opens: what people wrote stays text, whichever sign separates its cells."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_FORMULA = re.compile(r"(?:^|(?<=[;,|\t\r\n]))(?=[\s\x00]*[=+\-@\uff1d\uff0b\uff0d\uff20])")
"""Before what a spreadsheet may take for a formula: where a cell begins, or would begin for one that ends cells at a
semicolon, a tab or a line feed (OWASP, CSV Injection); the last four are the signs at their full width."""


def csv_text(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return a header of `names` and the `rows` as CSV (RFC 4180), every cell quoted; what a row lacks is empty.

    Sequences are joined by " | ". Text that would be a formula gets an apostrophe before it.
    """
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow([_cell(name) for name in names])
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return file.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        value = " | ".join(str(each) for each in value)
    return _FORMULA.sub("'", value) if isinstance(value, str) else str(value)
