"""What can be measured of a clip beyond its level: bandwidth, hum and music, the room, and whose voice it is.

Each is a number or None where the clip gives too little to measure it; clips/trait_checks.py says what it means.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.clip import Clip, Window
from voicelab.clips.speaker_similarity import common_band, embedding
from voicelab.clips.spectrum import power_spectra

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_FRAME = 1024
"""43 ms at 24 kHz."""
_LOUD_SHARE = 98
"""Percentile over the frames: the hissing sounds, which reach highest, fill a few per cent of speech."""
_EDGE_DB = 55.0
"""The band ends where the loudest sounds are this far below the strongest frequency."""
_SMOOTH_HZ = 200.0
_HUM_FRAME_S = 2.0
"""Lines of mains hum are half a hertz wide then; no voice stays on a pitch so exactly."""
_HUM_LINES = 6
"""Harmonics beyond the sixth are weak in every hum."""
_TONE_FRAME = 2048
"""85 ms: fits into the pauses of fluent speech."""
_GUARD_S = 0.04
"""Left out at both ends of a pause: the room's answer to the last word."""
_LINE_DB = 13.0
"""So far does a tone stand out of what is beside it."""
_BESIDE_HZ = 200.0
_TONES_HZ = (150.0, 4000.0)
"""Where notes have their lines; below is hum."""
_PITCH_FRAME_S = 0.05
_PITCH_HZ = (70.0, 400.0)
_PERIODIC = 0.6
"""How alike a sound is to itself one period later, 0..1, to have a pitch."""
_LOUD_WITHIN_DB = 20.0
_CHUNK_S = 2.0
"""Of speech per voice print: shorter ones of one person differ much more."""
_TURN = 2
"""A turn has so many voice prints, where the clip has two such turns: a single one strays too often."""
_NARROW_HZ = 5000.0
"""Below this a channel is a telephone's, through which all voices are more like each other."""
_ONE_VOICE = {False: 0.42, True: 0.48}
"""Two turns that are less alike are two people, by whether the channel is narrow."""
_SURELY_ONE_VOICE = {False: 0.5, True: 0.55}
"""Above these nothing is said; between the two it is worth listening. All four were chosen on the tuning part of
tests/clips/bench_likeness.py: of 51 clips of one person none was below, docs/likeness.md has the others."""
_STEP_S = 0.01
_BANDS_HZ = (500.0, 1000.0, 2000.0, 4000.0)
_SLOPE_S = 0.1
"""Over so long is a slope fitted: shorter ones are steep by chance."""
_OVER_FLOOR_DB = 6.0
_STEEPEST = 5
"""Percentile of the falling slopes."""
_DECAY_NEEDS_S = 3.0


