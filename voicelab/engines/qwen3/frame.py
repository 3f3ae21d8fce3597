"""One frame of 80 ms for every row of a batch: what mlx-audio's generate does between two tokens, as two functions.

`Predictor` draws a frame's codes and makes the talker's next input of them; its work depends on the number of rows
alone. `Talker` reads that input; its caches have fixed sizes and every row writes at a place of its own, so rows need
no padding and may begin at any time. Both are compiled where there is a GPU.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from voicelab.engines.qwen3.attention import attend, attend_until
from voicelab.engines.qwen3.layers import Layer, RotaryEmbedding
from voicelab.engines.qwen3.token_sampling import WINDOW, draw, penalize, uniforms

if TYPE_CHECKING:
    from collections.abc import Callable

    import mlx.core as mx

    from voicelab.engines.qwen3.token_sampling import Draw


@dataclass(frozen=True)
class State:
    """All that a batch knows between two frames; the first axis of every array but the caches is the row."""

    logits: mx.array
    """Shape (rows, first codes)."""
    hidden: mx.array
    """Shape (rows, 1, size)."""
    last: mx.array
    """Shape (rows, WINDOW): the newest first codes, oldest first."""
    keys: mx.array
    """Shape (rows, 2): the random states."""
    offset: mx.array
    """Shape (rows,): where the next position is written."""
    temperature: mx.array
    """Shape (rows, 1)."""
    penalty: mx.array
    """Shape (rows, 1)."""
    caches: list[mx.array]
    """Keys and values of every layer, shape (2, rows, heads, slots, head)."""


class Predictor:
    """Draws the codes of a frame."""

    def __init__(self, model: Any, how: Draw, *, compiled: bool) -> None:
        """Draw as `how` says, with the weights of mlx-audio's `model`."""
        import mlx.core as mx

        talker = model.talker
        config = model.config.talker_config
        self._how = how
        self._talker, self._small = talker, talker.code_predictor
        self._layers = _layers(self._small.model)
        self._groups = config.num_code_groups
        suppressed = model._suppress_codec_tokens(config.codec_eos_token_id)  # noqa: SLF001 - see library.py
        self._allowed = mx.array([token not in set(suppressed) for token in range(config.vocab_size)])
        angles = self._small.model.rotary_emb(
            talker.model.codec_embedding.weight[:1, None], mx.arange(self._groups + 1)[None]
        )
        self._turn = RotaryEmbedding.of(*angles)
        places = mx.arange(self._groups)
        self._places = [(places == place).reshape(1, 1, 1, -1, 1, 1) for place in range(self._groups)]
        mx.eval(self._allowed, self._turn.cosine, self._turn.sine, self._places)
        self._function: Callable[..., Any] = mx.compile(self._frame) if compiled else self._frame

    def __call__(self, state: State, pad: mx.array) -> tuple[mx.array, mx.array, State]:
        """Return the codes, shape (rows, code groups), the talker's next input (rows, 1, size), and the state after.

        `pad`, shape (1, 1, size), is the text side of every frame.
        """
        codes, embedding, last, keys = self._function(
            state.logits, state.hidden, state.last, state.keys, state.temperature, state.penalty, pad
        )
        return codes, embedding, replace(state, last=last, keys=keys)

    def _frame(  # noqa: PLR0913, PLR0917 - mx.compile wants plain arrays
        self,
        logits: mx.array,
        hidden: mx.array,
        last: mx.array,
        keys: mx.array,
        temperature: mx.array,
        penalty: mx.array,
        pad: mx.array,
    ) -> tuple[mx.array, mx.array, mx.array, mx.array]:
        import mlx.core as mx

        small, how = self._small, self._how
        numbers: list[mx.array | None] = [None] * self._groups
        if not how.greedy:
            drawn, keys = uniforms(keys, self._groups)
            numbers[:] = mx.split(drawn, self._groups, axis=1)
        logits = mx.where(self._allowed, logits, mx.array(-float("inf"), logits.dtype))
        first = draw(penalize(logits, last, penalty), how, temperature, numbers[0])
        last = mx.concatenate([last[:, 1:], first.astype(last.dtype)], axis=1)
        embedding = self._talker.model.codec_embedding(first)
        codes, total = [first], embedding
        inputs = mx.concatenate([hidden, embedding], axis=1)
        caches: list[mx.array] = []
        start = 0
        for group in range(1, self._groups):
            inputs, caches = self._read(inputs, caches, start)
            code = draw(small.lm_head[group - 1](inputs)[:, -1], how, temperature, numbers[group])
            codes.append(code)
            inputs = small.codec_embedding[group - 1](code)
            total = total + inputs
            start = group + 1
        return mx.concatenate(codes, axis=1), pad + total, last, keys

    def _read(self, inputs: mx.array, caches: list[mx.array], start: int) -> tuple[mx.array, list[mx.array]]:
        """Return the hidden states of `inputs` (rows, positions, size), which follow `start` others, and the caches.

        A cache has the keys and values of a layer, shape (2, rows, heads, code groups, 2, half a head).
        """
        import mlx.core as mx

        if self._small.small_to_mtp_projection is not None:
            inputs = self._small.small_to_mtp_projection(inputs)
        end = start + inputs.shape[1]
        turn = RotaryEmbedding(self._turn.cosine[:, :, start:end], self._turn.sine[:, :, start:end])
        after = []
        for index, layer in enumerate(self._layers):
            queries, new = layer.project(inputs, turn)
            if caches:
                cache = mx.where(self._places[start], new, caches[index])
            else:
                cache = mx.pad(new, [(0, 0)] * 3 + [(0, self._groups - end)] + [(0, 0)] * 2)
            after.append(cache)
            known = cache.reshape(*cache.shape[:4], -1)[:, :, :, :end]
            heard = attend(queries, known, layer.scale, None if caches else "causal")
            inputs = layer.finish(inputs, heard)
        return self._small.model.norm(inputs), after


