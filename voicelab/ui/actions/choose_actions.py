"""Choosing and mending the clip: the best windows of a recording, repairs, silent edges."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.clips.best import best_windows
from voicelab.clips.repairs import trimmed
from voicelab.clips.speech import speech_stretches
from voicelab.transcripts.endings import ending_judge
from voicelab.ui.actions.draft_view import DraftView, open_draft
from voicelab.ui.actions.long_work import shown_as, told_meanwhile
from voicelab.ui.actions.make_actions import with_checks
from voicelab.ui.actions.updates import KEEP, Progress, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.clips.best import BestWindow
    from voicelab.lab import Lab
    from voicelab.ui.actions.long_work import Report
    from voicelab.ui.actions.widget_json import Best


class Found(NamedTuple):
    """The outputs of looking for the best windows."""

    progress: Progress
    best: Best | Any


def find_best(lab: Lab, draft_id: str, seconds: float) -> Iterator[Found]:
    """Suggest three windows of about `seconds`, with reasons; closing the generator stops it."""
    draft = open_draft(lab, draft_id)
    judge = ending_judge(lab.transcriber, draft.language)

    def work(report: Report) -> list[BestWindow]:
        recording = lab.drafts.recording_clip(draft.id)
        return best_windows(recording, seconds, clipped_s=draft.clipped_s, finished=judge, report=report)

    steps = told_meanwhile("find the best", f"Looking for the best {seconds:g} s", work)
    windows = yield from shown_as(steps, lambda progress: Found(progress, KEEP))
    found: Best = {"draft": draft.id, "seconds": draft.seconds, "windows": [asdict(window) for window in windows]}
    many = "one stretch" if len(windows) == 1 else f"{len(windows)} stretches"
    yield Found(said(f"{many} of about {seconds:g} s, best first. Listen, then take one; Undo takes it back."), found)


def stopped_finding(lab: Lab) -> Found:  # noqa: ARG001 - every action takes the lab
    """Say that no better window is looked for; what was found before stays."""
    return Found(said("Stopped looking."), KEEP)


def repair(lab: Lab, repairs: list[str], tail_silence: bool, draft_id: str) -> Iterator[DraftView]:
    """Repair the clip as chosen, from the recording anew."""
    draft = lab.drafts.set_repairs(open_draft(lab, draft_id).id, repairs, tail_silence=tail_silence)
    yield from with_checks(lab, draft)


def trim_edges(lab: Lab, draft_id: str) -> Iterator[DraftView]:
    """Move start and end of the clip to where somebody speaks."""
    draft = open_draft(lab, draft_id)
    window = trimmed(draft.window, speech_stretches(lab.drafts.clip(draft.id)))
    yield from with_checks(lab, lab.drafts.set_window(draft.id, window))
