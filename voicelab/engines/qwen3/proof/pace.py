"""Speed, memory at its peak, and whether memory grows from text to text."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.engines.qwen3.decoder import SHAPES
from voicelab.engines.qwen3.proof.bench import Until
from voicelab.errors import Cancelled, NeverEnded
from voicelab.speech.ports import Line, Speech
from voicelab.speech.proof import Check

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from voicelab.engines.qwen3.proof.bench import Bench
    from voicelab.errors import VoiceLabError

SPOKEN_S = 4.0
"""Of the text whose speed is measured."""
SHORT_S = 1.2
"""Of each of the texts after which memory is looked at."""
SLOWEST_RTF = 6.0
"""On a GPU. Others measured 0.5 to 5 on Macs; slower than the slowest, something is wrong."""
SLOWEST_VOCODER = 0.5
"""Seconds for a second of sound: more, and nothing that is spoken live keeps up, however quick its tokens are."""
GROWTH_BYTES = 256 << 10
"""A text: the second of sound that is spoken of each is 96 kB, and nothing of it may stay."""


def pace_checks(bench: Bench) -> Iterator[Check]:
    """Yield `speed` and `memory`, of a text that is listened to while it is spoken."""
    import mlx.core as mx

    bench.synthesizer.warm_up(Until())
    _heard(bench, bench.orders.sentences[0], SPOKEN_S)  # every shape of a window is known after it
    mx.reset_peak_memory()
    elapsed_s, first_s, spoken_s = _heard(bench, bench.orders.sentences[1], SPOKEN_S)
    yield speed_check(elapsed_s, first_s, spoken_s, _vocoder_s(bench), on_gpu=mx.default_device() == mx.Device(mx.gpu))
    yield memory_check(int(mx.get_peak_memory()), bench.orders.working_set_bytes)


def speed_check(elapsed_s: float, first_s: float | None, spoken_s: float, vocoder_s: float, *, on_gpu: bool) -> Check:
    """Judge how long `spoken_s` seconds of sound took, the first of it, and the vocoder for one second of it."""
    rtf = elapsed_s / spoken_s if spoken_s else float("inf")
    figures = {"rtf": rtf, "first_audio_s": first_s, "spoken_s": spoken_s, "vocoder_s_per_s": vocoder_s}
    if not spoken_s or first_s is None:
        return Check("speed", "fail", "no sound came while it was spoken. Write an issue with this report.", figures)
    told = f"RTF {rtf:.2f}, first sound after {first_s:.2f} s, vocoder {vocoder_s:.2f} s for a second of sound"
    if vocoder_s > SLOWEST_VOCODER:
        message = (
            f"{told}. The vocoder is too slow to speak live; {SLOWEST_VOCODER:g} is the limit. End other programs."
        )
        return Check("speed", "fail", message, figures)
    if on_gpu and rtf > SLOWEST_RTF:
        message = f"{told}. Nobody measured more than {SLOWEST_RTF:g}: end other programs, or choose a smaller model."
        return Check("speed", "fail", message, figures)
    return Check("speed", "pass", told, figures)


def memory_check(peak_bytes: int, working_set_bytes: int | None) -> Check:
    """Judge the peak against what the device may keep at once."""
    figures = {"peak_bytes": peak_bytes, "working_set_bytes": working_set_bytes}
    if working_set_bytes is None:
        return Check("memory", "pass", f"{peak_bytes / 1e9:.2f} GB at the peak; the device names no limit", figures)
    told = (
        f"{peak_bytes / 1e9:.2f} GB at the peak, of {working_set_bytes / 1e9:.2f} GB that the device may keep at once"
    )
    if peak_bytes > working_set_bytes:
        return Check("memory", "fail", f"{told}: it would swap or end. Choose a smaller model.", figures)
    return Check("memory", "pass", told, figures)


def growth_check(bench: Bench) -> Check:
    """Speak short texts one after the other and judge what stays in memory."""
    import mlx.core as mx

    active = []
    for text in bench.orders.short:
        _heard(bench, text, SHORT_S)
        active.append(int(mx.get_active_memory()))
    return grown(active)


def grown(active_bytes: Sequence[int]) -> Check:
    """Judge memory after each text: the first quarter, in which things are made once, against the last."""
    quarter = max(1, len(active_bytes) // 4)
    before, after = max(active_bytes[:quarter]), max(active_bytes[-quarter:])
    a_text = (after - before) / max(1, len(active_bytes) - quarter)
    figures = {"texts": len(active_bytes), "bytes_a_text": a_text, "active_bytes": list(active_bytes)}
    if a_text > GROWTH_BYTES:
        message = f"memory grows by {a_text / 1e6:.1f} MB a text. Write an issue with this report."
        return Check("growth", "fail", message, figures)
    return Check("growth", "pass", f"{len(active_bytes)} texts, and nothing of them stays in memory", figures)


def _heard(bench: Bench, text: str, seconds: float) -> tuple[float, float | None, float]:
    """Speak `text` live, `seconds` of it at most; return the time it took, that to its first sound, and its length.

    Raises what speaking raises, but for takes that are cut off here or find no end.
    """
    reporter = Until(seconds)
    outcomes: list[Speech | VoiceLabError] = []
    first: list[float] = []
    started = time.perf_counter()

    def part(_samples: NDArray[np.float32], _rate: int) -> None:
        first.append(time.perf_counter() - started)

    lines = [Line(bench.request(text, live=True), reporter, part, outcomes.append)]

    def more(_room: int) -> list[Line]:
        now = lines[:]
        lines.clear()
        return now

    bench.synthesizer.speak_together(more)
    elapsed_s = time.perf_counter() - started
    (outcome,) = outcomes
    if isinstance(outcome, Speech):
        return elapsed_s, first[0] if first else outcome.first_audio_s, outcome.duration_s
    if not isinstance(outcome, Cancelled | NeverEnded):
        raise outcome
    return elapsed_s, first[0] if first else None, reporter.spoken_s


def _vocoder_s(bench: Bench) -> float:
    """Return the seconds that the largest window takes, for a second of its sound."""
    decode: Any = bench.synthesizer.decoder
    size = max(SHAPES)
    codes = [np.zeros((bench.model.config.talker_config.num_code_groups, size), np.int32)]
    decode(codes)
    started = time.perf_counter()
    (samples,) = decode(codes)
    elapsed_s = time.perf_counter() - started
    return elapsed_s * float(bench.model.sample_rate) / len(samples)
