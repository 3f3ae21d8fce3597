"""How a voice in the making looks on the page."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.clips.repairs import TARGET_LUFS
from voicelab.errors import InvalidValue, UnknownDraft
from voicelab.transcripts.changes import changes, disagreements
from voicelab.transcripts.spelling import join_words
from voicelab.ui.actions.updates import IDLE, KEEP, Level, Notice, Progress, Update, notice, said, shown
from voicelab.voices.voice import TAIL_SILENCE_S

if TYPE_CHECKING:
    from voicelab.clips.findings import Checkup
    from voicelab.lab import Lab
    from voicelab.transcripts.words import Match, Transcript, Word, WordMatch
    from voicelab.ui.actions.widget_json import Best, Editor, EditorWord, Nothing, Repairs, Trimmer
    from voicelab.voices.draft import Draft

MATCH_WORDS: dict[str, tuple[Level, str]] = {
    "match": ("ok", "Every word fits the audio."),
    "doubtful": ("warn", "Most words fit. Listen to the marked ones and correct them."),
    "mismatch": ("fail", "The text does not fit the audio. Correct the marked words: one wrong word spoils the clone."),
}


class DraftView(NamedTuple):
    """The outputs of everything that changes a draft, in the order of the page's components."""

    draft: str | Any
    trimmer: Trimmer | Nothing | Any
    start_s: float | Any
    end_s: float | Any
    checks: list[Notice] | Any
    """One row per check."""
    text: str | Any
    words: Editor | Nothing | Any
    notes: list[Notice] | Any
    """What the person should know of recording and transcript."""
    steps: Update | Any
    """The steps after the recording are shown once there is one."""
    repairs: Repairs | Nothing | Any
    best: Best | Nothing | Any
    """The best windows that were found; taken away with the recording they are of."""
    recording: Progress | Any
    """Which recording this is, or what becomes of the one that was brought."""


UNCHANGED = DraftView(*[KEEP] * len(DraftView._fields))
"""Everything stays as it is. A generator must yield something: Gradio empties the outputs of one that does not."""


def empty_view() -> DraftView:
    """Nothing in the making."""
    return DraftView("", {}, 0.0, 0.0, [], "", {}, [], shown(False), {}, {}, IDLE)


def draft_view(draft: Draft, checks: list[Notice] | Any, checked: Matched) -> DraftView:
    """Show `draft`; `checks` may be KEEP while they are being made."""
    window = draft.window
    rows = [notice(text, "info", "Recording") for text in draft.notes]
    if draft.transcript:
        rows += [notice(text, "info", "Transcript") for text in draft.transcript.notes]
        rows.append(notice(_author(draft.transcript), "info", "Words"))
        rows.append(notice(_language(draft), "info", "Language"))
    rows += [notice(text, "warn", "Cut") for text in draft.cut_notes]
    match = checked.match
    if match:
        level, text = MATCH_WORDS[match.verdict]
        rows.append(notice(f"{text} (checked by {match.model})", level, "Match"))
        rows += [notice(text, "warn", "Doubt") for text in match.notes]
    elif checked.pending:
        rows.append(notice("The text is being checked against the audio…", "info", "Match"))
    elif checked.unchecked:
        rows.append(notice(f"The text could not be checked against the audio. {checked.unchecked}", "warn", "Match"))
    return DraftView(
        draft=draft.id,
        trimmer={"draft": draft.id, "seconds": draft.seconds, "start_s": window.start_s, "end_s": window.end_s},
        start_s=round(window.start_s, 2),
        end_s=round(window.end_s, 2),
        checks=checks,
        text=draft.transcript.text if draft.transcript else "",
        words=words_value(draft, match, pending=checked.pending),
        notes=rows,
        steps=shown(True),
        repairs=repairs_value(draft),
        best=KEEP,
        recording=said(f"{draft.filename}, {draft.seconds:.1f} s"),
    )


