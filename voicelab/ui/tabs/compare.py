"""Compare: clip lengths × models × takes on one voice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from voicelab.ui.actions import compare as actions
from voicelab.ui.actions.models import model_choices
from voicelab.ui.bind import bind
from voicelab.ui.tabs.widgets import QUIET, widget

if TYPE_CHECKING:
    from voicelab.lab import Lab

LINES = "The universe is so vast, and here I am, speaking from a fifteen-second sample."


def compare_tab(lab: Lab, page: gr.Blocks) -> gr.Dropdown:
    """Build the tab and return its list of voices."""
    gr.Markdown(
        "The same lines, spoken from 5, 10 and 15 seconds of the clip and by different models. Cuts fall between words "
        "and carry exactly their words. Length and quantization are heard, not argued: listen.",
        elem_classes="vl-muted",
    )
    with gr.Row():
        voice = gr.Dropdown([], label="Voice", elem_id="compare-voice")
        takes = gr.Number(1, label="Takes of each", precision=0, minimum=1, maximum=10, info="Each has its own seed")
    lines = gr.Textbox(LINES, label="Lines to speak, one per line", lines=3, elem_id="compare-lines")
    with gr.Row():
        lengths = gr.CheckboxGroup(
            actions.LENGTHS, value=["5", "10", "15"], label="Clip lengths", elem_id="compare-lengths"
        )
        models = gr.Dropdown(
            [("this machine's default", "auto"), *model_choices()],
            value=["auto"],
            multiselect=True,
            allow_custom_value=lab.settings.local,
            label="Models",
            elem_id="compare-models",
        )
    with gr.Row():
        start = gr.Button("Compare", variant="primary", elem_id="compare-button")
        stop = gr.Button("Stop", elem_id="compare-stop")
    progress = widget("progress")
    used = widget("notices", elem_id="compare-used")
    takes_list = widget("takes", event="choose", elem_id="compare-takes")
    notes = widget("notices", elem_id="compare-notes")
    earlier = gr.Dropdown([], label="Earlier comparisons", value=None)

    outputs = [progress, takes_list, notes]
    running = start.click(bind(actions.run, lab), [voice, lines, lengths, models, takes], outputs, **QUIET)
    stop.click(bind(actions.stopped, lab), None, outputs, cancels=[running], queue=False, **QUIET)
    takes_list.choose(bind(actions.use, lab, ("experiment", "take")), None, used, **QUIET)
    earlier.focus(bind(actions.experiment_choices, lab), None, earlier, **QUIET)
    earlier.input(bind(actions.show, lab), earlier, outputs, **QUIET)
    page.load(bind(actions.experiment_choices, lab), None, earlier, **QUIET)
    return voice
