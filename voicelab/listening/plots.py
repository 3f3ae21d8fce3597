"""Results as pictures: win matrix, forest plot, rating violins. Drawn for a light or a dark page."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.listening.answers import Answer
    from voicelab.listening.results import Analysis
    from voicelab.listening.values import ListeningTest

_LIGHT = {"ink": "#17202b", "muted": "#6b7684", "mark": "#b4470b"}
_DARK = {"ink": "#e8edf4", "muted": "#97a3b3", "mark": "#ffa45c"}
_LONGEST_LABEL = 38


def plot_names(test: ListeningTest) -> tuple[str, ...]:
    """Return the plots that make sense for a test."""
    if test.kind.compared != 2:  # noqa: PLR2004 - ratings
        return ("violins", "forest")
    return ("forest", "matrix") if test.kind.name == "ab" and len(test.settings) > 2 else ("forest",)  # noqa: PLR2004


def plot_png(name: str, test: ListeningTest, analysis: Analysis, answers: Sequence[Answer], *, dark: bool) -> bytes:
    """Return the plot `name` of `plot_names` as a PNG with a clear ground. `answers` are those of the analysis."""
    from matplotlib.figure import Figure  # no pyplot: its figures live until they are closed, and know one thread

    colours = _DARK if dark else _LIGHT
    rows = max(len(analysis.pairs), len(test.settings))
    figure = Figure(figsize=(8, 1.6 + 0.5 * rows if name == "forest" else 4.5), layout="constrained")
    axes = figure.add_subplot()
    {"forest": _forest, "matrix": _matrix, "violins": _violins}[name](axes, test, analysis, answers, colours)
    axes.tick_params(colors=colours["ink"])
    for text in (axes.xaxis.label, axes.yaxis.label, axes.title):
        text.set_color(colours["ink"])
    for spine in axes.spines.values():
        spine.set_color(colours["muted"])
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=150, transparent=True)
    return file.getvalue()


def _forest(axes: Any, test: ListeningTest, analysis: Analysis, _answers: object, colours: dict[str, str]) -> None:
    """One line per pair: what was found, with its interval, against what chance would give."""
    labels = []
    chance = 0.5 if test.kind.options and test.kind.compared == 2 and test.kind.name != "cmos" else 0.0  # noqa: PLR2004
    for row, pair in enumerate(analysis.pairs):
        first, second = (_short(test.settings[setting].label) for setting in (pair.first, pair.second))
        labels.append(f"{first}\nagainst {second}")
        if pair.difference is not None:
            point = (pair.difference.mean.mean, pair.difference.mean.low, pair.difference.mean.high)
        else:
            point = (pair.wins.share, pair.wins.low, pair.wins.high)
        middle, low, high = (math.nan if value is None else value for value in point)
        axes.plot([low, high], [row, row], color=colours["ink"], linewidth=2)
        axes.plot(middle, row, "D" if pair.tells else "o", color=colours["mark"], markersize=9)
        axes.annotate(
            f"n = {pair.wins.trials + pair.ties}",
            (1.01, row),
            xycoords=("axes fraction", "data"),
            color=colours["muted"],
            va="center",
        )
    axes.axvline(chance, color=colours["muted"], linestyle="--")
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    if chance:
        axes.set_xlim(0, 1)
        axes.set_xlabel("hits (chance is 0.5)" if test.kind.name == "abx" else "how often the upper one was preferred")
    else:
        axes.set_xlabel("how much better the upper one was rated, with 95 % interval")
    axes.set_title("Filled diamond: significant. Circle: not told apart.", fontsize=9)


def _matrix(axes: Any, test: ListeningTest, analysis: Analysis, _answers: object, colours: dict[str, str]) -> None:
    """How often the row was preferred to the column; as numbers, the colour only helps."""
    import numpy as np

    size = len(test.settings)
    shares = np.full((size, size), np.nan)
    for pair in analysis.pairs:
        if pair.wins.share is not None:
            shares[pair.first, pair.second] = pair.wins.share
            shares[pair.second, pair.first] = 1 - pair.wins.share
    axes.imshow(shares, cmap="PuOr_r", vmin=0, vmax=1)
    for row in range(size):
        for column in range(size):
            if not math.isnan(shares[row, column]):
                axes.text(
                    column,
                    row,
                    f"{shares[row, column]:.0%}",
                    ha="center",
                    va="center",
                    color="#17202b",
                    bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 2},
                )
    labels = [_short(setting.label) for setting in test.settings]
    axes.set_xticks(range(size), labels, rotation=20, ha="right")
    axes.set_yticks(range(size), labels)
    axes.set_title("Share of decided answers that preferred the row to the column", fontsize=9, color=colours["ink"])


def _violins(
    axes: Any, test: ListeningTest, analysis: Analysis, answers: Sequence[Answer], colours: dict[str, str]
) -> None:
    """Every rating as a point, their density around them, the mean with its interval."""
    import numpy as np

    scatter = np.random.default_rng(0)
    for setting in range(len(test.settings)):
        ratings = [
            rating for answer in answers if answer.role == "main" for of, rating in answer.ratings if of == setting
        ]
        if len(set(ratings)) > 1:
            body = axes.violinplot([ratings], [setting], widths=0.8, showextrema=False)["bodies"][0]
            body.set(facecolor=colours["muted"], alpha=0.3)
        axes.plot(setting + scatter.uniform(-0.12, 0.12, len(ratings)), ratings, ".", color=colours["muted"], alpha=0.7)
        mean = analysis.overall[setting].ratings
        if mean is not None and mean.mean is not None:
            if mean.low is not None:
                axes.plot([setting, setting], [mean.low, mean.high], color=colours["ink"], linewidth=3)
            axes.plot(setting, mean.mean, "D", color=colours["mark"], markersize=9)
    axes.set_xticks(range(len(test.settings)), [_short(each.label) for each in test.settings], rotation=15, ha="right")
    axes.set_ylim(*((-3, 103) if test.kind.rated else (0.7, 5.3)))
    axes.set_ylabel("rating")
    axes.set_title("Diamond: mean with its 95 % interval. Points: single ratings.", fontsize=9)


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"
