"""Compare: clip lengths × models × takes on one voice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from voicelab.ui.actions import compare_actions, takes_actions, tuning_actions
from voicelab.ui.actions.empty_states import voice_list
from voicelab.ui.actions.models_actions import model_choices
from voicelab.ui.actions.tab_names import LISTEN
from voicelab.ui.bind import AS_SENT, bind
from voicelab.ui.tabs.tuning_part import TuningPart, tuning_part
from voicelab.ui.tabs.widgets import EVERY, LATER, QUIET, SMALL, VoiceParts, as_json, remembered, widget

if TYPE_CHECKING:
    from voicelab.lab import Lab
    from voicelab.ui.tabs.listen_tab import ListenParts

LINES = "The universe is so vast, and here I am, speaking from a fifteen-second sample."
_ROW = 300
"""Pixels: on a phone no button fits beside such a field."""
_WIDE = 240
"""Pixels: on a phone such a field has a row of its own."""
_FOLLOWING: dict[str, Any] = QUIET | EVERY | {"concurrency_limit": None}
"""For what follows a run: any number of pages may watch, and the runs wait for each other elsewhere."""

_LINKED = "() => (location.hash.startsWith('#compare/') ? decodeURIComponent(location.hash.slice(9)) : '')"
"""A link to a comparison opens it (navigation.js)."""
_TO_LISTEN = f"globalThis.voicelab?.goTo('{LISTEN}')"
"""Once the test that was made is there: with the answer that names it the tab might ask for the one before."""


@dataclass(frozen=True)
class _Form:
    voices: VoiceParts
    lines: gr.Textbox
    lengths: gr.CheckboxGroup
    models: gr.Dropdown
    takes: gr.Number
    start: gr.Button
    many: gr.Button
    ask: gr.Button
    built_in: gr.Button
    asked: gr.HTML
    enough: gr.Button
    cost: gr.HTML
    tuning: TuningPart


def compare_tab(lab: Lab, page: gr.Blocks, tests: ListenParts) -> VoiceParts:
    """Build the tab and return its list of voices. `tests` are the listening tests, which takes are sent to."""
    gr.Markdown(
        "The same lines, spoken from 5, 10 and 15 seconds of the clip and by different models. Cuts fall between words "
        "and carry exactly their words. Length and quantization are heard, not argued: listen.",
        elem_classes="vl-muted",
    )
    form = _form(lab)
    with gr.Row(elem_classes="vl-line-up"):
        chosen = gr.Dropdown([], label="Comparisons", value=None, elem_id="compare-chosen", scale=3, min_width=_ROW)
        pause = gr.Button("Pause", elem_id="compare-pause", scale=0, min_width=110)
        stop = gr.Button("Stop", elem_id="compare-stop", scale=0, min_width=110)
        resume = gr.Button("Go on", elem_id="compare-resume", scale=0, min_width=110)
    progress = widget("progress", elem_id="compare-progress")
    told = widget("notices", elem_id="compare-used")
    board = widget("board", event="choose", elem_id="compare-takes")
    picture = widget("figure", elem_id="compare-picture")
    notes = widget("notices", elem_id="compare-notes")

    outputs = [progress, board, notes, chosen, form.many]
    _bind_form(lab, form, outputs)
    tuning = form.tuning
    tuning.stop.click(bind(tuning_actions.stop, lab, page=True), None, told, **EVERY, **QUIET)
    tuning.use.click(bind(tuning_actions.use, lab), chosen, told, **AS_SENT, **QUIET)
    made = tuning.hear.click(bind(tuning_actions.hear, lab), chosen, [told, *tests], **AS_SENT, **QUIET)
    made.success(None, js=f"() => {_TO_LISTEN}", **QUIET)
    pause.click(bind(compare_actions.pause, lab, page=True), chosen, told, **AS_SENT, **EVERY, **QUIET)
    stop.click(bind(compare_actions.cancel, lab, page=True), chosen, told, **AS_SENT, **EVERY, **QUIET)
    resume.click(bind(compare_actions.resume, lab, page=True), chosen, outputs, **AS_SENT, **_FOLLOWING)
    sent = remembered(gr.Textbox, "")
    done = board.choose(
        bind(takes_actions.act, lab, ("action", "experiment", "take", "extra")),
        None,
        [progress, board, told, picture, *tests, sent],
        **_FOLLOWING,
    )
    done.success(None, sent, js=f"(sent) => {{ if (sent) {_TO_LISTEN}; }}", **QUIET)
    chosen.focus(bind(compare_actions.offered, lab), None, chosen, **QUIET)
    chosen.input(bind(compare_actions.show, lab, page=True), chosen, outputs, **AS_SENT, **_FOLLOWING)
    linked = remembered(gr.Textbox, "")  # not the list, which refuses what it does not offer yet
    page.load(bind(compare_actions.show, lab, page=True), linked, outputs, js=_LINKED, **_FOLLOWING)
    return form.voices


def _form(lab: Lab) -> _Form:
    """Build what is filled in for a comparison."""
    first = voice_list(lab, None)
    empty = widget("empty", as_json(first.empty), elem_id="compare-empty")
    with gr.Column(elem_classes=LATER):
        with gr.Row():
            voice = gr.Dropdown(**first.voice.properties, label="Voice", elem_id="compare-voice", min_width=_WIDE)
            takes = gr.Number(
                1,
                label="Takes of each",
                precision=0,
                minimum=1,
                maximum=10,
                info="Each has its own seed",
                elem_id="compare-each",
            )
        lines = gr.Textbox(LINES, label="Lines to speak, one per line", lines=3, max_lines=12, elem_id="compare-lines")
        with gr.Row():
            lengths = gr.CheckboxGroup(
                compare_actions.LENGTHS,
                value=["5", "10", "15"],
                label="Clip lengths",
                elem_id="compare-lengths",
                min_width=_WIDE,
            )
            models = gr.Dropdown(
                [("this machine's default", "auto"), *model_choices()],
                value=["auto"],
                multiselect=True,
                allow_custom_value=lab.settings.local,
                label="Models",
                min_width=_WIDE,
                elem_id="compare-models",
            )
        _cluster(lab)
        with gr.Row():
            start = gr.Button("Compare", variant="primary", elem_id="compare-button")
            ask = gr.Button("What will it take?", elem_id="compare-cost-button")
            built_in = gr.Button("Add the built-in lines", elem_id="compare-built-in")
            many = gr.Button("Yes, that many takes", visible=False, variant="stop", elem_id="compare-many")
        with gr.Row(elem_classes="vl-line-up"):
            asked = widget("progress", elem_id="compare-cost-progress")
            enough = gr.Button("Stop checking", visible=False, elem_id="compare-cost-stop", scale=0, min_width=190)
        cost = widget("notices", elem_id="compare-cost")
        tuning = tuning_part()
    return _Form(
        VoiceParts(voice, empty),
        lines,
        lengths,
        models,
        takes,
        start,
        many,
        ask,
        built_in,
        asked,
        enough,
        cost,
        tuning,
    )


def _bind_form(lab: Lab, form: _Form, outputs: list[gr.components.Component]) -> None:
    """Bind it; `outputs` are those of following a comparison."""
    plan = [form.voices.voice, form.lines, form.lengths, form.models, form.takes]
    told_cost = [form.cost, form.asked, form.enough]
    asking = form.ask.click(bind(compare_actions.cost, lab), plan, told_cost, **QUIET)
    form.enough.click(bind(compare_actions.cost_stopped, lab), None, told_cost, cancels=[asking], queue=False, **QUIET)
    # Before what they begin: Gradio 6.31 does what one click begins one after the other, each to its end.
    for begins in (form.start, form.many, form.tuning.search):
        begins.click(bind(compare_actions.cost_over, lab), None, told_cost, cancels=[asking], **QUIET)
    form.start.click(bind(compare_actions.run, lab, page=True), plan, outputs, **_FOLLOWING)
    form.many.click(bind(compare_actions.run_many, lab, page=True), plan, outputs, **_FOLLOWING)
    searched = [*plan[:3], *form.tuning.wishes]
    form.tuning.search.click(bind(tuning_actions.search, lab, page=True), searched, outputs, **_FOLLOWING)
    form.built_in.click(bind(compare_actions.built_in, lab), form.lines, form.lines, **QUIET)


def _cluster(lab: Lab) -> None:
    """Build the fields for a cluster that speaks."""
    with gr.Accordion("More than one machine", open=False):
        with gr.Row(elem_classes="vl-line-up"):
            scheduler = gr.Textbox(
                lab.settings.scheduler,
                label="Dask scheduler",
                placeholder="tcp://host:8786; empty: this machine speaks",
                max_lines=1,
                elem_id="compare-scheduler",
            )
            join = gr.Button("Use it", elem_id="compare-join", **SMALL)
        joined = widget("notices", elem_id="compare-joined")
    join.click(bind(compare_actions.connect, lab), scheduler, joined, **QUIET)
