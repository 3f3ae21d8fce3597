"""Make a voice, the part that says what is said in the clip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from voicelab.languages import CODES
from voicelab.ui.actions import make_actions, text_actions, transcribe_actions
from voicelab.ui.actions.models_actions import RECOGNIZERS
from voicelab.ui.bind import bind
from voicelab.ui.tabs.widgets import EVERY, QUIET, SMALL, remembered, widget

if TYPE_CHECKING:
    from voicelab.lab import Lab
    from voicelab.ui.tabs.clip_part import ClipPart


@dataclass(frozen=True)
class TranscriptPart:
    """Its components."""

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


def transcript_part(*, local: bool) -> TranscriptPart:
    """Build the part; where the lab is only used on its own machine (`local`), a recognizer may be a folder."""
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
    return TranscriptPart(
        hear, stop, second, model, language, progress, words, text, saved, other, mine, theirs, known, notes
    )


def bind_transcript(lab: Lab, parts: TranscriptPart, draft: gr.BrowserState, clip: ClipPart) -> None:
    """Bind recognizing, and what is written as plain text."""
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


def bind_editor(
    lab: Lab, parts: TranscriptPart, draft: gr.BrowserState, clip: ClipPart, view: list[gr.components.Component]
) -> None:
    """Bind the editor of single words; `view` are the outputs of everything that changes a draft."""
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
