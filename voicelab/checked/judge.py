"""What is wrong with one take of a sentence: judged by the measures that comparisons, `verify` and transcripts have.

The recognizer's check of a text against audio (transcripts/match.py) is the first witness: it knows the words that are
missing, doubled or foreign, also where the recognizer's own text has tidied them away, and it takes no spelling for a
mistake. Words of the voice's clip are for compare/bleed.py, which finds single ones. Level and length need no words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.clip import Clip
from voicelab.clips.speech import speech_stretches
from voicelab.compare.bleed import find_bleed, recognizer_on_disk
from voicelab.compare.word_errors import compare_words
from voicelab.errors import UnsupportedLanguage
from voicelab.transcripts.match import NOT_SAID
from voicelab.transcripts.recognizers import PACKAGED
from voicelab.transcripts.spelling import split_words
from voicelab.verify.hearing import CLIPPED, CLIPPED_SHARE, FASTEST_WPM, SILENT, SLOWEST_WPM, speaking_s

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.speech.ports import Speech, SpeechRequest
    from voicelab.transcripts.transcriber import Transcriber
    from voicelab.transcripts.words import Match, WordMatch

LONGEST_PAUSE_S = 2.0
"""In one sentence, and at its ends: twice the longest pause between two sentences that are read (clips/checks.py)."""
_PACED_WORDS = 4
"""Fewer say little of how fast they are spoken."""
_SHOWN = 3
"""Faults of one kind that are told."""


@dataclass(frozen=True)
class Judgement:
    """What is wrong with a take."""

    words: int
    """Of the sentence."""
    word_errors: int
    faults: tuple[str, ...]
    """Empty where nothing is."""
    weight: float
    """How wrong it is: of several takes the one with the least is kept."""


def recognizer_for(transcriber: Transcriber, language: str) -> str:
    """Return the name of the recognizer on disk that hears `language`, a full lower-case name, back.

    Raises ModelUnavailable or UnsupportedLanguage, which say what to do, where there is none.
    """
    model = recognizer_on_disk(transcriber)
    name = transcriber.ready(model)
    if language != "english" and model.endswith(".en"):
        instead = "" if model != PACKAGED else f", and {transcriber.default_model} is not on disk"
        raise UnsupportedLanguage(
            f"Nothing was spoken: the recognizer {name} knows English only{instead}, so {language} cannot be checked. "
            "Bring another one with `voicelab transcript hear AUDIO --model small`, and start the lab with "
            "VOICELAB_RECOGNIZER=small; or speak without check."
        )
    return name


class RecognizerEar:
    """Judges takes with the recognizer that is on disk: nothing is downloaded for it."""

    def __init__(self, transcriber: Transcriber, language: str) -> None:
        """Raise what `recognizer_for` raises."""
        self._transcriber = transcriber
        self._model = recognizer_on_disk(transcriber)
        self.recognizer = recognizer_for(transcriber, language)

    def judge(self, speech: Speech, request: SpeechRequest) -> Judgement:
        """Return what is wrong with `speech`, a take of `request`, whose text is as it is to be said."""
        clip = Clip(np.asarray(speech.samples, np.float32), speech.sample_rate)
        words = split_words(request.text, request.language)
        if float(np.abs(clip.samples).max(initial=0.0)) < SILENT or not speech_stretches(clip):
            return Judgement(len(words), len(words), ("it is silent",), float("inf"))
        faults = list(_level_and_length(clip, len(words)))
        if clip.seconds > 60 * max(_PACED_WORDS, len(words)) / SLOWEST_WPM:  # nothing else need be known of it
            return Judgement(len(words), len(words), (*faults, f"it goes on for {clip.seconds:.0f} s"), clip.seconds)
        heard = self._transcriber.hear(clip, model=self._model, language=request.language)
        errors = compare_words(words, [word.text for word in heard.words], request.language).errors
        match = self._transcriber.check(clip, request.text, model=self._model, language=request.language)
        faults += _in_words(match)
        if request.prompt is not None and request.prompt.text.strip():
            reference, language = request.prompt.text, request.language
            bleed = find_bleed(self._transcriber, clip, request.text, reference, language, self._model)
            if bleed.bleed:
                faults.append(f"it says “{' '.join(bleed.words)}” of the voice's clip")
        missed = errors.deletions + errors.substitutions + errors.insertions
        return Judgement(len(words), missed, tuple(faults), len(faults) + errors.rate if faults else 0.0)


def _level_and_length(clip: Clip, words: int) -> Iterator[str]:
    clipped = float((np.abs(clip.samples) >= CLIPPED).mean())
    if clipped > CLIPPED_SHARE:
        yield f"{clipped:.1%} of it is clipped"
    stretches = speech_stretches(clip)
    starts_s = [*(stretch.start_s for stretch in stretches), clip.seconds]
    ends_s = [0.0, *(stretch.end_s for stretch in stretches)]
    pause_s = max(start_s - end_s for start_s, end_s in zip(starts_s, ends_s, strict=True))
    if pause_s > LONGEST_PAUSE_S:
        yield f"it is silent for {pause_s:.1f} s"
    wpm = 60 * words / speaking_s(clip)
    if words >= _PACED_WORDS and not SLOWEST_WPM <= wpm <= FASTEST_WPM:
        yield f"it says {wpm:.0f} words a minute"


def _may_be_misheard(word: WordMatch) -> bool:
    """Say whether a word, the only odd one, is one that a recognizer hears as another: "eyes" for "ice".

    Nothing is missing then and nothing is said besides. Of 63 takes (tests/bench_checked.py, its tuning texts) six had
    such a word without a fault, with scores of 0.004 or more; below NOT_SAID nothing speaks for the written word.
    """
    return len(word.heard.split()) == 1 and word.score >= NOT_SAID


def _in_words(match: Match) -> Iterator[str]:
    """Yield each word that does not fit, and speech that no word fits."""
    odd = [word for word in match.words if word.verdict != "ok"]
    if len(odd) == 1 and _may_be_misheard(odd[0]):
        odd = []
    for word in odd[:_SHOWN]:
        yield f"“{word.heard}” is heard for “{word.text}”" if word.heard else f"“{word.text}” is not heard"
    if len(odd) > _SHOWN:
        yield f"{len(odd) - _SHOWN} more words do not fit"
    if match.uncovered and not odd:
        start_s, end_s = match.uncovered[0]
        yield f"something else is said from {start_s:.1f} s to {end_s:.1f} s"
