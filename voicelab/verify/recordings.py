"""Whether recordings come in: what browsers record, WebM with Opus and MP4 with AAC, decoded back."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from voicelab.clips.clip import Clip
from voicelab.clips.decode import decode
from voicelab.clips.speaker_similarity import likeness
from voicelab.errors import VoiceLabError
from voicelab.speech.proof import Check

KINDS = {"webm": "libopus", "mp4": "aac"}
"""Containers to encoders of FFmpeg."""
_RATE = 48_000
_LIKENESS = 0.80
"""The same recording, encoded once: 0.99 and more was measured (docs/performance.md)."""
_LATE_S = 0.15
"""Of delay and padding of the codecs, at most."""


def recording_check(kind: str, clip: Clip) -> Check:
    """Write `clip` as a browser would record it, and read it as the lab reads what it is brought."""
    name = f"{kind} in"
    try:
        with tempfile.TemporaryDirectory(prefix="voicelab-verify-") as folder:
            path = Path(folder) / f"recording.{kind}"
            write_recording(path, kind, clip)
            return judged(name, clip, decode(path).clip)
    except VoiceLabError as error:
        return Check(name, "fail", error.message)
    except Exception as error:  # noqa: BLE001 - FFmpeg's own errors: the package cannot do what it is there for
        why = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}. Install the lab again."
        return Check(name, "fail", why)


def judged(name: str, brought: Clip, decoded: Clip) -> Check:
    """Judge what came back of a clip."""
    late_s, alike = decoded.seconds - brought.seconds, likeness(brought, decoded)
    figures = {"seconds": decoded.seconds, "late_s": late_s, "likeness": alike}
    if abs(late_s) > _LATE_S or alike < _LIKENESS:
        message = f"it came in {late_s:+.2f} s longer, with a likeness of {alike:.2f}. Write an issue with this report."
        return Check(name, "fail", message, figures)
    return Check(name, "pass", f"{decoded.seconds:.1f} s, likeness {alike:.2f}", figures)


def write_recording(path: Path, kind: str, clip: Clip) -> None:
    """Write `clip` into a file of that kind. Raises what FFmpeg raises."""
    import av
    import soxr

    samples = soxr.resample(clip.samples, clip.sample_rate, _RATE).astype(np.float32)
    with av.open(str(path), "w", format=kind) as container:
        stream: Any = container.add_stream(KINDS[kind], rate=_RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.sample_rate = _RATE
        resampler = av.AudioResampler(
            stream.codec_context.format, "mono", _RATE, stream.codec_context.frame_size or 960
        )
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
