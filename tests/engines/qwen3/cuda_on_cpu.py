"""Runs the CUDA kernel of a frame on a CPU: the same source, compiled by g++ with cuda_on_cpu.h in place of CUDA."""

from __future__ import annotations

import ctypes
import hashlib
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.engines.qwen3.fused.kernel import source

if TYPE_CHECKING:
    import mlx.core as mx
    from numpy.typing import NDArray

    from voicelab.engines.qwen3.fused.kernel import Launch


class OnCpu:
    """What launches a kernel; compiled once for the same constants, in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, launch: Launch) -> list[mx.array]:
        import mlx.core as mx

        mx.eval(list(launch.inputs.values()))
        found: list[NDArray[Any]] = [np.zeros(shape, _numpy(dtype)) for shape, dtype in launch.outputs.values()]
        inputs = [memory(array) for array in launch.inputs.values()]
        kernel = self._compiled(launch)
        kernel.run(*(ctypes.c_void_p(array.ctypes.data) for array in [*inputs, *found]))
        return [mx.array(array) for array in found]

    def _compiled(self, launch: Launch) -> ctypes.CDLL:
        text = written(launch)
        library = self._folder / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.so"
        if not library.exists():
            file = library.with_suffix(".cpp")
            file.write_text(text, "utf-8")
            header = Path(__file__).with_name("cuda_on_cpu.h")
            command = ["g++", "-std=c++17", "-O1", "-shared", "-fPIC", "-pthread"]
            subprocess.run([*command, "-include", header, file, "-o", library], check=True, timeout=120)
        return ctypes.CDLL(str(library))


def written(launch: Launch) -> str:
    """Return the kernel as a function of pointers, as mlx 0.32.4 writes it (cuda/custom_kernel.cpp)."""
    import mlx.core as mx

    parts, body = source()
    types = {
        mx.float32: "float",
        mx.bfloat16: "__nv_bfloat16",
        mx.int32: "int32_t",
        mx.uint32: "uint32_t",
        mx.bool_: "bool",
    }
    inputs = [f"const {types[array.dtype]}* {name}" for name, array in launch.inputs.items()]
    outputs = [f"{types[dtype]}* {name}" for name, (_, dtype) in launch.outputs.items()]
    constants = "".join(
        f"using {name} = {types[value]};\n"
        if isinstance(value, mx.Dtype)
        else f"constexpr bool {name} = {str(value).lower()};\n"
        if isinstance(value, bool)
        else f"constexpr int {name} = {value};\n"
        for name, value in launch.constants.items()
    )
    body = body.replace("extern __shared__ float shared[];", "float* shared = on_cpu::block->shared.data();")
    return (
        f'{parts}\nextern "C" void run({", ".join([*inputs, *outputs])}) {{\n{constants}'
        f"on_cpu::launch({launch.blocks}, {launch.threads}, {launch.shared_bytes}, [=] {{\n{body}\n}});\n}}\n"
    )


def memory(array: mx.array) -> np.ndarray[Any, Any]:
    """Return the memory of `array` itself, not a copy: the kernel writes some of its inputs."""
    import mlx.core as mx

    if array.dtype == mx.bfloat16:
        array = array.view(mx.uint16)
        mx.eval(array)
    held: Any = array  # a buffer, which its stub does not say
    return np.asarray(memoryview(held))


def _numpy(dtype: Any) -> type:
    import mlx.core as mx

    return {mx.float32: np.float32, mx.int32: np.int32, mx.uint32: np.uint32}[dtype]
