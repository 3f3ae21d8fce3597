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
    stop_finding: gr.Button
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
    other: gr.Row
    """Asks which text is to be kept, where another page changed it."""
    mine: gr.Button
    theirs: gr.Button
    known: gr.components.Component
    """The texts that this page knows of the draft: filled in when an edit is sent (typed.js)."""
    notes: gr.HTML


@dataclass(frozen=True)
class _Name:
    name: gr.Textbox
    language: gr.Dropdown
    consent: gr.Textbox
    agreed: gr.Checkbox
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
        stop_finding = gr.Button("Stop looking", elem_id="make-find-stop", scale=0, min_width=130)
    finding = widget("progress", elem_id="make-finding")
    best = widget("best", event="take", elem_id="make-best")
    checks = widget("notices", elem_id="make-checks")
    with gr.Accordion("Repairs: none is made unless you choose it", open=False, elem_id="make-repairs-fold"):
        repairs = widget("repairs", event="mend trim_edges", elem_id="make-repairs")
    return _Clip(trimmer, start_s, end_s, undo, redo, find, stop_finding, length_s, finding, best, checks, repairs)


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
        stop = gr.Button("Stop", scale=0, min_width=80, elem_id="make-stop")
    progress = widget("progress", elem_id="make-progress")
    words = widget("editor", event="reword stepback stepforth", elem_id="make-words")
    text = gr.Textbox(
        label="The same as plain text",
        placeholder="Transcribe the clip, or write what is said in it",
        lines=4,
        elem_id="make-text",
    )
    saved = widget("progress", elem_id="make-text-saved")
    with gr.Row(visible=False, elem_classes="vl-line-up") as other:
        mine = gr.Button("Keep mine", elem_id="make-mine", **SMALL)
        theirs = gr.Button("Take the other", elem_id="make-theirs", **SMALL)
    known = remembered(gr.Textbox, "[]")
    notes = widget("notices", elem_id="make-notes")
    return _Transcript(
        hear, stop, second, model, language, progress, words, text, saved, other, mine, theirs, known, notes
    )


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
    agreed = gr.Checkbox(
        label="Whoever speaks here agreed to this",
        info="Noted above; a note of your own says more",
        elem_id="make-agreed",
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
        agreed,
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
    found = [clip.finding, clip.best]
    finding = clip.find.click(bind(choose_actions.find_best, lab), [draft, clip.length_s], found, **QUIET)
    clip.stop_finding.click(
        bind(choose_actions.stopped_finding, lab), None, found, cancels=[finding], queue=False, **QUIET
    )
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
    # Whatever put it there: a recording that has no text yet is heard by itself.
    running.append(draft.change(bind(transcribe_actions.hear_first, lab), asked, outputs, **QUIET))
    parts.stop.click(
        bind(transcribe_actions.stopped_hearing, lab), None, outputs, cancels=running, queue=False, **QUIET
    )
    parts.language.input(bind(transcribe_actions.set_language, lab), [draft, parts.language], outputs, **EVERY, **QUIET)
    # `change` and not `input`, which Gradio does not fire for the first edit after the text was set from Python. Typing
    # goes on while a check runs: the last state of the text is always checked, the ones between may be skipped. It is
    # kept on its own, so that a crash during a check loses nothing.
    # What the page itself put there is no edit: without a start the actions leave it alone (editor.js).
    by_hand: dict[str, Any] = {"js": "(...edit) => globalThis.voicelab?.byHand(...edit) ?? edit", **QUIET}
    typed = [draft, parts.text, clip.start_s, clip.end_s]
    edited = [*typed, parts.known]
    kept, shown = [parts.saved, parts.other], [parts.words, parts.notes]
    parts.text.change(bind(text_actions.keep, lab), edited, kept, trigger_mode="always_last", **by_hand)
    parts.text.change(bind(text_actions.edit, lab), edited, shown, trigger_mode="always_last", **by_hand)
    parts.mine.click(bind(text_actions.keep_mine, lab), typed, [*kept, *shown], **QUIET)
    parts.theirs.click(bind(text_actions.take_theirs, lab), draft, [*kept, parts.text, *shown], **QUIET)


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


_AGREED = "Confirmed by a tick"
_TICKED = f"""(agreed, note) => {{
  if (agreed && !note.trim()) {{
    return [true, `{_AGREED} on ${{new Date().toLocaleDateString("sv")}}: whoever speaks here agreed.`];
  }}
  return !agreed && note.startsWith("{_AGREED}") ? [false, ""] : [note.trim() !== "", note];
}}"""
"""A tick writes the note where there is none, for everybody to read and to make more precise; a note is a tick."""


def _bind_name(lab: Lab, parts: _Name, draft: gr.BrowserState) -> list[Any]:
    both = [parts.agreed, parts.consent]
    parts.agreed.input(None, both, both, js=_TICKED, **QUIET)
    parts.consent.change(None, parts.consent, parts.agreed, js="(note) => note.trim() !== ''", **QUIET)
    form = [draft, parts.name, parts.language, parts.consent]
    outputs = [parts.saved, parts.ask, parts.revision, parts.anyway, parts.say, parts.slug]
    saves = [
        parts.save.click(bind(save_actions.save, lab), form, outputs, **QUIET),
        parts.anyway.click(bind(save_actions.save_anyway, lab), form, outputs, **QUIET),
        parts.replace.click(bind(save_actions.replace, lab), [*form, parts.revision], outputs, **QUIET),
    ]
    parts.keep.click(bind(save_actions.keep, lab), None, outputs, **QUIET)
    return saves
