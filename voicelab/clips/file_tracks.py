"""The audio tracks of an opened file: which one is taken, and which cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voicelab.clips.audio_kinds import BRING, DECODERS, refuse_absurd
from voicelab.errors import UnreadableAudio

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer


def audio_stream(container: InputContainer, name: str, track: int | None) -> AudioStream:
    """Return the wanted track (from 1; None: the best), and have the others skipped. Raises UnreadableAudio."""
    from av.audio.stream import AudioStream
    from av.stream import Discard

    stream = _chosen(container, name, track)
    if not isinstance(stream, AudioStream):
        if container.streams.audio:
            raise UnreadableAudio(f"{name} says that it holds sound, but not how: its header is damaged. {BRING}")
        kinds = " and ".join(sorted({other.type for other in container.streams})) or "nothing"
        raise UnreadableAudio(f"{name} holds no sound, only {kinds}. Bring a recording of somebody speaking.")
    # FFmpeg's whitelist holds while the file is probed; PyAV opens the decoder itself.
    if not is_readable(stream):
        raise UnreadableAudio(f"{name} holds sound of a kind ({codec_name(stream)}) that is not supported. {BRING}")
    if stream.codec_context.sample_rate and stream.codec_context.channels:  # else only the first frame will tell
        refuse_absurd(stream.codec_context.sample_rate, stream.codec_context.channels, name)
    for other in container.streams:
        if other is not stream:
            other.discard = Discard.all  # a long film's pictures need not even be split into packets
    return stream


def codec_name(stream: AudioStream) -> str:
    """Return FFmpeg's name of the decoder that a track needs."""
    return str(stream.codec_context.name) if stream.codec_context else "unknown"


def is_readable(stream: AudioStream) -> bool:
    """Say whether a track is of a kind that is taken."""
    return codec_name(stream) in DECODERS.split(",")


def _chosen(container: InputContainer, name: str, track: int | None) -> Any:
    """Return the wanted track, else the best one, else the first that can be read."""
    tracks = container.streams.audio
    if track is not None:
        if not 1 <= track <= len(tracks):
            raise UnreadableAudio(f"{name} has {len(tracks)} audio tracks, and no track {track}. Choose one of them.")
        return tracks[track - 1]
    best = container.streams.best("audio")
    readable = [each for each in tracks if is_readable(each) and each.codec_context.sample_rate]
    return best if best is None or best in readable or not readable else readable[0]
