"""Names of voices: what a person writes, as a folder safe on every system; and checks of what clients send."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from voicelab.errors import InvalidName, UnknownVoice

MAX_SLUG = 60
"""Characters. Leaves room for the lab's own suffixes below the 255 bytes that file systems allow."""
MAX_NAME = 100
"""Characters of the name itself."""

_SLUG = re.compile(rf"[a-z0-9](?:[a-z0-9-]{{0,{MAX_SLUG - 2}}}[a-z0-9])?")
# Learn.microsoft.com, "Naming Files, Paths, and Namespaces": no file or folder may be called so on Windows.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789"}
)


def checked_name(name: str) -> str:
    """Return `name` as it is kept: NFC, without spaces around it. Raises InvalidName."""
    kept = unicodedata.normalize("NFC", name).strip()
    if not kept:
        raise InvalidName("The voice has no name. Give it one, for example Anna.")
    if len(kept) > MAX_NAME:
        raise InvalidName(f"The name is {len(kept)} characters long. Use at most {MAX_NAME}.")
    if any(unicodedata.category(character)[0] == "C" and character != "\u200d" for character in kept):
        raise InvalidName("The name holds characters that cannot be seen. Type it anew, with letters and digits.")
    if any(character in kept for character in "/\\"):
        raise InvalidName(f"The name {kept!r} holds a slash, and a voice is one folder. Leave the slash out.")
    if not kept.strip(". \u200d"):
        raise InvalidName(f"The name {kept!r} is only dots. Give the voice a name with letters or digits.")
    return kept


def slug_of(name: str) -> str:
    """Return the folder name for a voice called `name`: ASCII lower-case letters, digits and hyphens, at most MAX_SLUG.

    Letters are transliterated by compatibility decomposition (Unicode NFKD: "Zoë" gives "zoe"). Where letters are lost,
    because ASCII has none like them or the name is too long, a hash of the whole name is put behind, so that two
    different names do not meet in one folder. Raises InvalidName.
    """
    kept = checked_name(name)
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", kept).casefold())
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    words = re.findall(r"[a-z0-9]+", letters)
    slug = "-".join(words)
    lost = any(character.isalnum() and not character.isascii() for character in letters)
    if lost or not slug or len(slug) > MAX_SLUG:
        digest = hashlib.sha256(kept.casefold().encode()).hexdigest()[:8]
        slug = f"{slug[: MAX_SLUG - len(digest) - 1].strip('-') or 'voice'}-{digest}"
    if slug in _DEVICES:
        raise InvalidName(f"Windows keeps the name {kept!r} for a device. Add a word to it, for example {kept} voice.")
    return slug


def is_slug(value: str) -> bool:
    """Say whether `value` can be the folder of a voice."""
    return _SLUG.fullmatch(value) is not None and value not in _DEVICES


def checked_slug(value: str) -> str:
    """Return `value` if it can be the folder of a voice: what clients send comes through here before any path is made.

    Raises UnknownVoice.
    """
    if not is_slug(value):
        raise UnknownVoice(
            f"There is no voice {value[:MAX_SLUG]!r}, and there cannot be: voice= takes small letters, digits and "
            "hyphens. The list of voices shows what to ask for."
        )
    return value
