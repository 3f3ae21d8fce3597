"""The page's own widgets: a gr.HTML each, drawn by the scripts in static/page.

The templates are constant on purpose. gr.HTML evaluates its template twice, the second time as JavaScript, so a value
inside it would be code (js/html/shared/HTML.svelte, render_template). Values reach the widgets as JSON (bind.py
writes it) and the page as textContent.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import gradio as gr

from voicelab.static import address

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""For every event: the widgets show progress themselves, and the page's listeners are no public API."""

EVERY: dict[str, Any] = {"trigger_mode": "multiple"}
"""For what may come again before it is answered, which Gradio drops otherwise: the page would show what is not so."""


SMALL: dict[str, Any] = {"scale": 0, "min_width": 150}
"""For buttons beside a field: as wide as they need to be."""
WHOLE_LINE = 240
"""Pixels that a list needs for what is chosen in it: on a phone it has a line of its own."""


ENTRY = "page/widgets.js"
"""The module of all widgets. It also makes `voicelab`, which listeners ask before they send something."""


LATER = "vl-later"
"""Class of a row or column that is not shown while the widget `empty` before it says that something is missing.

By its style and not by `visible`: Gradio 6.31 builds what that is set for anew, whatever it was before."""


class VoiceParts(NamedTuple):
    """What a tab that works with a voice shows of the list of voices: the outputs of `empty_states.voice_list`."""

    voice: gr.Dropdown
    empty: gr.HTML


def as_json(value: Any) -> str:
    """Return what a widget begins with, as it crosses (bind.py)."""
    return json.dumps(value)


def remembered(component: type[gr.components.Component], value: Any) -> gr.components.Component:
    """Return a component that nobody sees, for what a later event is to be given back.

    Not a gr.State: with one of those each open page holds a connection to the lab, of six for all pages of a browser.
    """
    return component(value, visible=False)


def kept(name: str) -> gr.BrowserState:
    """Return what a browser remembers under `name`, over a reload and a new start of the lab."""
    # The fixed secret is what lets it be found again.
    return gr.BrowserState("", storage_key=f"voicelab-{name}", secret="voicelab")  # noqa: S106 - it guards no secret


def keep_chosen(choice: gr.Dropdown, state: gr.BrowserState) -> None:
    """Have the browser remember, without asking the lab, what a person chooses."""
    choice.input(None, choice, state, js="(chosen) => chosen", **QUIET)


def widget(name: str, value: Any = None, event: str = "", elem_id: str | None = None) -> gr.HTML:
    """Return a widget of static/page/widgets.js; `event` is what it may trigger, several names with spaces between."""
    events = " ".join(f"'{one}'" for one in event.split())
    return gr.HTML(
        value=value,
        html_template=f'<div class="vl-{name}"></div>' if name != "notices" else '<ul class="vl-notices"></ul>',
        # Drawn once the module is there, whichever comes first: props hold the value of that moment, and a watch may
        # come late. Gradio offers an event only if its name stands in quotes in this text.
        js_on_load=(
            f"import(new URL('{address(ENTRY)}', document.baseURI))"
            f".then((page) => page.draw('{name}', element, props, trigger, watch)); // {events}"
        ),
        apply_default_css=False,
        elem_id=elem_id,
    )
