"""Finished speech on disk, for identical requests with a seed: bounded, the longest unused goes first."""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from voicelab.clips.wav import flac_bytes, read_flac
from voicelab.errors import StorageFailed, VoiceLabError
from voicelab.files import read_json, write_atomically, write_json
from voicelab.speech.checked import checked_of
from voicelab.speech.ports import Speech

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)


class SpeechCache:
    """FLAC files named by the digest of all that makes the sound (api/speech_requests.py): no recipe meets another's.

    For any thread. A cache that cannot be written or read is a slower lab, not an error.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        """Keep at most `limit_bytes` in `folder`; 0 keeps and finds nothing."""
        self._folder = folder
        self._limit = limit_bytes
        self._lock = threading.Lock()

    @property
    def on(self) -> bool:
        """Whether anything is kept."""
        return self._limit > 0

    def get(self, key: str) -> Speech | None:
        """Return what was kept under `key`, as it was."""
        if not (self.on and key):
            return None
        audio = self._folder / f"{key}.flac"
        try:
            facts: dict[str, Any] = read_json(audio.with_suffix(".json"))
            clip = read_flac(audio)
            os.utime(audio)
            facts |= {"notes": tuple(facts["notes"]), "checked": checked_of(facts.get("checked"))}
            return Speech(clip.samples, sample_rate=clip.sample_rate, **facts)
        except (OSError, ValueError, TypeError, KeyError, VoiceLabError):
            return None  # not there, or half of it, or of another version: it is spoken anew

    def put(self, key: str, speech: Speech) -> None:
        """Keep `speech` under `key` and let go of what is too much."""
        if not (self.on and key):
            return
        kept_in_audio = {"samples", "sample_rate"}
        facts = {each.name: getattr(speech, each.name) for each in fields(speech) if each.name not in kept_in_audio}
        facts["checked"] = asdict(speech.checked) if speech.checked else None
        try:
            with self._lock:
                write_json(self._folder / f"{key}.json", facts)
                write_atomically(self._folder / f"{key}.flac", flac_bytes(speech.samples, speech.sample_rate))
                self._shrink()
        except (StorageFailed, OSError):
            log.warning("Finished speech cannot be kept in %s", self._folder, exc_info=True)

    def _shrink(self) -> None:
        files = sorted(self._folder.glob("*.flac"), key=lambda path: path.stat().st_mtime)
        total = sum(path.stat().st_size for path in files)
        for path in files:
            if total <= self._limit:
                return
            total -= path.stat().st_size
            path.unlink()
            path.with_suffix(".json").unlink(missing_ok=True)
