"""Running the kernel of a frame, for as many rows as a state has."""

from __future__ import annotations

import ctypes
import functools
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicelab.engines.qwen3.attention import on_cuda
from voicelab.engines.qwen3.fused.weights import fits, weights_of
from voicelab.engines.qwen3.token_sampling import WINDOW

if TYPE_CHECKING:
    from collections.abc import Callable

    import mlx.core as mx

    from voicelab.engines.qwen3.frame import State
    from voicelab.engines.qwen3.token_sampling import Draw

THREADS = 256
"""Of a block. Twice as many would have half of the registers each, and a layer needs more than that."""
_SIZES = (1, 3, 6)
"""Numbers of rows that a frame is compiled for, five seconds each whenever a process begins."""
_MULTIPROCESSORS, _SHARED_BYTES = 16, 97
"""CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT and CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN."""


@dataclass(frozen=True)
class Launch:
    """One run of the kernel."""

    inputs: dict[str, mx.array]
    constants: dict[str, Any]
    """What is compiled in: numbers, and the type T."""
    outputs: dict[str, tuple[tuple[int, ...], mx.Dtype]]
    blocks: int
    """All of them must be on the device at once, and at least one for each row, which draws its codes."""
    threads: int
    shared_bytes: int


class Frame:
    """Draws the codes of a frame for every row, and reads them."""

    def __init__(self, model: Any, run: Callable[[Launch], list[mx.array]] | None = None, blocks: int = 0) -> None:
        """Read the weights of mlx-audio's `model`, which weights.fits(); `run` launches it elsewhere than on CUDA."""
        self._weights = weights_of(model)
        config = model.config.talker_config
        self._eps = (config.rms_norm_eps, config.code_predictor_config.rms_norm_eps)
        self._run = run or _launched
        self._blocks = blocks or _of_device(_MULTIPROCESSORS)
        self.sizes: tuple[int, ...] = _SIZES
        self._constants: tuple[tuple[float, ...], mx.array] | None = None

    def __call__(self, state: State, pad: mx.array, how: Draw) -> tuple[mx.array, State]:
        """Return the codes, shape (rows, code groups), and the state after them.

        `pad`, shape (1, 1, size), is the text side of every frame. The keys and values of `state` are written in place:
        they belong to the state that is returned.
        """
        launch = self.launch(state, pad, how)
        found = dict(zip(launch.outputs, self._run(launch), strict=True))
        size = (len(state.offset), 1, -1)
        return found["codes"], replace(
            state,
            logits=found["logits_after"],
            hidden=found["hidden_after"].reshape(size),
            last=found["last_after"],
            keys=found["keys_after"],
            offset=found["offset_after"],
        )

    def shared_bytes(self, rows: int) -> int:
        """Return how much memory a block needs for itself."""
        return 4 * _shared(self._weights.sizes, rows)

    def launch(self, state: State, pad: mx.array, how: Draw) -> Launch:
        """Return what is to be run."""
        import mlx.core as mx

        rows = len(state.offset)
        sizes = self._weights.sizes
        (known,) = state.caches
        inputs = self._weights.arrays | {
            "logits": state.logits,
            "hidden": state.hidden,
            "last": state.last,
            "keys": state.keys,
            "offset": state.offset,
            "temperature": state.temperature,
            "penalty": state.penalty,
            "pad": pad,
            "known": known,
            "constants": self._numbers(*self._eps, float(how.greedy), how.top_k, how.top_p, known.shape[3]),
        }
        constants = sizes | {"ROWS": rows, "THREADS": THREADS, "T": self._weights.dtype}
        outputs = {
            "codes": ((rows, sizes["CODES"]), mx.int32),
            "logits_after": (state.logits.shape, mx.float32),
            "hidden_after": (state.hidden.shape, mx.float32),
            "last_after": ((rows, WINDOW), mx.int32),
            "keys_after": ((rows, 2), mx.uint32),
            "offset_after": ((rows,), mx.int32),
            "work": ((_work(sizes, rows),), mx.float32),
        }
        return Launch(inputs, constants, outputs, self._blocks, THREADS, self.shared_bytes(rows))

    def _numbers(self, *numbers: float) -> mx.array:
        """Return `numbers`, which change too seldom to be written for each frame and too often to be compiled in."""
        import mlx.core as mx

        if self._constants is None or self._constants[0] != numbers:
            self._constants = numbers, mx.array(numbers, mx.float32)
        return self._constants[1]


