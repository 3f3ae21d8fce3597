"""Bleed: a take that begins by finishing the reference text, or says some of it elsewhere.

Two witnesses. What the recognizer writes down is aligned with the line: extra words that are words of the reference.
And the recognizer is made to say, over the same audio, the line alone and the line after the last one, two, … words of
the reference; where the second is much more probable, they are there, also when it wrote down something else, and where
it is not, the take is asked again without the sound before the line (before.py). The second one is what finds single
words. docs/bleed.md has the figures; thresholds were tuned on other texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from voicelab.compare.prefix_leakage import AlignedAudio, measured_leakage, was_said
from voicelab.compare.word_errors import compare_words
from voicelab.errors import EmptyText
from voicelab.transcripts.align import LONGEST_S
from voicelab.transcripts.recognizers import PACKAGED, recognizer_folder
from voicelab.transcripts.spelling import join_words, keys, sounds, split_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.clips.clip import Clip
    from voicelab.compare.word_errors import Extra
    from voicelab.transcripts.transcriber import Transcriber
    from voicelab.transcripts.words import Transcript, Word, WordMatch

Place = Literal["", "start", "middle", "end"]

_SIMILAR = 0.8
"""Edit similarity of extra words with words of the reference (evaluation.md, C)."""
_MIN_WORDS = 2
_MIN_CHARACTERS = 8
"""One extra word that is written down must be as long as this: a recognizer slips on short ones."""
_LONGEST_RUN = 12
"""Words that are compared at once; of a longer leak the part that fits."""


@dataclass(frozen=True)
class Bleed:
    """Whether words of the reference are in a take that should not say them."""

    bleed: bool
    words: tuple[str, ...]
    """The leaked words, as the reference writes them; empty where there are none."""
    seconds: float
    """How much of the take they take up; at the start this is where the line begins."""
    place: Place
    start_s: float
    """Where they begin."""
    heard: str
    """All that is heard of the take."""
    recognizer: str
    evidence: float | None
    """Nats that speak for words of the reference at the start; None where only what is written down could be used."""


def recognizer_on_disk(transcriber: Transcriber) -> str:
    """Return the recognizer to listen to takes with: the wanted one, or the packaged one if that is not on disk.

    Measuring must not wait for a download. Raises UnknownModel, InvalidCheckpoint.
    """
    wanted = transcriber.default_model
    return wanted if recognizer_folder(wanted) is not None else PACKAGED


def find_bleed(
    transcriber: Transcriber, clip: Clip, line: str, reference: str, language: str = "english", model: str | None = None
) -> Bleed:
    """Return whether `clip`, a take of `line`, also says words of `reference`, the text of the voice's clip.

    Raises EmptyText, and what `Transcriber.hear` raises.
    """
    line_words, reference_words = split_words(line, language), split_words(reference, language)
    if not any(sounds(word) for word in line_words):
        raise EmptyText("There is no line to compare the take with. Give the text that it should say.")
    if not any(sounds(word) for word in reference_words):
        raise EmptyText("There is no reference text, so nothing of it can leak. Give what is said in the voice's clip.")
    model = model or recognizer_on_disk(transcriber)
    heard = transcriber.hear(clip, model=model, language=language)
    evidence = None
    if clip.seconds <= LONGEST_S and heard.words:
        ear = AlignedAudio(transcriber, clip, model, language)
        before = measured_leakage(ear, line_words, reference_words)
        evidence = before.evidence
        if was_said(ear, before, line_words, reference_words):
            text = join_words([*before.words, *line_words], language)
            placed = transcriber.check(clip, text, model=model, language=language).words
            line_starts_s = _line_starts(placed, len(before.words))
            return _found(heard, before.words, "start", placed[0].start_s, line_starts_s, evidence)
    extras = compare_words(line_words, [word.text for word in heard.words], language).extras
    return _written_down(heard, extras, len(line_words), reference_words, evidence)


def _line_starts(placed: Sequence[WordMatch], tail: int) -> float:
    """Return where the line begins: between the last word of the tail and the line's first."""
    return max(placed[tail - 1].end_s, placed[tail].start_s)


def _written_down(
    heard: Transcript, extras: Sequence[Extra], line_length: int, reference: Sequence[str], evidence: float | None
) -> Bleed:
    """Look for the reference among the words that the recognizer wrote down and the line does not have."""
    words = heard.words
    for extra in extras:
        place: Place = "start" if extra.at == 0 else "end" if extra.at >= line_length else "middle"
        leaked = _of_reference(words[extra.first : extra.last], reference, ends_it=place == "start")
        if leaked:
            start_s, end_s = words[extra.first].start_s, words[extra.last - 1].end_s
            return _found(heard, leaked, place, start_s, end_s, evidence)
    return Bleed(False, (), 0.0, "", 0.0, heard.text, heard.author, evidence)


def _of_reference(extra: Sequence[Word], reference: Sequence[str], *, ends_it: bool) -> tuple[str, ...]:
    """Return the words of the reference that `extra` says, the longest run of them; empty when it says none.

    With `ends_it` only runs count that end the reference.
    """
    from rapidfuzz.distance.Levenshtein import normalized_similarity

    said = ["".join(keys(word.text)) for word in extra]
    known = ["".join(keys(word)) for word in reference]
    for count in range(min(len(said), _LONGEST_RUN), 0, -1):
        for first in range(len(said) - count + 1):
            part = "".join(said[first : first + count])
            if count < _MIN_WORDS and len(part) < _MIN_CHARACTERS:
                continue
            for size in (count, count + 1, count - 1):
                starts = range(len(known) - size + 1)
                for start in starts[-1:] if ends_it else starts:
                    if size > 0 and normalized_similarity(part, "".join(known[start : start + size])) >= _SIMILAR:
                        return tuple(reference[start : start + size])
    return ()


def _found(
    heard: Transcript,
    leaked: Sequence[str],
    place: Place,
    start_s: float,
    end_s: float,
    evidence: float | None,
) -> Bleed:
    begins_s = 0.0 if place == "start" else start_s
    return Bleed(True, tuple(leaked), end_s - begins_s, place, begins_s, heard.text, heard.author, evidence)
