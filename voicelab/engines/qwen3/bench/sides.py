"""The four ways to the same audio: the guide's server path, mlx-audio's generate, the fast engine, the default one."""

from __future__ import annotations

import contextlib
import importlib
import io
import sys
import tempfile
import time
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.engines.qwen3.batch import Batch
from voicelab.engines.qwen3.bench.takes import FixedTake, Silent, TokenTake, unheard, voice
from voicelab.engines.qwen3.decoder import Decoder
from voicelab.engines.qwen3.library import next_frames
from voicelab.engines.qwen3.loading import load_checkpoint, prepare_device
from voicelab.engines.qwen3.prompts import PromptCache
from voicelab.engines.qwen3.random_model import NAMES as RANDOM
from voicelab.engines.qwen3.random_model import random_model
from voicelab.engines.qwen3.sampling_settings import Settled
from voicelab.engines.qwen3.vocoder import Vocoder
from voicelab.errors import Failed
from voicelab.speech.ports import Line, Sampling, Speech, SpeechRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

RATE = 24_000
TEXT = "The old baker opened his window before the first light."
GRID_S = (5, 10, 15)
GRID_SEEDS = (1, 2)
ONE_S = GRID_S[-1]
DEFAULT = Settled()
NAMES = ("a", "b", "c", "d")
FIRST_CHUNK_S = 0.24
"""What the library is asked to stream first: as many frames as ours begins with."""


class Sides:
    """The four ways to the same audio."""

    def __init__(self, name: str, frames: int) -> None:
        """Load `name`, a folder or random-0.6b-8bit; every take has `frames` frames of 80 ms."""
        prepare_device()
        self.model = random_model(name) if name in RANDOM else load_checkpoint(Path(name))
        self.frames = frames
        self.language = next(known for known in self.model.get_supported_languages() if known != "auto")
        with _never_ending(self.model):
            self.batch = Batch(self.model)
        self.decoder = Decoder(self.model.speech_tokenizer)
        self._decoder_of_one = Decoder(self.model.speech_tokenizer, 1)
        self.prompts = PromptCache()
        self.voices = {seconds: voice(seconds, self.language) for seconds in GRID_S}
        self._folder = tempfile.TemporaryDirectory(prefix="voicelab-bench-")
        for seconds, prompt in self.voices.items():
            _write_wav(self._wav(seconds), prompt.samples)
        self._generate_audio = _guide()

    def _wav(self, seconds: int) -> Path:
        return Path(self._folder.name) / f"voice-{seconds}.wav"

    def forget(self) -> None:
        """Know no voice any more, on any side."""
        self.prompts = PromptCache()
        self.model._icl_cache = {}  # noqa: SLF001 - see library.py

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

        vocoder = Vocoder(self.decoder)
        takes = [self._take(seconds, seed, vocoder, end, live=live) for seconds, seed in cells]

        def more(room: int) -> list[FixedTake]:
            now, takes[:] = takes[:room], takes[room:]
            return now

        self.batch.run(more, vocoder.decode)
        import mlx.core as mx

        mx.clear_cache()
        return spoken

    def d(self, cells: list[tuple[int, int]], *, live: bool = False) -> list[Speech]:
        """Speak the cells one after the other, as the default engine does (Qwen3Synthesizer.speak_together)."""
        import mlx.core as mx

        spoken: list[Speech] = []

        def end(outcome: object) -> None:
            if not isinstance(outcome, Speech):
                raise Failed(f"The default engine failed while it was measured: {outcome}")
            spoken.append(outcome)

        vocoder = Vocoder(self._decoder_of_one)
        for seconds, seed in cells:
            take = self._take(seconds, seed, vocoder, end, live=live)
            mx.random.seed(seed)
            for frame in next_frames(self.model, take.prefill, DEFAULT):
                goes_on = take.hear(np.array(frame)[0])
                vocoder.decode()
                if not goes_on:
                    break
            mx.clear_cache()
        return spoken

    def _take(
        self, seconds: int, seed: int, vocoder: Vocoder, end: Callable[[object], None], *, live: bool
    ) -> FixedTake:
        started = time.perf_counter()
        request = SpeechRequest(TEXT, "", self.voices[seconds], self.language, seed, Sampling(), live=live)
        line = Line(request, Silent(), unheard, end)
        prefill = self.prompts.prefill(self.model, request)
        return FixedTake(self.model, line, prefill, vocoder, started, self.frames)

    def tokens(self, cells: list[tuple[int, int]], sampling: Settled = DEFAULT) -> list[NDArray[np.int32]]:
        """Return the frames, shape (frames, code groups), of the cells spoken together."""
        takes = [
            TokenTake(self.prompts.prefill(self.model, request), sampling, seed, self.frames)
            for seconds, seed in cells
            for request in [SpeechRequest(TEXT, "", self.voices[seconds], self.language)]
        ]
        waiting = list(takes)

        def more(room: int) -> list[TokenTake]:
            now, waiting[:] = waiting[:room], waiting[room:]
            return now

        self.batch.run(more)
        return [np.stack(take.heard) for take in takes]

    def library_tokens(self, seconds: int, seed: int, sampling: Settled = DEFAULT) -> NDArray[np.int32]:
        """Return the frames of the library's own loop, shape (frames, code groups)."""
        import mlx.core as mx

        request = SpeechRequest(TEXT, "", self.voices[seconds], self.language)
        prefill = self.prompts.prefill(self.model, request)
        mx.random.seed(seed)
        frames = next_frames(self.model, prefill, sampling)
        return np.stack([np.array(next(frames))[0] for _ in range(self.frames)]).astype(np.int32)

    def _generate(self, seconds: int, **options: Any) -> Any:
        import mlx.core as mx

        prompt = self.voices[seconds]
        # It would find the codes of the prompt in its cache from the second time on; the guide's server does, too.
        return self.model.generate(
            text=TEXT,
            ref_audio=mx.array(prompt.samples),
            ref_text=prompt.text,
            lang_code=self.language,
            max_tokens=self.frames,
            verbose=False,
            **options,
        )


@contextlib.contextmanager
def _never_ending(model: Any) -> Iterator[None]:
    """Let no side hear the end of speech: ours because it is made in this block, the library because of its head.

    The kernel of a frame has the head's weights in itself, and leaves out what the model names.
    """
    import mlx.core as mx
    from mlx import nn

    class Endless(nn.Module):  # type: ignore[misc, name-defined] # mlx has no types
        def __init__(self, head: Any, end: int) -> None:
            super().__init__()
            self.head, self.end = head, end

        def __call__(self, hidden: mx.array) -> mx.array:
            logits = self.head(hidden)
            return mx.where(mx.arange(logits.shape[-1]) == self.end, mx.array(-float("inf"), logits.dtype), logits)

    suppressed = model._suppress_codec_tokens  # noqa: SLF001 - see library.py
    model._suppress_codec_tokens = lambda end: [*suppressed(end), end]  # noqa: SLF001
    yield
    del model._suppress_codec_tokens  # noqa: SLF001
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


def _write_wav(path: Path, samples: NDArray[np.float32]) -> None:
    import soundfile

    soundfile.write(path, samples, RATE, subtype="PCM_16")
