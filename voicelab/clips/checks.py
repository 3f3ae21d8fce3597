"""Is a clip good enough to make a voice of? Each answer says in words what was found and what to do."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.clip import Clip, Window
from voicelab.clips.clipping import FULL_SCALE_16, clipped_places
from voicelab.clips.dnsmos import dnsmos_scores
from voicelab.clips.ending import check_ending
from voicelab.clips.findings import Check, Checkup, Level
from voicelab.clips.speech import speech_stretches
from voicelab.clips.trait_checks import trait_checks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# Length, in seconds. The guide this project implements tried 5 s (too little of the voice), 10 s and 15 s (best);
# Qwen3-TTS takes 3 s and more (its README). Beyond 30 s, nothing is known to improve, and time and memory grow.
_SHORTEST_S, _SHORT_S, _LONG_S, _LONGEST_S = 3.0, 10.0, 20.0, 30.0
# Speech level, in dBFS. Speech for listening tests is at -26 dBov (ITU-T P.800): 10 dB below is quiet, 24 dB below has
# lost so much that turning it up brings up the noise.
_QUIET_DBFS, _INAUDIBLE_DBFS = -36.0, -50.0
_FLOOR_DBFS = -120.0
"""What silence is called, because JSON has no minus infinity."""
_SILENT_PEAK_DBFS = -60.0
"""Below it there is no sound: the noise of a 16-bit recording of a quiet room peaks higher."""
# Silence, in seconds. Pauses between read sentences last 0.5-1 s; a clone copies longer ones. After the last word some
# silence does good: it keeps the clone from finishing the reference (faster-qwen3-tts PR 9 appends 0.5 s).
_LONG_PAUSE_S, _LONG_LEAD_S, _LONG_TAIL_S = 1.5, 1.0, 1.5
# Share of speech. Read speech has 0.85-0.95 (Piper 0.94); with less than 0.2 a clip of 15 s holds less than the
# shortest length above.
_LITTLE_SPEECH, _TOO_LITTLE_SPEECH = 0.6, 0.2
_NAMED_PLACES = 3
"""Cut-off peaks that the message lists by time."""
# DNSMOS background score. Measured on clean speech with white and pink noise: 4.2 clean, 3.9 and 3.7 at 30 dB below the
# speech, 3.7 and 3.3 at 25 dB, 3.3 and 2.9 at 20 dB, 2.7 and 2.5 at 15 dB, 2.4 and 2.2 at 10 dB.
_NOISY, _TOO_NOISY = 3.3, 2.2


def check(clip: Clip, clipped_s: Sequence[float] = (), noise: bool = True) -> Checkup:
    """Check `clip`; `clipped_s` are the places, in seconds from its start, where its original was at full scale.

    `noise=False` leaves out the slowest questions, noise and those of clips/trait_checks.py (2-4 s for 15 s on 2
    cores); they are also left out where there is too little to judge.
    """
    if not np.isfinite(clip.samples).all():
        wrong = int((~np.isfinite(clip.samples)).sum())
        message = f"{wrong} samples are no numbers (NaN or infinite): it is damaged. Bring the recording again."
        return _checkup([Check("samples", "fail", wrong, "samples", message)])
    peak_dbfs = _dbfs(float(np.abs(clip.samples).max())) if len(clip.samples) else _FLOOR_DBFS
    if peak_dbfs < _SILENT_PEAK_DBFS:
        message = "There is no sound in it. Check the microphone and its permission, and record again."
        return _checkup([_length(clip.seconds), Check("silence", "fail", round(clip.seconds, 2), "s", message)])
    stretches = speech_stretches(clip)
    checks = [
        _length(clip.seconds),
        _level(clip, stretches, peak_dbfs),
        _clipping(clip, clipped_s),
        _silence(clip.seconds, stretches),
        _speech(clip.seconds, stretches),
        *([check_ending(clip, stretches)] if clip.seconds >= _SHORTEST_S else []),
    ]
    if noise and clip.seconds >= _SHORTEST_S:
        checks += [_noise(clip), *trait_checks(clip, stretches)]
    return _checkup(checks)


def _checkup(checks: list[Check]) -> Checkup:
    levels = {one.level for one in checks}
    return Checkup(tuple(checks), "fail" if "fail" in levels else "warn" if "warn" in levels else "ok")


def _length(seconds: float) -> Check:
    level: Level = "warn"
    if seconds < _SHORTEST_S:
        level = "fail"
        message = f"{seconds:.1f} s is too short to make a voice of. Choose about 15 s, at least {_SHORTEST_S:g} s."
    elif seconds < _SHORT_S:
        message = (
            f"{seconds:.1f} s is short: the voice may come out weak. About 15 s work best; choose more if there is."
        )
    elif seconds <= _LONG_S:
        level = "ok"
        message = f"{seconds:.1f} s is a good length."
    elif seconds <= _LONGEST_S:
        message = f"{seconds:.1f} s is long: it costs time and memory and brings nothing. About 15 s work best."
    else:
        level = "fail"
        message = f"{seconds:.1f} s is too long. Choose the best 15 s of it, at most {_LONGEST_S:g} s."
    return Check("length", level, round(seconds, 2), "s", message)


def _level(clip: Clip, stretches: list[Window], peak_dbfs: float) -> Check:
    spoken = [clip.cut(stretch).samples for stretch in stretches] or [clip.samples]
    speech_dbfs = _dbfs(_rms(np.concatenate(spoken)))
    found = f"{round(speech_dbfs)} dBFS, peak {round(peak_dbfs)} dBFS"
    if speech_dbfs < _INAUDIBLE_DBFS:
        level: Level = "fail"
        message = f"The voice is almost inaudible ({found}). Record again, closer to the microphone or with more gain."
    elif speech_dbfs < _QUIET_DBFS:
        level = "warn"
        message = f"The voice is quiet ({found}). Record closer to the microphone or with more gain if you can."
    else:
        level = "ok"
        message = f"The voice is loud enough ({found})."
    return Check("level", level, round(speech_dbfs, 1), "dBFS", message)


def _clipping(clip: Clip, clipped_s: Sequence[float]) -> Check:
    own = clipped_places(clip.samples[None, :], clip.sample_rate, FULL_SCALE_16)
    places = sorted(place for place in clipped_s if 0 <= place < clip.seconds) or own
    if not places:
        return Check("clipping", "ok", 0, "places", "No peak is cut off.")
    where = ", ".join(f"{place:.1f} s" for place in places[:_NAMED_PLACES])
    if len(places) > _NAMED_PLACES:
        where += ", …"
    often = len(places) > max(1.0, clip.seconds)  # more than one place a second: the whole recording is distorted
    advice = "Record again with less gain." if often else "Choose a stretch without them, or record with less gain."
    counted = f"{len(places)} places" if len(places) > 1 else "one place"
    message = f"It was recorded too loud: peaks are cut off in {counted} ({where}). {advice}"
    return Check("clipping", "fail" if often else "warn", len(places), "places", message)


def _silence(seconds: float, stretches: list[Window]) -> Check:
    if not stretches:
        return Check("silence", "warn", round(seconds, 2), "s", "Nobody speaks from its beginning to its end.")
    lead_s, tail_s = stretches[0].start_s, seconds - stretches[-1].end_s
    pauses = [Window(one.end_s, following.start_s) for one, following in itertools.pairwise(stretches)]
    pause = max(pauses, key=lambda window: window.seconds, default=Window(0, 0))
    found = []
    if lead_s > _LONG_LEAD_S:
        found.append(f"{lead_s:.1f} s pass before the first word: move the start to {lead_s - 0.2:.1f} s.")
    if pause.seconds > _LONG_PAUSE_S:
        found.append(
            f"There is a pause of {pause.seconds:.1f} s at {pause.start_s:.1f} s, and the voice would copy it: choose "
            "a stretch before or after it."
        )
    if tail_s > _LONG_TAIL_S:
        found.append(f"{tail_s:.1f} s pass after the last word: move the end to {stretches[-1].end_s + 0.5:.1f} s.")
    longest_s = max(lead_s, tail_s, pause.seconds)
    message = " ".join(found) or "No long silence."
    return Check("silence", "warn" if found else "ok", round(longest_s, 2), "s", message)


def _speech(seconds: float, stretches: list[Window]) -> Check:
    share = sum(stretch.seconds for stretch in stretches) / seconds
    if not stretches:
        level: Level = "fail"
        message = "No speech was found. Choose a stretch in which one person speaks, without music."
    elif share < _TOO_LITTLE_SPEECH:
        level = "fail"
        message = f"Only {share:.0%} of it is speech. Choose a stretch in which one person speaks all the time."
    elif share < _LITTLE_SPEECH:
        level = "warn"
        message = f"Only {share:.0%} of it is speech. Choose a stretch with fewer pauses and other sounds."
    else:
        level = "ok"
        message = f"{share:.0%} of it is speech."
    return Check("speech", level, round(share * 100, 1), "%", message)


def _noise(clip: Clip) -> Check:
    background = dnsmos_scores(clip).background
    found = f"background {background:.1f} of 5"
    if background < _TOO_NOISY:
        level: Level = "fail"
        message = f"It is very noisy ({found}), and the voice would carry the noise. Record in a quiet room."
    elif background < _NOISY:
        level = "warn"
        message = f"There is noise behind the voice ({found}). Choose a quieter stretch, or record in a quiet room."
    else:
        level = "ok"
        message = f"The background is quiet ({found})."
    return Check("noise", level, round(background, 2), "of 5", message)


def _rms(samples: NDArray[np.float32]) -> float:
    return float(np.sqrt(np.square(samples, dtype=np.float64).mean()))


def _dbfs(amplitude: float) -> float:
    return max(20 * float(np.log10(max(amplitude, 1e-12))), _FLOOR_DBFS)
