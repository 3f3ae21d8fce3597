"""What speaking needs and gives, and the two ports: Synthesizer (inside the engine process) and Engine (outside it)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal, Protocol, runtime_checkable

from annotated_types import Interval, MaxLen

from voicelab.clips.clip import SAMPLE_RATE
from voicelab.speech.checked import Checked
from voicelab.speech.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from voicelab.errors import VoiceLabError

Stage = Literal[
    "starting", "downloading", "loading", "warming up", "ready", "resting", "restarting", "failed", "stopped"
]
JobState = Literal["queued", "preparing", "speaking", "done", "failed", "cancelled"]
OnBusy = Literal["queue", "replace", "reject"]
"""What becomes of a request while the engine is busy: it waits; it waits in the place of the same client's older ones;
it is refused."""


@dataclass(frozen=True, eq=False)
class Prompt:
    """What an engine needs of a voice."""

    samples: NDArray[np.float32]
    """Shape (n,), mono, 24 kHz."""
    text: str
    """Exactly what is said in the samples."""
    language: str
    """Full lower-case name, as in voicelab.languages."""
    tail_silence_s: float = 0.0
    """How much of the samples, at their end, is silence that was appended to the clip."""
    consented: bool = True
    """Whether somebody wrote down who agreed to the voice: without that its clip leaves this machine for no engine."""

    @property
    def clip_seconds(self) -> float:
        """How much of the voice's clip is in the samples."""
        return len(self.samples) / SAMPLE_RATE - self.tail_silence_s

    @cached_property
    def key(self) -> str:
        """The same for the same samples, text and language: what caches go by."""
        digest = hashlib.sha256(self.samples.tobytes())
        digest.update(f"\0{self.text}\0{self.language}".encode())
        return digest.hexdigest()


@dataclass(frozen=True)
class Sampling:
    """How tokens are drawn. A model heeds the fields that its descriptor names; None is the model's own value.

    Recipes that were saved before a field could be left open say the value of each, and keep it. The bounds here are
    those of any model; each model's own are in its descriptor.
    """

    temperature: Annotated[float | None, Interval(ge=0, le=100)] = None
    top_k: Annotated[int | None, Interval(ge=0, le=1_000_000)] = None
    top_p: Annotated[float | None, Interval(ge=0, le=1)] = None
    repetition_penalty: Annotated[float | None, Interval(ge=0, le=100)] = None
    own: Annotated[dict[Annotated[str, MaxLen(100)], Annotated[float, Interval(ge=-1e9, le=1e9)]], MaxLen(100)] = field(
        default_factory=dict
    )
    """Further fields of one engine's models, by the names in its descriptor."""

    def value(self, name: str, otherwise: float) -> float:
        """Return the field of that name, of those above or of `own`; `otherwise` where it is left open."""
        value = getattr(self, name) if name in COMMON_SAMPLING else self.own.get(name)
        return otherwise if value is None else float(value)

    def with_value(self, name: str, value: float) -> Sampling:
        """Return it with another value for that field."""
        if name in COMMON_SAMPLING:
            return replace(self, **{name: value})  # type: ignore[arg-type]  # top_k holds whatever it is given
        return replace(self, own={**self.own, name: value})


COMMON_SAMPLING = {"temperature": 0.9, "top_k": 50, "top_p": 1.0, "repetition_penalty": 1.5}
"""The fields of Sampling that many engines share, with what recipes say that nobody set before one could leave it open.
"""


