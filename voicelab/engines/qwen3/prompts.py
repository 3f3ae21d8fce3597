"""What the model knows of a voice, computed once: a prompt is encoded on its first use and kept for the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from cachetools import LRUCache

from voicelab.engines.qwen3.encoding import encode
from voicelab.engines.qwen3.library import Prefill, prefill_clone, prefill_speaker, reference, remembered_prompt
from voicelab.languages import language_name

if TYPE_CHECKING:
    import mlx.core as mx

    from voicelab.speech.ports import Prompt, SpeechRequest

PROMPTS_KEPT = 8
"""A page with a few voices and three clip lengths each switches between about so many. 3 MB for one of 30 s."""


@dataclass(frozen=True)
class _EncodedPrompt:
    audio: mx.array
    """Shape (n,), 24 kHz."""
    speaker: mx.array
    """Shape (1, n): the speaker encoder's embedding."""
    reference: dict[Any, Any]
    """mlx-audio's own cache entry: the codec's codes of the audio and the tokens of the transcript."""


class PromptCache:
    """The last few prompts of one model, least recently used out first."""

    def __init__(self) -> None:
        """Begin empty."""
        self._encoded: LRUCache[str, _EncodedPrompt] = LRUCache(PROMPTS_KEPT)

    def prefill(self, model: Any, request: SpeechRequest) -> Prefill:
        """Return what `model` reads before it says `request`, encoding the prompt if it is not remembered.

        mlx-audio cuts the text out of its chat template by counting tokens, and white space at the ends would melt into
        the template's tokens: text and transcript go without.
        """
        text, language, prompt = request.text.strip(), language_name(request.language), request.prompt
        if prompt is None:
            return prefill_speaker(model, text, language, request.speaker, request.instruct)
        encoded = self._encoded.get(prompt.key) or _encode(model, prompt)
        with remembered_prompt(model, encoded.reference, encoded.speaker):
            prefill = prefill_clone(model, text, language, encoded.audio, prompt.text.strip())
        self._encoded[prompt.key] = encoded
        return prefill


def _encode(model: Any, prompt: Prompt) -> _EncodedPrompt:
    import mlx.core as mx

    audio = mx.array(np.ascontiguousarray(prompt.samples, dtype=np.float32))
    codes = encode(model.speech_tokenizer, audio)
    known = reference(model, audio, prompt.text.strip(), codes)
    return _EncodedPrompt(audio, model.extract_speaker_embedding(audio), known)
