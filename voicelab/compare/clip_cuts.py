"""Whether each cut of the clip that a comparison speaks from carries exactly its words: one wrong word bleeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.clips.clip import Clip
from voicelab.errors import VoiceLabError
from voicelab.transcripts.words import MatchVerdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from voicelab.speech.ports import Prompt
    from voicelab.transcripts.transcriber import Transcriber

_MOST_MARKED = 5
"""Marked words that a sentence names."""


@dataclass(frozen=True)
class PlannedCut:
    """The beginning of a voice's clip, the words it carries, and how these fit it."""

    length_s: float | None
    """Nominal seconds, as in the plan; None is the whole clip."""
    seconds: float
    """What it came to, without the silence that a recipe appends."""
    text: str
    verdict: MatchVerdict | None
    """None where it could not be checked; `note` says why."""
    marked: tuple[str, ...] = ()
    """The words that are doubtful or wrong."""
    uncovered_s: float = 0.0
    """Speech in it that no word covers."""
    model: str = ""
    """The recognizer that checked it."""
    note: str = ""
    """What to know before trusting the verdict."""

    @property
    def told(self) -> str:
        """Its length, verdict and words, for the person."""
        name = "The whole clip" if self.length_s is None else f"{self.length_s:g} s"
        found = f"{name}: {self.seconds:.2f} s, {self.verdict or 'not checked'}"
        if self.marked:
            more = len(self.marked) - _MOST_MARKED
            found += f" at {', '.join(f'“{word}”' for word in self.marked[:_MOST_MARKED])}"
            found += f" and {more} more" if more > 0 else ""
        if self.uncovered_s:
            found += f", {self.uncovered_s:.1f} s of speech without words"
        return " ".join((f"{found}. “{self.text}”", self.note)).strip()


def planned_cuts(prompts: Mapping[float | None, Prompt], transcriber: Transcriber) -> Iterator[PlannedCut]:
    """Check each cut of a settled plan, as the engine will get it, against its own words; yield it once it is checked.

    The first check of a cut listens to it, which takes seconds. A cut that cannot be checked (a language that no
    recognizer here knows) says why.
    """
    return (_checked(length_s, prompt, transcriber) for length_s, prompt in prompts.items())


def _checked(length_s: float | None, prompt: Prompt, transcriber: Transcriber) -> PlannedCut:
    clip = Clip(prompt.samples)
    seconds = round(prompt.clip_seconds, 2)
    try:
        match = transcriber.check(clip, prompt.text, language=prompt.language)
    except VoiceLabError as error:
        return PlannedCut(length_s, seconds, prompt.text, None, note=error.message)
    return PlannedCut(
        length_s,
        seconds,
        prompt.text,
        match.verdict,
        marked=tuple(word.text for word in match.words if word.verdict != "ok"),
        uncovered_s=round(sum(end_s - start_s for start_s, end_s in match.uncovered), 2),
        model=match.model,
        note=" ".join(match.notes),
    )
