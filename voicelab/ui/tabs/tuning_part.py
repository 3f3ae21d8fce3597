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
    stop: gr.Button
    use: gr.Button
    hear: gr.Button
    wishes: Sequence[gr.components.Component]
    """Minutes, and the weights of the objective."""


def tuning_part() -> TuningPart:
    """Build the fields and buttons of the search."""
    with gr.Accordion("Let the lab find the best setting", open=False, elem_id="compare-tuning"):
        gr.Markdown(
            "Tries other stretches of the recording, the lengths above, the models on this machine and seeds: many "
            "short takes first, few long ones last, by what is measured. Ends with a ranking, and says where nothing "
            "can be told apart.",
            elem_classes="vl-muted",
        )
        with gr.Row():
            minutes = gr.Number(30, label="Minutes it may take", elem_id="tuning-minutes", min_width=160)
            weights = gr.Textbox(
                ", ".join(f"{part}={weight:g}" for part, weight in WEIGHTS.items()),
                label="What counts, and how much",
                info="; ".join(f"{part}: {about}" for part, about in ABOUT.items()),
                max_lines=1,
                scale=3,
                elem_id="tuning-weights",
            )
        with gr.Row(elem_classes="vl-line-up"):
            search = gr.Button("Search", variant="primary", elem_id="tuning-search", **SMALL)
            stop = gr.Button("Stop searching", elem_id="tuning-stop", **SMALL)
            hear = gr.Button("Blind test of the best", elem_id="tuning-hear", **SMALL)
            use = gr.Button("Use the winner", elem_id="tuning-use", **SMALL)
    return TuningPart(search, stop, use, hear, [minutes, weights])
