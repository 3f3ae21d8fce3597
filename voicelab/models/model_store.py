"""The models on this machine: what is there, what fits, and bringing and removing them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from voicelab.errors import InvalidValue, ModelInUse, UnknownModel, VoiceLabError
from voicelab.hub.cache import bytes_on_disk, remove, repositories
from voicelab.models.catalogue import catalogue, find, on_disk, too_large
from voicelab.models.model_choice import availability
from voicelab.models.process_memory import machine_bytes
from voicelab.models.recognizer_store import OnDisk, RecognizerStore, StoredRecognizer
from voicelab.models.registry import registry
from voicelab.models.verdict import read_verdict
from voicelab.transcripts.recognizers import REPOSITORIES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from voicelab.hub.downloads import Downloads, DownloadState
    from voicelab.models.memory_guard import MemoryGuard
    from voicelab.speech.engine_descriptor import Capabilities, EngineDescriptor, Model, SamplingField
    from voicelab.speech.ports import Engine


@dataclass(frozen=True)
class StoredModel:
    """A model and where it is."""

    name: str
    engine: str
    """Name of its descriptor."""
    repository: str
    """Empty for what comes with its engine's package."""
    on_disk: OnDisk
    disk_bytes: int
    """What is on disk of it."""
    size_bytes: int | None
    memory_bytes: int | None
    unsuited: str
    """Why this machine cannot speak with it in good time, or at all yet, for the person; empty where it can."""
    fits: bool
    """Whether this machine has the memory."""
    too_large: str
    """Why not, for the person."""
    in_use: str
    """Who needs it now, for the person; empty when it can be deleted."""
    verifying: bool
    """Whether it is being verified, as after its first download."""
    verified: str
    """What was found of it on this machine, a sentence; empty where nothing counts."""
    note: str
    not_a_clone: str
    """A sentence for what does not clone the voice that it is given; empty for everything else."""
    licence: str
    terms: str
    """What the owner of the weights asks to be agreed to first, with a link; empty for nothing."""
    languages: tuple[str, ...]
    longest_prompt_s: float | None
    capabilities: Capabilities
    sampling: tuple[SamplingField, ...]
    """What of Sampling it heeds, with defaults and bounds."""
    download: DownloadState | None
    """None when nobody asked for it since the lab was started."""


class Told(TypedDict):
    """What the page and GET /models tell of this machine's models."""

    machine_bytes: int
    allow_swap: bool
    hub_engines: str
    """Engines whose models a hub has, with commas between."""
    engine_problems: list[str]
    """Plug-ins that cannot be used, a sentence each."""
    models: list[Annotated[dict[str, Any], StoredModel]]
    recognizers: list[Annotated[dict[str, Any], StoredRecognizer]]


