"""For the tests of an engine, inside the lab or in a package of its own: what the lab relies on, tried one by one.

    from voicelab.models.engine_kit import check_descriptor, check_synthesizer

    def test_the_lab_can_use_it() -> None:
        engine = check_descriptor("my_package.descriptor:ENGINE")
        check_synthesizer(engine, SpeechRequest("Hello there.", "my-model", prompt=PROMPT))

Both raise AssertionError with a sentence.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np

from voicelab.errors import Cancelled, InvalidValue, VoiceLabError
from voicelab.languages import CODES
from voicelab.models.catalogue import find
from voicelab.models.descriptor_check import whats_wrong
from voicelab.speech.engine_descriptor import Availability

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.speech.engine_descriptor import EngineDescriptor
    from voicelab.speech.ports import Speech, SpeechRequest, Stage, Synthesizer

_LOADED = """
import sys
import voicelab.models.catalogue
before = set(sys.modules)
import {module}
roots = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(", ".join(sorted(roots - set(sys.stdlib_module_names) - {{"voicelab", "{module}".partition(".")[0]}})))
"""
"""Prints what a descriptor imports besides the lab, Python's own modules and its package."""


def check_descriptor(path: str) -> EngineDescriptor:
    """Return the descriptor at "module:NAME", as the entry point names it, once it answered all that the lab asks."""
    module, name = path.split(":")
    code = _LOADED.format(module=module)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=_same_path())  # noqa: S603 - fixed arguments
    _expect(done.returncode == 0, f"{module} cannot be imported: {done.stderr.strip()[-300:]}")
    loaded = done.stdout.strip()
    _expect(not loaded, f"importing {module} loads {loaded}: every command reads it, so leave that to the synthesizer")
    found = getattr(importlib.import_module(module), name)
    engine = cast("EngineDescriptor", found)
    wrong = whats_wrong(found, getattr(found, "name", ""))
    _expect(not wrong, wrong)
    here = engine.availability()
    _expect(isinstance(here, Availability), "availability() gives no Availability")
    _expect(here.reason.strip().endswith("."), "availability() gives no sentence as its reason")
    for model in engine.models:
        _expect(bool(model.languages), f"{model.name} has no language")
        _expect(set(model.languages) <= set(CODES), f"{model.name} has a language that is not in voicelab.languages")
        _expect(bool(model.note), f"{model.name} has no note for the person")
        _expect(bool(model.licence), f"{model.name} does not say under which licence its weights are")
        _expect(
            not model.packaged or engine.on_disk is not None,
            f"{model.name} has no repository, and the descriptor has no on_disk to say where it is",
        )
    return engine


def check_synthesizer(engine: EngineDescriptor, request: SpeechRequest) -> Speech:
    """Return what the engine's synthesizer says to `request`, whose model it can load here, once it keeps the port."""
    module, name = engine.synthesizer.split(":")
    synthesizer: Synthesizer = getattr(importlib.import_module(module), name)()
    _expect(synthesizer.engine == engine.name, f"it calls itself {synthesizer.engine!r} and not {engine.name!r}")
    synthesizer.load(request.model, _Listening())
    synthesizer.warm_up(_Listening())
    report = _Listening()
    speech = synthesizer.speak(request, report)
    _check_speech(speech, engine, request)
    _expect(bool(report.told), "it never told how much is spoken: nobody can watch or cancel it")
    _check_seeds(synthesizer, request, speech)
    _check_refusals(synthesizer, request)
    synthesizer.forget()
    again = synthesizer.speak(request, _Listening())
    _expect(np.array_equal(again.samples, speech.samples), "forget() changes how a voice sounds")
    synthesizer.unload()
    synthesizer.unload()
    synthesizer.load(request.model, _Listening())
    synthesizer.unload()
    return speech


class _Listening:
    """A Reporter that keeps what it is told."""

    def __init__(self, cancelled: bool = False) -> None:
        self.told: list[float] = []
        self._cancelled = cancelled

    def stage(self, stage: Stage, done: float = 0, total: float = 0) -> None:
        """Any stage will do."""

    def spoken(self, seconds: float) -> None:
        """Keep it, or cancel."""
        self.told.append(seconds)
        if self._cancelled:
            raise Cancelled("Cancelled by the test.")


def _check_speech(speech: Speech, engine: EngineDescriptor, request: SpeechRequest) -> None:
    samples = speech.samples
    _expect(samples.ndim == 1 and samples.dtype == np.float32, "the samples are not float32 of shape (n,)")
    _expect(len(samples) > 0 and bool(np.isfinite(samples).all()), "there are no samples, or some are no numbers")
    _expect(float(np.abs(samples).max()) <= 1, "the samples go beyond full scale, 1.0")
    _expect(speech.engine == engine.name, f"the speech says that {speech.engine!r} made it")
    _expect((speech.model, speech.seed) == (request.model, request.seed), "the speech names another model or seed")
    _expect(speech.elapsed_s >= 0 and speech.peak_memory_bytes > 0, "the speech has no time or no memory")


def _check_seeds(synthesizer: Synthesizer, request: SpeechRequest, speech: Speech) -> None:
    again = synthesizer.speak(request, _Listening())
    _expect(np.array_equal(again.samples, speech.samples), "the same request gives other samples")
    other = synthesizer.speak(replace(request, seed=request.seed + 1), _Listening())
    _expect(not np.array_equal(other.samples, speech.samples), "another seed gives the same samples")


def _check_refusals(synthesizer: Synthesizer, request: SpeechRequest) -> None:
    def refused(changed: SpeechRequest, kind: type[VoiceLabError], why: str, *, cancelled: bool = False) -> None:
        _expect(_raises(lambda: synthesizer.speak(changed, _Listening(cancelled)), kind), why)

    model = find(request.model)
    refused(request, Cancelled, "it does not let Cancelled through", cancelled=True)
    refused(replace(request, text=" "), VoiceLabError, "it says an empty text")
    for each in model.sampling:
        for value in (each.lowest - 1, each.highest + 1, float("nan")):
            sampling = request.sampling.with_value(each.name, value)
            refused(replace(request, sampling=sampling), InvalidValue, f"it takes {value} for {each.name}")
    other = next((language for language in CODES if language not in model.languages), None)
    if other:
        refused(replace(request, language=other), VoiceLabError, f"it speaks {other}, which the model does not name")
    if not model.capabilities.follows_instructions:
        changed = replace(request, instruct="Whisper.")
        refused(changed, InvalidValue, "it takes an instruction that the model does not follow")


def _raises(work: Callable[[], object], kind: type[VoiceLabError]) -> bool:
    try:
        work()
    except kind:
        return True
    return False


def _same_path() -> dict[str, str]:
    """Return the environment with which another Python finds what this one finds."""
    import os

    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _expect(kept: bool, otherwise: str) -> None:
    if not kept:
        raise AssertionError(f"{otherwise[:1].upper()}{otherwise[1:]}.")
