"""Open a file that anybody may have brought, and hand out its audio as it is decoded: nothing else of it is touched.

FFmpeg (PyAV) can read playlists that name other files, and knows hundreds of formats and decoders. A brought file gets
a short list of both, is read through a file object, and may open nothing else (FFmpeg's `format_whitelist` and
`codec_whitelist`, https://ffmpeg.org/ffmpeg-formats.html#Format-Options, and PyAV's `io_open`).
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from voicelab.clips.audio_kinds import BRING, DECODERS, FORMATS, refuse_absurd
from voicelab.clips.clipping import FULL_SCALE_8, FULL_SCALE_16
from voicelab.clips.file_tracks import audio_stream, codec_name, is_readable
from voicelab.clips.guarded_file import Deadline, GuardedFile, translated
from voicelab.clips.timeline import Timeline
from voicelab.errors import UnreadableAudio

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from numpy.typing import NDArray

_BLOCK_SAMPLES = 1 << 15
"""Per channel: large enough that NumPy's overhead vanishes, small enough to stay in the cache."""
_SCALES = {
    # sample format: zero level, largest magnitude (https://ffmpeg.org/doxygen/trunk/group__lavu__sampfmts.html)
    "u8": (128.0, 2.0**7),
    "s16": (0.0, 2.0**15),
    "s32": (0.0, 2.0**31),
    "s64": (0.0, 2.0**63),
    "flt": (0.0, 1.0),
    "dbl": (0.0, 1.0),
}


@dataclass(frozen=True, eq=False)
class Block:
    """A piece of decoded audio."""

    samples: NDArray[np.float32]
    """Shape (channels, n). Full scale is -1..1; floating-point and lossy formats can exceed it, or hold NaN."""
    sample_rate: int
    """Hz."""
    full_scale: float
    """The largest value that the format (or, for floating point, the 16-bit original) can hold."""


class AudioFile:
    """The one audio track of an opened file. Made by `open_audio`."""

    def __init__(self, container: InputContainer, stream: AudioStream, file: GuardedFile, name: str) -> None:
        """Read what it claims, so that it stays known when the file is closed."""
        self._container, self._stream, self._deadline, self._name = container, stream, file.deadline, name
        self.container = container.format.name
        """FFmpeg's name of the format: "wav", "mov,mp4,m4a,3gp,3g2,mj2", …"""
        self.codec = str(stream.codec_context.name)
        """FFmpeg's name of the decoder: "pcm_s16le", "mp3float", …"""
        self.sample_rate = int(stream.codec_context.sample_rate or 0)
        """Hz, as claimed."""
        self.channels = int(stream.codec_context.channels or 0)
        """As claimed."""
        self.tracks = len(container.streams.audio)
        """How many audio tracks the file has."""
        self.track = container.streams.audio.index(stream) + 1
        """The one that is read, counted from 1."""
        self.readable_tracks = tuple(
            number for number, each in enumerate(container.streams.audio, 1) if is_readable(each)
        )
        """Those that can be read, counted from 1."""
        self.unreadable_tracks = tuple(codec_name(each) for each in container.streams.audio if not is_readable(each))
        """FFmpeg's names of the decoders of those tracks that cannot be read."""
        self.claimed_s = _claimed_s(container, stream)
        """Length of the sound in seconds, as its header has it; None where none is claimed."""
        self.timeline = Timeline(_origin_s(container))
        """Where a player has what was decoded so far."""
        self.decoded = 0
        """Frames decoded so far."""
        self.broken_off = False
        """Whether something in the middle kept the rest from being read."""
        self.damaged = 0
        """Packets that could not be decoded so far."""

    def blocks(self) -> Iterator[Block]:
        """Decode to the end, leaving out what is damaged and counting it in `damaged`.

        Raises UnreadableAudio for what cannot be audio and when the deadline passes.
        """
        waiting: list[AudioFrame] = []
        total = 0
        for frame in self._frames():
            silence_s = self.timeline.silence_before(frame)
            if waiting and (silence_s or total >= _BLOCK_SAMPLES or _shape(frame) != _shape(waiting[0])):
                yield self._block(waiting)
                waiting, total = [], 0
            yield from self._silence(frame, silence_s)
            waiting.append(frame)
            total += frame.samples
        if waiting:
            yield self._block(waiting)

    def _frames(self) -> Iterator[AudioFrame]:
        from av.error import FFmpegError

        for packet in self._packets():
            self._deadline.check()
            try:
                frames = packet.decode()
            except FFmpegError:
                # One broken packet does not spoil the rest: players skip it too. The count is told to the person.
                self.damaged += 1
                continue
            self.decoded += len(frames)
            yield from (frame for frame in frames if frame.samples)

    def _packets(self) -> Iterator[Packet[AudioStream]]:
        from av.error import FFmpegError

        with translated(self._name, self._deadline):
            try:
                yield from self._container.demux(self._stream)
            except FFmpegError:
                if not self.decoded:
                    raise
                self.broken_off = True
        self._deadline.check()  # when it has passed, the file was cut short here and only seems to be at its end

    def _silence(self, frame: AudioFrame, seconds: float) -> Iterator[Block]:
        rate, channels, _kind = _shape(frame)
        left = round(seconds * rate)
        if left:
            refuse_absurd(rate, channels, self._name)
        while left > 0:
            count = min(left, _BLOCK_SAMPLES)
            yield Block(np.zeros((channels, count), np.float32), rate, FULL_SCALE_16)
            left -= count

    def _block(self, frames: list[AudioFrame]) -> Block:
        rate, channels, kind = _shape(frames[0])
        refuse_absurd(rate, channels, self._name)
        base = kind.removesuffix("p")
        if base not in _SCALES:
            raise UnreadableAudio(f"{self._name} holds its samples in a way ({kind}) that is not supported. {BRING}")
        arrays = [frame.to_ndarray() for frame in frames]
        planar = [array if kind.endswith("p") else array.reshape(-1, channels).T for array in arrays]
        zero, largest = _SCALES[base]
        # An absurd 64-bit float may overflow to infinity here: the mixer makes it silent and counts it.
        with np.errstate(over="ignore"):
            samples = np.concatenate(planar, axis=1).astype(np.float32)
        samples -= np.float32(zero)
        samples /= np.float32(largest)
        return Block(samples, rate, FULL_SCALE_8 if base == "u8" else FULL_SCALE_16)


