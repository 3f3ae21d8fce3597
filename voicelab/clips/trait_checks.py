"""Checks of what spoils a clone and no meter shows: other voices, hum, music, echo, a telephone's band, whispering.

Each threshold lies between what was measured with and without the fault on the tuning part of tests/clips/material.py
(two speakers, two texts); docs/clip-checks.md has the figures of both parts. What a clip gives too little to measure is
left out rather than guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicelab.clips.findings import Check
from voicelab.clips.traits import (
    bandwidth_hz,
    decay_s,
    hum_db,
    music_db,
    voiced_share,
    voices_apart,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.clips.clip import Clip, Window

_TELEPHONE_HZ = 5000.0
"""Between a telephone's 3.4 kHz (measured as 3.8) and the 7 kHz of calls over the internet (measured as 7.3)."""
_HUM_DB = -45.0
"""Measured: -41 or more for hum 40 dB below the speech, which headphones let one hear; -113 or less without any."""
_MUSIC_DB = -28.0
"""Measured: -25 or more for music 20 dB below the speech; an echoing room without music gives up to -31."""
_ECHO_S = 0.3
"""Measured: 0.12 or less dry, 0.27 or less in noise of 20 dB, 0.30 or more in a room of 0.4 s heard from 1-2 m."""
_WHISPERED = 0.25


def trait_checks(clip: Clip, stretches: Sequence[Window]) -> list[Check]:
    """Return the checks that `clip` gives enough for; `stretches` are where somebody speaks in it."""
    made = (_speakers, _hum, _music, _echo, _bandwidth, _whisper)
    return [check for one in made if (check := one(clip, stretches))]


def _speakers(clip: Clip, stretches: Sequence[Window]) -> Check | None:
    apart = voices_apart(clip, stretches)
    if apart is None:
        return None
    alike = round(apart.alike, 2)
    if apart.surely_one:
        return Check("speakers", "ok", alike, "", f"One voice speaks ({alike:.2f} alike throughout).")
    if apart.one:
        message = (
            f"A part of this clip sounds unlike the rest ({alike:.2f} alike, less than one person mostly is). Listen: "
            "if somebody else speaks in it, even at the same time, choose another stretch; if one person only changes "
            "the voice, a steadier stretch makes a steadier clone."
        )
        return Check("speakers", "warn", alike, "", message)
    message = (
        f"More than one voice seems to speak ({alike:.2f} alike, less than one person is): the clone would be a "
        "mixture. Choose a stretch in which one person speaks alone."
    )
    return Check("speakers", "fail", alike, "", message)


def _hum(clip: Clip, stretches: Sequence[Window]) -> Check | None:
    levels = {mains_hz: hum_db(clip, stretches, mains_hz) for mains_hz in (50, 60)}
    known = {mains_hz: level for mains_hz, level in levels.items() if level is not None}
    if not known:
        return None
    mains_hz, level = max(known.items(), key=lambda each: each[1])
    if level < _HUM_DB:
        return Check("hum", "ok", round(level, 1), "dB", "No mains hum.")
    message = (
        f"The mains hum at {mains_hz} Hz, {-level:.0f} dB below the voice, and a clone hums along. Move cables and "
        "power supplies away from the microphone, or run a laptop from its battery, and record again."
    )
    return Check("hum", "warn", round(level, 1), "dB", message)


def _music(clip: Clip, stretches: Sequence[Window]) -> Check | None:
    level = music_db(clip, stretches)
    if level is None:
        return None
    if level < _MUSIC_DB:
        return Check("music", "ok", round(level, 1), "dB", "No music or tones between the words.")
    message = (
        f"Tones sound between the words, {-level:.0f} dB below the voice: music, or a machine. A clone sings them too. "
        "Choose a stretch without them, or turn them off and record again."
    )
    return Check("music", "warn", round(level, 1), "dB", message)


def _echo(clip: Clip, stretches: Sequence[Window]) -> Check | None:
    seconds = decay_s(clip, stretches)
    if seconds is None:
        return None
    if seconds < _ECHO_S:
        return Check("echo", "ok", round(seconds, 2), "s", "The room hardly echoes.")
    message = (
        f"The room echoes (sound falls by 60 dB in {seconds:.2f} s at best), and every sentence of the clone will "
        "sound as if spoken there. Record close to the microphone, in a room with carpet, curtains or clothes."
    )
    return Check("echo", "warn", round(seconds, 2), "s", message)


def _bandwidth(clip: Clip, stretches: Sequence[Window]) -> Check | None:
    hertz = bandwidth_hz(clip, stretches)
    if hertz is None:
        return None
    if hertz >= _TELEPHONE_HZ:
        return Check("bandwidth", "ok", round(hertz), "Hz", f"The voice reaches up to {hertz / 1000:.1f} kHz.")
    message = (
        f"Nothing is left above {hertz / 1000:.1f} kHz, as on a telephone: a clone will sound like one. Bring the "
        "original, or record with a microphone and not through a call or a headset's talk mode."
    )
    return Check("bandwidth", "warn", round(hertz), "Hz", message)


def _whisper(clip: Clip, stretches: Sequence[Window]) -> Check | None:
    share = voiced_share(clip, stretches)
    if share is None or share >= _WHISPERED:
        return None
    message = (
        f"Hardly any of it has a pitch ({share:.0%}): is it whispered? The clone will whisper. Choose a stretch in "
        "which the person speaks aloud, unless that is what you want."
    )
    return Check("whisper", "warn", round(share * 100), "%", message)
