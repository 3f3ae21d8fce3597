"""Which engines there are: the lab's own, one in each folder of voicelab/engines, and those of installed packages.

As simonw/llm and Mopidy find theirs: by entry points. A package that is broken costs nobody the other engines; what is
wrong with it becomes a sentence that `doctor`, /health and the page's tab Machine show.
"""

from __future__ import annotations

import functools
import importlib
import logging
import pkgutil
from dataclasses import dataclass, replace
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar

from voicelab.errors import UnknownModel, VoiceLabError
from voicelab.models.descriptor_check import whats_wrong
from voicelab.speech.engine_descriptor import GROUP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from voicelab.speech.engine_descriptor import EngineDescriptor, Model, Variant

_OWN = "voicelab.engines"

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plugin:
    """Where a descriptor is said to be."""

    name: str
    """Of the entry point or folder."""
    package: str
    """For the person: the distribution it came with."""
    load: Callable[[], Any]
    """Imports it and returns it; may raise anything."""


@dataclass(frozen=True)
class Problem:
    """An engine that was left out."""

    name: str
    """As its entry point calls it."""
    message: str
    """Why, and what to do, for the person."""


class Registry:
    """The engines, the first one being that which is chosen first."""

    def __init__(self, plugins: Iterable[Plugin]) -> None:
        """Load every descriptor. Never fails: `problems` says which were left out."""
        self._engines: dict[str, EngineDescriptor] = {}
        self._packages: dict[str, str] = {}
        self._models: dict[str, Model] = {}
        self._problems: list[Problem] = []
        for plugin in plugins:
            self._add(plugin)
        self._engines = dict(sorted(self._engines.items(), key=lambda item: -item[1].priority))

    @property
    def engines(self) -> tuple[EngineDescriptor, ...]:
        """Every engine that can be asked."""
        return tuple(self._engines.values())

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Those that cannot."""
        return tuple(self._problems)

    @property
    def models(self) -> tuple[Model, ...]:
        """The catalogues of all engines."""
        return tuple(model for engine in self.engines for model in engine.models)

    @property
    def stand_in(self) -> EngineDescriptor | None:
        """The engine that may answer while another one is not ready."""
        return next((engine for engine in self.engines if engine.stands_in), None)

    def engine(self, name: str) -> EngineDescriptor:
        """Return the engine of that name. Raises UnknownModel."""
        if name not in self._engines:
            raise UnknownModel(f"This lab has no {name} engine. There are: {', '.join(self._engines)}.")
        return self._engines[name]

    def ask(
        self,
        engine: EngineDescriptor,
        question: Callable[..., T],
        *given: object,
        otherwise: T,
        gives: tuple[type, ...],
        lets: tuple[type[VoiceLabError], ...] = (),
    ) -> T:
        """Return what one of the engine's functions answers, one of the types `gives`.

        Where it fails, or answers something else, that becomes a problem, and `otherwise` is returned. Raises what
        the function raises of the errors that it `lets` through.
        """
        try:
            answer = question(*given)
            if not isinstance(answer, gives):
                raise TypeError(f"one of its functions gives a {type(answer).__name__}")  # noqa: TRY301 - told below
        except lets:
            raise
        except Exception as error:  # noqa: BLE001 - a stranger's function
            _log.info("A function of the engine %s failed", engine.name, exc_info=True)
            package = self._packages.get(engine.name, "an unknown package")
            self.tell(engine.name, _unusable(engine.name, package, error))
            return otherwise
        return answer

    def tell(self, name: str, sentence: str) -> None:
        """Remember a problem with the engine of that name; the same one is remembered once."""
        problem = Problem(name, sentence)
        if problem not in self._problems:
            self._problems.append(problem)

    def problem_of(self, name: str) -> str:
        """Return what went wrong last with the engine of that name; empty when nothing did."""
        return next((each.message for each in reversed(self._problems) if each.name == name), "")

    def variants(self) -> Iterator[tuple[str, Variant]]:
        """Yield what can be asked for besides, each with its key, "engine.variant"."""
        for engine in self.engines:
            for variant in engine.variants:
                yield f"{engine.name}.{variant.name}", variant

    def synthesizers(self, asked: Mapping[str, bool]) -> dict[str, str]:
        """Return each engine's "module:Class": that of a variant whose key is `asked` for, else its own.

        Variants of which `asked` says nothing stand besides under their keys, "engine.variant": they may be used for
        the models that they are proven for.
        """
        chosen = {engine.name: engine.synthesizer for engine in self.engines}
        for key, variant in self.variants():
            if asked.get(key, False):
                chosen[key.partition(".")[0]] = variant.synthesizer
        undecided = {key: variant.synthesizer for key, variant in self.variants() if key not in asked}
        return chosen | undecided

    def _add(self, plugin: Plugin) -> None:
        try:
            descriptor = plugin.load()
            if descriptor is None:
                return  # one that has to be set up first, and nobody did
            wrong = whats_wrong(descriptor, plugin.name)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a stranger's package raises, the lab goes on
            _log.info("The engine plug-in %s of %s cannot be loaded", plugin.name, plugin.package, exc_info=True)
            self._problems.append(Problem(plugin.name, _unusable(plugin.name, plugin.package, error)))
            return
        if wrong:
            self._problems.append(Problem(plugin.name, _unusable(plugin.name, plugin.package, wrong)))
        elif plugin.name in self._engines:
            self._leave_out(
                plugin,
                f"has the name of one that is here already, of {self._packages[plugin.name]}, which is used. "
                "Uninstall one of the two.",
            )
        else:
            self._take(plugin, descriptor)

    def _take(self, plugin: Plugin, descriptor: EngineDescriptor) -> None:
        own = [model for model in descriptor.models if model.name not in self._models]
        for model in descriptor.models:
            if model not in own:
                engine = self._models[model.name].engine
                self._leave_out(plugin, f"has a model {model.name} as the engine {engine} has: that one is used.")
        if own:
            self._engines[plugin.name] = replace(descriptor, models=tuple(own))
            self._packages[plugin.name] = plugin.package
            self._models |= {model.name: model for model in own}

    def _leave_out(self, plugin: Plugin, why: str) -> None:
        message = f"The engine plug-in {plugin.name} of {plugin.package} {why}"
        self._problems.append(Problem(plugin.name, message))


@functools.cache
def registry() -> Registry:
    """Return the engines of this process, looked for once."""
    return Registry([*_own_plugins(), *_installed_plugins()])


def _own_plugins() -> Iterator[Plugin]:
    """Yield the folders of the lab's engines that hold a descriptor."""
    package = find_spec(_OWN)
    for found in pkgutil.iter_modules(package.submodule_search_locations if package else None):
        module = f"{_OWN}.{found.name}.descriptor"
        if found.ispkg and find_spec(module) is not None:
            yield Plugin(found.name, "Voice Lab itself", functools.partial(_loaded, module))


def _installed_plugins() -> Iterator[Plugin]:
    """Yield what installed packages name, in an order that does not depend on the disk."""
    found = [(point.dist.name if point.dist else "an unknown package", point) for point in entry_points(group=GROUP)]
    for package, point in sorted(found, key=lambda each: (each[0], each[1].name)):
        yield Plugin(point.name, f"the package {package}", point.load)


def _loaded(module: str) -> object:
    return importlib.import_module(module).ENGINE


def _unusable(name: str, package: str, why: Exception | SystemExit | str) -> str:
    told = why if isinstance(why, str) else f"{type(why).__name__}: {why}"
    return (
        f"The engine plug-in {name} of {package} cannot be used: {' '.join(told.split())[:300].rstrip('. :')}. "
        "Update that package or uninstall it; the other engines work."
    )
