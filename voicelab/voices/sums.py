"""SHA256SUMS of a voice's folder: what was saved, so that years later damage can be told from what is whole.

The format is that of sha256sum(1): `sha256sum -c SHA256SUMS` checks a folder without the lab. voice.json is not in it,
for it changes with every new recipe, and says itself when it is damaged.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from voicelab.files import is_plain, open_plain, read_plain, write_atomically

if TYPE_CHECKING:
    from pathlib import Path

SUMS = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64}) [ *]([A-Za-z0-9._-]+)")
_MOST_BYTES = 2**16


def write_sums(folder: Path, names: list[str]) -> None:
    """Write the sums of the files `names` of `folder`. Raises StorageFailed."""
    lines = [f"{_sum(folder / name)}  {name}\n" for name in sorted(names)]
    write_atomically(folder / SUMS, "".join(lines).encode())


def wrong_files(folder: Path) -> list[str] | None:
    """Return the names of files that are not what was saved, or are gone; None when there are no sums."""
    try:
        text = read_plain(folder / SUMS, _MOST_BYTES).decode(errors="replace")
    except FileNotFoundError:
        return None
    wrong = [] if text.strip() else [SUMS]
    for line in text.splitlines():
        found = _LINE.fullmatch(line)
        if not found:
            wrong.append(SUMS)
        elif not is_plain(folder / found[2]) or _sum(folder / found[2]) != found[1]:
            wrong.append(found[2])
    return wrong


def _sum(path: Path) -> str:
    with open_plain(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
