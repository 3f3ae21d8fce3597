"""Takes that are heard on the page while they are spoken, and stay at hand for a while to be fetched as files."""

from __future__ import annotations

import contextlib
import secrets
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voicelab.clips.clip import SAMPLE_RATE
from voicelab.errors import UnknownTake, VoiceLabError
from voicelab.speech.formats import pcm16
from voicelab.speech.tempo import Tempo

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from voicelab.speech.ports import Speech, SpeechJob

KEPT_BYTES = 64 * 2**20
"""Of samples of takes that are over, eleven minutes; the newest one is kept however long it is."""


class LiveSound:
    """What there is of a take while it is spoken: 16 bit, little endian, mono, 24 kHz. For any thread."""

    def __init__(self, job: SpeechJob, speed: float) -> None:
        """Follow `job` to its end, `speed` times as fast at the same pitch. Raises InvalidValue for a speed."""
        self._pcm = bytearray()
        self._over = False
        self._changed = threading.Condition()
        tempo = Tempo(speed, SAMPLE_RATE)
        threading.Thread(target=self._follow, args=(job, tempo), name="follows a take", daemon=True).start()

    def after(self, at: int, wait_s: float) -> tuple[bytes, bool]:
        """Return what there is from byte `at` on, and whether nothing more comes; wait so long where nothing is new."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._pcm) > at or self._over, wait_s)
            return bytes(self._pcm[at:]), self._over

    def _follow(self, job: SpeechJob, tempo: Tempo) -> None:
        try:
            # What fails is told where it was asked for; what came of it is heard.
            with contextlib.suppress(VoiceLabError):
                for piece in job.partial():
                    self._add(tempo.add(piece))
                self._add(tempo.end())
        finally:
            with self._changed:
                self._over = True
                self._changed.notify_all()

    def _add(self, samples: NDArray[np.float32]) -> None:
        with self._changed:
            self._pcm += pcm16(samples).astype("<i2").tobytes()
            self._changed.notify_all()


@dataclass(frozen=True)
class LiveTake:
    """A text in the engine's hands, or just out of them."""

    sound: LiveSound
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
