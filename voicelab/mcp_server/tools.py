"""What an assistant can have done: speak, list voices, transcribe, compare. Nothing here reads a path of its choice."""

from __future__ import annotations

import base64
import binascii
import tempfile
import threading
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread

from voicelab.api.bench import Bench
from voicelab.api.rate_limit import RateLimit
from voicelab.api.request_metrics import Record, RequestMetrics
from voicelab.api.speech_requests import SpeechBody, askable, check_model, prepare, spoken_voice, submit
from voicelab.clips.decode import decode
from voicelab.compare.experiment_json import details
from voicelab.compare.plan import Plan
from voicelab.errors import Cancelled, Failed, InvalidValue, QueueFull, VoiceLabError
from voicelab.mcp_server.arguments import MOST_TAKES, Compare, Nothing, Speak, Transcribe
from voicelab.speech.formats import Origin, encoded
from voicelab.speech.tempo import at_speed
from voicelab.transcripts.asking import recognizer_named
from voicelab.voices.request import check_consent

if TYPE_CHECKING:
    from voicelab.compare.experiment import Experiment
    from voicelab.lab import Lab
    from voicelab.transcripts.words import Transcript

_MOST_AT_ONCE = 40
"""Texts that wait for the engine; its queue is bounded, too."""
MOST_COMPARISONS = 3
"""That are made or wait, of all clients: each takes minutes."""
_RETRY_S = 60.0


@dataclass(frozen=True)
class Caller:
    """Who asks."""

    address: str = "mcp"
    """Whose texts are counted."""
    lane: str = "mcp"
    """Whose turn it is in the engine's queue."""


@dataclass(frozen=True)
class Audible:
    """A finished file."""

    content: bytes
    media_type: str


Told = tuple[Audible | None, dict[str, Any]]
"""What a tool returns: perhaps a file, and what is known."""


class Tools:
    """The tools of one lab. Lives on the event loop; whatever blocks is done in threads."""

    def __init__(self, lab: Lab) -> None:
        """Nothing starts."""
        self._lab = lab
        self._bench = Bench()
        self._rate = RateLimit(lab.settings.texts_per_minute)
        self._waiting = anyio.CapacityLimiter(_MOST_AT_ONCE)
        self._metrics = RequestMetrics(lab.engine)
        self._comparisons = 0

    async def speak(self, wish: Speak, caller: Caller) -> Told:
        """Return the file and what is known of it. Raises any VoiceLabError."""
        record = Record("mcp", characters=len(wish.text), client=caller.lane)
        with self._metrics.counting(record):
            self._rate.check(caller.address)
            return await self._spoken(wish, caller, record)

    async def _spoken(self, wish: Speak, caller: Caller, record: Record) -> Told:
        body = SpeechBody(**wish.model_dump() | {"format": wish.file_format})
        prepared = await anyio.to_thread.run_sync(partial(prepare, body, self._lab))
        record.voice, record.format = prepared.voice, prepared.kind.name
        record.model, record.seed = prepared.request.model, prepared.request.seed
        job = await anyio.to_thread.run_sync(partial(submit, prepared, self._lab, caller.lane))
        try:
            speech = await anyio.to_thread.run_sync(job.result, limiter=self._waiting, abandon_on_cancel=True)
        finally:
            job.cancel()  # a no-op once it is done; after a hang-up it frees the engine
        record.tell(speech)
        record.queue_s, record.first_audio_s = job.waited_s, speech.first_audio_s
        origin = Origin(prepared.voice, speech.engine, speech.model, speech.seed, prepared.speed)
        work = partial(at_speed, speech.samples, speech.sample_rate, prepared.speed)
        samples = await anyio.to_thread.run_sync(work)
        content = await anyio.to_thread.run_sync(partial(encoded, samples, speech.sample_rate, prepared.kind, origin))
        told = {
            "voice": prepared.voice,
            "engine": speech.engine,
            "model": speech.model,
            "seed": speech.seed,
            "speed": prepared.speed,
            "duration_s": round(len(samples) / speech.sample_rate, 3),
            "said": speech.said,
            "synthetic": True,
            "notes": [*prepared.notes, *speech.notes],
        }
        return Audible(content, prepared.kind.media_type), told

    async def list_voices(self, _wish: Nothing, _caller: Caller) -> Told:
        """Return the voices that may be asked for, and which one speaks where none is named."""
        return None, await anyio.to_thread.run_sync(partial(_voices, self._lab))

    async def transcribe(self, wish: Transcribe, caller: Caller) -> Told:
        """Return what is said in a recording. Raises any VoiceLabError."""
        self._rate.check(caller.address)
        heard = await self._heard(wish)
        words = [{"text": word.text, "start_s": word.start_s, "end_s": word.end_s} for word in heard.words]
        told = {"text": heard.text, "language": heard.language, "recognizer": heard.author}
        return None, told | {"words": words, "notes": list(heard.notes)}

    async def _heard(self, wish: Transcribe) -> Transcript:
        """Hear it; a cancelled request ends it between two segments, and waits for that: one is heard at a time."""
        gone = threading.Event()
        outcome: list[Transcript | VoiceLabError] = []

        async def watch() -> None:
            try:
                await anyio.sleep_forever()
            finally:
                gone.set()

        async with anyio.create_task_group() as both:
            both.start_soon(watch)
            try:
                outcome.append(await self._bench.work(partial(_heard, self._lab, wish, gone)))
            except VoiceLabError as error:
                outcome.append(error)
            both.cancel_scope.cancel()
        heard = outcome[0]
        if isinstance(heard, VoiceLabError):
            raise heard
        return heard

    async def compare(self, wish: Compare, caller: Caller) -> Told:
        """Return the takes of a comparison with their measures, once all are made. Raises any VoiceLabError."""
        self._rate.check(caller.address)
        if self._comparisons >= MOST_COMPARISONS:
            raise QueueFull(
                f"{MOST_COMPARISONS} comparisons are being made or wait, the most that are taken here. Each takes "
                "minutes: try again later.",
                _RETRY_S,
            )
        self._comparisons += 1
        try:
            return None, details(await self._compared(wish))
        finally:
            self._comparisons -= 1

    async def _compared(self, wish: Compare) -> Experiment:
        plan = await anyio.to_thread.run_sync(partial(_plan, self._lab, wish))
        experiment = await anyio.to_thread.run_sync(self._lab.comparisons.submit, plan)
        try:
            wait = partial(_made, self._lab, experiment)
            return await anyio.to_thread.run_sync(wait, limiter=self._waiting, abandon_on_cancel=True)
        except BaseException:
            self._lab.comparisons.cancel(experiment.id)  # nobody waits for it; the finished takes are kept
            raise


