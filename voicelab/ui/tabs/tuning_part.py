"""Compare: the lab does the searching that people do by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import gradio as gr

from voicelab.tuning.objective import ABOUT, WEIGHTS
from voicelab.ui.tabs.widgets import SMALL

if TYPE_CHECKING:
    from collections.abc import Sequence


class TuningPart(NamedTuple):
    """What the tab binds."""

    search: gr.Button
    use: gr.Button
    hear: gr.Button
    wishes: Sequence[gr.components.Component]
    """Minutes, windows, and a weight for each part of the objective."""


def tuning_part() -> TuningPart:
    """Build the fields and buttons of the search."""
    with gr.Accordion("Let the lab find the best setting", open=False, elem_id="compare-tuning"):
        gr.Markdown(
            "Tries other stretches of the recording, the lengths and models above and seeds: many short takes first, "
            "few long ones last, by what is measured. Ends with a ranking, and says where nothing can be told apart.",
            elem_classes="vl-muted",
        )
        with gr.Row():
            minutes = gr.Number(30, label="Minutes it may take", minimum=1, elem_id="tuning-minutes")
            windows = gr.Number(
                10, label="Stretches of the recording", precision=0, minimum=0, maximum=10, info="Of each length"
            )
        with gr.Row():
            weights = [
                gr.Slider(0, 5, weight, step=0.5, label=part.replace("_", " "), info=ABOUT[part], min_width=160)
                for part, weight in WEIGHTS.items()
            ]
        with gr.Row(elem_classes="vl-line-up"):
            search = gr.Button("Search", variant="primary", elem_id="tuning-search", **SMALL)
            hear = gr.Button("Blind test of the best", elem_id="tuning-hear", **SMALL)
            use = gr.Button("Use the winner", elem_id="tuning-use", **SMALL)
    return TuningPart(search, use, hear, [minutes, windows, *weights])
