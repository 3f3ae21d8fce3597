"""Takes that are heard on the page while they are spoken, and stay at hand for a while to be fetched as files."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voicelab.errors import UnknownTake

if TYPE_CHECKING:
    from voicelab.speech.ports import Speech, SpeechJob

KEPT_BYTES = 64 * 2**20
"""Of samples of takes that are over, eleven minutes; the newest one is kept however long it is."""


@dataclass(frozen=True)
class LiveTake:
    """A text in the engine's hands, or just out of them."""

    job: SpeechJob
    voice: str
    """Slug."""
    speed: float
    """Times as fast as the voice, at the same pitch."""
    speech: Speech | None = None
    """All of it at that speed, once it is spoken to its end."""


class LiveTakes:
    """Takes by ids that nobody guesses. For any thread."""

    def __init__(self) -> None:
        """There are none."""
        self._takes: dict[str, LiveTake] = {}
        self._lock = threading.Lock()

    def add(self, take: LiveTake) -> str:
        """Return the id by which `take` is followed from now on."""
        name = secrets.token_urlsafe(12)
        with self._lock:
            self._takes[name] = take
        return name

    def get(self, name: str) -> LiveTake:
        """Return the take of that id. Raises UnknownTake."""
        with self._lock:
            take = self._takes.get(name)
        if take is None:
            raise UnknownTake("This take is not at hand any more. Speak the text again.")
        return take

    def finish(self, name: str, speech: Speech) -> None:
        """Keep `speech`, the whole of it; the oldest ones go where they are too many."""
        with self._lock:
            self._takes[name] = replace(self._takes.pop(name), speech=speech)
            over = [(key, take.speech.samples.nbytes) for key, take in self._takes.items() if take.speech is not None]
            kept = sum(size for _key, size in over)
            for key, size in over[:-1]:
                if kept <= KEPT_BYTES:
                    break
                del self._takes[key]
                kept -= size

    def drop(self, name: str) -> None:
        """Let go of a take that was cancelled or failed; one that is over stays."""
        with self._lock:
            take = self._takes.get(name)
            if take is not None and take.speech is None:
                del self._takes[name]
