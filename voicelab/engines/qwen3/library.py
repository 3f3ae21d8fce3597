"""What the lab uses inside mlx-audio 0.6.2 beyond its public functions, all in one place.

`Model.generate` is public but gives nothing back before the last frame: no progress, no cancelling, no word on why it
stopped, and a runaway take is decoded in full first. Its decoding also loses audio (see vocoder.py). So the lab calls
the steps that `generate` itself is made of. Their names begin with an underscore, hence the exact pin in
pyproject.toml; tests/engines/qwen3/test_library.py compares the result with `generate`, sample for sample.

`Model` here is mlx_audio.tts.models.qwen3_tts.qwen3_tts.Model. It has no type hints of use, so it is Any throughout.
"""
# ruff: noqa: SLF001 - reaching into the library is what this module is for; see above

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.engines.qwen3.encoding import encode

if TYPE_CHECKING:
    from collections.abc import Iterator

    import mlx.core as mx
    from numpy.typing import NDArray

    from voicelab.engines.qwen3.sampling_settings import Settled
    from voicelab.speech.ports import SpeechRequest


@dataclass(frozen=True)
class Prefill:
    """What the talker reads before its first frame."""

    embeddings: mx.array
    """Shape (1, tokens, hidden)."""
    pad: mx.array
    """Shape (1, 1, hidden): the text side of every later frame, for the whole text is in the prefill."""
    reference_codes: mx.array | None = None
    """Shape (1, code groups, frames): the prompt as the codec hears it; None without a prompt."""


def prefill_clone(model: Any, text: str, language: str, audio: mx.array, transcript: str) -> Prefill:
    """Return the prefill of in-context cloning: transcript and text, then the speaker and the codes of `audio`.

    `audio` has shape (n,) at 24 kHz.
    """
    embeddings, _, pad, codes = model._prepare_icl_generation_inputs(
        text, ref_audio=audio, ref_text=transcript, language=language
    )
    return Prefill(embeddings, pad, codes)


def prefill_speaker(model: Any, text: str, language: str, speaker: str | None, instruct: str | None) -> Prefill:
    """Return the prefill of CustomVoice (a speaker) and VoiceDesign (none): the instruction, the speaker, the text."""
    embeddings, _, pad = model._prepare_generation_inputs(text, language=language, speaker=speaker, instruct=instruct)
    return Prefill(embeddings, pad)


def next_frames(model: Any, prefill: Prefill, sampling: Settled) -> Iterator[mx.array]:
    """Yield frames of 80 ms, each of shape (1, code groups), until the model says that it has ended.

    It is the loop of Model._generate_icl and its two sisters in 0.6.2, and ends only when the model does. The draws
    come from this thread's generator: call mx.random.seed before.
    """
    import mlx.core as mx

    end = model.config.talker_config.codec_eos_token_id
    suppressed = model._suppress_codec_tokens(end)
    draw = {"temperature": sampling.temperature, "top_k": sampling.top_k, "top_p": sampling.top_p}
    cache = model.talker.make_cache()
    code_cache = model.talker.code_predictor.make_cache()
    embeddings = prefill.embeddings
    said: list[int] = []
    while True:
        logits, hidden = model.talker(embeddings, cache=cache)
        first = model._sample_token(
            logits,
            **draw,
            repetition_penalty=sampling.repetition_penalty,
            generated_tokens=said or None,
            suppress_tokens=suppressed,
        )
        tokens, frame = model._predict_code_tokens(first, hidden, **draw, code_cache=code_cache)
        embeddings = prefill.pad + model._codec_embeds_for_tokens(tokens)
        # One wait for the device per frame: asking for the first code alone before the others would make it two.
        mx.eval(embeddings, first, frame)
        code = int(first.item())
        if code == end:
            return
        said.append(code)
        yield frame


def reference(model: Any, audio: mx.array, transcript: str, codes: mx.array) -> dict[Any, Any]:
    """Return what the model's own cache would hold of a prompt once its `codes` are known: see `remembered_prompt`."""
    import mlx.core as mx

    # The template's first three tokens and last two are not the transcript's.
    tokens = model.tokenizer.encode(f"<|im_start|>assistant\n{transcript}<|im_end|>\n")[3:-2]
    return {(transcript, (audio.size, float(audio.sum()))): (codes, mx.array(tokens)[None])}


@contextmanager
def remembered_prompt(model: Any, reference: dict[Any, Any], speaker: mx.array) -> Iterator[None]:
    """Let `model` find what it knows of a prompt instead of computing it again, within the block.

    `reference` takes the place of the model's own cache of reference codes, which knows prompts by length and sum of
    samples alone (two clips may share both) and never forgets one. `speaker`, shape (1, n), is what
    `extract_speaker_embedding` returns; the library caches it nowhere.
    """
    model._icl_cache = reference
    model.extract_speaker_embedding = lambda _audio: speaker
    try:
        yield
    finally:
        model._icl_cache = {}
        del model.extract_speaker_embedding


def generated_codes(model: Any, request: SpeechRequest, sampling: Settled, frames: int) -> NDArray[np.int32]:
    """Return the first frames, shape (frames, code groups), that mlx-audio's own `generate` hands to the codec.

    Fewer where the take is shorter. Nothing is decoded. Call mx.random.seed before.
    """
    import mlx.core as mx

    prompt = request.prompt
    given: dict[str, Any] = {"voice": request.speaker, "instruct": request.instruct}
    if prompt is not None:
        given = {
            "ref_audio": mx.array(np.ascontiguousarray(prompt.samples, np.float32)),
            "ref_text": prompt.text.strip(),
        }
    codec = model.speech_tokenizer
    ear = _Ear(codec)
    model.speech_tokenizer = ear
    try:
        for _result in model.generate(
            text=request.text.strip(), lang_code=request.language, max_tokens=frames, **asdict(sampling), **given
        ):
            break
    except _Heard:
        pass
    finally:
        model.speech_tokenizer = codec
        model._icl_cache = {}
    said = ear.codes[ear.prompt_frames :]
    return said.astype(np.int32)


class _Heard(Exception):
    """Generating is over and decoding has not begun."""


class _Ear:
    """Takes the codec's place: notes what it is to decode, and leaves it at that."""

    def __init__(self, codec: Any) -> None:
        self._codec = codec
        self.prompt_frames = 0
        self.codes: NDArray[np.int32] = np.zeros((0, 0), np.int32)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codec, name)

    def encode(self, audio: mx.array) -> mx.array:
        # By the lab's own steps: what is compared is what is drawn, not how a device rounds a chunk of the clip.
        codes = encode(self._codec, audio[0, 0])
        self.prompt_frames = codes.shape[2]
        return codes

    def decode(self, codes: mx.array) -> Any:
        """Take `codes`, shape (1, frames, code groups), prompt and take."""
        self.codes = np.array(codes)[0]
        raise _Heard