def repairs_value(draft: Draft) -> Repairs:
    """The repairs widget's value; `key` changes with everything that changes the sound of the clip."""
    window = draft.window
    return {
        "draft": draft.id,
        "key": f"{window.start_s:.3f}-{window.end_s:.3f}-{'-'.join(draft.repairs)}-{draft.tail_silence}",
        "repairs": list(draft.repairs),
        "tail_silence": draft.tail_silence,
        "choices": [
            {"name": "level", "label": "Level", "about": f"bring the voice to {TARGET_LUFS:g} LUFS (EBU R 128)"},
            {"name": "rumble", "label": "Rumble", "about": "take away what lies below 50 Hz, and any offset"},
            {
                "name": "tail",
                "label": f"{TAIL_SILENCE_S:g} s of silence after the clip",
                "about": "keeps clones from finishing the reference; part of the recipe, on unless you take it away",
            },
        ],
    }


def words_value(draft: Draft, match: Match | None, *, pending: bool = False, refused: bool = False) -> Editor:
    """The editor's value: with verdicts where the text was checked, else with the recognizer's confidence."""
    transcript = draft.transcript
    language = transcript.language if transcript else "english"
    if match:
        words = [_matched_word(word) for word in match.words]
    else:
        words = [_unchecked_word(word) for word in (transcript.words if transcript else ())]
    texts = [word["text"] for word in words]
    others = [word.text for word in draft.opinion.words] if draft.opinion else []
    for index, opinion in disagreements(texts, others, language).items() if draft.opinion else ():
        words[index]["opinion"] = opinion
    heard = [word.text for word in draft.heard.words] if draft.heard else []
    return {
        "url": f"drafts/{draft.id}/audio.wav",
        "offset_s": draft.window.start_s,
        "seconds": draft.window.seconds,
        "pending": pending,
        "glue": join_words(("", ""), language),
        "text": transcript.text if transcript else "",
        "words": words,
        "uncovered": list(match.uncovered) if match else [],
        "refused": refused,
        "undoable": draft.undoable,
        "redoable": draft.redoable,
        "opinion_by": draft.opinion.author if draft.opinion else "",
        "heard_by": draft.heard.author if draft.heard else "",
        "changes": [asdict(part) for part in changes(heard, texts, language)] if draft.heard else [],
    }


def _matched_word(word: WordMatch) -> EditorWord:
    return {
        "text": word.text,
        "start_s": word.start_s,
        "end_s": word.end_s,
        "score": word.score,
        "verdict": word.verdict,
        "heard": word.heard,
        "suggestion": word.suggestion,
    }


def _unchecked_word(word: Word) -> EditorWord:
    return {
        "text": word.text,
        "start_s": word.start_s,
        "end_s": word.end_s,
        "score": word.probability,
        "verdict": "unchecked",
        "heard": "",
    }


def check_rows(checkup: Checkup) -> list[Notice]:
    """One row per check of the clip."""
    return [notice(check.message, check.level, check.name.capitalize()) for check in checkup.checks]


class Matched(NamedTuple):
    """What became of checking a draft's text."""

    match: Match | None
    unchecked: str = ""
    """Why there is no match although there is a text."""
    pending: bool = False
    """There will be one: another recording may be heard before."""


PENDING = Matched(None, pending=True)


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


def _language(draft: Draft) -> str:
    language = draft.language.capitalize()
    author = draft.heard.author if draft.heard else ""
    if author.endswith(".en"):
        return f"{language}, assumed: {author} knows no other. If that is wrong, choose the spoken language above."
    return f"{language}. If that is wrong, choose the spoken language above."


def _author(transcript: Transcript) -> str:
    if transcript.by_hand:
        return "Corrected by hand."
    return f"Heard by {transcript.author}: check every word against the audio."


def open_draft(lab: Lab, draft_id: str) -> Draft:
    """Return the draft on the page. Raises UnknownDraft with what to do when there is none."""
    if not draft_id:
        raise UnknownDraft("There is no recording yet. Bring one first: drop a file or record with the microphone.")
    return lab.drafts.get(draft_id)


def text_of(draft: Draft) -> str:
    """Return the draft's text; empty while it has none."""
    return draft.transcript.text if draft.transcript else ""


def is_still(lab: Lab, draft: Draft) -> bool:
    """Say whether nothing has changed in `draft` since it was read."""
    return lab.drafts.get(draft.id).sounds_and_says_as(draft)


def is_shown(draft: Draft, start_s: float | None, end_s: float | None) -> bool:
    """Say whether the fields of the page, with their two digits, show the draft's window."""
    if start_s is None or end_s is None:
        return False
    return (round(start_s, 2), round(end_s, 2)) == (round(draft.window.start_s, 2), round(draft.window.end_s, 2))