def _voices(lab: Lab) -> dict[str, Any]:
    voices = [
        {
            "slug": voice.slug,
            "name": voice.name,
            "other_names": list(voice.aliases),
            "language": voice.language,
            "model": voice.recipe.model,
            "seconds": voice.seconds,
            "synthetic": voice.synthetic,
        }
        for voice in askable(lab)
    ]
    try:
        default = spoken_voice(lab, "").slug
    except VoiceLabError:
        default = ""
    return {"voices": voices, "default": default if any(voice["slug"] == default for voice in voices) else ""}


def _heard(lab: Lab, wish: Transcribe, gone: threading.Event) -> Transcript:
    try:
        content = base64.b64decode(wish.audio, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidValue("audio", "The audio is not base64. Send the bytes of the file in it, not a name.") from error
    name = recognizer_named(lab.transcriber, wish.recognizer)

    def report(_message: str, _fraction: float | None) -> None:
        if gone.is_set():
            raise Cancelled("Nobody waits for it any more.")

    with tempfile.TemporaryDirectory(prefix="voicelab-") as folder:
        path = Path(folder) / "recording"
        path.write_bytes(content)
        clip = decode(path, "the recording").clip
    return lab.transcriber.hear(clip, model=name, language=wish.language or None, report=report)


def _plan(lab: Lab, wish: Compare) -> Plan:
    voice = spoken_voice(lab, wish.voice)
    check_consent(voice, local=lab.settings.local)
    default_model = lab.engine.default_model()[0]
    for model in wish.models:
        check_model(model, {default_model, voice.recipe.model} if not voice.recipe.brought else {default_model})
    plan = Plan(voice.slug, tuple(wish.lines), tuple(wish.lengths_s), tuple(wish.models), wish.takes, wish.seed)
    if len(plan.specifications()) > MOST_TAKES:
        raise InvalidValue("takes", f"One comparison makes at most {MOST_TAKES} takes here. Choose fewer of each.")
    return plan


def _made(lab: Lab, experiment: Experiment) -> Experiment:
    """Wait until the comparison is over."""
    *_before, (_revision, state) = lab.comparisons.watch(experiment.id)
    if state.status != "done":
        raise Failed(state.message or "The comparison was stopped.")
    return lab.experiments.get(experiment.id)
