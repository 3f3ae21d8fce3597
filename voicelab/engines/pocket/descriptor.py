"""What the lab knows of this engine: Kyutai's package, which its extra `pocket` brings with PyTorch."""

from __future__ import annotations

from importlib.util import find_spec

from voicelab.engines.pocket.checkpoints import NAME, PUBLISHED, check_folder, describe_folder, on_disk
from voicelab.speech.engine_descriptor import Availability, EngineDescriptor

_NEEDED = ("pocket_tts", "torch")


def _availability() -> Availability:
    missing = [package for package in _NEEDED if find_spec(package) is None]
    if missing:
        reason = (
            "pocket-tts, which clones on a plain processor, is not installed: install the lab with its extra pocket."
        )
        return Availability(available=False, reason=reason, device="", command='pip install ".[pocket]"')
    (model,) = PUBLISHED
    if on_disk(model) is None:
        reason = (
            "pocket-tts is installed and clones on a plain processor; its weights are not on disk. "
            f"{model.terms} Then: voicelab models download {model.name}."
        )
        return Availability(available=True, reason=reason, suitable=False)
    return Availability(available=True, reason="pocket-tts clones on this processor.")


ENGINE = EngineDescriptor(
    name=NAME,
    title="Pocket TTS",
    synthesizer="voicelab.engines.pocket.synthesizer:PocketSynthesizer",
    models=PUBLISHED,
    availability=_availability,
    priority=50,
    default_reason="Its weights are on disk, so pocket-tts, a clone, comes before what is none.",
    on_disk=on_disk,
    describe_folder=describe_folder,
    check_folder=check_folder,
    packages=("pocket-tts", "torch"),
)
