"""What the fast engine gains: the guide's way, mlx-audio's `generate` and ours, in turn and with the same weights.

Speech has a fixed number of frames on every side: the end of speech is suppressed, and ours is stopped where the others
reach their limit. So what is compared is the work, whatever the weights say. Run by `voicelab bench engine`.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.metadata
import io
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.engines.qwen3.batch import ROWS, SLOT_STEP, Batch
from voicelab.engines.qwen3.library import next_frames
from voicelab.engines.qwen3.loading import CACHE_LIMIT_BYTES, load_checkpoint
from voicelab.engines.qwen3.prompts import PromptCache
from voicelab.engines.qwen3.random_model import NAME, random_model
from voicelab.engines.qwen3.take import LineTake
from voicelab.engines.qwen3.vocoder import WINDOWS
from voicelab.errors import Failed
from voicelab.speech.ports import Line, Prompt, Sampling, Speech, SpeechRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

RATE = 24_000
TEXT = "The old baker opened his window before the first light."
GRID_S = (5, 10, 15)
GRID_SEEDS = (1, 2)
ONE_S = GRID_S[-1]
SIDES = ("a", "b", "c")
"""The guide's server path, mlx-audio's generate, ours."""
FIRST_CHUNK_S = 0.24
"""What the library is asked to stream first: as many frames as ours begins with."""


class Sides:
    """The three ways to the same audio."""

    def __init__(self, name: str, frames: int) -> None:
        """Load `name`, a folder or random-0.6b-8bit; every take has `frames` frames of 80 ms."""
        import mlx.core as mx

        mx.set_cache_limit(CACHE_LIMIT_BYTES)
        self.model = random_model() if name == NAME else load_checkpoint(Path(name))
        self.frames = frames
        self.language = next(known for known in self.model.get_supported_languages() if known != "auto")
        _never_end(self.model)
        self.batch = Batch(self.model)
        self.prompts = PromptCache()
        self.voices = {seconds: _voice(seconds, self.language) for seconds in GRID_S}
        self._folder = tempfile.TemporaryDirectory(prefix="voicelab-bench-")
        for seconds, voice in self.voices.items():
            _write_wav(self._wav(seconds), voice.samples)
        self._generate_audio = _guide()

    def _wav(self, seconds: int) -> Path:
        return Path(self._folder.name) / f"voice-{seconds}.wav"

    def a(self, seconds: int, seed: int) -> NDArray[np.float32]:
        """Speak as the guide's server does: a file in, a file out, read back."""
        import mlx.core as mx
        import soundfile

        mx.random.seed(seed)
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            self._generate_audio(
                text=TEXT,
                model=self.model,
                ref_audio=str(self._wav(seconds)),
                ref_text=self.voices[seconds].text,
                lang_code=self.language,
                output_path=folder,
                file_prefix="speech",
                max_tokens=self.frames,
                verbose=False,
                play=False,
            )
            (written,) = Path(folder).glob("*.wav")
            samples, _ = soundfile.read(written, dtype="float32")
        return samples  # type: ignore[no-any-return] # soundfile has no types

    def b(self, seconds: int, seed: int) -> NDArray[np.float32]:
        """Speak with mlx-audio's generate."""
        import mlx.core as mx

        mx.random.seed(seed)
        (result,) = self._generate(seconds)
        return np.array(result.audio.astype(mx.float32))

    def b_first(self, seconds: int, seed: int) -> float:
        """Return the seconds until generate has streamed its first audio; the rest is left."""
        import mlx.core as mx

        mx.random.seed(seed)
        started = time.perf_counter()
        results = self._generate(seconds, stream=True, streaming_interval=FIRST_CHUNK_S)
        np.array(next(results).audio)
        elapsed_s = time.perf_counter() - started
        results.close()
        self.model.speech_tokenizer.decoder.reset_streaming_state()
        return elapsed_s

    def c(self, cells: list[tuple[int, int]], *, live: bool = False) -> list[Speech]:
        """Speak the cells, (seconds, seed) each, together."""
        spoken: list[Speech] = []

        def end(outcome: object) -> None:
            if not isinstance(outcome, Speech):
                raise Failed(f"The fast engine failed while it was measured: {outcome}")
            spoken.append(outcome)

        takes = [self._take(seconds, seed, end, live=live) for seconds, seed in cells]

        def more(room: int) -> list[LineTake]:
            now, takes[:] = takes[:room], takes[room:]
            return now

        self.batch.run(more)
        import mlx.core as mx

        mx.clear_cache()
        return spoken

    def _take(self, seconds: int, seed: int, end: Callable[[object], None], *, live: bool) -> LineTake:
        started = time.perf_counter()
        request = SpeechRequest(TEXT, "", self.voices[seconds], self.language, seed, Sampling(), live=live)
        line = Line(request, _Silent(), _unheard, end)
        return _Fixed(self.model, line, self.prompts.prefill(self.model, request), started, self.frames)

    def tokens(self, cells: list[tuple[int, int]]) -> list[NDArray[np.int32]]:
        """Return the frames, shape (frames, code groups), of the cells spoken together."""
        takes = [
            _Tokens(self.prompts.prefill(self.model, request), request.sampling, seed, self.frames)
            for seconds, seed in cells
            for request in [SpeechRequest(TEXT, "", self.voices[seconds], self.language)]
        ]
        waiting = list(takes)

        def more(room: int) -> list[_Tokens]:
            now, waiting[:] = waiting[:room], waiting[room:]
            return now

        self.batch.run(more)
        return [np.stack(take.heard) for take in takes]

    def library_tokens(self, seconds: int, seed: int) -> NDArray[np.int32]:
        """Return the frames of the library's own loop, shape (frames, code groups)."""
        import mlx.core as mx

        request = SpeechRequest(TEXT, "", self.voices[seconds], self.language)
        prefill = self.prompts.prefill(self.model, request)
        mx.random.seed(seed)
        frames = next_frames(self.model, prefill, request.sampling)
        return np.stack([np.array(next(frames))[0] for _ in range(self.frames)]).astype(np.int32)

    def _generate(self, seconds: int, **options: Any) -> Any:
        import mlx.core as mx

        voice = self.voices[seconds]
        # It would find the codes of the prompt in its cache from the second time on; the guide's server does, too.
        return self.model.generate(
            text=TEXT,
            ref_audio=mx.array(voice.samples),
            ref_text=voice.text,
            lang_code=self.language,
            max_tokens=self.frames,
            verbose=False,
            **options,
        )


