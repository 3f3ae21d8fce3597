"""Make a voice, the part that cuts the clip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import gradio as gr

from voicelab.ui.actions import choose_actions, make_actions
from voicelab.ui.bind import bind
from voicelab.ui.tabs.widgets import EVERY, QUIET, widget

if TYPE_CHECKING:
    from voicelab.lab import Lab


@dataclass(frozen=True)
class ClipPart:
    """Its components."""

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


def clip_part() -> ClipPart:
    """Build the part."""
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
    return ClipPart(trimmer, start_s, end_s, undo, redo, find, stop_finding, length_s, finding, best, checks, repairs)


def bind_clip(lab: Lab, clip: ClipPart, draft: gr.BrowserState, view: list[gr.components.Component]) -> None:
    """Bind what cuts; `view` are the outputs of everything that changes a draft."""
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


def bind_repairs(lab: Lab, clip: ClipPart, draft: gr.BrowserState, view: list[gr.components.Component]) -> None:
    """Bind the repairs."""
    clip.repairs.mend(bind(choose_actions.repair, lab, ("repairs", "tail_silence")), draft, view, **EVERY, **QUIET)
    clip.repairs.trim_edges(bind(choose_actions.trim_edges, lab), draft, view, **EVERY, **QUIET)
