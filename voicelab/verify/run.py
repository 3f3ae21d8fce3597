"""All checks in order, as one generator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from voicelab.clips.clip import Clip
from voicelab.clips.wav import wav_bytes
from voicelab.errors import Cancelled, InvalidValue, ModelUnavailable, VoiceLabError
from voicelab.models.catalogue import find, on_disk
from voicelab.models.model_choice import availability
from voicelab.models.registry import registry
from voicelab.models.verdict import Verdict, files_of, machine_here, versions_for, write_verdict
from voicelab.speech.engine_descriptor import Model
from voicelab.speech.proof import Check, Orders, Spoken
from voicelab.verify.child import findings
from voicelab.verify.hashes import files_check
from voicelab.verify.hearing import codec_check, take_check
from voicelab.verify.machine import machine_check
from voicelab.verify.recordings import KINDS, recording_check
from voicelab.voices.sample import sample_prompt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from voicelab.speech.ports import Prompt
    from voicelab.transcripts.transcriber import Transcriber

SENTENCES = (
    "The old baker opened his window before the first light of the morning.",
    "Every morning a small boat crosses the quiet bay and comes back at noon.",
    "Every evening a small boat crosses the river and comes back with fresh bread.",
)
"""Of more than ten words each: one slip of the recognizer is not yet 10 %."""
SEEDS = (1, 2)
SHORT = tuple(
    f"{number}. {what}"
    for number, what in enumerate(("Good morning.", "The rain has stopped.", "Open the door.", "We are late.") * 5, 1)
)
"""Twenty texts."""


@dataclass(frozen=True)
class Tools:
    """What the checks need of the rest of the lab."""

    transcriber: Transcriber
    ranges: Callable[[bytes], Check]
    """One HTTP request with a range, given a WAV file."""


def subject(name: str) -> Model:
    """Return the model that `name` means, one that an engine makes without weights among them.

    Raises UnknownModel, InvalidCheckpoint; ModelUnavailable for one that is not on disk; InvalidValue for a model of an
    engine that proves nothing of itself.
    """
    for engine in registry().engines:
        if engine.proof and name in made_by(engine.proof):
            return Model(name=name, engine=engine.name)
    model = find(name)
    engine = registry().engine(model.engine)
    if not engine.proof:
        raise InvalidValue(
            "model",
            f"{model.name} is of {engine.title}, which has no checks of its own. Give a model of another engine.",
        )
    if on_disk(model) is None:
        raise _not_on_disk(model)
    return model


def _not_on_disk(model: Model) -> ModelUnavailable:
    return ModelUnavailable(f"{model.name} is not on this machine's disk: `voicelab models download` brings it.")


def made_by(module: str) -> tuple[str, ...]:
    """Return the names of the models that the Proof of `module` makes itself."""
    from importlib import import_module

    return tuple(getattr(import_module(module), "MODELS", ()))


def verify(
    model: Model,
    tools: Tools,
    tell: Callable[[str], None] = lambda _what: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Check]:
    """Yield what is found of `model`, check by check. Raises Cancelled once `stopped`, ModelUnavailable."""
    engine = registry().engine(model.engine)
    made = model.name in made_by(engine.proof)
    folder = on_disk(model) if not made else None
    if folder is None and not made:
        raise _not_on_disk(model)
    prompt = sample_prompt()
    if prompt is None:
        raise ModelUnavailable(
            "The sample voice was removed from this checkout (voices/sample): git checkout brings it."
        )
    tell("looking at the machine")
    here = availability(engine)
    machine = machine_check(model, here)
    yield machine
    if machine.outcome == "fail":
        return
    if folder is None:
        yield Check("files", "skip", "this model was made here and has no files")
    else:
        tell("reading the model's files")
        yield files_check(folder, engine.published_files(model), stopped)
    orders = Orders(model.name, str(folder or ""), prompt, SENTENCES, SEEDS, SHORT, here.working_set_bytes)
    for found in findings(engine.proof, orders, tell, stopped):
        yield found if isinstance(found, Check) else _judged(found, prompt, tools, cloned=made or _clones(model))
    yield from around(prompt, tools, tell, stopped)


def around(
    prompt: Prompt, tools: Tools, tell: Callable[[str], None], stopped: Callable[[], bool] = lambda: False
) -> Iterator[Check]:
    """Yield what does not depend on a model: recordings come in, and audio goes out in ranges. Raises Cancelled."""
    clip = Clip(prompt.samples)
    for kind in KINDS:
        _stop(stopped)
        tell(f"bringing a recording in as {kind}")
        yield recording_check(kind, clip)
    _stop(stopped)
    tell("asking the server for a range")
    yield tools.ranges(wav_bytes(clip.samples, clip.sample_rate))


def concluded(model: Model, checks: list[Check], *, whole: bool) -> tuple[Verdict, str]:
    """Return the verdict, which is kept beside the model when it is `whole`; and why it could not be, if so."""
    device = availability(registry().engine(model.engine)).device
    verdict = Verdict(
        model=model.name,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        device=device,
        checks=tuple(checks),
        versions=versions_for(model),
        machine=machine_here(),
        files=files_of(model) if model.repository or model.folder else {},
        whole=whole,
    )
    return verdict, write_verdict(model, verdict) if whole else ""


def _judged(spoken: Spoken, prompt: Prompt, tools: Tools, *, cloned: bool) -> Check:
    """Judge what an engine spoke; a judgement that cannot be made is a failed check, and the next ones go on."""
    try:
        if spoken.name == "codec":
            return codec_check(spoken, prompt)
        return take_check(spoken, prompt, tools.transcriber, cloned=cloned)
    except VoiceLabError as error:
        return Check(spoken.name, "fail", error.message)


def _clones(model: Model) -> bool:
    return model.capabilities.clones


def _stop(stopped: Callable[[], bool]) -> None:
    if stopped():
        raise Cancelled("Stopped.")
