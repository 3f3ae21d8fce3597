"""Everything that a home holds as one file, made while the lab runs, and a new home made of it.

<file>.zip
├── voices/…        voices, as they are
├── data/…          drafts, experiments, stimuli, the token; voicelab.db as SQLite's own online backup has it
└── manifest.json   schema version, and the size and SHA-256 of every other file
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO

from voicelab import __version__
from voicelab.errors import Failed, InvalidValue, UnusableBackup
from voicelab.files import clear_parts, storage_errors, sync_file, sync_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from voicelab.settings import Settings
    from voicelab.voices.library import VoiceLibrary

SCHEMA_VERSION = 1
MANIFEST = "manifest.json"
_FOLDERS = ("voices", "data")
_DATABASE = "data/voicelab.db"
_LEFT_OUT = frozenset({".lock", ".rendering", ".staging", ".replaced", ".renaming", "serving.json", "cache"})
"""What means nothing in another place: locks, half-written folders, the address of this run, finished speech."""
_CHUNK = 2**20
_MOST_MANIFEST = 64 * 2**20


@dataclass(frozen=True)
class BackedUp:
    """What was kept or brought back."""

    files: int
    bytes: int
    notes: tuple[str, ...] = ()


def backup(settings: Settings, library: VoiceLibrary, path: Path, report: Callable[[str], None]) -> BackedUp:
    """Write everything in the home of `settings` into the zip file `path`; nothing is there unless all of it is.

    Voices are kept as they are at one moment; of experiments the record is read before its takes, so that every take in
    it is there. Raises StorageFailed, InvalidValue when `path` is inside what is kept, Failed for a damaged database.
    """
    if any(path.resolve().is_relative_to(settings.home / folder) for folder in _FOLDERS):
        raise InvalidValue("path", f"{path} is inside what is kept. Choose a place outside of voices/ and data/.")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    with storage_errors(f"the backup {path.name}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)  # the token is in it
            with os.fdopen(descriptor, "w+b") as file:
                done = _write(settings, library, file, report)
                file.flush()
                sync_file(file.fileno())
            part.replace(path)
            sync_folder(path.parent)
            clear_parts(path)
        finally:
            part.unlink(missing_ok=True)
    return done


def restore(path: Path, home: Path, report: Callable[[str], None]) -> BackedUp:
    """Make the new folder `home` of the backup `path`, each file checked against its hash.

    `home` is there whole or not at all, whatever is killed meanwhile. Raises InvalidValue when something is there,
    UnusableBackup, StorageFailed.
    """
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise InvalidValue("home", f"{home} is not empty, and nothing is written over. Name a new folder with --home.")
    part = home.with_name(f".{home.name}.{secrets.token_hex(4)}.part")
    try:
        with storage_errors(f"the home {home}"):
            part.mkdir(parents=True, mode=0o700)
            done = _read(path, part, report)
            with contextlib.suppress(FileNotFoundError):
                home.rmdir()
            part.rename(home)
            sync_folder(home.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return done


def _write(settings: Settings, library: VoiceLibrary, file: BinaryIO, report: Callable[[str], None]) -> BackedUp:
    files: dict[str, dict[str, Any]] = {}
    notes = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as package:
        with library.reading():
            for path in _files(settings.voices):
                _add(package, path, path.relative_to(settings.home).as_posix(), files, report)
        for path in _files(settings.data):
            name = path.relative_to(settings.home).as_posix()
            if not name.startswith(_DATABASE):
                with contextlib.suppress(FileNotFoundError):  # a draft may be swept meanwhile
                    _add(package, path, name, files, report)
        if settings.database_url:
            notes.append("Listening tests are in the database of VOICELAB_DATABASE_URL and not in it: use pg_dump.")
        elif (settings.home / _DATABASE).is_file():
            with tempfile.TemporaryDirectory(prefix="voicelab-") as folder:
                copy = Path(folder) / "voicelab.db"
                _copy_database(settings.home / _DATABASE, copy)
                _add(package, copy, _DATABASE, files, report)
        manifest = {"schema_version": SCHEMA_VERSION, "made_by": f"Voice Lab {__version__}", "files": files}
        package.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return BackedUp(len(files), sum(each["bytes"] for each in files.values()), tuple(notes))


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder, records before what they name; no links, which may lead anywhere."""
    if not folder.is_dir():
        return
    entries = sorted(folder.iterdir(), key=lambda path: (path.is_dir(), path.name))
    for path in entries:
        if path.name in _LEFT_OUT or path.name.endswith((".part", ".making")) or path.is_symlink():
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.is_file():
            yield path


