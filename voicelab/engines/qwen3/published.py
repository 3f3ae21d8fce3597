"""What is known of the published files, so that a damaged or another one is found before it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicelab.speech.engine_descriptor import PublishedFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from voicelab.speech.engine_descriptor import Model

_VOCABULARY = {
    "vocab.json": PublishedFile(2_776_833, "ca10d7e9fb3e"),
    "merges.txt": PublishedFile(1_671_839, "599bab540750"),
    "generation_config.json": PublishedFile(245, "f1b90b4513f3b34c62851049e2492d7b4c5940daf1276f89c82b8ef04127f3aa"),
}
"""Collected on 2026-11-29 from public listings, logs and test suites."""

FILES: Mapping[str, Mapping[str, PublishedFile]] = {
    "mlx-community/Qwen3-TTS-12Hz-0.6B-Base-8bit": {
        **_VOCABULARY,
        "config.json": PublishedFile(5_522),
        "tokenizer_config.json": PublishedFile(7_344),
        "model.safetensors": PublishedFile(1_304_461_214),
        "speech_tokenizer/model.safetensors": PublishedFile(682_293_092),
    }
}
"""By repository; revision 50f45ef0047cde7e84c2ef04326acb8ada2436a7."""


def published_files(model: Model) -> Mapping[str, PublishedFile]:
    """Return what is known of the files of `model`; nothing for most."""
    return FILES.get(model.repository, {})
