"""How a voice in the making looks on the page."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.ui.actions.values import KEEP, Notice, Update, notice, shown

if TYPE_CHECKING:
    from voicelab.clips.checks import Checkup
    from voicelab.lab import Lab
    from voicelab.transcripts.words import Match, Transcript
    from voicelab.voices.draft import Draft

MATCH_WORDS = {
    "match": ("ok", "Every word fits the audio."),
    "doubtful": ("warn", "Most words fit. Listen to the marked ones and correct them."),
    "mismatch": ("fail", "The text does not fit the audio. Correct the marked words: one wrong word spoils the clone."),
}


class DraftView(NamedTuple):
    """The outputs of everything that changes a draft, in the order of the page's components."""

    draft: str | Any
    trimmer: dict[str, Any] | Any
    start_s: float | Any
    end_s: float | Any
    checks: list[Notice] | Any
    """One row per check."""
    text: str | Any
    words: dict[str, Any] | Any
    notes: list[Notice] | Any
    """What the person should know of recording and transcript."""
    steps: Update | Any
    """The steps after the recording are shown once there is one."""


UNCHANGED = DraftView(KEEP, KEEP, KEEP, KEEP, KEEP, KEEP, KEEP, KEEP, KEEP)
"""Everything stays as it is. A generator must yield something: Gradio empties the outputs of one that does not."""


def empty_view() -> DraftView:
    """Nothing in the making."""
    return DraftView("", {}, 0.0, 0.0, [], "", {}, [], shown(False))


def draft_view(draft: Draft, checks: list[Notice] | Any, match: Match | None = None) -> DraftView:
    """Show `draft`; `checks` may be KEEP while they are being made."""
    window = draft.window
    rows = [notice(text, "info", "Recording") for text in draft.notes]
    if draft.transcript:
        rows += [notice(text, "info", "Transcript") for text in draft.transcript.notes]
        rows.append(notice(_author(draft.transcript), "info", "Words"))
    rows += [notice(text, "warn", "Cut") for text in draft.cut_notes]
    if match:
        level, text = MATCH_WORDS[match.verdict]
        rows.append({"level": level, "label": "Match", "text": f"{text} (checked by {match.model})"})  # type: ignore[typeddict-item]
    return DraftView(
        draft=draft.id,
        trimmer={"draft": draft.id, "seconds": draft.seconds, "start_s": window.start_s, "end_s": window.end_s},
        start_s=round(window.start_s, 2),
        end_s=round(window.end_s, 2),
        checks=checks,
        text=draft.transcript.text if draft.transcript else "",
        words=words_value(draft, match),
        notes=rows,
        steps=shown(True),
    )


def words_value(draft: Draft, match: Match | None) -> dict[str, Any]:
    """The words widget's value: with verdicts where the text was checked, else with the recognizer's confidence."""
    frame = {"url": f"drafts/{draft.id}/audio.wav", "offset_s": draft.window.start_s}
    if match:
        words = [asdict(word) for word in match.words]
        return frame | {"words": words, "uncovered": [list(stretch) for stretch in match.uncovered]}
    words = [
        {
            "text": word.text,
            "start_s": word.start_s,
            "end_s": word.end_s,
            "score": word.probability,
            "verdict": "unchecked",
            "heard": "",
        }
        for word in (draft.transcript.words if draft.transcript else ())
    ]
    return frame | {"words": words, "uncovered": []}


def check_rows(checkup: Checkup) -> list[Notice]:
    """One row per check of the clip."""
    return [notice(check.message, check.level, check.name.capitalize()) for check in checkup.checks]


def matched(lab: Lab, draft: Draft) -> Match | None:
    """Check the draft's text against its clip, where there is a text."""
    if not draft.transcript or not draft.transcript.text.strip():
        return None
    return lab.transcriber.check(lab.drafts.clip(draft.id), draft.transcript.text, language=draft.transcript.language)


def _author(transcript: Transcript) -> str:
    if transcript.author == "hand":
        return "Corrected by hand."
    return f"Heard by {transcript.author}: check every word against the audio."