def _add(
    package: zipfile.ZipFile, path: Path, name: str, files: dict[str, dict[str, Any]], report: Callable[[str], None]
) -> None:
    report(name)
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, package.open(zipfile.ZipInfo(name), "w", force_zip64=True) as target:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    files[name] = {"bytes": size, "sha256": digest.hexdigest()}


def _copy_database(path: Path, copy: Path) -> None:
    """Let SQLite copy a database that may be written meanwhile. Raises Failed for one that is damaged."""
    try:
        with (
            contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as source,
            contextlib.closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
            (found,) = target.execute("PRAGMA quick_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise Failed(f"{path} is damaged or no database ({error}): nothing was kept. See `doctor --deep`.") from error
    if found != "ok":
        raise Failed(f"{path} is damaged ({found}): nothing was kept. See `doctor --deep`.")


def _read(path: Path, folder: Path, report: Callable[[str], None]) -> BackedUp:
    try:
        with zipfile.ZipFile(path) as package:
            files = _manifest(package)
            needed, free = sum(each["bytes"] for each in files.values()), shutil.disk_usage(folder).free
            if needed > free:
                raise UnusableBackup(f"The backup needs {needed / 1e9:.1f} GB and {free / 1e9:.1f} GB are free here.")
            for name, expected in files.items():
                report(name)
                _extract(package, name, folder / name, expected)
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, NotImplementedError) as error:
        raise UnusableBackup(f"{path.name} is no backup, or damaged ({error}). Nothing was brought back.") from error
    except FileNotFoundError as error:
        raise UnusableBackup(f"There is no file {path}. Check the path.") from error
    return BackedUp(len(files), needed)


def _manifest(package: zipfile.ZipFile) -> dict[str, dict[str, Any]]:
    """Return the files by name, each name one that may be written below a home."""
    if package.getinfo(MANIFEST).file_size > _MOST_MANIFEST:
        raise UnusableBackup("The list of files in this backup is too long for one.")
    manifest = json.loads(package.read(MANIFEST))
    if manifest["schema_version"] > SCHEMA_VERSION:
        raise UnusableBackup("The backup was made by a newer Voice Lab. Update this one first.")
    files: dict[str, dict[str, Any]] = manifest["files"]
    for name in files:
        parts = PurePosixPath(name).parts
        if (
            not parts
            or parts[0] not in _FOLDERS
            or ".." in parts
            or "\\" in name
            or "\0" in name
            or name.startswith("/")
        ):
            raise UnusableBackup(f"The backup names {name[:80]!r}, which no home holds. Nothing was brought back.")
    if set(files) != {info.filename for info in package.infolist()} - {MANIFEST}:
        raise UnusableBackup("The backup does not hold the files that its list names. Nothing was brought back.")
    return files


def _extract(package: zipfile.ZipFile, name: str, path: Path, expected: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with package.open(name) as source, os.fdopen(descriptor, "wb") as target:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > expected["bytes"]:
                break
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        sync_file(target.fileno())
    if size != expected["bytes"] or digest.hexdigest() != expected["sha256"]:
        raise UnusableBackup(f"{name} of the backup is not what was kept: its hash differs. Use another copy of it.")
