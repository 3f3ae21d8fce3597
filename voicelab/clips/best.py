"""The best windows of a long recording: where a clip of about so many seconds should be cut from it.

Every window begins and ends in a pause. All of them are compared by what costs nothing (length, share of speech, level,
noise in the pauses, cut-off peaks); the few best, in different places, are then judged by what costs seconds: DNSMOS,
whether one person speaks, and whether a phrase ends there, for which the caller brings a recognizer.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.clip import Clip, Window
from voicelab.clips.dnsmos import dnsmos_scores
from voicelab.clips.speech import speech_stretches
from voicelab.clips.traits import voices_apart
from voicelab.errors import ClipUnusable, InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

LENGTHS_S = (2.0, 30.0)
"""Windows of less hold hardly a phrase; more than 30 s no engine takes."""
MOST_WINDOWS = 10
_TOLERANCE = 0.3
"""A window may be so much shorter or longer than asked for: it has to end in a pause."""
_LEAD_S, _TAIL_S = 0.15, 0.3
"""Of the pauses around it, so much is left in the window (less where they are shorter)."""
_ENVELOPE_S = 0.02
_JUDGED = 3
"""So many windows per wanted one are judged by what costs seconds."""
_OVERLAP = 0.5
"""Two windows that share more than this of the shorter one are the same suggestion."""
_END_PAUSE_S = 0.4
"""Speakers rest at least this long after a sentence, and seldom in it."""
_LONG_PAUSE_S = 1.0
# What a window gains or loses, so that a flaw that spoils clones outweighs any number of small merits. The weights
# rank; they are no measure of anything.
_WEIGHTS = {"length": 1.0, "share": 2.0, "snr": 1.5, "steady": 1.0, "rest": 1.0, "pause": 1.0}
_CLIPPED, _TWO_VOICES, _UNFINISHED = 2.0, 4.0, 1.0


@dataclass(frozen=True)
class BestWindow:
    """A suggestion. `dataclasses.asdict` of it is ready for JSON."""

    start_s: float
    end_s: float
    score: float
    """Higher is better; only compared within one recording and length."""
    reasons: tuple[str, ...] = ()
    """What speaks for it and against it."""


@dataclass(frozen=True)
class _Candidate:
    window: Window
    score: float
    rest_s: float
    """Pause after it."""
    share: float
    snr_db: float
    spread_db: float
    """How much the level of its stretches differs."""
    clipped: int
    reasons: tuple[str, ...] = field(default=())


def best_windows(
    clip: Clip,
    seconds: float = 15.0,
    count: int = 3,
    *,
    clipped_s: Sequence[float] = (),
    finished: Callable[[Clip], bool | None] | None = None,
    report: Callable[[str, float | None], None] | None = None,
) -> list[BestWindow]:
    """Return up to `count` windows of about `seconds`, best first.

    `clipped_s` are the places where the recording is clipped. `finished(clip)` says whether a clip ends with a finished
    phrase, None where it cannot tell; it is asked of the last few windows only. `report(message, fraction)` is called
    between steps; what it raises (Cancelled) ends the work.

    Memory does not grow with the length of the recording beyond its own samples. Most of the time goes
    into finding the speech. Raises InvalidValue for a length or count out of range, ClipUnusable where
    nobody speaks.
    """
    _check(seconds, count)
    stretches = speech_stretches(clip)
    if not stretches:
        raise ClipUnusable("No speech was found in the recording, so no stretch of it can be suggested.")
    candidates = _candidates(clip, stretches, seconds, clipped_s)
    chosen = _apart(candidates, _JUDGED * count)
    tell = report or _silent
    judged = []
    for number, one in enumerate(chosen):
        tell(f"Listening to stretch {number + 1} of {len(chosen)}", number / (2 * len(chosen)))
        judged.append(_judged(clip, one, stretches))
    # Sound first; words are only asked for where the sound is good
    finalists = sorted(judged, key=lambda one: -one.score)[: 2 * count]
    told = []
    for number, one in enumerate(finalists):
        tell(f"Asking how stretch {number + 1} of {len(finalists)} ends", (1 + number / len(finalists)) / 2)
        told.append(_with_ending(clip, one, finished))
    best = sorted(told, key=lambda one: -one.score)[:count]
    return [
        BestWindow(round(one.window.start_s, 2), round(one.window.end_s, 2), round(one.score, 2), one.reasons)
        for one in best
    ]


def _silent(message: str, fraction: float | None) -> None:
    """Report to nobody."""


def likely_window(clip: Clip, stretches: Sequence[Window], seconds: float, clipped_s: Sequence[float] = ()) -> Window:
    """Return what `best_windows` would most likely suggest first, by what costs nothing.

    `stretches` are the clip's speech, at least one. It begins and ends in a pause wherever somebody pauses.
    """
    return _apart(_candidates(clip, stretches, seconds, clipped_s), 1)[0].window


def _check(seconds: float, count: int) -> None:
    if not LENGTHS_S[0] <= seconds <= LENGTHS_S[1]:
        raise InvalidValue("seconds", f"Windows of {seconds:g} s make no clip: {LENGTHS_S[0]:g} to {LENGTHS_S[1]:g} s.")
    if not 1 <= count <= MOST_WINDOWS:
        raise InvalidValue("count", f"{count} windows cannot be suggested: 1 to {MOST_WINDOWS}.")


def _candidates(
    clip: Clip, stretches: Sequence[Window], seconds: float, clipped_s: Sequence[float]
) -> list[_Candidate]:
    """Return every window from pause to pause that is about `seconds` long; where there is none, the nearest to it."""
    levels = _levels(clip)
    clipped = np.asarray(sorted(clipped_s))
    shortest, longest = seconds * (1 - _TOLERANCE), seconds * (1 + _TOLERANCE)
    runs: list[tuple[int, int]] = []
    for first, start in enumerate(stretches):
        last = first
        for last in range(first, len(stretches)):
            length_s = stretches[last].end_s - start.start_s
            if length_s > longest:
                break
            if length_s >= shortest:
                runs.append((first, last))
    if runs:
        return [_candidate(clip, stretches, run, levels, seconds, clipped) for run in runs]
    return [_without_pauses(clip, stretches, levels, seconds, clipped)]


def _candidate(
    clip: Clip,
    stretches: Sequence[Window],
    run: tuple[int, int],
    levels: NDArray[np.float32],
    seconds: float,
    clipped: NDArray[np.float64],
) -> _Candidate:
    first, last = run
    before_s = stretches[first].start_s - (stretches[first - 1].end_s if first else 0.0)
    after_s = (stretches[last + 1].start_s if last + 1 < len(stretches) else clip.seconds) - stretches[last].end_s
    window = Window(
        stretches[first].start_s - min(_LEAD_S, before_s / 2), stretches[last].end_s + min(_TAIL_S, after_s / 2)
    )
    return _scored(window, stretches[first : last + 1], levels, seconds, (after_s, clipped))


def _without_pauses(
    clip: Clip, stretches: Sequence[Window], levels: NDArray[np.float32], seconds: float, clipped: NDArray[np.float64]
) -> _Candidate:
    """Return the stretch of speech that is nearest to the length, or the beginning of it where nobody ever pauses."""
    nearest = min(range(len(stretches)), key=lambda index: abs(stretches[index].seconds - seconds))
    window = Window(
        max(0.0, stretches[nearest].start_s - _LEAD_S), min(clip.seconds, stretches[nearest].end_s + _TAIL_S)
    )
    if window.seconds > seconds * (1 + _TOLERANCE):
        window = Window(window.start_s, window.start_s + seconds)
        reason = "nobody pauses near its end: listen whether it cuts a word"
    else:
        reason = f"only {window.seconds:.1f} s of speech lie together"
    found = _scored(window, [stretches[nearest]], levels, seconds, (0.0, clipped))
    return replace(found, reasons=(reason,))


def _scored(
    window: Window,
    spoken: Sequence[Window],
    levels: NDArray[np.float32],
    seconds: float,
    rest: tuple[float, NDArray[np.float64]],
) -> _Candidate:
    rest_s, clipped = rest
    inside = levels[int(window.start_s / _ENVELOPE_S) : int(window.end_s / _ENVELOPE_S) + 1]
    each = [_power_db(levels, stretch) for stretch in spoken]
    speech_db = max(each)
    snr_db = float(np.clip(speech_db - np.percentile(inside, 5), 0, 60))
    spread_db = float(np.std(each))
    share = min(1.0, sum(stretch.seconds for stretch in spoken) / window.seconds)
    pause_s = max((two.start_s - one.end_s for one, two in itertools.pairwise(spoken)), default=0.0)
    places = int(np.searchsorted(clipped, window.end_s) - np.searchsorted(clipped, window.start_s))
    merits = {
        "length": 1 - abs(window.seconds - seconds) / (seconds * _TOLERANCE),
        "share": share,
        "snr": min(snr_db, 45) / 45,
        "steady": -min(spread_db, 12) / 6,
        "rest": min(rest_s, _END_PAUSE_S) / _END_PAUSE_S,
        "pause": -max(0.0, pause_s - _LONG_PAUSE_S),
    }
    score = sum(_WEIGHTS[name] * merit for name, merit in merits.items()) - (_CLIPPED if places else 0)
    return _Candidate(window, score, rest_s, share, snr_db, spread_db, places)


def _apart(candidates: Sequence[_Candidate], count: int) -> list[_Candidate]:
    """Return the best ones that do not lie on each other."""
    chosen: list[_Candidate] = []
    for one in sorted(candidates, key=lambda candidate: -candidate.score):
        if all(_shared(one.window, other.window) <= _OVERLAP for other in chosen):
            chosen.append(one)
        if len(chosen) == count:
            break
    return chosen


def _judged(clip: Clip, one: _Candidate, stretches: Sequence[Window]) -> _Candidate:
    """Return it judged by ear: noise and voices."""
    cut = clip.cut(one.window)
    scores = dnsmos_scores(cut)
    inside = [
        Window(max(0.0, stretch.start_s - one.window.start_s), min(cut.seconds, stretch.end_s - one.window.start_s))
        for stretch in stretches
        if stretch.end_s > one.window.start_s and stretch.start_s < one.window.end_s
    ]
    apart = voices_apart(cut, inside)
    reasons = [
        f"{one.share:.0%} speech",
        f"background {scores.background:.1f} of 5, {one.snr_db:.0f} dB below the voice",
        "steady level" if one.spread_db < 3 else f"its level wanders by {one.spread_db:.0f} dB",  # noqa: PLR2004 - audible
    ]
    score = one.score + scores.overall
    if one.clipped:
        reasons.append(f"peaks are cut off in {one.clipped} places")
    if apart is None:
        reasons.append("too little speech to tell whether one person speaks")
    elif apart.one:
        reasons.append(f"one voice ({apart.alike:.2f} alike throughout)")
    else:
        reasons.append(f"more than one voice seems to speak ({apart.alike:.2f} alike)")
        score -= _TWO_VOICES
    if one.rest_s >= _END_PAUSE_S:
        reasons.append(f"ends in a pause of {one.rest_s:.1f} s")
    elif one.rest_s:
        reasons.append(f"ends in a short pause ({one.rest_s:.2f} s)")
    return replace(one, score=score, reasons=(*reasons, *one.reasons))


def _with_ending(clip: Clip, one: _Candidate, finished: Callable[[Clip], bool | None] | None) -> _Candidate:
    ending = finished(clip.cut(one.window)) if finished else None
    if ending is None:
        return one
    if ending:
        return replace(one, reasons=(*one.reasons, "ends with a finished phrase"))
    return replace(one, score=one.score - _UNFINISHED, reasons=(*one.reasons, "its last phrase is not finished"))


def _levels(clip: Clip) -> NDArray[np.float32]:
    """Return the level of every 20 ms in dBFS, made a minute at a time."""
    size = round(_ENVELOPE_S * clip.sample_rate)
    step = size * 3000
    blocks = []
    for start in range(0, max(1, len(clip.samples) // size * size), step):
        block = clip.samples[start : start + step]
        frames = block[: len(block) // size * size].reshape(-1, size)
        blocks.append(10 * np.log10(np.square(frames, dtype=np.float64).mean(axis=1) + 1e-10).astype(np.float32))
    return np.concatenate(blocks)


def _power_db(levels: NDArray[np.float32], stretch: Window) -> float:
    part = levels[int(stretch.start_s / _ENVELOPE_S) : int(stretch.end_s / _ENVELOPE_S) + 1]
    return float(10 * np.log10(np.mean(10 ** (part / 10)))) if len(part) else -100.0


def _shared(one: Window, other: Window) -> float:
    common = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
    return max(0.0, common) / min(one.seconds, other.seconds)
