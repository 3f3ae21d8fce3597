"""Takes spoken together: each a row of its own, which joins when there is room and leaves when it has ended."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from voicelab.engines.qwen3.attention import on_cuda
from voicelab.engines.qwen3.frame import Predictor, State, Talker, begin
from voicelab.engines.qwen3.fused import kernel
from voicelab.engines.qwen3.token_sampling import Draw, seed_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import mlx.core as mx
    from numpy.typing import NDArray

    from voicelab.engines.qwen3.library import Prefill
    from voicelab.engines.qwen3.sampling_settings import Settled

SIZES = (1, 2, 4, 6)
"""Numbers of rows that a frame is made for; each is traced once, and compiled where there is a GPU."""
CUDA_SIZES = SIZES[-1:]
"""On an NVIDIA GPU, for a model that does not fit the kernel of a frame: there a product rounds otherwise for another
number of rows, so a take alone is spoken with company that is thrown away, and is what it is in a grid."""
ROWS = SIZES[-1]
"""The most takes at once: a grid of three clips and two seeds."""
SLOT_STEP = 512
"""Positions by which the caches grow. A prompt of 15 s and 10 s of speech fit into the first, and most takes should:
in low precision another number of positions is another order of sums."""
HEADROOM = 64
"""Positions that a new row has at least before the caches must grow."""


class Take(Protocol):
    """One take, as the batch sees it."""

    prefill: Prefill
    sampling: Settled
    seed: int

    def hear(self, frame: NDArray[np.int32]) -> bool:
        """Take one more frame, shape (code groups,), and say whether to go on."""

    def end(self) -> None:
        """The model said that the take is over."""


@dataclass(eq=False)
class _Row:
    take: Take
    position: int
    """Where its next position is written."""
    over: bool = False


class Batch:
    """Speaks with one model. A take's tokens are the same alone and among others, on the same kind of device."""

    def __init__(self, model: Any, *, compiled: bool | None = None, fused: kernel.Frame | None = None) -> None:
        """Share the weights of mlx-audio's `model`.

        `compiled` is whether frames are compiled, and computed one ahead: by default where MLX has a GPU. On a CPU
        there is nothing to wait for, and compiling would take longer than many takes. `fused` is the kernel of a frame:
        by default that of CUDA, where there is CUDA and the model fits it.
        """
        import mlx.core as mx

        self.compiled = mx.default_device() == mx.Device(mx.gpu) if compiled is None else compiled
        self.fused = kernel.for_device(model) if fused is None else fused
        self.sizes = SIZES if not on_cuda() else CUDA_SIZES if self.fused is None else self.fused.sizes
        self._model = model
        self._end = model.config.talker_config.codec_eos_token_id
        self._talker: Talker | None = None
        self._predictors: dict[Draw, Predictor] = {}
        self._rows: list[_Row] = []
        self._state: State | None = None

    def run(self, more: Callable[[int], Iterable[Take]], after_frame: Callable[[], None] = lambda: None) -> None:
        """Speak until nothing is left. Before each frame `more` is asked for takes, with how many there is room for.

        `after_frame` is called when every take has heard a frame. What it raises, or a take in `hear` or `end`, ends
        all of them.
        """
        self._rows, self._state = [], None
        waiting: deque[Take] = deque()
        ahead: tuple[list[_Row], mx.array] | None = None
        how: Draw | None = None
        most = self.sizes[-1]
        try:
            while True:
                room = most - len(self._live()) - len(waiting)
                waiting.extend(more(room) if room > 0 else ())
                joining: list[Take] = []
                if waiting and not self._live():
                    how = Draw.of(waiting[0].sampling)
                # What is drawn in another way waits until the batch is empty.
                while waiting and Draw.of(waiting[0].sampling) == how and len(self._live()) + len(joining) < most:
                    joining.append(waiting.popleft())
                self._arrange(joining)
                now = self._frame(how) if how is not None and self._live() else None
                if not self.compiled:
                    ahead, now = now, None
                if ahead is not None:
                    self._read(*ahead)
                    after_frame()
                ahead = now
                if ahead is None and not waiting and not self._live():
                    room_taken = list(more(most))
                    if not room_taken:
                        return
                    waiting.extend(room_taken)
        finally:
            self._rows, self._state = [], None

    def predictor(self, how: Draw) -> Predictor:
        """Return what draws as `how` says, made when it is first needed."""
        if how not in self._predictors:
            self._predictors[how] = Predictor(self._model, how, compiled=self.compiled)
        return self._predictors[how]

    @property
    def talker(self) -> Talker:
        """What reads a frame, made when it is first needed."""
        if self._talker is None:
            self._talker = Talker(self._model, compiled=self.compiled)
        return self._talker

    def _live(self) -> list[_Row]:
        return [row for row in self._rows if not row.over]

    def _frame(self, how: Draw) -> tuple[list[_Row], mx.array]:
        """Begin to compute the next frame of every row; return the rows and their codes to be."""
        import mlx.core as mx

        if self._state is None:  # never: there are rows
            raise AssertionError
        pad = self._live()[0].take.prefill.pad
        if self.fused is not None:
            codes, self._state = self.fused(self._state, pad, how)
        else:
            codes, embedding, state = self.predictor(how)(self._state, pad)
            self._state = self.talker(embedding, state)
        for row in self._rows:
            row.position += 1
        evaluate: Any = mx.async_eval
        evaluate(codes, self._state.logits, self._state.hidden, *self._state.caches)
        return list(self._rows), codes

    def _read(self, rows: Sequence[_Row], codes: mx.array) -> None:
        """Wait for a frame and hand it out."""
        frames = np.array(codes).astype(np.int32)
        for row, frame in zip(rows, frames, strict=False):
            if row.over:
                continue
            if frame[0] == self._end:
                row.over = True
                row.take.end()
            else:
                row.over = not row.take.hear(frame)

    def _arrange(self, joining: Sequence[Take]) -> None:
        """Let `joining` in and those who are over out, if that changes the number of rows that are computed."""
        live = self._live()
        size = next((size for size in self.sizes if size >= len(live) + len(joining)), self.sizes[-1])
        if not live and not joining:
            self._rows, self._state = [], None
            return
        last = max([row.position for row in live] + [take.prefill.embeddings.shape[1] + HEADROOM for take in joining])
        slots = -(-(last + 1) // SLOT_STEP) * SLOT_STEP
        present = self._state.caches[0].shape[3] if self._state is not None else 0
        slots = max(slots, present)
        if not joining and size == len(self._rows) and slots == present:
            return
        if self.fused is not None:
            kernel.settle()
        parts = [(self._state, self._rows.index(row)) for row in live]
        rows = list(live)
        for take in joining:
            key = seed_key(take.seed)
            state = begin(self._model, take.prefill.embeddings, take.sampling, key, slots)
            if self.fused is not None:
                state = kernel.enter(state)
            parts.append((state, 0))
            rows.append(_Row(take, take.prefill.embeddings.shape[1]))
        while len(rows) < size:
            # Computed like the others and thrown away: fewer sizes are worth more than the arithmetic.
            parts.append(parts[0])
            rows.append(replace(rows[0], over=True))
        self._rows, self._state = rows, _join(parts, slots)


def _join(parts: Sequence[tuple[State | None, int]], slots: int) -> State:
    """Return the state whose rows are the given rows of other states, with room for `slots` positions."""
    import mlx.core as mx

    def rows(arrays: Sequence[mx.array], axis: int) -> mx.array:
        before = (slice(None),) * axis
        chosen = [array[(*before, slice(index, index + 1))] for array, (_, index) in zip(arrays, parts, strict=True)]
        return mx.concatenate(chosen, axis=axis) if len(chosen) > 1 else chosen[0]

    def grown(array: mx.array) -> mx.array:
        missing = slots - array.shape[3]
        return mx.pad(array, [(0, 0)] * 3 + [(0, missing), (0, 0)]) if missing else array

    # Contiguous also where one row of many is left: the kernel of a frame writes them in place.
    states = [state for state, _ in parts if state is not None]
    names = [field.name for field in fields(State) if field.name != "caches"]
    joined = {name: rows([getattr(state, name) for state in states], 0) for name in names}
    every = zip(*(state.caches for state in states), strict=True)
    caches = [mx.contiguous(rows([grown(array) for array in arrays], 1)) for arrays in every]
    return State(**joined, caches=caches)
