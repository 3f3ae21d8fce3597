"""A comparison as one HTML file that needs nothing else: players, plots, tables, recipe and versions."""

from __future__ import annotations

import base64
import json
import platform
from dataclasses import asdict
from html import escape
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from voicelab import __version__
from voicelab.clips.loudness import matched
from voicelab.clips.wav import flac_bytes, read_flac
from voicelab.compare.export_rows import row
from voicelab.compare.measure_guide import MEASURES
from voicelab.compare.measure_versions import version_notes
from voicelab.compare.plots import scatter_svg
from voicelab.compare.summary import settings_of
from voicelab.files import write_atomically
from voicelab.models.registry import registry
from voicelab.text.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from voicelab.clips.clip import Clip
    from voicelab.compare.experiment import Experiment
    from voicelab.compare.experiments import ExperimentStore
    from voicelab.compare.summary import Mean
    from voicelab.compare.take import Take

_SOFTWARE = ("faster-whisper", "speechmos", "num2words", "numpy")
"""Besides what the engines name."""
_LEVELS = (
    "What is played here is equally loud within 0.2 LU, line by line, with no true peak above -1 dBTP: quieter than "
    "the takes themselves, so that the louder one does not seem the better one."
)
_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 72rem; margin: 0 auto; padding: 1rem;
  color: light-dark(#1e293b, #e2e8f0); background: light-dark(#fff, #0b0f19); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid light-dark(#d5d9e0, #3a414c); text-align: left;
  vertical-align: top; white-space: nowrap; }