@dataclass(frozen=True)
class SpeechRequest:
    """One thing to say."""

    text: str
    model: str
    """Catalogue name, repository or folder; resolved, never "auto"."""
    prompt: Prompt | None = None
    """None only for models that bring their own speakers."""
    language: str = "english"
    seed: int = 0
    sampling: Sampling = field(default_factory=Sampling)
    speaker: str | None = None
    instruct: str | None = None
    reading: Reading = field(default_factory=Reading)
    """How the text is turned into what is said; done once, when the request is queued."""
    notes: tuple[str, ...] = ()
    """What the person should know of how the text was read."""
    auditioned: str = ""
    """What the seed was chosen with, as models/spoken_by.py writes it; empty where nobody knows, or chose."""
    live: bool = False
    """Whether somebody listens while it is spoken: then audio comes in parts of a second and less, whose joins differ
    from the same text spoken at once by less than can be heard."""
    halved_from: int | None = None
    """The first piece from which on pieces are half as long, because memory ran out over it; None for none."""


@dataclass(frozen=True, eq=False)
class Speech:
    """What was said."""

    samples: NDArray[np.float32]
    """Shape (n,), mono."""
    engine: str
    """Name of its descriptor."""
    model: str
    seed: int
    elapsed_s: float
    """From the first work on the text to the last sample, without waiting and loading."""
    peak_memory_bytes: int
    """The engine's own peak during this job: what its library counts, else the process's resident size."""
    first_audio_s: float | None = None
    """From the first work on the text to the first finished sentence."""
    finished: str = "end"
    """Why it stopped: "end" (the model said so). Anything else is raised as an error."""
    notes: tuple[str, ...] = ()
    """What the person should know: for example that this voice is not a clone."""
    spoken_by: str = ""
    """Engine, variant and packages, as models/spoken_by.py writes them."""
    said: str = ""
    """The text as it was really said: numbers written out, marks left out."""
    sample_rate: int = SAMPLE_RATE
    checked: Checked | None = None
    """What hearing it back came to; None where nobody asked for that."""

    @property
    def duration_s(self) -> float:
        """Length of the audio."""
        return len(self.samples) / self.sample_rate

    @property
    def rtf(self) -> float:
        """Elapsed seconds per second of audio: lower is faster."""
        return self.elapsed_s / self.duration_s if len(self.samples) else 0.0


class Reporter(Protocol):
    """What a synthesizer tells while it works. Every call may raise Cancelled: let it through."""

    def stage(self, stage: Stage, done: float = 0, total: float = 0) -> None:
        """Say what is being prepared: `done` of `total` bytes while downloading, else 0 of 0."""

    def spoken(self, seconds: float) -> None:
        """Say how much audio of this sentence exists so far. Called at least once per frame (80 ms) or sentence."""


class Synthesizer(Protocol):
    """Lives on the main thread of the engine process and owns the device. At most one model is resident."""

    engine: str
    """Name of its descriptor."""

    def load(self, model: str, report: Reporter) -> None:
        """Make `model` resident, downloading if need be. Raises ModelUnavailable, UnknownModel, InvalidCheckpoint."""

    def speak(self, request: SpeechRequest, report: Reporter) -> Speech:
        """Say one piece of text (a sentence or a few). Raises WrongInput, NothingSpoken, NeverEnded, Cancelled."""

    def warm_up(self, report: Reporter) -> None:
        """Say a throwaway line so that the first person does not pay for compiling."""

    def forget(self) -> None:
        """Drop what is kept of voices: prompts that were encoded."""

    def unload(self) -> None:
        """Give the memory back."""


@dataclass(frozen=True)
class Line:
    """One piece of text among several that are spoken at the same time."""

    request: SpeechRequest
    report: Reporter
    """What it raises ends this line alone."""
    part: Callable[[NDArray[np.float32], int], None]
    """Called with samples, shape (n,), and their rate as they come, all but the last, for a request that is `live`."""
    end: Callable[[Speech | VoiceLabError], None]
    """Called once: with the whole, or with why there is none."""


@runtime_checkable
class ManySynthesizer(Synthesizer, Protocol):
    """A Synthesizer that hands out a line while it speaks it, and may speak several lines at once."""

    rows: int
    """How many at once; 1 for one after the other."""

    def speak_together(self, more: Callable[[int], Iterable[Line]]) -> None:
        """Speak until `more`, asked again and again with how many lines there is room for, has none and all have ended.

        Every line must be for the resident model. A line's samples are the same alone and among others.
        """


