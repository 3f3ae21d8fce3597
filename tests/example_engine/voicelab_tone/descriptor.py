"""What the lab knows of the tone engine. Nothing heavy is imported here: every command of the lab reads this."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicelab.speech.engine_descriptor import (
    Availability,
    EngineDescriptor,
    Model,
    SamplingField,
    Variant,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

SAMPLING = (SamplingField("waver_hz", default=2.0, lowest=0, highest=50),)
"""A field of its own: how far the pitch wavers."""


def _availability() -> Availability:
    return Availability(available=True, reason="A tone needs nothing.", suitable=False)


def _on_disk(model: Model) -> Path:
    """Everything comes with this package, but for tones that somebody keeps in a folder."""
    return model.folder or Path(__file__).parent


def _describe_folder(name: str, folder: Path, config: Mapping[str, Any]) -> Model | None:
    """A folder is a tone when its config.json says so."""
    if config.get("model_type") != "tone":
        return None
    size_bytes = sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
    return Model(name=name, engine="tone", size_bytes=size_bytes, languages=("english",), sampling=SAMPLING)


ENGINE = EngineDescriptor(
    name="tone",
    title="Tones",
    synthesizer="voicelab_tone.synthesizer:ToneSynthesizer",
    models=(
        Model(
            name="tone",
            engine="tone",
            size_bytes=1000,
            memory_bytes=2_000_000,
            languages=("english", "german"),
            longest_prompt_s=60.0,
            sampling=SAMPLING,
            licence="CC0-1.0",
            not_a_clone="This is a tone, as high as the clip is long. It is not a clone.",
            note="A tone for every text. An example.",
        ),
    ),
    availability=_availability,
    on_disk=_on_disk,
    describe_folder=_describe_folder,
    variants=(
        Variant(
            name="loud",
            synthesizer="voicelab_tone.synthesizer:LoudSynthesizer",
            flags="--loud-tones/--quiet-tones",
            variable="VOICELAB_LOUD_TONES",
            help="Tones: at full scale.",
        ),
    ),
    packages=("voicelab-tone",),
)
