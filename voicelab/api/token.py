"""The token that other machines need: made once, kept where only this user can read it."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from voicelab.errors import UnreadableFile, VoiceLabError
from voicelab.files import read_plain, storage_errors, sync_file, sync_folder
from voicelab.voices.integrity import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SHORTEST = 16
"""Characters of a token that a person wrote into the file by hand."""
_MODE = 0o600
_MOST_BYTES = 2**12


def token_in(path: Path) -> tuple[str, bool]:
    """Return the token kept in `path` and whether it was made just now.

    Raises StorageFailed, and UnreadableFile for one that is too short to keep anybody out.
    """
    with storage_errors("the token"):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or not path.stat().st_size:  # an older lab, killed while it made one, left it empty
            token = secrets.token_urlsafe(24)
            if _kept(token, path):
                return token, True
        path.chmod(_MODE)
        return _checked(path.read_text(encoding="ascii", errors="replace").strip(), path), False


def examine_token(path: Path) -> Iterator[Finding]:
    """Say whether the token kept in `path`, if there is one, keeps anybody out."""
    try:
        if path.exists():
            _checked(read_plain(path, _MOST_BYTES).decode(errors="replace").strip(), path)
    except (VoiceLabError, OSError) as error:
        yield Finding("token", path.name, "fail", str(error))


def _kept(token: str, path: Path) -> bool:
    """Write the token whole, or say that another lab was quicker."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{token}\n")
            file.flush()
            sync_file(file.fileno())
        if path.exists() and not path.stat().st_size:
            part.replace(path)
            return True
        path.hardlink_to(part)  # which, unlike a rename, fails where there is one by now
    except FileExistsError:
        return False
    finally:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)
    return True


def _checked(token: str, path: Path) -> str:
    if len(token) < _SHORTEST or not token.isascii() or any(character.isspace() for character in token):
        message = f"{path} holds no token of at least {_SHORTEST} letters and digits. Remove it: a new one is made."
        raise UnreadableFile(message)
    return token
