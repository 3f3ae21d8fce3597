"""By which names a voice goes: its own, and others beside it for clients that can only say one of a fixed list."""

from __future__ import annotations

import difflib
import unicodedata
from typing import TYPE_CHECKING

from voicelab.errors import InvalidValue, UnknownVoice
from voicelab.voices.slug import MAX_SLUG, checked_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from voicelab.voices.voice import Voice

MOST = 20
"""Other names of one voice."""
_MOST_SHOWN = 20
"""Voices that an error names."""


def checked_aliases(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names as they are kept, each once in any case. Raises InvalidName, InvalidValue."""
    kept: dict[str, str] = {}
    for name in names:
        if not name.strip():
            raise InvalidValue("aliases", "One of the other names is empty. Leave it out.")
        kept.setdefault(folded(name), checked_name(name))
    if len(kept) > MOST:
        raise InvalidValue("aliases", f"A voice has at most {MOST} other names. Leave some out.")
    return tuple(kept.values())


def refuse_taken(names: Iterable[str], others: Iterable[Voice], field: str = "aliases") -> None:
    """Raise InvalidValue where another voice goes by one of `names`: nobody would know which one speaks."""
    wanted = {folded(name): name for name in names}
    for voice in others:
        for name in (voice.slug, voice.name, *voice.aliases):
            if folded(name) in wanted:
                message = f"{wanted[folded(name)]!r} is the voice {voice.name} already. Choose another one."
                raise InvalidValue(field, message)


def folded(name: str) -> str:
    """Return what two spellings of a name have in common."""
    return unicodedata.normalize("NFC", name).strip().casefold()


def unknown_voice(wanted: str, voices: Sequence[Voice]) -> UnknownVoice:
    """Return the error for a name by which none of `voices` goes, with those that are near to it."""
    message = f"There is no voice {wanted[:MAX_SLUG]!r}."
    if not voices:
        return UnknownVoice(f"{message} There are no voices yet: make one of a recording first.")
    known = {folded(word): voice.slug for voice in voices for word in (voice.slug, voice.name)}
    near = difflib.get_close_matches(folded(wanted[:MAX_SLUG]), known, n=3, cutoff=0.5)
    if near:
        return UnknownVoice(f"{message} Did you mean {' or '.join(dict.fromkeys(known[word] for word in near))}?")
    shown = ", ".join(sorted(voice.slug for voice in voices)[:_MOST_SHOWN])
    return UnknownVoice(f"{message} There are: {shown}{', …' if len(voices) > _MOST_SHOWN else ''}.")
