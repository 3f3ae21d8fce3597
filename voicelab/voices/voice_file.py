"""The files of one voice: voice.json, clip.wav, transcript.json and the untouched recording."""

from __future__ import annotations

import re
import shutil
from dataclasses import asdict, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from voicelab.errors import ClipUnusable, InvalidValue, UnreadableFile
from voicelab.files import open_plain, storage_errors, sync_file
from voicelab.transcripts.pieces import rejoined
from voicelab.transcripts.words import Transcript
from voicelab.voices.checks import checked_voice
from voicelab.voices.document import read_document, write_document
from voicelab.voices.voice import MOST_EVENTS, SCHEMA_VERSION, Voice

if TYPE_CHECKING:
    from pathlib import Path

VOICE = "voice.json"
CLIP = "clip.wav"
TRANSCRIPT = "transcript.json"

MOST_BYTES = 2 * 2**20
"""Of voice.json: ten times what 1000 events and 200 pronunciations take."""
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


def write_voice(folder: Path, voice: Voice) -> None:
    """Write voice.json. The slug is not in it: it is the folder's name, also after somebody copied the folder.

    Of a long history the first event and the newest are kept. Raises what `checked_voice` raises, StorageFailed.
    """
    history = voice.history
    if len(history) > MOST_EVENTS:
        history = (history[0], *history[1 - MOST_EVENTS :])
    fields = asdict(checked_voice(replace(voice, history=history)))
    del fields["slug"]
    write_document(folder / VOICE, fields, SCHEMA_VERSION)


def read_voice(folder: Path) -> Voice:
    """Return the voice of `folder`. Raises FileNotFoundError, UnreadableFile."""
    path = folder / VOICE
    voice = read_document(path, Voice, SCHEMA_VERSION, MOST_BYTES, slug=folder.name)
    try:
        return checked_voice(voice)
    except (InvalidValue, ClipUnusable) as error:
        raise UnreadableFile(f"{path} is damaged. {error.message}") from error


def write_transcript(folder: Path, transcript: Transcript) -> None:
    """Write transcript.json: words with times, and the text."""
    write_document(folder / TRANSCRIPT, asdict(transcript), SCHEMA_VERSION)


def read_transcript(folder: Path) -> Transcript:
    """Return what `write_transcript` wrote, torn words of older versions whole.

    Raises UnreadableFile, also when the file is missing.
    """
    path = folder / TRANSCRIPT
    try:
        return rejoined(read_document(path, Transcript, SCHEMA_VERSION))
    except FileNotFoundError as error:
        raise UnreadableFile(f"{path} is missing, so nobody knows what the clip says. Put back a copy.") from error


def recording_name(name: str) -> str:
    """Return what a recording called `name` is called in a folder of the lab: only the suffix is a stranger's."""
    suffix = PurePosixPath(name).suffix.lower()
    return f"recording{suffix}" if _SUFFIX.fullmatch(suffix) else "recording.audio"


def copy_recording(source: Path, target: Path) -> None:
    """Copy a recording durably, a link never followed. Raises StorageFailed, UnreadableFile."""
    with storage_errors("the recording"), open_plain(source) as read, target.open("wb") as written:
        shutil.copyfileobj(read, written, 2**20)
        written.flush()
        sync_file(written.fileno())
