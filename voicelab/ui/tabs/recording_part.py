"""Make a voice, the part that takes a recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from voicelab.clips.audio_kinds import ENDINGS
from voicelab.ui.actions import recording_actions
from voicelab.ui.bind import AS_SENT, bind
from voicelab.ui.tabs.widgets import EVERY, QUIET, SMALL, remembered, widget

if TYPE_CHECKING:
    from voicelab.lab import Lab


@dataclass(frozen=True)
class Recording:
    """Its components."""

    upload: gr.File
    microphone: gr.Audio
    reading: gr.HTML
    """Which recording is being read, or was."""
    stop: gr.Button
    back: gr.Button
    before: gr.components.Component
    """The draft that `back` brings back."""


def recording_part() -> Recording:
    """Build the part."""
    with gr.Row():
        upload = gr.File(
            label="Drop a recording here",
            file_types=list(ENDINGS),
            type="filepath",
            height=150,
            elem_id="make-upload",
        )
        microphone = gr.Audio(
            label="…or record about 15 seconds",
            sources=["microphone"],
            type="filepath",
            buttons=["download"],  # and not Gradio's "share", which works on its own site only
            elem_id="make-record",
        )
    with gr.Row(elem_classes="vl-line-up"):
        reading = widget("progress", elem_id="make-recording")
        stop = gr.Button("Stop reading", visible=False, elem_id="make-reading-stop", **SMALL)
        back = gr.Button("Back to the recording before", visible=False, elem_id="make-back", scale=0, min_width=240)
    return Recording(upload, microphone, reading, stop, back, remembered(gr.Textbox, ""))


def bind_recording(
    lab: Lab, page: gr.Blocks, parts: Recording, draft: gr.BrowserState, view: list[gr.components.Component]
) -> list[Any]:
    """Bind it; `draft`, what this browser had in the making, comes back when `page` loads. `view` shows a draft.

    Return the outputs of everything that puts another recording on the page.
    """
    outputs = [*view, parts.stop, parts.back, parts.before]
    taking: list[Any] = [
        event(bind(recording_actions.take_recording, lab), [source, draft], outputs, **sent, **EVERY, **QUIET)
        for event, source, sent in (
            (parts.upload.upload, parts.upload, AS_SENT),
            (parts.microphone.stop_recording, parts.microphone, {}),
        )
    ]
    stopped = parts.stop.click(
        bind(recording_actions.stopped_reading, lab), None, outputs, cancels=taking, queue=False, **QUIET
    )
    stopped.then(bind(recording_actions.restore, lab), draft, outputs, **QUIET)
    parts.upload.clear(bind(recording_actions.start_over, lab), draft, outputs, **QUIET)
    parts.back.click(bind(recording_actions.take_back, lab), [parts.before, draft], outputs, **QUIET)
    page.load(bind(recording_actions.restore, lab), draft, outputs, **QUIET)
    return outputs
