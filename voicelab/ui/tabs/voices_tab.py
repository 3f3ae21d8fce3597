"""Voices: the library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from voicelab.ui.actions import voices_actions
from voicelab.ui.bind import AS_SENT, bind
from voicelab.ui.tabs.widgets import LATER, QUIET, SMALL, WHOLE_LINE, remembered, widget
from voicelab.ui.tabs.words_tab import words_part

if TYPE_CHECKING:
    from voicelab.lab import Lab
    from voicelab.ui.tabs.make_tab import MakeTab


def voices_tab(lab: Lab, tab: gr.Tab, tabs: gr.Tabs, make: MakeTab) -> None:
    """Build the tab."""
    empty = widget("empty", elem_id="voices-empty")
    with gr.Column(elem_classes=LATER):
        table = widget("table", elem_id="voices-table")
        voice = gr.Dropdown([], label="Voice", elem_id="voices-voice")
        clip = gr.Audio(label="Its clip", type="filepath", interactive=False, buttons=["download"])
        about = widget("notices", elem_id="voices-about")
        with gr.Row(elem_classes="vl-line-up"):
            name = gr.Textbox(label="Name", max_lines=1, elem_id="voices-name")
            rename = gr.Button("Rename", elem_id="voices-rename", **SMALL)
            reopen = gr.Button("Open to edit", elem_id="voices-reopen", **SMALL)
            remove = gr.Button("Remove…", variant="stop", elem_id="voices-remove", **SMALL)
        with gr.Row(elem_classes="vl-line-up"):
            also = gr.Textbox(
                label="Other names, with commas between them",
                info="For programs that can only ask for a name of their own list, such as alloy.",
                max_lines=1,
                elem_id="voices-also",
                min_width=WHOLE_LINE,
            )
            keep_also = gr.Button("Keep these names", elem_id="voices-keep-also", **SMALL)
        words_part(lab, voice)
    with gr.Row(elem_classes="vl-line-up"):
        export = gr.DownloadButton("Export zip", elem_id="voices-export", **SMALL)
        bring = gr.UploadButton("Import zip", file_types=[".zip"], elem_id="voices-import", **SMALL)
    notes = widget("notices", elem_id="voices-notes")
    with gr.Row(visible=False) as ask:
        sure = gr.Button("Yes, remove it", variant="stop", elem_id="voices-sure")
        keep = gr.Button("No, keep it")
    undo = gr.Button("Undo the removal", visible=False, elem_id="voices-undo")
    asked, removed = remembered(gr.Textbox, ""), remembered(gr.Textbox, "")

    outputs = [voice, empty, table, notes, ask, asked, undo, removed]
    tab.select(bind(voices_actions.library, lab), voice, outputs, **AS_SENT, **QUIET)
    voice.change(bind(voices_actions.details, lab), voice, [about, clip, name, also, export], **AS_SENT, **QUIET)
    rename.click(bind(voices_actions.rename, lab), [voice, name], outputs, **AS_SENT, **QUIET)
    keep_also.click(bind(voices_actions.keep_aliases, lab), [voice, also], outputs, **AS_SENT, **QUIET)
    remove.click(bind(voices_actions.ask_to_remove, lab), voice, outputs, **AS_SENT, **QUIET)
    sure.click(bind(voices_actions.remove, lab), asked, outputs, **QUIET)  # whoever is chosen by then
    keep.click(bind(voices_actions.library, lab), voice, outputs, **AS_SENT, **QUIET)
    undo.click(bind(voices_actions.restore, lab), removed, outputs, **QUIET)
    bring.upload(bind(voices_actions.bring, lab), bring, outputs, **AS_SENT, **QUIET)
    reopen.click(bind(voices_actions.reopen, lab), voice, [*make.view, *make.form, tabs], **AS_SENT, **QUIET)
