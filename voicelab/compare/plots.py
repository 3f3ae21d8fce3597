"""Pictures of a comparison: legible on light and dark ground, in grey and for the colour-blind."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from voicelab.clips.pictures import spectrogram_png
from voicelab.clips.pitch import pitch_curve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.clips.clip import Clip
    from voicelab.compare.experiment import Experiment

Ground = Literal["light", "dark"]

_INK = {"light": "#333a44", "dark": "#d5dae2"}
_FAINT = {"light": "#c9ced6", "dark": "#454c58"}
_COLOURS = {
    "light": ("#0072b2", "#d55e00", "#009e73", "#b5569a", "#8a6d00", "#2f4b7c"),
    "dark": ("#56b4e9", "#ff8f4a", "#35d0a5", "#e59cc6", "#f0d24a", "#a9b8d8"),
}
"""After Okabe and Ito (2008); each setting has a shape of its own besides."""
_LEAST_PERCENT = 10.0
"""Of word errors that the axis shows, so that takes without any stand at its edge."""
_SHAPES = "osD^vPX*<>"


def scatter_svg(experiment: Experiment, ground: Ground) -> bytes:
    """Return an SVG of likeness against word errors, a shape and colour per setting; empty without measured takes."""
    figure, axes = _figure(ground, (7.0, 3.8))
    groups: dict[str, list[tuple[float, float]]] = {}
    for take in experiment.takes:
        if take.likeness is not None and take.word_error_rate is not None and not take.repaired_from:
            length = take.variant or ("whole clip" if take.length_s is None else f"{take.length_s:g} s")
            groups.setdefault(f"{take.model}, {length}", []).append((take.word_error_rate * 100, take.likeness))
    if not groups:
        return b""
    colours = _COLOURS[ground]
    for number, (name, points) in enumerate(groups.items()):
        style = {"marker": _SHAPES[number % len(_SHAPES)], "color": colours[number % len(colours)]}
        axes.scatter(*zip(*points, strict=True), label=name, s=55, alpha=0.85, edgecolors=_INK[ground], **style)
    yardstick = experiment.yardstick
    lines = (
        ((yardstick.self_likeness, "the voice with itself"), (yardstick.other_likeness, "another voice"))
        if (yardstick)
        else ()
    )
    for value, name in lines:
        if value is not None:
            axes.axhline(value, color=_INK[ground], linewidth=1, linestyle="--", alpha=0.7)
            axes.annotate(name, (1, value), xycoords=("axes fraction", "data"), ha="right", va="bottom", fontsize=8,
                          color=_INK[ground])  # fmt: skip
    worst = max(errors for points in groups.values() for errors, _likeness in points)
    axes.set_xlim(-_LEAST_PERCENT / 20, 1.05 * max(_LEAST_PERCENT, worst))
    axes.set_xlabel("word errors, % (left is better)")
    axes.set_ylabel("likeness (up is better)")
    figure.legend(loc="outside right upper", frameon=False, fontsize=8, labelcolor=_INK[ground])
    return _saved(figure, "svg")


def pair_png(clips: Sequence[Clip], names: Sequence[str], ground: Ground, width_in: float = 9.0) -> bytes:
    """Return a PNG of the clips' spectrograms one above the other, each with its pitch curve, on one scale of time.

    `width_in` is its width in inches of 110 pixels; what is written in it stays as large.
    """
    from PIL import Image

    figure, rows = _figure(ground, (width_in, 2.6 * len(clips)), rows=len(clips))
    longest_s = max(clip.seconds for clip in clips)
    for axes, clip, name in zip(rows, clips, names, strict=True):
        picture = np.asarray(Image.open(io.BytesIO(spectrogram_png(clip, 900, 200))))
        axes.imshow(picture, extent=(0, clip.seconds, 0, 1), aspect="auto", interpolation="nearest")
        axes.set_yticks([])
        axes.set_title(name, fontsize=9, color=_INK[ground], loc="left")
        axes.set_xlim(0, longest_s)
        melody = axes.twinx()
        curve = pitch_curve(clip)
        if curve:
            times, hertz = zip(*curve, strict=True)
            melody.scatter(times, hertz, s=9, color="#00e5ff", edgecolors="black", linewidths=0.3)
        melody.set_ylim(50, 500)
        melody.set_yscale("log")
        melody.set_yticks([60, 100, 200, 400], ["60", "100", "200", "400"])
        melody.set_yticks([], minor=True)
        melody.set_ylabel("pitch, Hz (dots)", fontsize=8)
        _inked(melody, ground)
    rows[-1].set_xlabel("seconds")
    return _saved(figure, "png")


def _figure(ground: Ground, size: tuple[float, float], rows: int = 1) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(rows, 1, squeeze=False)[:, 0]
    for each in axes:
        _inked(each, ground)
    if rows == 1:
        axes[0].grid(color=_FAINT[ground], linewidth=0.6)
        axes[0].set_axisbelow(True)
        return figure, axes[0]
    return figure, axes


def _inked(axes: Any, ground: Ground) -> None:
    axes.set_facecolor("none")
    axes.tick_params(colors=_INK[ground], labelsize=8)
    for label in (axes.xaxis.label, axes.yaxis.label):
        label.set_color(_INK[ground])
    for spine in axes.spines.values():
        spine.set_color(_FAINT[ground])


def _saved(figure: Any, kind: str) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format=kind, transparent=True, dpi=110)
    return file.getvalue()
