"""What the lab knows of this engine: the families of mlx-audio that clone."""

from __future__ import annotations

from dataclasses import replace

from voicelab.engines.mlx.published_models import NAME, PUBLISHED, check_folder, describe_folder, describe_repository
from voicelab.engines.mlx.published_models import missing_files as missing
from voicelab.engines.qwen3.availability import probe
from voicelab.speech.engine_descriptor import Availability, EngineDescriptor


def _availability() -> Availability:
    """Ask what Qwen3-TTS, which runs on the same MLX, asks once for both."""
    here = probe()
    if not here.available or here.suitable:
        return here
    reason = "MLX works here but has no GPU: most of these models take minutes for a sentence, the smallest ones less."
    return replace(here, reason=reason, slow=reason)


ENGINE = EngineDescriptor(
    name=NAME,
    title="mlx-audio",
    synthesizer="voicelab.engines.mlx.synthesizer:FamilySynthesizer",
    models=PUBLISHED,
    availability=_availability,
    missing_files=missing,
    describe_folder=describe_folder,
    check_folder=check_folder,
    describe_repository=describe_repository,
    packages=("mlx-audio", "mlx"),
)
