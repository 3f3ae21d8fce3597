"""Machine: which engines, models and recognizers there are, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from voicelab.ui.actions import verify as verifying
from voicelab.ui.actions.models_actions import act, act_on_recognizer, machine
from voicelab.ui.bind import bind
from voicelab.ui.tabs.widgets import EVERY, QUIET, SMALL, widget

if TYPE_CHECKING:
    from voicelab.lab import Lab


def machine_tab(lab: Lab, tab: gr.Tab) -> None:
    """Build the tab."""
    gr.Markdown("### Models", elem_classes="vl-step")
    gr.Markdown(
        "A model that is not on disk is downloaded when it is first asked to speak, or here. One is loaded at a time.",
        elem_classes="vl-muted",
    )
    models = widget("models", event="act", elem_id="machine-models")
    told = widget("notices", elem_id="machine-told")
    gr.Markdown("### Verify", elem_classes="vl-step")
    gr.Markdown(
        "Checks a model from its files to what is heard, in a few minutes. The engine rests meanwhile, and a text that "
        "comes stops it. After a model's first download it runs by itself.",
        elem_classes="vl-muted",
    )
    with gr.Row(elem_classes="vl-line-up"):
        model = gr.Dropdown([], label="Model to verify", elem_id="verify-model")
        start = gr.Button("Verify", elem_id="verify-start", **SMALL)
        stop = gr.Button("Stop verifying", elem_id="verify-stop", **SMALL)
    progress = widget("progress", elem_id="verify-progress")
    found = widget("notices", elem_id="verify-found")
    gr.Markdown("### Recognizers", elem_classes="vl-step")
    gr.Markdown(
        "One that is not on disk is downloaded when it is first asked to hear, or here. Bigger ones hear better.",
        elem_classes="vl-muted",
    )
    recognizers = widget("recognizers", event="act", elem_id="machine-recognizers")
    heard = widget("notices", elem_id="machine-heard")
    gr.Markdown("### Engines", elem_classes="vl-step")
    engines = widget("table", elem_id="machine-engines")
    fields = ("action", "model")
    models.act(bind(act, lab, fields), None, [models, told], **EVERY, **QUIET)
    recognizers.act(bind(act_on_recognizer, lab, fields), None, [recognizers, heard], **EVERY, **QUIET)
    start.click(bind(verifying.verify, lab), model, [progress, found], **QUIET)
    stop.click(bind(verifying.stop, lab), None, progress, **QUIET)
    tab.select(bind(verifying.look, lab), None, [model, progress, found], **QUIET)
    tab.select(bind(machine, lab), None, [engines, models, recognizers], **QUIET)
