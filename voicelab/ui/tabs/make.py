"""Make a voice: recording, clip, transcript, name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import gradio as gr

from voicelab.languages import CODES
from voicelab.ui.actions import make as actions
from voicelab.ui.actions import save as saving
from voicelab.ui.actions.models import RECOGNIZERS
from voicelab.ui.bind import bind
from voicelab.ui.tabs.widgets import QUIET, SMALL, widget

if TYPE_CHECKING:
    from voicelab.lab import Lab

AUDIO_FILES = [
    *(".wav", ".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".caf"),
    *(".mp4", ".mov", ".webm", ".mkv"),
]


@dataclass(frozen=True)
class MakeTab:
    """The components that other tabs fill when a voice is opened again."""

    view: list[gr.components.Component]
    """The outputs of everything that changes a draft, in the order of DraftView."""
    form: list[gr.components.Component]
    """Name, language and consent note."""


@dataclass(frozen=True)
class _Recording:
    upload: gr.File
    microphone: gr.Audio


@dataclass(frozen=True)
class _Clip:
    trimmer: gr.HTML
    start_s: gr.Number
    end_s: gr.Number
    undo: gr.Button
    checks: gr.HTML


@dataclass(frozen=True)
class _Transcript:
    hear: gr.Button
    stop: gr.Button
    model: gr.Dropdown
    language: gr.Dropdown
    progress: gr.HTML
    words: gr.HTML
    text: gr.Textbox
    notes: gr.HTML


@dataclass(frozen=True)
class _Name:
    name: gr.Textbox
    language: gr.Dropdown
    consent: gr.Textbox
    save: gr.Button
    ask: gr.Row
    replace: gr.Button
    keep: gr.Button
    revision: gr.State
    saved: gr.HTML


def make_tab(lab: Lab, page: gr.Blocks, draft: gr.BrowserState) -> MakeTab:
    """Build the tab; `draft`, what this browser had in the making, comes back when `page` loads."""
    gr.Markdown("### 1 · Recording", elem_classes="vl-step")
    gr.Markdown(
        "Any audio file, or the sound of a video: wav, mp3, flac, ogg, opus, m4a, aiff, mp4, webm. Up to 30 minutes.",
        elem_classes="vl-muted",
    )
    recording = _recording()
    with gr.Column(visible=False) as steps:
        gr.Markdown("### 2 · Clip", elem_classes="vl-step")
        clip = _clip()
        gr.Markdown("### 3 · Transcript", elem_classes="vl-step")
        transcript = _transcript(local=lab.settings.local)
        gr.Markdown("### 4 · Voice", elem_classes="vl-step")
        name = _name()
    heard = [transcript.text, transcript.words, transcript.notes]
    view = [draft, clip.trimmer, clip.start_s, clip.end_s, clip.checks, *heard, steps]

    recording.upload.upload(bind(actions.take_recording, lab), recording.upload, view, **QUIET)
    recording.microphone.stop_recording(bind(actions.take_recording, lab), recording.microphone, view, **QUIET)
    page.load(bind(actions.restore, lab), draft, view, **QUIET)
    _bind_clip(lab, clip, draft, view)
    _bind_transcript(lab, transcript, draft, clip)
    _bind_name(lab, name, draft)
    return MakeTab(view, [name.name, name.language, name.consent])


def _recording() -> _Recording:
    with gr.Row():
        upload = gr.File(
            label="Drop a recording here",
            file_types=AUDIO_FILES,
            type="filepath",
            height=150,
            elem_id="make-upload",
        )
        microphone = gr.Audio(
            label="…or record about 15 seconds", sources=["microphone"], type="filepath", elem_id="make-record"
        )
    return _Recording(upload, microphone)


def _clip() -> _Clip:
    gr.Markdown(
        "Choose 10 to 20 seconds of one person speaking naturally; end on a finished phrase. The recording itself is "
        "kept untouched, so the clip can be cut again at any time.",
        elem_classes="vl-muted",
    )
    trimmer = widget("trimmer", event="trim", elem_id="make-trimmer")
    with gr.Row(elem_classes="vl-line-up"):
        start_s = gr.Number(0, label="Start (s)", precision=2, minimum=0, step=0.05, elem_id="make-start")
        end_s = gr.Number(0, label="End (s)", precision=2, minimum=0, step=0.05, elem_id="make-end")
        undo = gr.Button("Undo", elem_id="make-undo", **SMALL)
    return _Clip(trimmer, start_s, end_s, undo, widget("notices", elem_id="make-checks"))


def _transcript(*, local: bool) -> _Transcript:
    gr.Markdown(
        "Accuracy matters more than length: include every um and repeat, and write numbers the way they are said. "
        "Click a word to hear it. Words that do not fit the audio are marked, with what was heard instead.",
        elem_classes="vl-muted",
    )
    with gr.Row(elem_classes="vl-line-up"):
        model = gr.Dropdown(
            list(RECOGNIZERS),
            value=RECOGNIZERS[0],
            label="Recognizer",
            allow_custom_value=local,
            info="A Whisper size, or a folder. Bigger hears better",
            elem_id="make-recognizer",
        )
        language = gr.Dropdown(
            [("find out", ""), *((name.capitalize(), name) for name in CODES)], value="", label="Spoken language"
        )
        hear = gr.Button("Transcribe", variant="primary", elem_id="make-hear", **SMALL)
        stop = gr.Button("Stop", **SMALL)
    progress = widget("progress")
    words = widget("words", elem_id="make-words")
    text = gr.Textbox(
        label="What is said, word for word",
        placeholder="Transcribe the clip, or write what is said in it",
        lines=4,
        elem_id="make-text",
    )
    return _Transcript(hear, stop, model, language, progress, words, text, widget("notices", elem_id="make-notes"))


def _name() -> _Name:
    with gr.Row():
        name = gr.Textbox(label="Name", placeholder="for example: Vixen", max_lines=1, elem_id="make-name")
        language = gr.Dropdown(
            [(name.capitalize(), name) for name in CODES], value="english", label="Language it speaks"
        )
    consent = gr.Textbox(
        label="Consent note",
        placeholder="Whose voice is it, and what did they agree to?",
        lines=2,
        elem_id="make-consent",
    )
    save = gr.Button("Save the voice", variant="primary", elem_id="make-save")
    saved = widget("notices", elem_id="make-saved")
    with gr.Row(visible=False) as ask:
        replace = gr.Button("Yes, replace it", variant="stop", elem_id="make-replace")
        keep = gr.Button("No, keep it", elem_id="make-keep")
    return _Name(name, language, consent, save, ask, replace, keep, gr.State(0), saved)


def _bind_clip(lab: Lab, clip: _Clip, draft: gr.BrowserState, view: list[gr.components.Component]) -> None:
    clip.trimmer.trim(bind(actions.drag_window, lab, ("start_s", "end_s")), draft, view, **QUIET)
    for field in (clip.start_s, clip.end_s):
        for event in (field.submit, field.blur):
            event(bind(actions.set_window, lab), [draft, clip.start_s, clip.end_s], view, **QUIET)
    clip.undo.click(bind(actions.undo, lab), draft, view, **QUIET)


def _bind_transcript(lab: Lab, parts: _Transcript, draft: gr.BrowserState, clip: _Clip) -> None:
    outputs = [parts.progress, parts.text, parts.words, parts.notes]
    hearing = parts.hear.click(bind(actions.hear, lab), [draft, parts.model, parts.language], outputs, **QUIET)
    parts.stop.click(bind(actions.stopped_hearing, lab), None, outputs, cancels=[hearing], queue=False, **QUIET)
    # `change` and not `input`, which Gradio does not fire for the first edit after the text was set from Python. Typing
    # goes on while a check runs: the last state of the text is always checked, the ones between may be skipped.
    parts.text.change(
        bind(actions.edit, lab),
        [draft, parts.text, clip.start_s, clip.end_s],
        [parts.words, parts.notes],
        trigger_mode="always_last",
        **QUIET,
    )


def _bind_name(lab: Lab, parts: _Name, draft: gr.BrowserState) -> None:
    form = [draft, parts.name, parts.language, parts.consent]
    outputs = [parts.saved, parts.ask, parts.revision]
    parts.save.click(bind(saving.save, lab), form, outputs, **QUIET)
    parts.replace.click(bind(saving.replace, lab), [*form, parts.revision], outputs, **QUIET)
    parts.keep.click(bind(saving.keep, lab), None, outputs, **QUIET)
