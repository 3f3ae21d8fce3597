"""Make a voice, the part that chooses a track and a channel where a recording has several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import gradio as gr

from voicelab.ui.actions import track_actions
from voicelab.ui.bind import AS_SENT, bind
from voicelab.ui.tabs.widgets import EVERY, QUIET, widget

if TYPE_CHECKING:
    from voicelab.lab import Lab


@dataclass(frozen=True)
class Tracks:
    """Its components."""

    part: gr.Column
    track: gr.Radio
    channel: gr.Radio
    advice: gr.HTML


def track_part() -> Tracks:
    """Build the part, which is hidden until there is something to choose."""
    with gr.Column(visible=False, elem_id="make-tracks") as part:
        with gr.Row():
            track = gr.Radio([], label="Track", visible=False, elem_id="make-track")
            channel = gr.Radio([], label="Channel", visible=False, elem_id="make-channel")
        advice = widget("progress", elem_id="make-channel-advice")
    return Tracks(part, track, channel, advice)


def bind_tracks(
    lab: Lab, page: gr.Blocks, parts: Tracks, draft: gr.BrowserState, outputs: list[gr.components.Component]
) -> None:
    """Bind it; `outputs` are those of everything that puts another recording on the page (`Brought`)."""
    choice = [parts.part, parts.track, parts.channel, parts.advice]
    for event in (draft.change, page.load):
        event(bind(track_actions.show_choice, lab), draft, choice, **EVERY, **QUIET)
    for field, action in ((parts.track, track_actions.choose_track), (parts.channel, track_actions.choose_channel)):
        field.input(bind(action, lab), [field, draft], outputs, **AS_SENT, **EVERY, **QUIET)