class _Fixed(LineTake):
    """A LineTake of a fixed number of frames."""

    def __init__(self, model: Any, line: Line, prefill: Any, started: float, frames: int) -> None:
        super().__init__(model, line, prefill, started)
        self._left = frames

    def hear(self, frame: NDArray[np.int32]) -> bool:
        self._left -= 1
        if not super().hear(frame):
            return False
        if self._left == 0:
            self.end()
        return self._left > 0


class _Tokens:
    """A Take that keeps its frames."""

    def __init__(self, prefill: Any, sampling: Sampling, seed: int, frames: int) -> None:
        self.prefill, self.sampling, self.seed = prefill, sampling, seed
        self.heard: list[NDArray[np.int32]] = []
        self._frames = frames

    def hear(self, frame: NDArray[np.int32]) -> bool:
        self.heard.append(frame)
        return len(self.heard) < self._frames

    def end(self) -> None:
        """Never comes: the end is suppressed."""


class _Silent:
    """A Reporter that nobody listens to."""

    def stage(self, stage: str, done: float = 0, total: float = 0) -> None:
        """Nothing to tell."""

    def spoken(self, seconds: float) -> None:
        """Nothing to tell."""


def _unheard(samples: NDArray[np.float32], rate: int) -> None:
    """Take a part of a take whose whole is timed."""


