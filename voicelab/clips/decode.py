"""Any recording that people bring, to mono at 24 kHz."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voicelab.clips.audio_kinds import BRING
from voicelab.clips.clip import Clip
from voicelab.clips.containers import open_audio
from voicelab.clips.guarded_file import Deadline
from voicelab.clips.mixing import MonoMixer
from voicelab.clips.riff import promised_s
from voicelab.clips.track_choice import Choice
from voicelab.errors import AudioTooLong, UnreadableAudio

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.clips.containers import AudioFile

MAX_RECORDING_S = 1800.0
"""Half an hour: 173 MB of samples. A clip needs 15 s of it."""
MAX_DECODE_S = 60.0
"""Wall time that one file may take. Half an hour of MP3 takes 4-7 s on 2 cores."""
_GUESSED = ("mp3", "aac")
"""Formats without a length in the header: FFmpeg may have guessed it from the first bit rate, so it refuses nothing."""
_ENDS_EARLY_S, _ENDS_EARLY_SHARE = 0.5, 0.01
"""How much shorter than claimed a recording may be before that is said: encoders round to frames and pad."""
_AUDIBLE = 10 ** (0.5 / 20)
"""Half a decibel: resampling alone overshoots by less, and nobody hears it taken away."""
_NAME_CHARACTERS = 60


@dataclass(frozen=True, eq=False)
class Recording:
    """What was brought, decoded."""

    clip: Clip
    """All of it, mono at 24 kHz."""
    sample_rate: int
    """Hz, of the original."""
    channels: int
    """Of the original."""
    container: str
    """FFmpeg's name of the file format."""
    codec: str
    """FFmpeg's name of the decoder."""
    clipped_s: tuple[float, ...] = ()
    """Times of runs at full scale in the original; at most four a second."""
    notes: tuple[str, ...] = ()
    """What was done to it and what is odd about it, in sentences."""
    tracks: int = 1
    """Audio tracks of the file."""
    channel: int | None = None
    """Which channel was taken, from 1; None is the mix of all."""


def decode(path: Path, name: str = "", choice: Choice | None = None) -> Recording:
    """Decode the file at `path`, which the person calls `name` (default: the file's own name).

    Channels are averaged unless `choice` names one; where they cancel each other, the loudest one is taken and a note
    says so. What is decoded stands where a player has it: there is silence where the file has none. Memory is bounded
    by MAX_RECORDING_S and time by MAX_DECODE_S, whatever the file claims. Raises UnreadableAudio, AudioTooLong.
    """
    choice = choice or Choice()
    name = displayed_name(name or path.name)
    if not path.is_file():
        raise UnreadableAudio(f"{name} is not there, or is not a file. Bring it again.")
    deadline = Deadline(MAX_DECODE_S, name)
    mixer, file = _mixed(path, name, deadline, choice)
    if choice.channel is not None and not 1 <= choice.channel <= file.channels:
        raise UnreadableAudio(f"{name} has {file.channels} channels, and no channel {choice.channel}. Choose another.")
    _refuse_rubbish(file, mixer, name)
    notes = _notes(file, mixer, choice, _missing_s(path, file, mixer))
    channel = mixer.better_channel() if choice.channel is None and not choice.mix else None
    if channel is not None:
        # Only now is it known: a second pass costs time in a rare case, a second copy would cost memory in all.
        choice = replace(choice, channel=channel + 1)
        mixer, file = _mixed(path, name, deadline, choice)
        notes.append(
            f"Its {file.channels} channels cancel each other or carry little of the sound, so only channel "
            f"{channel + 1} is used."
        )
    samples = mixer.finish()
    if not len(samples):  # a few samples at a high rate are not one at the lab's
        raise UnreadableAudio(f"{name} is too short to hold any sound. Bring a recording of somebody speaking.")
    peak = max(float(samples.max()), -float(samples.min()))
    if peak > 1:
        samples /= peak
    if peak > _AUDIBLE:
        notes.append(
            f"Its peaks went {20 * math.log10(peak):.1f} dB over full scale: all of it was turned down by that."
        )
    return Recording(
        Clip(samples),
        file.sample_rate,
        file.channels,
        file.container,
        file.codec,
        tuple(mixer.clipped_s),
        tuple(notes),
        file.tracks,
        choice.channel,
    )