def bandwidth_hz(clip: Clip, stretches: Sequence[Window]) -> float | None:
    """Return up to where the speech reaches."""
    speech = _joined(clip, stretches)
    if len(speech) < clip.sample_rate:
        return None
    starts = np.arange(0, len(speech) - _FRAME, _FRAME // 2)
    power = power_spectra(speech, starts, np.hanning(_FRAME).astype(np.float32))
    loud_db = 10 * np.log10(np.percentile(power, _LOUD_SHARE, axis=0) + 1e-12)
    hertz = np.fft.rfftfreq(_FRAME, 1 / clip.sample_rate)
    width = max(1, round(_SMOOTH_HZ / float(hertz[1])))
    smooth = np.convolve(loud_db, np.ones(width) / width, mode="same")
    reached = np.flatnonzero(smooth[: -width or None] > smooth.max() - _EDGE_DB)
    return float(hertz[reached[-1]])


def hum_db(clip: Clip, stretches: Sequence[Window], mains_hz: int) -> float | None:
    """Return the level of the hum of a mains of 50 or 60 Hz, over the level of the speech; minus infinity for none.

    Hum stands still where voices move, so it is a line in the median over frames, also under the speech.
    """
    size = round(_HUM_FRAME_S * clip.sample_rate)
    speech = _joined(clip, stretches)
    if len(clip.samples) < 2 * size or not len(speech):
        return None
    window = np.hanning(size).astype(np.float32)
    power = np.median(power_spectra(clip.samples, np.arange(0, len(clip.samples) - size, size // 2), window), axis=0)
    per_hz = _HUM_FRAME_S
    total = 0.0
    for line_hz in range(mains_hz, _HUM_LINES * mains_hz + 1, mains_hz):
        at = round(line_hz * per_hz)
        near = power[at - 2 : at + 3]
        beside = np.r_[
            power[at - round(9 * per_hz) : at - round(3 * per_hz)],
            power[at + round(3 * per_hz) : at + round(9 * per_hz)],
        ]
        if near.max() > float(np.median(beside)) * 10 ** (_LINE_DB / 10):
            total += float(near.sum())
    return _over_speech(total, window, speech)


def music_db(clip: Clip, stretches: Sequence[Window]) -> float | None:
    """Return the level of the tones between the words, over that of the speech; None without pauses."""
    starts = [
        start
        for pause in _pauses(clip, stretches)
        for start in range(
            round((pause.start_s + _GUARD_S) * clip.sample_rate),
            round((pause.end_s - _GUARD_S) * clip.sample_rate) - _TONE_FRAME + 1,
            _TONE_FRAME // 2,
        )
    ]
    speech = _joined(clip, stretches)
    if not starts or not len(speech):
        return None
    window = np.hanning(_TONE_FRAME).astype(np.float32)
    power = power_spectra(clip.samples, np.array(starts), window)
    hertz = np.fft.rfftfreq(_TONE_FRAME, 1 / clip.sample_rate)
    beside = round(_BESIDE_HZ / float(hertz[1]))
    around = np.lib.stride_tricks.sliding_window_view(
        np.pad(power, ((0, 0), (beside, beside)), mode="edge"), 2 * beside + 1, axis=1
    )
    lines = power > np.median(around, axis=2) * 10 ** (_LINE_DB / 10)
    heard = (hertz >= _TONES_HZ[0]) & (hertz < _TONES_HZ[1])
    return _over_speech(float(np.median((power * lines)[:, heard].sum(axis=1))), window, speech)


def voiced_share(clip: Clip, stretches: Sequence[Window]) -> float | None:
    """Return the share of loud speech that has a pitch: near 0 for whispering."""
    speech = _joined(clip, stretches)
    size = round(_PITCH_FRAME_S * clip.sample_rate)
    if len(speech) < clip.sample_rate:
        return None
    frames = np.lib.stride_tricks.sliding_window_view(speech, size)[:: size // 2] * np.hanning(size)
    power = np.square(frames).sum(axis=1)
    frames = frames[power > power.max() * 10 ** (-_LOUD_WITHIN_DB / 10)]
    alike = np.fft.irfft(np.abs(np.fft.rfft(frames, 2 * size, axis=1)) ** 2, axis=1)[:, :size]
    # The window makes distant parts less alike: its own likeness is taken out again
    own = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(size), 2 * size)) ** 2)[:size]
    lags = slice(round(clip.sample_rate / _PITCH_HZ[1]), round(clip.sample_rate / _PITCH_HZ[0]))
    peaks = (alike[:, lags] / alike[:, :1] / (own[lags] / own[0])).max(axis=1)
    return float((peaks > _PERIODIC).mean())


@dataclass(frozen=True)
class VoicesApart:
    """How unlike each other the turns of a clip are."""

    alike: float
    """Cosine of the least alike turn and all the rest; near 1 for one person."""
    narrow: bool
    """The clip came through a telephone or the like."""

    @property
    def one(self) -> bool:
        """Nothing says that two people speak."""
        return self.alike >= _ONE_VOICE[self.narrow]

    @property
    def surely_one(self) -> bool:
        """One person speaks."""
        return self.alike >= _SURELY_ONE_VOICE[self.narrow]


def voices_apart(clip: Clip, stretches: Sequence[Window]) -> VoicesApart | None:
    """Return how alike the clip's turns are; None where it has too little speech."""
    chunks = pieces(clip, stretches)
    if len(chunks) < 2:  # noqa: PLR2004 - one cannot differ
        return None
    band = common_band(clip)
    alike = turns_alike(np.stack([embedding(chunk, band) for chunk in chunks]))
    return VoicesApart(alike, band.high_hz < _NARROW_HZ)


def turns_alike(vectors: NDArray[np.float32]) -> float:
    """Return the cosine between the turn that differs most and the rest of the voice prints, shape (n, 192).

    They are in the order in which they were spoken, each of length 1. People take turns: a stretch of the clip is
    compared with all that is not in it.
    """
    sums = np.vstack([np.zeros(vectors.shape[1]), np.cumsum(vectors, axis=0, dtype=np.float64)])
    count = len(vectors)
    least = min(_TURN, count // 2)
    alike = 1.0
    for first, last in itertools.combinations(range(count + 1), 2):
        if least <= last - first <= count - least:
            turn = sums[last] - sums[first]
            rest = sums[-1] - turn
            alike = min(alike, float(turn @ rest / (np.linalg.norm(turn) * np.linalg.norm(rest))))
    return alike


def decay_s(clip: Clip, stretches: Sequence[Window]) -> float | None:
    """Return how long sound takes to fall by 60 dB where it falls fastest; a long time is an echoing room.

    A room lets nothing fall faster than itself (Wen et al., IWAENC 2008), so the steepest slopes are its own.
    """
    if sum(stretch.seconds for stretch in stretches) < _DECAY_NEEDS_S:
        return None
    hop, size = round(_STEP_S * clip.sample_rate), 2 * round(_STEP_S * clip.sample_rate)
    starts = np.arange(0, len(clip.samples) - size, hop)
    power = power_spectra(clip.samples, starts, np.hanning(size).astype(np.float32))
    hertz = np.fft.rfftfreq(size, 1 / clip.sample_rate)
    slopes = []
    for low_hz, high_hz in itertools.pairwise(_BANDS_HZ):
        levels = 10 * np.log10(power[:, (hertz >= low_hz) & (hertz < high_hz)].sum(axis=1) + 1e-12)
        floor = float(np.percentile(levels, 3)) + _OVER_FLOOR_DB
        runs = np.lib.stride_tricks.sliding_window_view(levels, round(_SLOPE_S / _STEP_S))
        at = np.arange(runs.shape[1]) - (runs.shape[1] - 1) / 2
        slope = runs @ at / float(np.square(at).sum()) / _STEP_S
        slopes.append(slope[(runs.min(axis=1) > floor) & (slope < 0)])
    falling = np.concatenate(slopes)
    return float(-60 / np.percentile(falling, _STEEPEST)) if len(falling) >= 50 else None  # noqa: PLR2004 - else chance


def _joined(clip: Clip, stretches: Sequence[Window]) -> NDArray[np.float32]:
    return np.concatenate([np.zeros(0, dtype=np.float32), *(clip.cut(stretch).samples for stretch in stretches)])


def _pauses(clip: Clip, stretches: Sequence[Window]) -> list[Window]:
    edges = [0.0, *itertools.chain.from_iterable((one.start_s, one.end_s) for one in stretches), clip.seconds]
    return [Window(start_s, end_s) for start_s, end_s in zip(edges[::2], edges[1::2], strict=True) if end_s > start_s]


def pieces(clip: Clip, stretches: Sequence[Window]) -> list[Clip]:
    """Return the speech in pieces of about `_CHUNK_S`, cut at pauses where they can be: two people seldom share one."""
    parts_of: list[list[NDArray[np.float32]]] = [[]]
    for stretch in stretches:
        parts = max(1, round(stretch.seconds / _CHUNK_S))
        for part in np.array_split(clip.cut(stretch).samples, parts):
            if sum(map(len, parts_of[-1])) >= 0.8 * _CHUNK_S * clip.sample_rate:
                parts_of.append([])
            parts_of[-1].append(part)
    chunks = [Clip(np.concatenate(piece), clip.sample_rate) for piece in parts_of if piece]
    return [chunk for chunk in chunks if chunk.seconds >= _CHUNK_S / 2 and np.abs(chunk.samples).max() > 1e-3]  # noqa: PLR2004 - audible


def _over_speech(line_power: float, window: NDArray[np.float32], speech: NDArray[np.float32]) -> float:
    """Return the level of lines of a one-sided windowed spectrum over that of `speech`, in dB."""
    power = 2 * line_power / (len(window) * float(np.square(window, dtype=np.float64).sum()))
    return 10 * float(np.log10(max(power, 1e-14) / float(np.square(speech, dtype=np.float64).mean())))