def measure(name: str, frames: int, runs: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Return the figures: seconds of each side, ratios to (a), peak memory, agreement, profile, machine."""
    figures = _measure_here(name, frames, runs, tell)
    figures["peak_memory_bytes"] = {side: _peak_in_new_process(name, frames, side, tell) for side in SIDES}
    return figures


def _measure_here(name: str, frames: int, runs: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Return what can be measured in one process."""
    started = time.perf_counter()
    sides = Sides(name, frames)
    load_s = time.perf_counter() - started
    grid = [(seconds, seed) for seconds in GRID_S for seed in GRID_SEEDS]
    one = (ONE_S, 1)

    def cold() -> None:
        sides.prompts = PromptCache()
        sides.c([one])

    cases: dict[str, dict[str, Callable[[], Any]]] = {
        "one": {"a": lambda: sides.a(*one), "b": lambda: sides.b(*one), "c": lambda: sides.c([one])},
        "one, new voice": {"c": cold},
        "grid": {
            "a": lambda: [sides.a(*cell) for cell in grid],
            "b": lambda: [sides.b(*cell) for cell in grid],
            "c": lambda: sides.c(grid),
        },
        "first audio": {"b": lambda: sides.b_first(*one), "c": lambda: sides.c([one], live=True)[0].first_audio_s},
    }
    first_s: dict[str, float] = {}
    seconds: dict[str, dict[str, float]] = {}
    for case, functions in cases.items():
        times: dict[str, list[float]] = {side: [] for side in functions}
        for number in range(runs + 1):  # the first is not counted: it compiles
            for side, function in functions.items():
                elapsed_s = _timed(function)
                if number:
                    times[side].append(elapsed_s)
                else:
                    first_s[f"{case} {side}"] = elapsed_s
            tell(
                f"{case}, run {number} of {runs}: "
                + ", ".join(f"{side} {v[-1]:.3f} s" for side, v in times.items() if v)
            )
        seconds[case] = {side: statistics.median(values) for side, values in times.items()}
    seconds["first audio"]["a"] = seconds["one"]["a"]
    return {
        "model": name,
        "frames": frames,
        "runs": runs,
        "machine": machine(),
        "seconds": seconds,
        "ratios": {
            case: {side: sides_s["a"] / value for side, value in sides_s.items() if side != "a"}
            for case, sides_s in seconds.items()
            if "a" in sides_s
        },
        "first_run_seconds": first_s,
        "load_seconds": load_s,
        "agreement": agreement(sides),
        "profile_ms": profile(sides),
    }


def _timed(function: Callable[[], Any]) -> float:
    """Return how long `function` takes; a number that it returns is its own time."""
    import mlx.core as mx

    wait: Any = mx.synchronize
    wait()
    started = time.perf_counter()
    own = function()
    elapsed_s = time.perf_counter() - started
    return own if isinstance(own, float) else elapsed_s


def agreement(sides: Sides) -> dict[str, Any]:
    """Return after how many frames ours first differs from the library's, and a row of a batch from itself alone."""
    seeds = range(1, 4)
    together = sides.tokens([(seconds, seed) for seed in seeds for seconds in GRID_S[1:]])
    alone = [sides.tokens([(seconds, seed)])[0] for seed in seeds for seconds in GRID_S[1:]]
    library = [sides.library_tokens(seconds, seed) for seed in seeds for seconds in GRID_S[1:]]
    return {
        "frames": sides.frames,
        "alone_as_library": [_same(*pair) for pair in zip(alone, library, strict=True)],
        "together_as_alone": [_same(*pair) for pair in zip(together, alone, strict=True)],
    }


def _same(one: NDArray[np.int32], other: NDArray[np.int32]) -> int:
    """Return how many frames are the same before the first that is not."""
    different = np.flatnonzero((one != other).any(axis=1))
    return int(different[0]) if len(different) else len(one)


def profile(sides: Sides) -> dict[str, float]:
    """Return where the time goes, in milliseconds: each step repeated and waited for by itself."""
    import mlx.core as mx

    from voicelab.engines.qwen3.drawing import Draw, seed_key
    from voicelab.engines.qwen3.encoding import encode
    from voicelab.engines.qwen3.frame import Predictor, Talker, begin

    model, voice = sides.model, sides.voices[ONE_S]
    request = SpeechRequest(TEXT, "", voice, sides.language)
    prefill = sides.prompts.prefill(model, request)
    sampling, key = request.sampling, seed_key(1)
    slots = -(-(prefill.embeddings.shape[1] + sides.frames) // SLOT_STEP) * SLOT_STEP
    state = begin(model, prefill.embeddings, sampling, key, slots)
    predictor = Predictor(model, Draw.of(sampling), compiled=sides.batch.compiled)
    talker = Talker(model, compiled=sides.batch.compiled)
    codes, embedding, state = predictor(state, prefill.pad)

    def decode(size: int) -> None:
        window = np.zeros((1, model.config.talker_config.num_code_groups, size), np.int32)
        mx.eval(model.speech_tokenizer.decoder(mx.array(window)))

    def read() -> None:
        after = talker(embedding, state)
        mx.eval(after.logits, after.hidden, after.caches)

    def start() -> None:
        begun = begin(model, prefill.embeddings, sampling, key, slots)
        mx.eval(begun.logits, begun.hidden, begun.caches)

    audio = mx.array(voice.samples)
    steps: dict[str, Callable[[], Any]] = {
        "encode 15 s": lambda: encode(model.speech_tokenizer, audio),
        "speaker of 15 s": lambda: mx.eval(model.extract_speaker_embedding(audio)),
        "prefill": start,
        "frame: code predictor": lambda: mx.eval(predictor(state, prefill.pad)[:2]),
        "frame: talker": read,
        **{f"decode {size} frames": functools.partial(decode, size) for size in WINDOWS},
    }
    mx.eval(codes)
    took = {name: _best(function) for name, function in steps.items()}
    for rows in (1, 2, 4, ROWS):
        cells = [(ONE_S, seed) for seed in range(rows)]
        sides.tokens(cells)
        began = _timed(functools.partial(sides.tokens, cells))
        sides.frames *= 2
        longer = _timed(functools.partial(sides.tokens, cells))
        sides.frames //= 2
        took[f"frame of {rows} rows"] = (longer - began) / sides.frames * 1000
    return took


def _best(function: Callable[[], Any], times: int = 5) -> float:
    function()
    return min(_timed(function) for _ in range(times)) * 1000


def context_error(sides: Sides, contexts: tuple[int, ...] = (0, 4, 8, 12, 16, 24, 36, 48, 72)) -> dict[int, float]:
    """Return how far a take decoded after some last reference frames is from one after all of them, for each number.

    It is the largest difference of a sample, relative to the loudest sample.
    """
    import mlx.core as mx

    reference = np.array(
        sides.prompts.prefill(sides.model, SpeechRequest(TEXT, "", sides.voices[ONE_S], sides.language)).reference_codes
    )[0]
    take = sides.tokens([(ONE_S, 1)])[0].T[:, :24]
    codec = sides.model.speech_tokenizer
    samples = take.shape[1] * int(codec.decoder.total_upsample)

    def decoded(frames: int) -> NDArray[np.float32]:
        codes = np.concatenate([reference[:, reference.shape[1] - frames :], take], axis=1)
        return np.array(codec.decoder(mx.array(codes)[None])[0, 0, -samples:].astype(mx.float32))

    full = decoded(reference.shape[1])
    loudest = float(np.abs(full).max())
    return {frames: float(np.abs(decoded(frames) - full).max()) / loudest for frames in contexts}


def peak(name: str, frames: int, side: str) -> int:
    """Return the peak of MLX's memory for one request of `side`, in bytes: for a process of its own."""
    import mlx.core as mx

    sides = Sides(name, frames)
    mx.clear_cache()
    mx.reset_peak_memory()
    speak: Callable[[], Any] = {
        "a": lambda: sides.a(ONE_S, 1),
        "b": lambda: sides.b(ONE_S, 1),
        "c": lambda: sides.c([(ONE_S, 1)]),
    }[side]
    speak()
    return int(mx.get_peak_memory())


def _peak_in_new_process(name: str, frames: int, side: str, tell: Callable[[str], None]) -> int:
    tell(f"peak memory: {side}")
    code = "import sys; from voicelab.engines.qwen3.bench import peak; _, n, f, s = sys.argv; print(peak(n, int(f), s))"
    command = [sys.executable, "-c", code, name, str(frames), side]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed arguments
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        raise Failed(f"The peak memory of side {side} could not be measured: {last[:200]}")
    return int(done.stdout.split()[-1])


def machine() -> dict[str, str]:
    """Return what the figures were measured on."""
    import mlx.core as mx

    gpu = mx.default_device() == mx.Device(mx.gpu)
    name = str(mx.device_info(mx.gpu).get("device_name", "GPU")) if gpu else "CPU"
    versions = {package: importlib.metadata.version(package) for package in ("mlx", "mlx-audio")}
    return {"device": name, "system": f"{platform.system()} {platform.machine()}", **versions}


def _never_end(model: Any) -> None:
    """Let no side hear the end of speech."""
    import mlx.core as mx
    from mlx import nn

    class Endless(nn.Module):  # type: ignore[misc, name-defined] # mlx has no types
        def __init__(self, head: Any, end: int) -> None:
            super().__init__()
            self.head, self.end = head, end

        def __call__(self, hidden: mx.array) -> mx.array:
            logits = self.head(hidden)
            return mx.where(mx.arange(logits.shape[-1]) == self.end, mx.array(-float("inf"), logits.dtype), logits)

    model.talker.codec_head = Endless(model.talker.codec_head, model.config.talker_config.codec_eos_token_id)


def _guide() -> Callable[..., None]:
    """Return mlx-audio's generate_audio, which is never asked to play.

    Its module wants PortAudio, a system library that only playing needs: where it is missing, an empty one stands in.
    """
    try:
        importlib.import_module("sounddevice")
    except (ImportError, OSError):
        sys.modules["sounddevice"] = types.ModuleType("sounddevice")
    from mlx_audio.tts.generate import generate_audio

    return generate_audio  # type: ignore[no-any-return] # mlx-audio has no types


def _voice(seconds: int, language: str) -> Prompt:
    """Return noise that rises and falls like syllables, with a transcript of about three words a second."""
    rng = np.random.default_rng(seconds)
    times_s = np.arange(seconds * RATE) / RATE
    samples = rng.normal(0, 0.1, len(times_s)) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * times_s))
    words = ("the quiet harbor kept its lanterns burning through another long winter night " * 5).split()
    return Prompt(samples.astype(np.float32), " ".join(words[: 3 * seconds]) + ".", language)


def _write_wav(path: Path, samples: NDArray[np.float32]) -> None:
    import soundfile

    soundfile.write(path, samples, RATE, subtype="PCM_16")
