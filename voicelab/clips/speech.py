"""Where somebody speaks: the Silero voice activity detector (v6, MIT) that ships inside faster-whisper."""

from __future__ import annotations

from voicelab.clips.clip import Clip, Window
from voicelab.clips.memo import remembered
from voicelab.clips.spectrum import HEARING_RATE, resampled
from voicelab.priority import wait_asleep

MIN_PAUSE_S = 0.25
"""A shorter pause belongs to the speech around it: closures of plosives last up to 0.2 s."""
_MIN_SPEECH_S = 0.1
"""Shorter sounds are clicks: the shortest words ("a", "I") last about that long."""
_PAD_S = 0.05
"""Kept around each stretch, so that soft beginnings and endings are inside."""
_PIECE_S, _CONTEXT_S = 120, 2
"""The detector is run on pieces, because its memory grows with the length (1.6 GB for half an hour at once), and hears
some of what comes before and after each."""


def speech_stretches(clip: Clip) -> list[Window]:
    """Return the stretches of speech in `clip`, in order, without overlap; an empty list where nobody speaks.

    The last few clips are remembered.
    """
    return list(_stretches(clip))


def pauses(clip: Clip) -> list[Window]:
    """Return what lies before, between and after the stretches of speech in `clip`; nothing where nobody speaks."""
    stretches = speech_stretches(clip)
    if not stretches:
        return []
    starts = [0.0, *(stretch.end_s for stretch in stretches)]
    ends = [*(stretch.start_s for stretch in stretches), clip.seconds]
    return [Window(start, end) for start, end in zip(starts, ends, strict=True) if end > start]


@remembered(16)
def _stretches(clip: Clip) -> tuple[Window, ...]:
    wait_asleep()
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        min_speech_duration_ms=round(_MIN_SPEECH_S * 1000),
        min_silence_duration_ms=round(MIN_PAUSE_S * 1000),
        speech_pad_ms=round(_PAD_S * 1000),
    )
    samples = resampled(clip, HEARING_RATE)
    found: list[Window] = []
    piece, context = _PIECE_S * HEARING_RATE, _CONTEXT_S * HEARING_RATE
    for start in range(0, len(samples), piece):
        first = max(0, start - context)
        heard = samples[first : start + piece + context]
        for stretch in get_speech_timestamps(heard, options):
            window = Window(
                max(first + stretch["start"], start) / HEARING_RATE,
                min((first + stretch["end"]) / HEARING_RATE, (start + piece) / HEARING_RATE, clip.seconds),
            )
            if window.seconds <= 0:
                continue  # in the context only: the neighbouring piece has it
            if found and window.start_s - found[-1].end_s < MIN_PAUSE_S - 2 * _PAD_S:
                found[-1] = Window(found[-1].start_s, window.end_s)  # one stretch that the pieces had cut in two
            else:
                found.append(window)
    return tuple(found)
