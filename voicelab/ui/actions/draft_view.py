"""How a voice in the making looks on the page."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.errors import InvalidValue
from voicelab.ui.actions.values import KEEP, Level, Notice, Update, notice, shown

if TYPE_CHECKING:
    from voicelab.clips.checks import Checkup
    from voicelab.lab import Lab
    from voicelab.transcripts.words import Match, Transcript
    from voicelab.voices.draft import Draft

MATCH_WORDS: dict[str, tuple[Level, str]] = {
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


def draft_view(draft: Draft, checks: list[Notice] | Any, checked: Matched) -> DraftView:
    """Show `draft`; `checks` may be KEEP while they are being made."""
    window = draft.window
    rows = [notice(text, "info", "Recording") for text in draft.notes]
    if draft.transcript:
        rows += [notice(text, "info", "Transcript") for text in draft.transcript.notes]
        rows.append(notice(_author(draft.transcript), "info", "Words"))
    rows += [notice(text, "warn", "Cut") for text in draft.cut_notes]
    match = checked.match
    if match:
        level, text = MATCH_WORDS[match.verdict]
        rows.append(notice(f"{text} (checked by {match.model})", level, "Match"))
    elif checked.unchecked:
        rows.append(notice(f"The text could not be checked against the audio. {checked.unchecked}", "warn", "Match"))
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


class Matched(NamedTuple):
    """What became of checking a draft's text."""

    match: Match | None
    unchecked: str = ""
    """Why there is no match although there is a text."""


def matched(lab: Lab, draft: Draft, text: str | None = None) -> Matched:
    """Check `text`, or else the draft's own, against the draft's clip.

    What cannot be checked here, a language that no recognizer on disk knows or a clip that is too long, can still be
    worked on: the reason takes the place of the match.
    """
    if text is None:
        text = draft.transcript.text if draft.transcript else ""
    if not text.strip():
        return Matched(None)
    try:
        return Matched(lab.transcriber.check(lab.drafts.clip(draft.id), text, language=draft.language or "english"))
    except InvalidValue as error:
        return Matched(None, error.message)


def _author(transcript: Transcript) -> str:
    if transcript.author == "hand":
        return "Corrected by hand."
    return f"Heard by {transcript.author}: check every word against the audio."