def for_device(model: Any) -> Frame | None:
    """Return the kernel of a frame for mlx-audio's `model`; None where there is no CUDA, or it does not fit."""
    if not on_cuda() or not fits(model):
        return None
    frame = Frame(model)
    blocks, room = _of_device(_MULTIPROCESSORS), _of_device(_SHARED_BYTES)
    frame.sizes = tuple(rows for rows in _SIZES if rows <= blocks and frame.shared_bytes(rows) <= room)
    return frame if frame.sizes else None


def enter(state: State) -> State:
    """Return `state`, made by frame.begin, as the kernel reads it."""
    import mlx.core as mx

    exact = {name: getattr(state, name).astype(mx.float32) for name in ("logits", "hidden", "temperature", "penalty")}
    return replace(state, **exact, caches=[mx.concatenate(state.caches)])


def settle() -> None:
    """Wait for what is being computed: MLX does not know that keys and values are written, so nobody may read them."""
    import mlx.core as mx

    mx.synchronize()


def source() -> tuple[str, str]:
    """Return the kernel's functions and its body, CUDA C++."""
    folder = Path(__file__).parent
    parts = "\n".join((folder / f"{name}.cuh").read_text("utf-8") for name in ("basics", "layer", "draw"))
    return parts, (folder / "frame.cu").read_text("utf-8")


def _work(sizes: dict[str, int], rows: int) -> int:
    """Return how many numbers frame.cu keeps between its steps."""
    streams = 2 * sizes["SIZE"] + sizes["SMALL_SIZE"] + max(sizes["SIZE"], sizes["SMALL_SIZE"])
    rooms = []
    for name, splits in (("", sizes["SPLITS"]), ("SMALL_", 1)):
        heads, kv_heads, head = (sizes[f"{name}{part}"] for part in ("HEADS", "KV_HEADS", "HEAD"))
        heard = heads * splits * (head + 2)
        rooms.append((heads + 2 * kv_heads) * head + heard + sizes[f"{name}INNER"])
    small = sizes["SMALL_LAYERS"] * 2 * sizes["SMALL_KV_HEADS"] * (sizes["CODES"] + 1) * sizes["SMALL_HEAD"]
    return rows * (streams + sizes["SMALL_VOCABULARY"] + max(rooms[0], rooms[1] + small))


def _shared(sizes: dict[str, int], rows: int) -> int:
    """Return how many numbers a block shares: the inputs of a product, what attention needs, or logits."""
    inputs, attention = [], []
    for name in ("", "SMALL_"):
        heads, kv_heads, head = (sizes[f"{name}{part}"] for part in ("HEADS", "KV_HEADS", "HEAD"))
        inputs += [sizes[f"{name}SIZE"], sizes[f"{name}INNER"], heads * head]
        asking = heads // kv_heads
        attention.append(2 * (asking + 2) * head + THREADS // 32 * asking * (head + 2))
    return max(rows * max(inputs), *attention, sizes["VOCABULARY"])


def _launched(launch: Launch) -> list[mx.array]:
    found: list[mx.array] = _kernel(tuple(launch.inputs), tuple(launch.outputs), launch.shared_bytes)(
        inputs=list(launch.inputs.values()),
        template=list(launch.constants.items()),
        grid=(launch.blocks * launch.threads, 1, 1),
        threadgroup=(launch.threads, 1, 1),
        output_shapes=[shape for shape, _ in launch.outputs.values()],
        output_dtypes=[dtype for _, dtype in launch.outputs.values()],
    )
    return found


@functools.cache
def _kernel(inputs: tuple[str, ...], outputs: tuple[str, ...], shared_bytes: int) -> Any:
    import mlx.core as mx

    parts, frame = source()
    return mx.fast.cuda_kernel(
        "voicelab_frame", list(inputs), list(outputs), frame, header=parts, shared_memory=shared_bytes
    )


@functools.cache
def _of_device(attribute: int) -> int:
    """Return a property of the first NVIDIA GPU that MLX does not tell, by its number in CUDA's driver."""
    cuda, value = ctypes.CDLL("libcuda.so.1"), ctypes.c_int()
    for result in (cuda.cuInit(0), cuda.cuDeviceGetAttribute(ctypes.byref(value), attribute, 0)):
        if result:
            message = f"The NVIDIA driver does not tell property {attribute} of the GPU (error {result})."
            raise RuntimeError(message)
    return value.value
