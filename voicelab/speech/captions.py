"""When each word of a text is said, and captions of it: SubRip and WebVTT."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.clips.clip import Clip
from voicelab.transcripts.spelling import join_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from voicelab.speech.ports import Speech
    from voicelab.transcripts.transcriber import Transcriber

LONGEST_CUE = 84
"""Characters of one caption: two lines of 42, the most of the BBC's and Netflix's guidelines."""
LONGEST_CUE_S = 7.0
"""Seconds of one caption, from the same."""
_PAUSE_S = 0.8
"""A pause after which a new caption begins."""
_ENDS = (".", "!", "?", "…", "。", "！", "？")


@dataclass(frozen=True)
class Cue:
    """Something said, and when."""

    text: str
    start_s: float
    end_s: float


def word_times(transcriber: Transcriber, speech: Speech, language: str, speed: float = 1.0) -> tuple[Cue, ...]:
    """Return when each word of `speech.said` is said, found by the recognizer that is made to say this text.

    `speed` is how much faster the file is than `speech`, which is what is aligned. The words are those that were really
    said: numbers written out, marks left out. Raises what Transcriber.check raises, InvalidValue for more than 300 s.
    """
    clip = Clip(speech.samples, speech.sample_rate)
    match = transcriber.check(clip, speech.said, language=language)
    return tuple(Cue(word.text, word.start_s / speed, word.end_s / speed) for word in match.words)


def cues_of(words: Sequence[Cue], language: str) -> tuple[Cue, ...]:
    """Return words as captions that a person can read: broken at sentences, pauses and lengths."""
    return tuple(
        Cue(join_words((word.text for word in group), language), group[0].start_s, group[-1].end_s)
        for group in _grouped(words, language)
    )


def _grouped(words: Sequence[Cue], language: str) -> Iterator[list[Cue]]:
    group: list[Cue] = []
    for word in words:
        if group and (
            group[-1].text.endswith(_ENDS)
            or word.start_s - group[-1].end_s > _PAUSE_S
            or word.end_s - group[0].start_s > LONGEST_CUE_S
            or len(join_words((each.text for each in (*group, word)), language)) > LONGEST_CUE
        ):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def srt(cues: Iterable[Cue]) -> str:
    """Return SubRip captions."""
    return "\n".join(
        f"{index}\n{_clock(cue.start_s, ',')} --> {_clock(cue.end_s, ',')}\n{cue.text}\n"
        for index, cue in enumerate(cues, 1)
    )


def vtt(cues: Iterable[Cue]) -> str:
    """Return WebVTT captions."""
    told = (f"{_clock(cue.start_s, '.')} --> {_clock(cue.end_s, '.')}\n{_escaped(cue.text)}\n" for cue in cues)
    return "\n".join(("WEBVTT\n", *told))


CAPTIONS: Mapping[str, Callable[[Iterable[Cue]], str]] = {"srt": srt, "vtt": vtt}
"""The suffix of a file to what writes it."""


def _clock(seconds: float, point: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}{point}{milliseconds % 1000:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
