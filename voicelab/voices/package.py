"""A voice as one zip file: out of one lab and into another, exactly as it is, and nothing else gets in with it.

<slug>.zip
├── manifest.json    schema version, slug, and the size and SHA-256 of every other file
├── voice.json       name, language, recipe, consent, history
├── clip.wav
├── transcript.json
└── recording.<ext>  when it was kept
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import re
import stat
import zipfile
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO

from voicelab import __version__
from voicelab.clips.wav import read_wav
from voicelab.errors import UnreadableFile, UnusablePackage, VoiceExists, VoiceLabError
from voicelab.files import read_plain, storage_errors, sync_file, write_atomically
from voicelab.voices.checks import checked_clip, checked_transcript
from voicelab.voices.document import read_document
from voicelab.voices.slug import MAX_NAME, checked_name, is_slug, slug_of
from voicelab.voices.sums import write_sums
from voicelab.voices.voice import Event
from voicelab.voices.voice_file import CLIP, MOST_BYTES, TRANSCRIPT, VOICE, read_transcript, read_voice, write_voice
from voicelab.voices.zip_entries import chunks, own_entries, refuse_crowds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from voicelab.voices.library import VoiceLibrary
    from voicelab.voices.voice import Voice

    Known = Callable[[str], bool]

SCHEMA_VERSION = 1
"""Of manifest.json. A package with a higher one was written by a newer lab and is refused politely."""
MANIFEST = "manifest.json"

_TEXT_BYTES = 4 * 2**20
_CLIP_BYTES = 8 * 2**20
_RECORDING_BYTES = 512 * 2**20
_LIMITS: Mapping[str, int] = {MANIFEST: _TEXT_BYTES, VOICE: MOST_BYTES, TRANSCRIPT: _TEXT_BYTES, CLIP: _CLIP_BYTES}
_RECORDING = re.compile(r"recording\.[a-z0-9]{1,8}")
_MOST_ENTRIES = 5
_SECONDS_APART = 0.01
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
_STAMP = (1980, 1, 1, 0, 0, 0)
"""Of every file: the same voice gives the same bytes."""


@dataclass(frozen=True)
class _File:
    bytes: int
    sha256: str


@dataclass(frozen=True)
class _Manifest:
    slug: str
    files: dict[str, _File]


def export_voice(library: VoiceLibrary, slug: str, path: Path) -> Voice:
    """Write the voice to the zip file `path`, atomically. Raises UnknownVoice, UnreadableFile, StorageFailed."""
    with library.reading():
        voice = library.get(slug)
        folder = library.folders[voice.slug]
        library.clip(voice.slug), library.transcript(voice.slug)  # what is damaged stays here
        names = [VOICE, CLIP, TRANSCRIPT, *([voice.recording] if voice.recording else [])]
        with storage_errors("the package"):
            contents = {name: read_plain(folder / name, _LIMITS.get(name, _RECORDING_BYTES)) for name in names}
    write_atomically(path, _packed(voice, contents))
    return voice


def import_voice(library: VoiceLibrary, path: Path, name: str | None = None, *, known: Known) -> Voice:
    """Take the voice of the zip file `path` into the library, exactly as it is; under another `name` if one is given.

    `known` says of a model's name whether it may be used unasked; the recipe is marked where not (`Recipe.brought`).
    Nothing of it is kept unless all of it is right. Raises UnusablePackage, UnreadableFile, VoiceExists, InvalidName,
    StorageFailed.
    """
    if name is not None:
        checked_name(name)
    with library.folders.staging() as staged:
        manifest = _unpacked(path, staged)
        voice = replace(_checked(staged), slug=manifest.slug)
        if name is not None:
            event = Event(voice.history[-1].at if voice.history else voice.created, f"imported as {name.strip()}")
            voice = replace(voice, name=checked_name(name), slug=slug_of(name), history=(*voice.history, event))
        brought = not known(voice.recipe.model)
        if name is not None or voice.recipe.brought != brought:
            voice = replace(voice, recipe=replace(voice.recipe, brought=brought))
            write_voice(staged, voice)
        write_sums(staged, [CLIP, TRANSCRIPT, *([voice.recording] if voice.recording else [])])
        with library.folders.writing():
            if library.folders[voice.slug].exists():
                raise VoiceExists(
                    f"There is a voice {voice.slug} already. Import this one under another name, or rename that one."
                )
            library.folders.put(staged, voice.slug)
    return voice


def import_beside(library: VoiceLibrary, path: Path, *, known: Known) -> tuple[Voice, bool]:
    """Do what `import_voice` does; where the name is taken the voice gets a number after it, and True is returned too.

    Raises UnusablePackage, UnreadableFile, InvalidName, StorageFailed; VoiceExists when somebody is quicker.
    """
    try:
        return import_voice(library, path, known=known), False
    except VoiceExists:
        with library.folders.staging() as staged:
            _unpacked(path, staged)
            taken = _checked(staged).name
    return import_voice(library, path, _free_name(library, taken), known=known), True


def _free_name(library: VoiceLibrary, taken: str) -> str:
    names = (f"{taken[: MAX_NAME - 4]} {number}" for number in itertools.count(2))
    return next(name for name in names if not library.folders[slug_of(name)].exists())


def _packed(voice: Voice, contents: Mapping[str, bytes]) -> bytes:
    files = {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in contents.items()
    }
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "slug": voice.slug,
        "files": files,
        "made_by": f"Voice Lab {__version__}",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, content in {MANIFEST: _json(manifest), **contents}.items():
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            # Recordings are compressed already, or hardly get smaller.
            entry.compress_type = zipfile.ZIP_DEFLATED if name.endswith(".json") else zipfile.ZIP_STORED
            file.writestr(entry, content)
    return packed.getvalue()


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def _unpacked(path: Path, folder: Path) -> _Manifest:
    """Write the package's files into `folder`, each checked against the manifest, and return that."""
    try:
        refuse_crowds(path)
        with zipfile.ZipFile(path) as package:
            entries = _checked_entries(package.infolist())
            _extract(package, entries[MANIFEST], folder / MANIFEST, _TEXT_BYTES)
            manifest = _read_manifest(folder)
            (folder / MANIFEST).unlink()
            if set(manifest.files) != set(entries) - {MANIFEST}:
                raise UnusablePackage("The package does not hold the files that its manifest names. Export it again.")
            for name, expected in manifest.files.items():
                found = _extract(package, entries[name], folder / name, _LIMITS.get(name, _RECORDING_BYTES))
                if found != expected:
                    raise UnusablePackage(
                        f"{name} of the package is not what was exported: its hash differs. Copy the package again."
                    )
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OverflowError) as error:
        raise UnusablePackage(f"{path.name} is no voice package, or damaged ({error}). Copy it again.") from error
    except OSError as error:
        raise UnusablePackage(f"{path.name} cannot be read ({error.strerror or error}). Check the path.") from error
    return manifest


