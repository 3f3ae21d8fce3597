"""Drawing tokens as mlx-audio does, for several rows at once, each with a random state and settings of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import mlx.core as mx

    from voicelab.engines.qwen3.sampling_settings import Settled

WINDOW = 64
"""How many of a row's last tokens the repetition penalty looks at: repetition_context_size of mlx-audio 0.6.2."""


@dataclass(frozen=True)
class Draw:
    """What all rows of a batch share of Settled, because it decides which operations a frame is made of."""

    greedy: bool
    top_k: int
    top_p: float

    @classmethod
    def of(cls, sampling: Settled) -> Draw:
        """Return the part of `sampling` that rows of one batch must have in common."""
        return cls(sampling.temperature <= 0, sampling.top_k, sampling.top_p)


def seed_key(seed: int) -> mx.array:
    """Return the random state, shape (1, 2), that mx.random.seed(seed) would set."""
    import mlx.core as mx

    return mx.random.key(seed)[None]


def uniforms(keys: mx.array, count: int) -> tuple[mx.array, mx.array]:
    """Return `count` numbers from 0 to 1 for each row, shape (rows, count), and the states after `keys` (rows, 2).

    They are those of as many calls of mx.random.categorical, one after the other: each splits the state, keeps the
    first half and draws one number with the second.
    """
    import mlx.core as mx

    split = mx.vmap(lambda key: mx.random.split(key))  # noqa: PLW0108 - vmap wants a function with one argument
    halves = []
    for _ in range(count):
        both = split(keys)
        keys = both[:, 0]
        halves.append(both[:, 1])
    every = mx.stack(halves, axis=1).reshape(-1, 2)
    numbers = mx.vmap(lambda key: mx.random.uniform(shape=(1,), key=key))(every)
    return numbers.reshape(-1, count), keys


def draw(logits: mx.array, how: Draw, temperature: mx.array, number: mx.array | None) -> mx.array:
    """Return the tokens, shape (rows, 1), for `logits`, shape (rows, vocabulary).

    `temperature` has the shape (rows, 1) and the type of `logits`; `number`, from 0 to 1, has the shape (rows, 1) and
    is None when greedy. What follows the filters is mx.random.categorical of one row, said for several: for more than
    one row that function of mlx 0.32.4 draws in another way, so its tokens would depend on the number of rows.
    """
    import mlx.core as mx

    if number is None:
        return mx.argmax(logits, axis=-1, keepdims=True)
    logits = logits / temperature
    if 0 < how.top_k < logits.shape[-1]:
        # The same partition as the library's, since it decides between equal logits, of which low precision has many.
        others = mx.argpartition(-logits, kth=how.top_k - 1, axis=-1)[..., how.top_k :]
        logits = mx.put_along_axis(logits, others, mx.array(-float("inf"), logits.dtype), axis=-1)
    if 0 < how.top_p < 1:
        logits = _nucleus(logits, how.top_p)
    logits = logits.astype(mx.float32)
    weights = mx.exp(logits - logits.max(axis=-1, keepdims=True))
    below = mx.cumsum(weights, axis=-1, inclusive=False)
    reached = below <= number * weights.sum(axis=-1, keepdims=True)
    return reached.sum(axis=-1, keepdims=True) - 1


def _nucleus(logits: mx.array, top_p: float) -> mx.array:
    """Return `logits` with -inf outside the likeliest tokens that together have the probability `top_p`."""
    import mlx.core as mx

    logprobs = logits - mx.logsumexp(logits, axis=-1, keepdims=True)
    order = mx.argsort(logprobs, axis=-1)
    total = mx.cumsum(mx.take_along_axis(mx.exp(logprobs), order, axis=-1), axis=-1)
    ranks = mx.put_along_axis(mx.zeros_like(order), order, mx.arange(order.shape[-1], dtype=order.dtype), axis=-1)
    return mx.where(mx.take_along_axis(total, ranks, axis=-1) > 1 - top_p, logits, -float("inf"))


def penalize(logits: mx.array, last: mx.array, penalty: mx.array) -> mx.array:
    """Return `logits`, shape (rows, vocabulary), made less likely for the tokens in `last`, shape (rows, WINDOW).

    `penalty` has the shape (rows, 1) and the type of `logits`. A place of `last` that is not used yet holds a token
    whose logit is -inf, which stays so.
    """
    import mlx.core as mx

    chosen = mx.take_along_axis(logits, last, axis=-1)
    penalized = mx.where(chosen < 0, chosen * penalty, chosen / penalty)
    return mx.put_along_axis(logits, last, penalized, axis=-1)
