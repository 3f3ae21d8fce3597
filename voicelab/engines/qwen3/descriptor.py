"""What the lab knows of this engine: Qwen3-TTS by Alibaba's Qwen team, on MLX through mlx-audio."""

from __future__ import annotations

from voicelab.engines.qwen3.availability import probe
from voicelab.engines.qwen3.checkpoints import check_checkpoint, missing_files
from voicelab.engines.qwen3.published import published_files
from voicelab.engines.qwen3.published_models import (
    NAME,
    PUBLISHED,
    describe_folder,
    describe_repository,
    guess_repository,
)
from voicelab.speech.engine_descriptor import EngineDescriptor, Variant

ENGINE = EngineDescriptor(
    name=NAME,
    title="Qwen3-TTS",
    synthesizer="voicelab.engines.qwen3.synthesizer:Qwen3Synthesizer",
    models=PUBLISHED,
    availability=probe,
    priority=100,
    default_reason=f"{PUBLISHED[0].name} is the smallest model that sounds clean.",
    missing_files=missing_files,
    describe_folder=describe_folder,
    check_folder=check_checkpoint,
    describe_repository=describe_repository,
    guess_repository=guess_repository,
    variants=(
        Variant(
            name="batched",
            synthesizer="voicelab.engines.qwen3.batched:BatchedSynthesizer",
            flags="--fast-engine/--plain-engine",
            variable="VOICELAB_PLAIN_ENGINE",
            variable_asks=False,
            help="Qwen3-TTS: several texts at once, or by mlx-audio's own steps (docs/performance.md).",
        ),
    ),
    packages=("mlx-audio", "mlx"),
    benchmark="voicelab.engines.qwen3.bench",
    proof="voicelab.engines.qwen3.proof",
    published_files=published_files,
)