class Talker:
    """Reads one position per row."""

    def __init__(self, model: Any, *, compiled: bool) -> None:
        """Share the weights of mlx-audio's `model`."""
        import mlx.core as mx

        self._talker = model.talker
        self._layers = _layers(self._talker.model)
        self._function: Callable[..., Any] = mx.compile(self._read) if compiled else self._read

    def __call__(self, embedding: mx.array, state: State) -> State:
        """Return the state after reading `embedding`, shape (rows, 1, size)."""
        logits, hidden, offset, *caches = self._function(embedding, state.offset, *state.caches)
        return replace(state, logits=logits, hidden=hidden, offset=offset, caches=caches)

    def _read(self, inputs: mx.array, offset: mx.array, *caches: mx.array) -> tuple[mx.array, ...]:
        import mlx.core as mx

        slots = mx.arange(caches[0].shape[3])
        here = (slots == offset[:, None])[None, :, None, :, None]
        turn = RotaryEmbedding.of(
            *self._talker.model.rotary_emb(inputs, mx.broadcast_to(offset[None, :, None], (3, len(offset), 1)))
        )
        after = []
        for layer, before in zip(self._layers, caches, strict=True):
            queries, new = layer.project(inputs, turn)
            # The shape in between keeps the turning, which is for one position, out of the kernel that writes them all.
            cache = mx.where(here, new.reshape(*new.shape[:4], -1), before)
            after.append(cache)
            inputs = layer.finish(inputs, attend_until(queries, cache, layer.scale, offset))
        hidden = self._talker.model.norm(inputs)
        return self._talker.codec_head(hidden)[:, -1], hidden, offset + 1, *after


def begin(model: Any, embeddings: mx.array, sampling: Any, key: mx.array, slots: int) -> State:
    """Return the state of one row that has read its prefill, `embeddings` of shape (1, positions, size)."""
    import mlx.core as mx

    caches = model.talker.make_cache()
    logits, hidden = model.talker(embeddings, cache=caches)
    positions = embeddings.shape[1]
    room = [(0, 0)] * 3 + [(0, slots - positions), (0, 0)]
    filled = [mx.pad(mx.stack([cache.keys, cache.values])[..., :positions, :], room) for cache in caches]
    unused = next(iter(model._suppress_codec_tokens(model.config.talker_config.codec_eos_token_id)))  # noqa: SLF001 - see library.py
    return State(
        logits=logits[:, -1],
        hidden=hidden[:, -1:],
        last=mx.full((1, WINDOW), unused, dtype=mx.int32),
        keys=key,
        offset=mx.array([positions], dtype=mx.int32),
        temperature=mx.array([[sampling.temperature]], dtype=logits.dtype),
        penalty=mx.array([[sampling.repetition_penalty]], dtype=logits.dtype),
        caches=filled,
    )


def _layers(part: Any) -> list[Layer]:
    """Return the layers of `part`, made once: joining their projections moves the model's weights."""
    if not hasattr(part, "_joined"):
        part._joined = [Layer(layer) for layer in part.layers]  # noqa: SLF001 - kept where it dies with the model
    joined: list[Layer] = part._joined  # noqa: SLF001
    return joined