@contextlib.contextmanager
def open_audio(path: Path, name: str, deadline: Deadline, track: int | None = None) -> Iterator[AudioFile]:
    """Open an audio track of the file at `path`; `name` is what error sentences call it.

    `track` counts from 1; None is the one that FFmpeg calls best, or else the first that can be read. Raises
    UnreadableAudio.
    """
    import av

    with contextlib.ExitStack() as stack:
        try:
            raw = stack.enter_context(path.open("rb"))
        except OSError as error:
            raise UnreadableAudio(f"{name} cannot be opened: {error.strerror or error}. Bring it again.") from error
        file = GuardedFile(raw, path.stat().st_size, deadline)
        if not file.size:
            raise UnreadableAudio(f"{name} is empty (0 bytes): the copy or the download failed. Bring it again.")
        with translated(name, deadline):
            container = stack.enter_context(
                av.open(
                    file,
                    "r",
                    container_options={"format_whitelist": FORMATS, "codec_whitelist": DECODERS},
                    metadata_errors="replace",
                    io_open=_refuse,
                )
            )
        stream = audio_stream(container, name, track)
        yield AudioFile(container, stream, file, name)


def _claimed_s(container: InputContainer, stream: AudioStream) -> float | None:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    # The length of a film is not that of its sound: only where there is nothing else, the file's is the sound's.
    if container.duration and len(container.streams) == 1:
        return container.duration / 1e6  # AV_TIME_BASE is 1 µs
    return None


def _origin_s(container: InputContainer) -> float:
    """Return what the file's clock shows when a player begins: MP4 and MOV begin at 0, the others with their first."""
    if "mp4" in container.format.name or not container.start_time:
        return 0.0
    return container.start_time / 1e6


def _shape(frame: AudioFrame) -> tuple[int, int, str]:
    """Return what must stay the same within a block: sample rate, channels, sample format."""
    return frame.sample_rate, frame.layout.nb_channels, frame.format.name


def _refuse(*_arguments: Any) -> NoReturn:
    """Stand where FFmpeg would open a second file."""
    raise PermissionError("a brought file may not open another")
