"""Keeps the figures of each clip in a file, so that a measurement that was cut goes on where it stopped.

One line of JSON per clip. A line counts only for the sources and the model that made it: after a change of the code
that is measured, or of the benchmark, everything is measured anew.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from pathlib import Path

from tests.transcripts.bench.measure import Count, Figures

_ROOT = Path(__file__).parents[3]
_MEASURED = ("voicelab/transcripts", "voicelab/clips", "voicelab/engines/preview", "tests/transcripts/bench")
_COUNTS = ("found", "blamed", "suggested")


def fingerprint(*settings: str) -> str:
    """Return a digest of the sources that are measured and of `settings` (the model, say)."""
    digest = hashlib.sha256("\0".join(settings).encode())
    for folder in _MEASURED:
        for file in sorted((_ROOT / folder).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


class Saved:
    """The figures of clips that were measured before, and of those that are measured now."""

    def __init__(self, file: Path | None, made_by: str) -> None:
        """Read what `file` holds of `made_by` (a fingerprint); None keeps nothing."""
        self._file, self._made_by = file, made_by
        self._clips: dict[str, Figures] = {}
        if file is None or not file.exists():
            return
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # a line that was being written when the measurement was cut
            if entry["made_by"] == made_by:
                self._clips[entry["clip"]] = _read(entry)

    def get(self, clip: str) -> Figures | None:
        """Return the figures of a clip (its name), None where it has yet to be measured."""
        return self._clips.get(clip)

    def keep(self, clip: str, figures: Figures) -> None:
        """Write the figures of a clip down at once."""
        self._clips[clip] = figures
        if self._file is None:
            return
        entry: dict[str, object] = {"made_by": self._made_by, "clip": clip, "missed": figures.missed}
        for name in _COUNTS:
            entry[name] = [[*key, count.hits, count.of] for key, count in getattr(figures, name).items()]
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as lines:
            lines.write("\n" * _cut_short(self._file) + json.dumps(entry) + "\n")


def _cut_short(file: Path) -> bool:
    written = file.read_bytes()
    return bool(written) and not written.endswith(b"\n")


def _read(entry: dict[str, list[tuple[str, str, int, int]]]) -> Figures:
    figures = Figures(missed=[str(line) for line in entry["missed"]])
    for name in _COUNTS:
        counts: defaultdict[tuple[str, str], Count] = getattr(figures, name)
        for kind, condition, hits, of in entry[name]:
            counts[kind, condition].add(hits, of)
    return figures
