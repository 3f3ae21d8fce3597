"""The page, put together from its tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from voicelab.static import address, parts
from voicelab.ui.actions.listen_actions import LISTEN_TAB
from voicelab.ui.actions.save_actions import say_something
from voicelab.ui.actions.speak_actions import SPEAK_TAB, voice_choices
from voicelab.ui.actions.voices_actions import MAKE_TAB
from voicelab.ui.bind import bind
from voicelab.ui.tabs.compare_tab import compare_tab
from voicelab.ui.tabs.listen_tab import listen_tab
from voicelab.ui.tabs.machine_tab import machine_tab
from voicelab.ui.tabs.make_tab import make_tab
from voicelab.ui.tabs.speak_tab import speak_tab
from voicelab.ui.tabs.voices_tab import voices_tab
from voicelab.ui.tabs.widgets import ENTRY, QUIET, widget

if TYPE_CHECKING:
    from voicelab.lab import Lab

STARTING = "page/starting.js"
"""Of the page that stands in for this one."""
POLLING = "page/polling.js"
"""Changes how Gradio's scripts ask for answers, and so has to be there before them."""
STYLES = ("page/lab.css", "page/editor.css")
_KEPT_S = 24 * 60 * 60
"""How long Gradio keeps copies of uploads and answers; voices and takes are elsewhere and stay."""


def build_page(lab: Lab) -> Any:
    """Return the page of `lab`, a gr.Blocks."""
    with gr.Blocks(title="Voice Lab", analytics_enabled=False, delete_cache=(3600, _KEPT_S)) as page:
        gr.Markdown(
            "# Voice Lab\nFrom a recording to a voice that speaks, on your own machine.", elem_classes="vl-head"
        )
        widget("banner", elem_id="banner")
        # Outside of the tabs, whose parts exist only once they are opened. The fixed key and secret let a browser find
        # its draft again after the lab was restarted.
        draft = gr.BrowserState("", storage_key="voicelab-draft", secret="voicelab")  # noqa: S106 - it guards no secret
        with gr.Tabs() as tabs:
            with gr.Tab("Speak", id=SPEAK_TAB) as speaking:
                speak_voice = speak_tab(lab)
            with gr.Tab("Make a voice", id=MAKE_TAB):
                make = make_tab(lab, page, draft)
            comparing = gr.Tab("Compare", id="compare")
            with gr.Tab("Listen", id=LISTEN_TAB) as listening:
                test = listen_tab(lab, listening)
            with comparing:
                compare_voice = compare_tab(lab, page, tabs, test)
            with gr.Tab("Voices", id="voices") as library:
                voices_tab(lab, library, tabs, make)
            with gr.Tab("Machine", id="machine") as machine:
                machine_tab(lab, machine)
        make.say.click(bind(say_something, lab), make.slug, [speak_voice, tabs], **QUIET)
        for event, voice in (
            (page.load, speak_voice),
            (page.load, compare_voice),
            (speaking.select, speak_voice),
            (comparing.select, compare_voice),
        ):
            event(bind(voice_choices, lab), voice, voice, **QUIET)
    return page


def mount_options() -> dict[str, Any]:
    """Return what mounting the page needs besides the page: theme, style and the widgets' scripts."""
    styles = [parts()[name].content.decode() for name in STYLES]
    return {
        "theme": _theme(),
        "css": "\n".join(styles),
        "head": _head(),
    }


def _head() -> str:
    """Return the element that loads the widgets' module, and those that bring what it imports along with it."""
    imported = (name for name in parts() if name.endswith(".js") and name.startswith(("page/", "shared/")))
    ahead = [
        f'<link rel="modulepreload" href="{address(name)}">' for name in imported if name not in {STARTING, POLLING}
    ]
    before = f'<script src="{address(POLLING)}"></script>'
    return "\n".join((before, *ahead, f'<script type="module" src="{address(ENTRY)}"></script>'))


def _theme() -> gr.themes.Base:
    # System fonts: nothing of the page comes from another machine.
    theme = gr.themes.Soft(
        primary_hue="orange",
        neutral_hue="slate",
        font=["system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    )
    plain = {"background_fill": "none", "text_color": "*body_text_color"}
    labels = {f"block_{part}_{name}": value for part in ("title", "label") for name, value in plain.items()}
    return theme.set(block_title_padding="0", **labels, **{f"{name}_dark": value for name, value in labels.items()})