class ModelStore:
    """The engines' catalogues, and every other repository of theirs in the hub's cache. Any thread may ask."""

    def __init__(
        self,
        engine: Engine,
        guard: MemoryGuard,
        downloads: Downloads,
        recognizers: RecognizerStore,
        needed: Callable[[], Collection[str]] = lambda: (),
        verified: Callable[[], str] = lambda: "",
    ) -> None:
        """`needed` tells which models comparisons wait for, `verified` which one is looked at, as names for `find`."""
        self.guard = guard
        self.downloads = downloads
        self.recognizers = recognizers
        self._engine = engine
        self._needed = needed
        self._verified = verified

    @property
    def machine_bytes(self) -> int:
        """The memory of this machine."""
        return machine_bytes()

    def models(self) -> list[StoredModel]:
        """Return the catalogue in its order, then what else is in the cache. Reads no weights, asks no hub."""
        known = {model.repository for model in catalogue()}
        known |= {repository for repository, _size in REPOSITORIES.values()}  # which are no engine's
        return [self._stored(model) for model in (*catalogue(), *self._others(known))]

    def told(self) -> Told:
        """Return what the page and GET /models tell: the machine's memory, whether it may swap, and the models."""
        return {
            "machine_bytes": machine_bytes(),
            "allow_swap": self.guard.anyway,
            "hub_engines": ", ".join(engine.title for engine in registry().engines if _downloads(engine)),
            "engine_problems": [problem.message for problem in registry().problems],
            "models": [asdict(model) for model in self.models()],
            "recognizers": [asdict(recognizer) for recognizer in self.recognizers.recognizers()],
        }

    def download(self, name: str) -> StoredModel:
        """Begin to download a model in the background, or go on. Raises UnknownModel, InvalidValue for a folder."""
        model = self._of_the_hub(name)
        if on_disk(model) is None:
            self.downloads.start(model.repository, model.files)
        return self._stored(model)

    def pause(self, name: str) -> StoredModel:
        """Stop its download within a second; what has arrived is kept. Raises UnknownModel, InvalidValue."""
        model = self._of_the_hub(name)
        self.downloads.pause(model.repository)
        return self._stored(model)

    def delete(self, name: str) -> int:
        """Remove a model from the disk and return how many bytes that frees.

        Raises UnknownModel, ModelInUse, StorageFailed; InvalidValue for what the lab did not download.
        """
        model = self._of_the_hub(name)
        used = self._used(model)
        if used:
            raise ModelInUse(f"{model.name} is not deleted: {used}")
        if not bytes_on_disk(model.repository):
            raise UnknownModel(f"Nothing of {model.name} is on this machine's disk, so there is nothing to delete.")
        freed = remove(model.repository)
        self.downloads.forget(model.repository)
        return freed

    def _others(self, known: set[str]) -> list[Model]:
        found = []
        asked = self.downloads.asked()
        for repository in dict.fromkeys((*repositories(), *asked)):
            if repository in known:
                continue
            try:
                model = find(repository)
            except VoiceLabError:  # another program's, with a config.json of another kind
                continue
            if repository in asked or on_disk(model) is not None:
                found.append(model)
        return found

    def _stored(self, model: Model) -> StoredModel:
        disk_bytes = bytes_on_disk(model.repository) if model.repository else 0
        why = too_large(model)
        return StoredModel(
            name=model.name,
            engine=model.engine,
            repository=model.repository,
            on_disk=_place(model, disk_bytes),
            disk_bytes=disk_bytes,
            size_bytes=model.size_bytes,
            memory_bytes=model.memory_bytes,
            unsuited=_unsuited(model),
            fits=not why,
            too_large=why,
            in_use=self._used(model),
            verifying=model.name == self._verified(),
            verified=_verdict(model),
            note=model.note,
            not_a_clone=model.not_a_clone,
            licence=model.licence,
            terms=model.terms,
            languages=model.languages,
            longest_prompt_s=model.longest_prompt_s,
            capabilities=model.capabilities,
            sampling=model.sampling,
            download=self.downloads.state(model.repository) if model.repository else None,
        )

    def _used(self, model: Model) -> str:
        """Say who needs `model` now."""
        state = self.downloads.state(model.repository)
        if state is not None and state.active:
            return "it is being downloaded. Pause that first."
        health = self._engine.health()
        if health.model == model.name and health.stage not in {"failed", "stopped"}:
            return "the engine holds it. Unload it first, or choose another model."
        if model.name == self._verified():
            return "it is being verified. Stop that first, or wait for its end."
        if model.name in {_name(name) for name in self._needed()}:
            return "a comparison needs it. Stop that first, or wait for its end."
        return ""

    @staticmethod
    def _of_the_hub(name: str) -> Model:
        model = find(name)
        if model.packaged:
            raise InvalidValue(
                "model",
                f"{model.name} comes with its engine, {registry().engine(model.engine).title}: there is nothing to "
                "download or delete. To be rid of it, uninstall that engine's package.",
            )
        if not model.repository:
            raise InvalidValue(
                "model", f"{name} is a folder of yours: the lab neither downloads nor deletes it. Give a model's name."
            )
        return model


def _downloads(engine: EngineDescriptor) -> bool:
    return any(model.repository for model in engine.models)


def _verdict(model: Model) -> str:
    """Return what counts of an earlier look at `model`."""
    try:
        found = read_verdict(model) if registry().engine(model.engine).proof and on_disk(model) is not None else None
    except VoiceLabError:  # half of it is gone
        return ""
    return found.sentence if found else ""


def _unsuited(model: Model) -> str:
    here = availability(registry().engine(model.engine))
    return here.slow if here.available else here.reason


def _place(model: Model, disk_bytes: int) -> OnDisk:
    if on_disk(model) is not None:
        return "packaged" if model.packaged else "yes"
    return "partly" if disk_bytes else "no"


def _name(name: str) -> str:
    try:
        return find(name).name
    except VoiceLabError:
        return name
