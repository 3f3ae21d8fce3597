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
from voicelab.api.speech_requests import SpeechBody, check_model, prepare, spoken_voice, submit
from voicelab.clips.decode import decode
from voicelab.compare.experiment_json import details
from voicelab.compare.plan import Plan
from voicelab.errors import Cancelled, Failed, InvalidValue, VoiceLabError
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
CLIENT = "mcp"
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

    async def speak(self, wish: Speak) -> Told:
        """Return the file and what is known of it. Raises any VoiceLabError."""
        self._rate.check(CLIENT)
        body = SpeechBody(**wish.model_dump())
        if body.format.strip().lower() == "pcm":
            raise InvalidValue("format", "Bare samples do not say that they are synthetic: ask for wav.")
        prepared = await anyio.to_thread.run_sync(partial(prepare, body, self._lab))
        job = await anyio.to_thread.run_sync(partial(submit, prepared, self._lab, CLIENT))
        try:
            speech = await anyio.to_thread.run_sync(job.result, limiter=self._waiting, abandon_on_cancel=True)
        finally:
            job.cancel()  # a no-op once it is done; after a hang-up it frees the engine
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

    async def list_voices(self, _wish: Nothing) -> Told:
        """Return the voices that may be asked for, and which one speaks where none is named."""
        return None, await anyio.to_thread.run_sync(partial(_voices, self._lab))

    async def transcribe(self, wish: Transcribe) -> Told:
        """Return what is said in a recording. Raises any VoiceLabError."""
        self._rate.check(CLIENT)
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

    async def compare(self, wish: Compare) -> Told:
        """Return the takes of a comparison with their measures, once all are made. Raises any VoiceLabError."""
        self._rate.check(CLIENT)
        plan = await anyio.to_thread.run_sync(partial(_plan, self._lab, wish))
        experiment = await anyio.to_thread.run_sync(self._lab.comparisons.submit, plan)
        try:
            made = await anyio.to_thread.run_sync(
                partial(_made, self._lab, experiment), limiter=self._waiting, abandon_on_cancel=True
            )
        except BaseException:
            self._lab.comparisons.cancel(experiment.id)  # nobody waits for it; the finished takes are kept
            raise
        return None, details(made)


def _voices(lab: Lab) -> dict[str, Any]:
    voices = []
    for voice in lab.voices.voices():
        try:
            check_consent(voice, local=lab.settings.local)
        except VoiceLabError:
            continue
        voices.append(
            {
                "slug": voice.slug,
                "name": voice.name,
                "other_names": list(voice.aliases),
                "language": voice.language,
                "model": voice.recipe.model,
                "seconds": voice.seconds,
                "synthetic": voice.synthetic,
            }
        )
    try:
        default = spoken_voice(lab, "").slug
    except VoiceLabError:
        default = ""
    return {"voices": voices, "default": default}


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