def displayed_name(name: str) -> str:
    """Return the last part of a file name as it may stand in a sentence: printable, without controls, short."""
    last = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    printable = "".join(character for character in last if character.isprintable()).strip()
    if len(printable) > _NAME_CHARACTERS:
        printable = f"{printable[: _NAME_CHARACTERS - 12]}…{printable[-10:]}"
    return printable or "The file"


def _mixed(path: Path, name: str, deadline: Deadline, choice: Choice) -> tuple[MonoMixer, AudioFile]:
    """Decode once, taking the mix or one channel; the file's facts stay readable after it is closed."""
    channel = None if choice.channel is None else choice.channel - 1
    with open_audio(path, name, deadline, choice.track) as file:
        claimed_s = file.claimed_s
        if claimed_s and claimed_s > MAX_RECORDING_S and file.container not in _GUESSED:
            raise _too_long(name, claimed_s)
        mixer = MonoMixer(MAX_RECORDING_S, channel)
        for block in file.blocks():
            mixer.add(block)
            if mixer.seconds > MAX_RECORDING_S:
                raise _too_long(name, claimed_s)
    return mixer, file


def _refuse_rubbish(file: AudioFile, mixer: MonoMixer, name: str) -> None:
    if not mixer.samples:
        raise UnreadableAudio(f"{name} looks like {file.codec} sound, but none of it can be decoded. {BRING}")
    if file.damaged > file.decoded or mixer.not_numbers > mixer.samples / 2:
        raise UnreadableAudio(f"Most of {name} is damaged: what is left is no recording. {BRING}")


def _missing_s(path: Path, file: AudioFile, mixer: MonoMixer) -> float:
    """Return how many seconds of sound the header promises and the file lacks."""
    sound_s = mixer.seconds - file.timeline.late_s - file.timeline.gaps_s
    claimed_s = max(file.claimed_s or 0.0, promised_s(path) if file.container == "wav" else 0.0)
    # Matroska and Ogg count their length from the clock's 0, a player from the first sound.
    missing_s = claimed_s - sound_s - file.timeline.gaps_s - max(0.0, file.timeline.origin_s)
    return missing_s if missing_s > max(_ENDS_EARLY_S, _ENDS_EARLY_SHARE * sound_s) else 0.0


def _notes(file: AudioFile, mixer: MonoMixer, choice: Choice, missing_s: float) -> list[str]:
    notes = []
    if file.unreadable_tracks and choice.track is None:
        kinds = " and ".join(dict.fromkeys(file.unreadable_tracks))
        notes.append(f"A track of a kind that cannot be read ({kinds}) is left out; track {file.track} is used.")
    elif file.tracks > 1:
        notes.append(f"It has {file.tracks} audio tracks; track {file.track} is used.")
    notes += file.timeline.notes()
    if file.broken_off:
        notes.append(f"Only its first {mixer.seconds:.1f} s could be read: what follows is damaged or of another kind.")
    if missing_s:
        notes.append(
            f"It ends early: it says that it is {mixer.seconds + missing_s:.1f} s long, but only {mixer.seconds:.1f} s "
            "are there. The copy or the download may have been cut off."
        )
    if file.damaged:
        notes.append(f"{file.damaged} of its pieces were damaged and left out: listen to it before you go on.")
    if mixer.not_numbers:
        notes.append(f"{mixer.not_numbers} of its samples were no numbers (NaN or infinite) and were made silent.")
    return notes


def _too_long(name: str, claimed_s: float | None) -> AudioTooLong:
    claimed = f" ({claimed_s / 60:.0f} minutes)" if claimed_s and claimed_s > MAX_RECORDING_S else ""
    return AudioTooLong(
        f"{name} is longer than {MAX_RECORDING_S / 60:.0f} minutes{claimed}, which is all the lab works on. A voice "
        "needs about 15 seconds: cut out a stretch in which one person speaks, and bring that."
    )
