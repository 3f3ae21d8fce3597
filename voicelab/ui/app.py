"""The page, put together from its tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from voicelab.static import address, imported_by, parts
from voicelab.ui.actions import tab_names
from voicelab.ui.actions.empty_states import voice_list
from voicelab.ui.actions.save_actions import go_on_with, say_something
from voicelab.ui.bind import bind
from voicelab.ui.tabs.compare_tab import compare_tab
from voicelab.ui.tabs.listen_tab import listen_tab
from voicelab.ui.tabs.machine_tab import machine_tab
from voicelab.ui.tabs.make_tab import make_tab
from voicelab.ui.tabs.speak_tab import speak_tab
from voicelab.ui.tabs.voices_tab import voices_tab
from voicelab.ui.tabs.widgets import ENTRY, QUIET, keep_chosen, kept, widget

if TYPE_CHECKING:
    from voicelab.lab import Lab

POLLING = "page/polling.js"
"""Changes how Gradio's scripts ask for answers, and so has to be there before them."""
LOGO = "page/logo.svg"
STYLES = ("page/lab.css", "page/editor.css", "page/speak.css", "page/board.css")
_SPEAK_SOON = f"() => {{ globalThis.voicelab?.goTo('{tab_names.SPEAK}'); globalThis.voicelab?.speakSoon(); }}"
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
        said_with = kept("voice")
        draft = gr.BrowserState("", storage_key="voicelab-draft", secret="voicelab")  # noqa: S106 - it guards no secret
        with gr.Tabs() as tabs:
            with gr.Tab("Speak", id=tab_names.SPEAK) as speaking:
                speaks = speak_tab(lab)
            with gr.Tab("Make a voice", id=tab_names.MAKE):
                make = make_tab(lab, page, draft)
            comparing = gr.Tab("Compare", id=tab_names.COMPARE)
            with gr.Tab("Listen", id=tab_names.LISTEN) as listening:
                tests = listen_tab(lab, listening)
            with comparing:
                compares = compare_tab(lab, page, tests)
            with gr.Tab("Voices", id=tab_names.VOICES) as library:
                voices_tab(lab, library, tabs, make)
            with gr.Tab("Machine", id=tab_names.MACHINE) as machine:
                machine_tab(lab, machine)
        for tab in (speaks, compares):
            keep_chosen(tab.voice, said_with)
            for saving in make.saves:  # whoever saved a voice goes on with that one, wherever
                saving.success(bind(go_on_with, lab), [make.slug, tab.voice], [*tab], **QUIET)
        for saving in make.saves:
            saving.success(None, [make.slug, said_with], said_with, js="(saved, chosen) => saved || chosen", **QUIET)
        led_on = make.say.click(bind(say_something, lab), make.slug, [*speaks, said_with], **QUIET)
        led_on.success(None, js=_SPEAK_SOON, **QUIET)
        # What a tab shows is not asked: it is selected while the page loads, too, and then shows the first of the list.
        for opened, shown in ((speaking.select, speaks), (comparing.select, compares)):
            for event in (page.load, opened):
                event(bind(voice_list, lab), said_with, [*shown], **QUIET)
    return page


def mount_options() -> dict[str, Any]:
    """Return what mounting the page needs besides the page: theme, style and the widgets' scripts."""
    styles = [parts()[name].content.decode().replace("LOGO", address(LOGO)) for name in STYLES]
    return {
        "theme": _theme(),
        "css": "\n".join(styles),
        "head": _head(),
    }


def _head() -> str:
    """Return the element that loads the widgets' module, and those that bring what it imports along with it."""
    ahead = [f'<link rel="modulepreload" href="{address(name)}">' for name in imported_by(ENTRY)]
    before = f'<link rel="icon" type="image/svg+xml" href="{address(LOGO)}"><script src="{address(POLLING)}"></script>'
    return "\n".join((before, *ahead, f'<script type="module" src="{address(ENTRY)}"></script>'))


_ACCENT, _ACCENT_DEEP = "#b4470b", "#943808"


def _theme() -> gr.themes.Base:
    # System fonts: nothing of the page comes from another machine.
    theme = gr.themes.Soft(
        primary_hue="orange",
        neutral_hue="slate",
        font=["system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    )
    # On white 5.6:1, and white on it alike; what is said beside something at least 4.5:1 on its ground.
    colours = {
        "button_primary_background_fill": _ACCENT,
        "button_primary_background_fill_hover": _ACCENT_DEEP,
        "button_primary_text_color": "white",
        "checkbox_label_background_fill_selected": _ACCENT,
        "checkbox_label_text_color_selected": "white",
    }
    colours |= {f"{name}_dark": value for name, value in colours.items()}
    colours |= {"body_text_color_subdued": "#55606e", "body_text_color_subdued_dark": "#a7b2c0"}
    colours |= {"block_info_text_color": "#55606e", "block_info_text_color_dark": "#a7b2c0"}
    colours |= {"input_placeholder_color": "#5b6470", "input_placeholder_color_dark": "#a3adba"}
    colours |= {"input_background_fill": "white", "input_border_width": "1px", "input_border_width_dark": "1px"}
    colours |= {"input_border_color": "#8a94a3", "input_border_color_dark": "#5b6470"}
    colours |= {"checkbox_border_color": "#8a94a3", "checkbox_border_color_dark": "#8a94a3"}
    colours |= {"link_text_color": "#35618f", "link_text_color_dark": "#8fbdf0"}
    colours |= {"button_border_width": "1px", "button_secondary_border_color": "#8a94a3"}
    colours |= {"button_border_width_dark": "1px", "button_secondary_border_color_dark": "#5b6470"}
    # Also of a button that cannot be pressed, which the theme would show in the colour of the first one to press.
    colours |= {"button_secondary_background_fill_hover_dark": "*neutral_500"}
    plain = {"background_fill": "none", "text_color": "*body_text_color"}
    labels = {f"block_{part}_{name}": value for part in ("title", "label") for name, value in plain.items()}
    return theme.set(
        block_title_padding="0", **colours, **labels, **{f"{name}_dark": value for name, value in labels.items()}
    )
