"""Other names of voices, for clients that can only say one of a fixed list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicelab.errors import InvalidValue
from voicelab.voices.slug import checked_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voicelab.voices.voice import Voice

MOST = 20
"""Other names of one voice."""


def checked_aliases(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names as they are kept, each once in any case. Raises InvalidName, InvalidValue."""
    kept: dict[str, str] = {}
    for name in names:
        kept.setdefault(folded(name), checked_name(name))
    if len(kept) > MOST:
        raise InvalidValue("aliases", f"A voice has at most {MOST} other names. Leave some out.")
    return tuple(kept.values())


def refuse_taken(aliases: Iterable[str], others: Iterable[Voice]) -> None:
    """Raise InvalidValue where another voice goes by one of `aliases`: nobody would know which one speaks."""
    wanted = {folded(alias): alias for alias in aliases}
    for voice in others:
        for name in (voice.slug, voice.name, *voice.aliases):
            if folded(name) in wanted:
                message = f"{wanted[folded(name)]!r} is the voice {voice.name} already. Choose another one."
                raise InvalidValue("aliases", message)


def folded(name: str) -> str:
    """Return what two spellings of a name have in common."""
    return name.strip().casefold()
