"""Make a voice: recording, clip, transcript, name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from voicelab.ui.tabs.clip_part import bind_clip, bind_repairs, clip_part
from voicelab.ui.tabs.recording_part import bind_recording, recording_part
from voicelab.ui.tabs.save_part import bind_save, save_part
from voicelab.ui.tabs.track_part import bind_tracks, track_part
from voicelab.ui.tabs.transcript_part import bind_editor, bind_transcript, transcript_part

if TYPE_CHECKING:
    from voicelab.lab import Lab


@dataclass(frozen=True)
class MakeTab:
    """The components that other tabs fill when a voice is opened again."""

    view: list[gr.components.Component]
    """The outputs of everything that changes a draft, in the order of DraftView."""
    form: list[gr.components.Component]
    """Name, language and consent note."""
    say: gr.Button
    """Leads on to speaking with the voice that was saved."""
    slug: gr.components.Component
    """That voice."""
    saves: list[Any]
    """Events after which a voice may have been saved."""


def make_tab(lab: Lab, page: gr.Blocks, draft: gr.BrowserState) -> MakeTab:
    """Build the tab; `draft`, what this browser had in the making, comes back when `page` loads."""
    gr.Markdown("### 1 · Recording", elem_classes="vl-step")
    gr.Markdown(
        "Any audio file, or the sound of a video: wav, mp3, flac, ogg, opus, m4a, aiff, mp4, webm. Up to 30 minutes.",
        elem_classes="vl-muted",
    )
    recording = recording_part()
    tracks = track_part()
    with gr.Column(visible=False) as steps:
        gr.Markdown("### 2 · Clip", elem_classes="vl-step")
        clip = clip_part()
        gr.Markdown("### 3 · Transcript", elem_classes="vl-step")
        transcript = transcript_part(local=lab.settings.local)
        gr.Markdown("### 4 · Voice", elem_classes="vl-step")
        name = save_part()
    heard = [transcript.text, transcript.words, transcript.notes]
    view = [draft, clip.trimmer, clip.start_s, clip.end_s, clip.checks, *heard, steps, clip.repairs, clip.best]
    view.append(recording.reading)

    bind_tracks(lab, page, tracks, draft, bind_recording(lab, page, recording, draft, view))
    bind_clip(lab, clip, draft, view)
    bind_repairs(lab, clip, draft, view)
    bind_transcript(lab, transcript, draft, clip)
    bind_editor(lab, transcript, draft, clip, view)
    saves = bind_save(lab, name, draft)
    return MakeTab(view, [name.name, name.language, name.consent], name.say, name.slug, saves)
