"""Flags and environment, read once; where data lives."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from voicelab.errors import InvalidValue

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """How this run of the lab is set up. Environment variables are the field names in capitals after VOICELAB_."""

    home: Path = field(default_factory=lambda: CHECKOUT)
    """The folder that holds voices/ and data/."""
    host: str = "127.0.0.1"
    """The address to listen on. Loopback unless the person says otherwise."""
    port: int = 7860
    model: str = "auto"
    """Catalogue name, repository, local folder, `preview`, or `auto`: see engines/choice.py."""
    recognizer: str = "large-v3-turbo"
    """Whisper size or local folder that transcribes when the person names none."""
    queue_limit: int = 32
    """Jobs that may wait for the engine before new ones are refused."""
    plain_engine: bool = False
    """Whether Qwen3-TTS speaks the way mlx-audio does, one text at a time: the yardstick of the fast engine."""

    @property
    def local(self) -> bool:
        """Whether only this machine can reach the lab: then whoever asks may name folders of it."""
        return is_loopback(self.host)

    @property
    def voices(self) -> Path:
        """One folder per voice."""
        return self.home / "voices"

    @property
    def data(self) -> Path:
        """Everything that is not a voice: drafts, experiments, caches."""
        return self.home / "data"

    @property
    def drafts(self) -> Path:
        """Voices in the making."""
        return self.data / "drafts"

    @property
    def experiments(self) -> Path:
        """One folder per experiment, with its takes."""
        return self.data / "experiments"

    @classmethod
    def from_environment(cls, **flags: Any) -> Settings:
        """Defaults, then VOICELAB_* variables, then the flags that are not None. Raises InvalidValue."""
        given: dict[str, Any] = {}
        for name, kind in (
            ("home", Path),
            ("host", str),
            ("port", int),
            ("model", str),
            ("recognizer", str),
            ("queue_limit", int),
            ("plain_engine", _flag),
        ):
            value = flags.get(name)
            if value is None:
                value = os.environ.get(f"VOICELAB_{name.upper()}")
            if value is None:
                continue
            try:
                given[name] = kind(value)
            except ValueError as error:
                message = f"VOICELAB_{name.upper()} is {value!r}, which is no number. Correct it or unset it."
                raise InvalidValue(name, message) from error
        settings = cls(**given)
        return replace(settings, home=settings.home.expanduser().resolve())


def _flag(value: str | bool) -> bool:
    """Return a flag, given as such or as 0 or 1 in the environment."""
    return value if isinstance(value, bool) else bool(int(value))


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
