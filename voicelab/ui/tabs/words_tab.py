"""Voices, the part on how words are said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from voicelab.ui.actions import words_actions
from voicelab.ui.bind import AS_SENT, bind
from voicelab.ui.tabs.widgets import QUIET, SMALL, remembered, widget
from voicelab.voices.pronunciations import LONGEST

if TYPE_CHECKING:
    from voicelab.lab import Lab


def words_part(lab: Lab, voice: gr.Dropdown) -> None:
    """Build the part, which goes with the chosen `voice`."""
    with gr.Accordion("Words said in their own way", open=False, elem_id="voices-words"):
        whose = gr.Radio(
            [words_actions.ONE, words_actions.ALL],
            value=words_actions.ONE,
            label="Said so by",
            info="The words of a voice win over those of all voices.",
            elem_id="voices-words-whose",
        )
        table = widget("table", elem_id="voices-words-table")
        with gr.Row(elem_classes="vl-line-up"):
            word = gr.Textbox(label="Word", max_lines=1, max_length=LONGEST, elem_id="voices-word")
            say = gr.Textbox(label="Said", max_lines=1, max_length=LONGEST, elem_id="voices-say", placeholder="win")
            match_case = gr.Checkbox(label="Only in just this case", elem_id="voices-word-case")
        with gr.Row(elem_classes="vl-line-up"):
            keep = gr.Button("Keep the word", elem_id="voices-word-keep", **SMALL)
            remove = gr.Button("Remove the word", elem_id="voices-word-remove", **SMALL)
            undo = gr.Button("Undo", visible=False, elem_id="voices-word-undo", **SMALL)
        told = widget("notices", elem_id="voices-word-told")
    change = remembered(gr.JSON, None)

    outputs = [table, told, word, say, undo, change]
    form = [whose, voice, word, say, match_case]
    gr.on([whose.change, voice.change], bind(words_actions.words, lab), [whose, voice], outputs, **AS_SENT, **QUIET)
    gr.on([keep.click, say.submit], bind(words_actions.keep_word, lab), form, outputs, **AS_SENT, **QUIET)
    remove.click(bind(words_actions.remove_word, lab), [whose, voice, word], outputs, **AS_SENT, **QUIET)
    undo.click(bind(words_actions.undo_words, lab), change, outputs, **QUIET)
