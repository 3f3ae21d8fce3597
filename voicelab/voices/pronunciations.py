"""Lists of how words are said: bounded, checked, each word once; the lab's own list is voices/pronunciations.json."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from voicelab.errors import InvalidValue, UnreadableFile
from voicelab.speech.reading import Pronunciation
from voicelab.voices.document import read_document, write_document

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MOST = 200
"""Words of one list."""
LONGEST = 80
"""Characters of a word, and of how it is said."""
FILE = "pronunciations.json"
Entries = tuple[Pronunciation, ...]
_SCHEMA_VERSION = 1


@dataclass(frozen=True)
class _List:
    pronunciations: tuple[Pronunciation, ...] = ()


def checked(entries: Iterable[Pronunciation]) -> tuple[Pronunciation, ...]:
    """Return the entries without spaces around them. Raises InvalidValue for one that cannot be, naming it."""
    found: dict[str, Pronunciation] = {}
    for entry in entries:
        one = replace(entry, word=_checked(entry.word, "word"), say=_checked(entry.say, "say"))
        if key(one) in found:
            raise InvalidValue("word", f"{one.word!r} stands in the list twice. Keep one of the two.")
        found[key(one)] = one
        if len(found) > MOST:
            raise InvalidValue("word", f"A list of pronunciations has at most {MOST} words. Remove one first.")
    return tuple(found.values())


def with_entry(entries: tuple[Pronunciation, ...], entry: Pronunciation) -> tuple[Pronunciation, ...]:
    """Return `entries` with `entry` in the place of the one for the same word, or as the last. Raises InvalidValue."""
    (one,) = checked([entry])
    if key(one) in map(key, entries):
        return checked(one if key(each) == key(one) else each for each in entries)
    return checked((*entries, one))


def without(entries: tuple[Pronunciation, ...], word: str) -> tuple[Pronunciation, ...]:
    """Return `entries` without those for `word`, in any case. Raises InvalidValue when there is none."""
    wanted = _folded(word)
    kept = tuple(entry for entry in entries if _folded(entry.word) != wanted)
    if len(kept) == len(entries):
        known = ", ".join(entry.word for entry in entries[:20]) or "none yet"
        raise InvalidValue("word", f"{word.strip()[:LONGEST]!r} is not in the list. There are: {known}.")
    return kept


def key(entry: Pronunciation) -> str:
    """Return the same for entries that are for the same word."""
    return f"={_composed(entry.word)}" if entry.match_case else _folded(entry.word)


def read_list(folder: Path) -> tuple[Pronunciation, ...]:
    """Return the lab's list, which lies in the folder of the voices. Raises UnreadableFile, StorageFailed."""
    path = folder / FILE
    try:
        return checked(read_document(path, _List, _SCHEMA_VERSION).pronunciations)
    except FileNotFoundError:
        return ()
    except InvalidValue as error:
        raise UnreadableFile(f"{path} is damaged. {error.message}") from error


def write_list(folder: Path, entries: tuple[Pronunciation, ...]) -> None:
    """Write the lab's list, atomically. Raises StorageFailed."""
    write_document(folder / FILE, asdict(_List(entries)), _SCHEMA_VERSION)


def _checked(text: str, field: str) -> str:
    clean = " ".join(_composed(text).split())
    if not clean or not any(character.isalnum() for character in clean):
        what = "which word is meant" if field == "word" else "how it is said, in plain letters"
        raise InvalidValue(field, f"Write {what}: a letter or a digit at least.")
    if len(clean) > LONGEST:
        raise InvalidValue(field, f"{clean[:20]}… has {len(clean)} characters, and {LONGEST} are possible. Shorten it.")
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} for character in clean):
        raise InvalidValue(field, "There is an invisible character in it. Type it again by hand.")
    return clean


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _folded(text: str) -> str:
    return " ".join(_composed(text).casefold().split())