@dataclass(frozen=True)
class JobUpdate:
    """Where a job is."""

    state: JobState
    message: str
    """For the person: "3 jobs ahead", "downloading 210 of 1990 MB", "2.1 s spoken"."""
    ahead: int = 0
    """Jobs that come first, while queued."""
    spoken_s: float = 0.0
    fraction: float | None = None
    """0..1 where it is known."""


class SpeechJob(Protocol):
    """One request in the engine's hands."""

    id: str

    @property
    def waited_s(self) -> float:
        """Seconds in the queue: until the engine took it, or until now."""

    @property
    def checked(self) -> Checked | None:
        """What was heard of the sentences so far; None of a text that is not heard back."""

    def cancel(self) -> None:
        """Stop it; `result` raises Cancelled within 0.5 s."""

    def result(self, timeout_s: float | None = None) -> Speech:
        """Wait for it. Raises any VoiceLabError; TimeoutError when `timeout_s` passes first."""

    def updates(self, every_s: float = 0.2) -> Iterator[JobUpdate]:
        """Yield at least every change of state until it is done; never raises the job's own error."""

    def partial(self) -> Iterator[NDArray[np.float32]]:
        """Yield each finished piece of audio, in order, as it comes. Raises what `result` raises."""


@dataclass(frozen=True)
class EngineHealth:
    """What /health and the page's banner show."""

    stage: Stage
    ready: bool
    message: str
    """For the person: what it does now, or why it failed and what to do."""
    engine: str = ""
    model: str = ""
    """The model that is resident, or being made so."""
    default_model: str = ""
    """The model a request without one gets."""
    default_reason: str = ""
    """Why that one."""
    default_clones: bool = True
    """Whether that one speaks with the voice of a clip, as far as is known yet."""
    device: str = ""
    variant: str = ""
    """Of the engine, which speaks with the model; empty for the engine's own synthesizer."""
    variant_reason: str = ""
    """Why that one, in a sentence; empty for an engine without variants, and before a model is ready."""
    queue_length: int = 0
    queue_limit: int = 0
    restarts: int = 0
    pid: int | None = None
    memory_bytes: int | None = None
    """Resident size of the engine process."""
    last_job_age_s: float | None = None
    """Seconds since the last sign of life of a job."""
    download_done_bytes: int = 0
    download_total_bytes: int = 0
    silent_s: float | None = None
    """Seconds since the engine process gave its last sign of life; it gives two a second, busy or not."""


class Engine(Protocol):
    """The queue in front of the one owner of the device."""

    def start(self) -> None:
        """Begin to start, load and warm up in the background. Returns at once; harmless when started."""

    def submit(self, request: SpeechRequest, client: str = "", on_busy: OnBusy = "queue") -> SpeechJob:
        """Queue `request`. Raises QueueFull, EmptyText, TextTooLong, ModelTooLarge; starts the engine if need be.

        Clients take turns; "" is the person at the lab. With "replace" the client's older waiting jobs end with
        Replaced, with "reject" a busy engine raises QueueFull.
        """

    def forget(self) -> None:
        """Drop what is kept of voices' prompts, in the background: a voice was removed."""

    def default_model(self, timeout_s: float = 10.0) -> tuple[str, str]:
        """Return the model that "auto" means on this machine, and why, once it is known."""

    def check(self, model: str) -> None:
        """Raise ModelTooLarge for a model that this machine would swap with, InvalidCheckpoint for half a folder."""

    def rest(self) -> None:
        """Give the model's memory back as soon as no text is left; the next one loads it again."""

    def health(self) -> EngineHealth:
        """Return at once."""

    def close(self) -> None:
        """End the process; waiting jobs fail with Cancelled."""
