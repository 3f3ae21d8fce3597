"""Make a voice, the part that names the voice and saves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from voicelab.languages import CODES
from voicelab.ui.actions import save_actions
from voicelab.ui.bind import bind
from voicelab.ui.tabs.widgets import QUIET, remembered, widget

if TYPE_CHECKING:
    from voicelab.lab import Lab


@dataclass(frozen=True)
class SavePart:
    """Its components."""

    name: gr.Textbox
    language: gr.Dropdown
    consent: gr.Textbox
    agreed: gr.Checkbox
    save: gr.Button
    ask: gr.Row
    replace: gr.Button
    keep: gr.Button
    asked: gr.components.Component
    """Which voice `ask` is about."""
    saved: gr.HTML
    anyway: gr.Button
    say: gr.Button
    slug: gr.components.Component


def save_part() -> SavePart:
    """Build the part."""
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
    return SavePart(
        name,
        language,
        consent,
        agreed,
        save,
        ask,
        replace,
        keep,
        remembered(gr.JSON, None),
        saved,
        anyway,
        say,
        remembered(gr.Textbox, ""),
    )


_AGREED = "Confirmed by a tick"
_TICKED = f"""(agreed, note) => {{
  if (agreed && !note.trim()) {{
    return [true, `{_AGREED} on ${{new Date().toLocaleDateString("sv")}}: whoever speaks here agreed.`];
  }}
  return !agreed && note.startsWith("{_AGREED}") ? [false, ""] : [note.trim() !== "", note];
}}"""
"""A tick writes the note where there is none, for everybody to read and to make more precise; a note is a tick."""


def bind_save(lab: Lab, parts: SavePart, draft: gr.BrowserState) -> list[Any]:
    """Bind it and return the events after which a voice may have been saved."""
    both = [parts.agreed, parts.consent]
    parts.agreed.input(None, both, both, js=_TICKED, **QUIET)
    parts.consent.change(None, parts.consent, parts.agreed, js="(note) => note.trim() !== ''", **QUIET)
    form = [draft, parts.name, parts.language, parts.consent]
    outputs = [parts.saved, parts.ask, parts.asked, parts.anyway, parts.say, parts.slug]
    saves = [
        parts.save.click(bind(save_actions.save, lab), form, outputs, **QUIET),
        parts.anyway.click(bind(save_actions.save_anyway, lab), form, outputs, **QUIET),
        parts.replace.click(bind(save_actions.replace, lab), [*form, parts.asked], outputs, **QUIET),
    ]
    parts.keep.click(bind(save_actions.keep, lab), None, outputs, **QUIET)
    return saves
