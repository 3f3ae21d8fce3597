"""The one model that the engine process holds."""

from __future__ import annotations

import importlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from voicelab.errors import Cancelled, Failed, UnknownModel, VoiceLabError
from voicelab.speech.ports import ManySynthesizer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from voicelab.engines.reporter import TaskReporter
    from voicelab.speech.engine_descriptor import Model
    from voicelab.speech.ports import Synthesizer

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Way:
    """Which of an engine's synthesizers speaks with a model, and why."""

    key: str
    """The engine's name, or "engine.variant"."""
    variant: str = ""
    """Empty for the engine's own."""
    reason: str = ""
    """A sentence; empty for an engine without variants."""


@dataclass
class _Loaded:
    model: str
    synthesizer: Synthesizer
    way: Way
    warm: bool = False


class Resident:
    """At most one model: loaded when it is first needed, warmed up once, unloaded when another one takes its place."""

    def __init__(self, synthesizers: Mapping[str, str]) -> None:
        """`synthesizers` maps an engine's name to "module:Class", which is imported when it is first needed."""
        self._paths = synthesizers
        self._made: dict[str, Synthesizer] = {}
        self._loaded: _Loaded | None = None

    @property
    def model(self) -> str:
        """The model that is loaded and warm; empty when none is."""
        return self._loaded.model if self._loaded and self._loaded.warm else ""

    def prepare(self, model: str, report: TaskReporter) -> Synthesizer:
        """Return the synthesizer with `model` loaded and warm, telling every stage.

        Raises UnknownModel, Cancelled, Failed when the engine cannot be imported, and what Synthesizer.load raises:
        then nothing is loaded.
        """
        from voicelab.models.catalogue import find

        found = find(model)
        report.engine, report.model = found.engine, found.name
        loaded = self._loaded
        if loaded is None or loaded.model != found.name:
            loaded = self._load(found, report)
        if not loaded.warm:
            _warm_up(loaded.synthesizer, report)
            loaded.warm = True
        report.variant, report.variant_reason = loaded.way.variant, loaded.way.reason
        report.rows = loaded.synthesizer.rows if isinstance(loaded.synthesizer, ManySynthesizer) else 1
        report.stage("ready")
        return loaded.synthesizer

    def forget(self) -> None:
        """Drop what is kept of voices."""
        if self._loaded is not None:
            self._loaded.synthesizer.forget()

    def unload(self) -> None:
        """Give the model's memory back."""
        if self._loaded is not None:
            loaded, self._loaded = self._loaded, None
            loaded.synthesizer.unload()

    def _load(self, model: Model, report: TaskReporter) -> _Loaded:
        self.unload()
        report.stage("loading")
        way = chosen_way(self._paths, model)
        synthesizer = self._synthesizer(way.key)
        try:
            synthesizer.load(model.name, report)
        except BaseException:
            synthesizer.unload()  # a half-loaded model would hold memory that nobody counts
            raise
        self._loaded = _Loaded(model.name, synthesizer, way)
        return self._loaded

    def _synthesizer(self, engine: str) -> Synthesizer:
        if engine not in self._made:
            if engine not in self._paths:
                engines = ", ".join(key for key in self._paths if "." not in key)
                raise UnknownModel(f"This lab has no {engine} engine. Choose a model of: {engines}.")
            module, name = self._paths[engine].split(":")
            try:
                self._made[engine] = cast("Synthesizer", getattr(importlib.import_module(module), name)())
            except (ImportError, OSError) as error:  # OSError: a package's native library is missing
                _log.exception("The %s engine cannot be imported", engine)
                message = (
                    f"The {engine} engine cannot be used here: {error}. Choose a model of another engine, or install "
                    "what it needs: `voicelab doctor` says what that is."
                )
                raise Failed(message) from error
        return self._made[engine]


def chosen_way(paths: Mapping[str, str], model: Model) -> Way:
    """Return which synthesizer speaks with `model`: what somebody decided on, else a variant that is proven for it."""
    from voicelab.models.registry import registry
    from voicelab.models.verdict import proven

    reasons = []
    for key, variant in registry().variants():
        if key.partition(".")[0] != model.engine:
            continue
        if key in paths:
            is_proven, why = proven(model, variant.name)
            if is_proven:
                return Way(key, variant.name, why)
            reasons.append(why)
        elif paths.get(model.engine) == variant.synthesizer:
            return Way(model.engine, variant.name, f"It was asked for ({variant.flags.partition('/')[0]}).")
        else:
            reasons.append(f"It was asked for ({variant.flags.rpartition('/')[2]}).")
    return Way(model.engine, "", " ".join(reasons))


def _warm_up(synthesizer: Synthesizer, report: TaskReporter) -> None:
    report.stage("warming up")
    try:
        synthesizer.warm_up(report)
    except Cancelled:
        raise
    except VoiceLabError as error:
        # The throwaway line can fail by chance (a model that never ends): then the first text takes longer, no more.
        _log.warning("Warming up failed: %s", error)
