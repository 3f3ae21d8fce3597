"""Which recordings are taken: formats, decoders, the endings of their names, and what no recording has."""

from __future__ import annotations

from voicelab.errors import UnreadableAudio

FORMATS = "wav,w64,aiff,caf,mp3,flac,ogg,aac,amr,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm"
"""Demuxers that may be used: those of the files people have, and none that leads to another file."""
DECODERS = (
    "aac,aac_fixed,aac_latm,alac,amrnb,amrwb,flac,libopus,mp1,mp1float,mp2,mp2float,mp3,mp3float,opus,vorbis,"
    "adpcm_ima_qt,adpcm_ima_wav,adpcm_ms,pcm_alaw,pcm_f16le,pcm_f32be,pcm_f32le,pcm_f64be,pcm_f64le,pcm_mulaw,pcm_s16be,"
    "pcm_s16le,pcm_s24be,pcm_s24le,pcm_s32be,pcm_s32le,pcm_s64be,pcm_s64le,pcm_s8,pcm_u8"
)
ENDINGS = (
    ".wav", ".wave", ".w64", ".mp3", ".mpga", ".mp2", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".m4b", ".aac", ".aif",
    ".aiff", ".aifc", ".caf", ".amr", ".mp4", ".m4v", ".mov", ".qta", ".3gp", ".3g2", ".webm", ".mkv", ".mka",
)  # fmt: skip
"""What the names of recordings end with; a file without an ending, or with another one, is looked at all the same."""
BRING = "Bring a WAV, AIFF, MP3, FLAC, OGG, Opus, M4A, MP4 or WebM file that plays in a music player."
"""What to do with a file that cannot be read."""

MIN_RATE, MAX_RATE = 4_000, 384_000
"""Hz. Telephones record at 8,000 and the best sound cards at 384,000; anything else is a damaged header."""
MAX_CHANNELS = 32
"""The largest microphone arrays people export; more is a damaged header."""


def refuse_absurd(rate: int, channels: int, name: str) -> None:
    """Raise UnreadableAudio, which calls the file `name`, for a sample rate (Hz) or channels of a damaged header."""
    if not MIN_RATE <= rate <= MAX_RATE or not 1 <= channels <= MAX_CHANNELS:
        raise UnreadableAudio(
            f"{name} says that it has {channels} channels at {rate} Hz, which no recording has: its header is damaged. "
            f"{BRING}"
        )
