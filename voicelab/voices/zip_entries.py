"""What is in a zip file, without what macOS and Windows add to one when it is unpacked and packed again."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from voicelab.errors import UnusablePackage

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

_MOST_LISTED = 64
"""Entries of a voice's package, with what Finder and Explorer add: a file, its shadow, two folders and an icon view."""
_CHUNK = 2**20
_MOST_RATIO = 100
"""No audio and no text shrinks so much: what does is made to fill the disk."""
_CLUTTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_SHADOWS = "__MACOSX"
_END = struct.Struct("<4s4H2IH")
_END_MARK = b"PK\x05\x06"
_MOST_COMMENT = 2**16


def refuse_crowds(path: Path, most: int = _MOST_LISTED, what: str = "voice") -> None:
    """Raise UnusablePackage for a zip file that lists more than `most` entries: before its list is read.

    `what` is what nobody has so many files of; by default a voice's package is meant.

    A file without a list is for zipfile to refuse. Source: PKWARE's APPNOTE.TXT, 4.3.16.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _END.size - _MOST_COMMENT))
        tail = file.read()
    at = tail.rfind(_END_MARK)
    if at < 0 or at + _END.size > len(tail):
        return
    _mark, _disk, _first_disk, _here, listed, list_bytes, *_rest = _END.unpack_from(tail, at)
    if listed > most or list_bytes > most * _MOST_COMMENT:
        raise UnusablePackage(f"The package lists {listed} files, which no {what} has. Nothing was imported.")


def chunks(source: IO[bytes], entry: zipfile.ZipInfo, limit: int, what: str = "voice") -> Iterator[bytes]:
    """Yield what an entry unpacks to, at most `limit` bytes whatever the package claims. Raises UnusablePackage."""
    size = 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if size > limit or size > _CHUNK + _MOST_RATIO * entry.compress_size:
            raise UnusablePackage(f"{entry.filename} of the package unpacks to far more than a {what} has.")
        yield chunk


def read_entry(package: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int, what: str) -> bytes:
    """Return the content of one entry of a `what`, within bounds. Raises UnusablePackage."""
    with package.open(entry) as source:
        return b"".join(chunks(source, entry, limit, what))


def own_entries(infos: list[zipfile.ZipInfo]) -> list[tuple[str, zipfile.ZipInfo]]:
    """Return the entries with their names, without clutter, and without the one folder that may be around them all."""
    kept = [info for info in infos if not _is_clutter(info.orig_filename)]
    folder = _folder_around(kept)
    return [
        (info.orig_filename.removeprefix(folder), info)
        for info in kept
        if not (info.is_dir() and info.orig_filename == folder)
    ]


def _is_clutter(name: str) -> bool:
    first, last = name.split("/", maxsplit=1)[0], name.rstrip("/").rsplit("/", 1)[-1]
    return first == _SHADOWS or last in _CLUTTER or last.startswith("._")


def _folder_around(infos: list[zipfile.ZipInfo]) -> str:
    """Return the folder, with its slash, that every entry is in; empty where there is none."""
    folders = {info.orig_filename.partition("/")[0] for info in infos if "/" in info.orig_filename}
    inside = all("/" in info.orig_filename for info in infos)
    name = folders.pop() if inside and len(folders) == 1 else ""
    return f"{name}/" if name not in {"", ".", ".."} else ""
