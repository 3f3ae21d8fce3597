"""Listen: blind tests of an experiment's takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import gradio as gr

from voicelab.ui.actions import listen_actions
from voicelab.ui.bind import AS_SENT, bind
from voicelab.ui.tabs.widgets import EVERY, LATER, QUIET, SMALL, WHOLE_LINE, keep_chosen, kept, widget

if TYPE_CHECKING:
    from voicelab.lab import Lab

_LINKED = "(chosen) => globalThis.voicelab?.linked('listen') || chosen"
"""A link to a test opens it (navigation.js), and else the one that was chosen last."""


class ListenParts(NamedTuple):
    """Where another tab puts a test that it made."""

    test: gr.Dropdown
    kept: gr.BrowserState
    """Which test the tab shows when it is opened."""


def listen_tab(lab: Lab, tab: gr.Tab) -> ListenParts:
    """Build the tab and return its list of tests."""
    gr.Markdown(
        "Decide by ear: the takes of a comparison, equally loud and without their names, for you or for others by a "
        "link. The results say how sure they are.",
        elem_classes="vl-muted",
    )
    empty = widget("empty", elem_id="listen-empty")
    with gr.Column(elem_classes=LATER):
        with gr.Row():
            experiment = gr.Dropdown([], label="Comparison", elem_id="listen-experiment", min_width=WHOLE_LINE)
            kind = gr.Dropdown(
                listen_actions.KIND_CHOICES,
                value="ab",
                label="Kind of test",
                elem_id="listen-kind",
                min_width=WHOLE_LINE,
            )
        with gr.Accordion("Which settings and lines", open=False):
            settings = gr.CheckboxGroup([], label="Settings against each other", elem_id="listen-settings")
            lines = gr.CheckboxGroup([], label="Lines", elem_id="listen-lines")
        form = widget("listenform", event="make", elem_id="listen-form")
        test = gr.Dropdown([], label="Your tests", value=None, elem_id="listen-test")
        notes = widget("notices", elem_id="listen-notes")
        invitation = widget("invitation", elem_id="listen-invitation")
        with gr.Row(elem_classes="vl-line-up"):
            refresh = gr.Button("Refresh", elem_id="listen-refresh", **SMALL)
            look = gr.Button("Look at results now", elem_id="listen-look", scale=0, min_width=220)
            renew = gr.Button("New link", elem_id="listen-renew", **SMALL)
            revoke = gr.Button("Close link", variant="stop", elem_id="listen-revoke", **SMALL)
        used = widget("notices", elem_id="listen-used")
        results = widget("listenresults", event="choose", elem_id="listen-results")

    chosen = kept("test")
    opened = [test, invitation, results, notes]
    tab.select(bind(listen_actions.experiments, lab), None, [experiment, empty], **QUIET)
    keep_chosen(test, chosen)
    tab.select(bind(listen_actions.look, lab), chosen, opened, js=_LINKED, **QUIET)
    experiment.change(bind(listen_actions.offer, lab), experiment, [settings, lines], **AS_SENT, **QUIET)
    making = bind(listen_actions.create, lab, ("options",))
    made = form.make(making, [experiment, kind, settings, lines], opened, **AS_SENT, **QUIET)
    made.success(None, test, chosen, js="(made) => made", **QUIET)
    test.input(bind(listen_actions.show, lab), test, opened, **EVERY, **AS_SENT, **QUIET)
    refresh.click(bind(listen_actions.show, lab), test, opened, **AS_SENT, **QUIET)
    look.click(bind(listen_actions.look_now, lab), test, opened, **AS_SENT, **QUIET)
    renew.click(bind(listen_actions.renew, lab), test, opened, **AS_SENT, **QUIET)
    revoke.click(bind(listen_actions.revoke, lab), test, opened, **AS_SENT, **QUIET)
    results.choose(bind(listen_actions.use, lab, ("setting",)), test, used, **EVERY, **AS_SENT, **QUIET)
    return ListenParts(test, chosen)
