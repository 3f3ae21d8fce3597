"""The files of one voice: voice.json, clip.wav, transcript.json and the untouched recording."""

from __future__ import annotations

import re
import shutil
from dataclasses import asdict, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from voicelab.errors import InvalidValue, UnreadableFile, UnsupportedLanguage
from voicelab.files import storage_errors, sync_file
from voicelab.languages import language_name
from voicelab.transcripts.pieces import rejoined
from voicelab.transcripts.words import Transcript
from voicelab.voices.aliases import checked_aliases
from voicelab.voices.document import read_document, write_document
from voicelab.voices.pronunciations import checked as checked_pronunciations
from voicelab.voices.voice import SCHEMA_VERSION, Voice

if TYPE_CHECKING:
    from pathlib import Path

VOICE = "voice.json"
CLIP = "clip.wav"
TRANSCRIPT = "transcript.json"

_RECORDING = re.compile(r"recording\.[a-z0-9]{1,8}")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


def write_voice(folder: Path, voice: Voice) -> None:
    """Write voice.json. The slug is not in it: it is the folder's name, also after somebody copied the folder."""
    fields = asdict(voice)
    del fields["slug"]
    write_document(folder / VOICE, fields, SCHEMA_VERSION)


def read_voice(folder: Path) -> Voice:
    """Return the voice of `folder`. Raises FileNotFoundError, UnreadableFile."""
    path = folder / VOICE
    voice = read_document(path, Voice, SCHEMA_VERSION, slug=folder.name)
    if voice.recording and not _RECORDING.fullmatch(voice.recording):
        raise UnreadableFile(f"{path} is damaged: the recording must be a file of this folder called recording.…")
    try:
        return replace(
            voice,
            language=language_name(voice.language),
            aliases=checked_aliases(voice.aliases),
            pronunciations=checked_pronunciations(voice.pronunciations),
        )
    except (UnsupportedLanguage, InvalidValue) as error:
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
    """Copy a recording durably. Raises StorageFailed."""
    with storage_errors("the recording"):
        shutil.copyfile(source, target)
        with target.open("rb") as file:
            sync_file(file.fileno())