def _checked_entries(infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Return the entries by name: only names that a voice has, each a plain file and there once."""
    found = own_entries(infos)
    if len(found) > _MOST_ENTRIES:
        raise UnusablePackage(f"The package holds {len(found)} files, and a voice has at most {_MOST_ENTRIES}.")
    for name, info in found:
        if name not in _LIMITS and not _RECORDING.fullmatch(name):
            raise UnusablePackage(
                f"The package holds {name[:80]!r}, which is no file of a voice. Nothing was imported."
            )
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in {0, stat.S_IFREG} or info.is_dir():
            raise UnusablePackage(f"{name} of the package is a link or a folder, not a file. Nothing was imported.")
        if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
            raise UnusablePackage(f"{name} of the package is packed in a way the lab does not use. Export it again.")
    entries = dict(found)
    missing = {MANIFEST, VOICE, CLIP, TRANSCRIPT} - set(entries)
    if missing or len(entries) != len(found):
        what = f"lacks {', '.join(sorted(missing))}" if missing else "holds a file twice"
        raise UnusablePackage(f"This is no voice package: it {what}. Make one with `voice export`.")
    return entries


def _extract(package: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, limit: int) -> _File:
    """Write one file to `path`, at most `limit` bytes whatever the package claims, and return its size and hash."""
    with package.open(entry) as source, storage_errors("the voice"), path.open("wb") as target:
        digest, size = _copied(source, target, entry, limit)
        target.flush()
        sync_file(target.fileno())
    return _File(size, digest)


def _copied(source: Any, target: BinaryIO, entry: zipfile.ZipInfo, limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks(source, entry, limit):
        size += len(chunk)
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest(), size


def _read_manifest(folder: Path) -> _Manifest:
    try:
        manifest = read_document(folder / MANIFEST, _Manifest, SCHEMA_VERSION)
    except UnreadableFile as error:
        raise UnusablePackage(f"The package cannot be used. {_without(folder, error)}") from error
    if not is_slug(manifest.slug):
        raise UnusablePackage("The package's manifest names a folder that cannot be one of a voice.")
    return manifest


def _checked(folder: Path) -> Voice:
    """Return the voice of an unpacked folder once everything in it is what it says. Raises UnusablePackage."""
    from voicelab.clips.decode import decode

    try:
        voice = read_voice(folder)
        checked_transcript(read_transcript(folder))
        clip = checked_clip(read_wav(folder / CLIP))
        if voice.recording:
            decode(folder / voice.recording, choice=voice.choice)
    except VoiceLabError as error:
        raise UnusablePackage(f"The package holds no usable voice. {_without(folder, error)}") from error
    present = {path.name for path in folder.iterdir()} - {VOICE, CLIP, TRANSCRIPT}
    if present != ({voice.recording} if voice.recording else set()):
        raise UnusablePackage("The recording of the package is not the one that its voice names.")
    if abs(clip.seconds - voice.seconds) > _SECONDS_APART:
        raise UnusablePackage("The clip of the package is not as long as its voice says.")
    return voice


def _without(folder: Path, error: VoiceLabError) -> str:
    """Return the sentence of `error` without the folder that is gone by the time somebody reads it."""
    return error.message.replace(f"{folder}/", "")
