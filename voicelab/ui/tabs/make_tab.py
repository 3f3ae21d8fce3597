"""Make a voice: recording, clip, transcript, name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from voicelab.languages import CODES
from voicelab.ui.actions import (
    choose_actions,
    make_actions,
    save_actions,
    text_actions,
    transcribe_actions,
)
from voicelab.ui.actions.models_actions import RECOGNIZERS
from voicelab.ui.bind import bind
from voicelab.ui.tabs.recording_part import bind_recording, recording_part
from voicelab.ui.tabs.track_part import bind_tracks, track_part
from voicelab.ui.tabs.widgets import EVERY, QUIET, SMALL, remembered, widget

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


@dataclass(frozen=True)
class _Clip:
    trimmer: gr.HTML
    start_s: gr.Number
    end_s: gr.Number
    undo: gr.Button
    redo: gr.Button
    find: gr.Button
    length_s: gr.Dropdown
    finding: gr.HTML
    best: gr.HTML
    checks: gr.HTML
    repairs: gr.HTML


@dataclass(frozen=True)
class _Transcript:
    hear: gr.Button
    stop: gr.Button
    second: gr.Button
    model: gr.Dropdown
    language: gr.Dropdown
    progress: gr.HTML
    words: gr.HTML
    text: gr.Textbox
    saved: gr.HTML
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
    revision: gr.components.Component
    saved: gr.HTML
    anyway: gr.Button
    say: gr.Button
    slug: gr.components.Component


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
        clip = _clip()
        gr.Markdown("### 3 · Transcript", elem_classes="vl-step")
        transcript = _transcript(local=lab.settings.local)
        gr.Markdown("### 4 · Voice", elem_classes="vl-step")
        name = _name()
    heard = [transcript.text, transcript.words, transcript.notes]
    view = [draft, clip.trimmer, clip.start_s, clip.end_s, clip.checks, *heard, steps, clip.repairs, clip.best]
    view.append(recording.reading)

    bind_tracks(lab, page, tracks, draft, bind_recording(lab, page, recording, draft, view))
    _bind_clip(lab, clip, draft, view)
    _bind_repairs(lab, clip, draft, view)
    _bind_transcript(lab, transcript, draft, clip)
    _bind_editor(lab, transcript, draft, clip, view)
    saves = _bind_name(lab, name, draft)
    return MakeTab(view, [name.name, name.language, name.consent], name.say, name.slug, saves)


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
        undo = gr.Button("Undo", elem_id="make-undo", scale=0, min_width=90)
        redo = gr.Button("Redo", elem_id="make-redo", scale=0, min_width=90)
        length_s = gr.Dropdown(
            [(f"{seconds} s", seconds) for seconds in (5, 10, 15)],
            value=15,
            label="Best windows of",
            elem_id="make-length",
        )
        find = gr.Button("Find the best", elem_id="make-find", scale=0, min_width=190)
    finding = widget("progress")
    best = widget("best", event="take", elem_id="make-best")
    checks = widget("notices", elem_id="make-checks")
    with gr.Accordion("Repairs: none is made unless you choose it", open=False, elem_id="make-repairs-fold"):
        repairs = widget("repairs", event="mend trim_edges", elem_id="make-repairs")
    return _Clip(trimmer, start_s, end_s, undo, redo, find, length_s, finding, best, checks, repairs)


def _transcript(*, local: bool) -> _Transcript:
    gr.Markdown(
        "Accuracy matters more than length: include every um and repeat, and write numbers the way they are said. "
        "Click a word to hear it, double-click to correct it. Words that do not fit the audio are marked: dashed is "
        "doubtful, double is wrong, with what was heard instead. A line above a word is the second opinion's.",
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
            [("find out", ""), *((name.capitalize(), name) for name in CODES)],
            value="",
            label="Spoken language",
            elem_id="make-spoken",
        )
        hear = gr.Button("Transcribe", variant="primary", elem_id="make-hear", **SMALL)
        second = gr.Button("Second opinion", elem_id="make-second", scale=0, min_width=190)
        stop = gr.Button("Stop", scale=0, min_width=80)
    progress = widget("progress", elem_id="make-progress")
    words = widget("editor", event="reword stepback stepforth", elem_id="make-words")
    text = gr.Textbox(
        label="The same as plain text",
        placeholder="Transcribe the clip, or write what is said in it",
        lines=4,
        elem_id="make-text",
    )
    saved = widget("progress", elem_id="make-text-saved")
    notes = widget("notices", elem_id="make-notes")
    return _Transcript(hear, stop, second, model, language, progress, words, text, saved, notes)


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
    anyway = gr.Button("Save it as it is", visible=False, elem_id="make-save-anyway")
    say = gr.Button("Say something with it", visible=False, variant="primary", elem_id="make-say")
    with gr.Row(visible=False) as ask:
        replace = gr.Button("Yes, replace it", variant="stop", elem_id="make-replace")
        keep = gr.Button("No, keep it", elem_id="make-keep")
    return _Name(
        name,
        language,
        consent,
        save,
        ask,
        replace,
        keep,
        remembered(gr.Number, 0),
        saved,
        anyway,
        say,
        remembered(gr.Textbox, ""),
    )


def _bind_clip(lab: Lab, clip: _Clip, draft: gr.BrowserState, view: list[gr.components.Component]) -> None:
    clip.trimmer.trim(bind(make_actions.drag_window, lab, ("start_s", "end_s")), draft, view, **EVERY, **QUIET)
    ends = [draft, clip.start_s, clip.end_s]
    # A field is left by the very click on Undo: what is cut already must not be cut once more after that.
    unless_cut = "(draft, start, end) => [globalThis.voicelab?.isCut(start, end) ? '' : draft, start, end]"
    for field in (clip.start_s, clip.end_s):
        field.submit(bind(make_actions.set_window, lab), ends, view, **EVERY, **QUIET)
        field.blur(bind(make_actions.leave_field, lab), ends, view, js=unless_cut, **EVERY, **QUIET)
    clip.undo.click(bind(make_actions.undo, lab), draft, view, **EVERY, **QUIET)
    clip.redo.click(bind(make_actions.redo, lab), draft, view, **EVERY, **QUIET)
    clip.find.click(bind(choose_actions.find_best, lab), [draft, clip.length_s], [clip.finding, clip.best], **QUIET)
    clip.best.take(bind(make_actions.drag_window, lab, ("start_s", "end_s")), draft, view, **EVERY, **QUIET)


def _bind_repairs(lab: Lab, clip: _Clip, draft: gr.BrowserState, view: list[gr.components.Component]) -> None:
    clip.repairs.mend(bind(choose_actions.repair, lab, ("repairs", "tail_silence")), draft, view, **EVERY, **QUIET)
    clip.repairs.trim_edges(bind(choose_actions.trim_edges, lab), draft, view, **EVERY, **QUIET)


def _bind_transcript(lab: Lab, parts: _Transcript, draft: gr.BrowserState, clip: _Clip) -> None:
    outputs = [parts.progress, parts.text, parts.words, parts.notes]
    asked = [draft, parts.model, parts.language]
    running: list[Any] = [
        button.click(bind(action, lab), asked, outputs, **QUIET)
        for button, action in ((parts.hear, transcribe_actions.hear), (parts.second, transcribe_actions.second_opinion))
    ]
    parts.stop.click(
        bind(transcribe_actions.stopped_hearing, lab), None, outputs, cancels=running, queue=False, **QUIET
    )
    parts.language.input(bind(transcribe_actions.set_language, lab), [draft, parts.language], outputs, **EVERY, **QUIET)
    # `change` and not `input`, which Gradio does not fire for the first edit after the text was set from Python. Typing
    # goes on while a check runs: the last state of the text is always checked, the ones between may be skipped. It is
    # kept on its own, so that a crash during a check loses nothing.
    # What the page itself put there is no edit: without a start the actions leave it alone (editor.js).
    by_hand: dict[str, Any] = {
        "js": "(draft, text, start, end) => [draft, text, globalThis.voicelab?.isTyped(text) ? start : null, end]"
    }
    typed = [draft, parts.text, clip.start_s, clip.end_s]
    parts.text.change(bind(text_actions.keep, lab), typed, parts.saved, trigger_mode="always_last", **by_hand, **QUIET)
    parts.text.change(
        bind(text_actions.edit, lab),
        typed,
        [parts.words, parts.notes],
        trigger_mode="always_last",
        **by_hand,
        **QUIET,
    )


def _bind_editor(
    lab: Lab, parts: _Transcript, draft: gr.BrowserState, clip: _Clip, view: list[gr.components.Component]
) -> None:
    shown = [draft, clip.start_s, clip.end_s]
    parts.words.reword(
        bind(text_actions.reword, lab, ("text", "before")),
        shown,
        [parts.text, parts.words, parts.notes],
        **EVERY,
        **QUIET,
    )
    parts.words.stepback(bind(make_actions.undo, lab), draft, view, **EVERY, **QUIET)
    parts.words.stepforth(bind(make_actions.redo, lab), draft, view, **EVERY, **QUIET)


def _bind_name(lab: Lab, parts: _Name, draft: gr.BrowserState) -> list[Any]:
    form = [draft, parts.name, parts.language, parts.consent]
    outputs = [parts.saved, parts.ask, parts.revision, parts.anyway, parts.say, parts.slug]
    saves = [
        parts.save.click(bind(save_actions.save, lab), form, outputs, **QUIET),
        parts.anyway.click(bind(save_actions.save_anyway, lab), form, outputs, **QUIET),
        parts.replace.click(bind(save_actions.replace, lab), [*form, parts.revision], outputs, **QUIET),
    ]
    parts.keep.click(bind(save_actions.keep, lab), None, outputs, **QUIET)
    return saves