td.text { white-space: normal; min-width: 24rem; }
audio { height: 2rem; width: 15rem; }
dt { font-weight: 600; }
img { max-width: 100%; }
"""


def write_report(experiment: Experiment, store: ExperimentStore, path: Path) -> None:
    """Write the report of `experiment` to `path`. Raises UnreadableFile, StorageFailed."""
    write_atomically(path, report(experiment, store).encode())


def report(experiment: Experiment, store: ExperimentStore) -> str:
    """Return the report of `experiment` as HTML. The players have copies that are equally loud, line by line."""
    lines = list(dict.fromkeys(take.line for take in experiment.takes))
    parts = [
        f"<h1>{escape(experiment.voice_name)}: {counted(len(experiment.takes), 'take')}</h1>",
        f"<p>{escape(experiment.title)}. Made with Voice Lab {escape(__version__)}.</p>",
        "".join(f"<p>{escape(note)}</p>" for note in (*experiment.notes, *version_notes(experiment))),
        _cuts(experiment),
        "<h2>Settings</h2>",
        _settings(experiment),
        _scatter(experiment),
        f"<h2>Takes</h2><p>{_LEVELS}</p>",
        *(_line(experiment, store, line) for line in lines),
        "<h2>What the measures are</h2><dl>",
        *(f"<dt>{escape(a.label)}</dt><dd>{escape(a.what)} <i>{escape(a.source)}</i></dd>" for a in MEASURES),
        "</dl><h2>Recipe</h2>",
        f"<pre>{escape(json.dumps(_recipe(experiment), indent=2, ensure_ascii=False))}</pre>",
    ]
    title = escape(f"{experiment.voice_name}: comparison")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _cuts(experiment: Experiment) -> str:
    if not experiment.cuts:
        return ""
    cuts = "".join(f"<li>{escape(cut.told)}</li>" for cut in experiment.cuts)
    return f"<h2>Cuts of the clip, each with its words</h2><ul>{cuts}</ul>"


def _settings(experiment: Experiment) -> str:
    headings = (
        "Model",
        "Clip",
        "Takes",
        "Failed",
        "Bled",
        "RTF",
        "Likeness",
        "Word errors",
        "Cleanness",
        "Peak memory",
    )
    rows = [
        (
            setting.model,
            setting.variant or _length(setting.length_s),
            str(setting.takes),
            str(setting.failed),
            str(setting.bled),
            _mean(setting.rtf),
            _mean(setting.likeness),
            _mean(setting.word_error_rate),
            _mean(setting.noise),
            f"{setting.peak_memory_bytes / 1e9:.2f} GB" if setting.peak_memory_bytes else "–",
        )
        for setting in settings_of(experiment)
    ]
    return _table(headings, ([escape(cell) for cell in cells] for cells in rows)) + (
        "<p>Means with their 95 % intervals (Student's t); where intervals overlap widely, the takes do not tell.</p>"
    )


def _scatter(experiment: Experiment) -> str:
    pictures = {ground: scatter_svg(experiment, ground) for ground in ("light", "dark")}
    if not pictures["light"]:
        return ""
    light, dark = (_data("image/svg+xml", pictures[ground]) for ground in ("light", "dark"))
    return (
        f'<picture><source media="(prefers-color-scheme: dark)" srcset="{dark}">'
        f'<img src="{light}" alt="Likeness against word errors, one mark per take"></picture>'
    )


def _line(experiment: Experiment, store: ExperimentStore, line: str) -> str:
    takes = [take for take in experiment.takes if take.line == line]
    made = [take for take in takes if take.failure is None]
    copies = matched([read_flac(store.take_path(experiment.id, take.id)) for take in made])
    players = {take.id: _player(copy) for take, copy in zip(made, copies, strict=True)}
    headings = ("Listen", "Model", "Clip", "Seed", *(about.label for about in MEASURES), "Remarks")
    rows = ([players.get(take.id, "failed"), *_cells(take)] for take in takes)
    return f"<h3>{escape(line)}</h3>" + _table(headings, rows)


def _player(clip: Clip) -> str:
    source = _data("audio/flac", flac_bytes(clip.samples, clip.sample_rate))
    return f'<audio controls preload="none" src="{source}"></audio>'


def _cells(take: Take) -> list[str]:
    fields = row(take)
    values = [_shown(about.field, fields.get(about.field)) for about in MEASURES]
    bled = f"“{' '.join(fields.get('bleed_words') or ())}”" if take.bleed else ""
    by = f"spoken by {take.worker}" if take.worker else ""
    remarks = [take.failure or "", bled, by, "favourite" if take.favourite else "", take.comment, *take.notes]
    return [
        escape(cell)
        for cell in (
            take.model,
            take.variant or _length(take.length_s),
            str(take.seed),
            *values,
            " · ".join(remark for remark in remarks if remark),
        )
    ]


def _shown(field: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return "–"
    if field.endswith("_bytes"):
        return f"{value / 1e9:.2f} GB"
    return f"{value:.0%}" if field == "word_error_rate" else f"{value:.3g}"


def _mean(mean: Mean | None) -> str:
    if mean is None:
        return "–"
    if mean.same:
        return f"{mean.mean:.3g} (all the same)"
    if mean.low is None or mean.high is None:
        return f"{mean.mean:.3g} (of {mean.count})"
    return f"{mean.mean:.3g} ({mean.low:.3g} to {mean.high:.3g})"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of cells that are HTML already; the last column may be long."""
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    body = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells[:-1])}<td class='text'>{cells[-1]}</td></tr>"
        for cells in rows
    )
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _recipe(experiment: Experiment) -> dict[str, object]:
    versions = {}
    for package in (*(package for engine in registry().engines for package in engine.packages), *_SOFTWARE):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return {
        "experiment": experiment.id,
        "plan": asdict(experiment.plan),
        "sampling": asdict(experiment.sampling),
        "voice_key": experiment.voice_key,
        "yardstick": asdict(experiment.yardstick) if experiment.yardstick else None,
        "machine": f"{platform.platform()}, Python {platform.python_version()}",
        "versions": versions,
    }


def _length(length_s: float | None) -> str:
    return "whole" if length_s is None else f"{length_s:g} s"


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
