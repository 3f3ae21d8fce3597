"""What an engine says of itself: a package outside the lab that gives it this is an engine like any other.

Nothing here or in a descriptor may import what is heavy: every command reads the descriptors. See docs/engines.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from voicelab.errors import InvalidValue
from voicelab.languages import CODES
from voicelab.speech.ports import COMMON_SAMPLING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from voicelab.speech.ports import Sampling

GROUP = "voicelab.engines"
"""The entry points that installed packages name their descriptors in."""


@dataclass(frozen=True)
class SamplingField:
    """A field of Sampling that a model heeds. What it does not name has no effect, and the lab says so."""

    name: str
    """One of COMMON_SAMPLING, or the engine's own, which stands in `Sampling.own`."""
    default: float
    lowest: float
    highest: float
    """Both bounds are allowed."""

    def check(self, value: float) -> None:
        """Raise InvalidValue outside of the bounds."""
        # Written so that NaN, which compares false with everything, is refused as well.
        if not self.lowest <= value <= self.highest:
            message = f"{self.name} is {value:g}. This model takes {self.lowest:g} to {self.highest:g}."
            raise InvalidValue(self.name, message)


@dataclass(frozen=True)
class Capabilities:
    """What a model can do."""

    clones: bool = False
    """Speaks with the voice of a prompt."""
    needs_transcript: bool = False
    """Of the prompt, word by word."""
    own_speakers: bool = False
    """Takes `speaker` instead of a prompt."""
    follows_instructions: bool = False
    """Otherwise `instruct` is an error of its synthesizer; clients of OpenAI's API are told that it was left aside."""
    streams: bool = False
    """Gives sound before a sentence is complete."""
    batches: bool = False
    """Several texts at once are faster than one after the other; for some engines in a variant that is asked for."""
    says_times: bool = False
    """Says when each word begins and ends."""
    repeats: bool = True
    """The same request gives the same samples, next year as well: only then is finished speech kept for it."""


@dataclass(frozen=True)
class Model:
    """One loadable set of weights."""

    name: str
    """What people type: lower case, unique among all engines; of what is not in a catalogue as the person gave it."""
    engine: str
    """Name of the descriptor."""
    repository: str = ""
    """Hub repository, "owner/name", which the lab brings and deletes; empty for a folder and for packaged weights."""
    files: tuple[str, ...] = ()
    """Of the repository those that it needs, as patterns; empty for all."""
    kind: str = ""
    """The engine's own word for a family of its models."""
    quantization: int | None = None
    """Bits per weight; None is not quantized, or not known before the download."""
    size_bytes: int | None = None
    """Of the weight files, which is nearly all there is to download; None where nobody counted."""
    memory_bytes: int | None = None
    """Needed while it speaks; None where nobody counted."""
    languages: tuple[str, ...] = tuple(CODES)
    """Full lower-case names, as in voicelab.languages."""
    longest_prompt_s: float | None = None
    """Seconds of a clip; None without a limit of its own."""
    capabilities: Capabilities = field(default_factory=Capabilities)
    sampling: tuple[SamplingField, ...] = ()
    licence: str = ""
    """Of the weights, as SPDX names it where it does."""
    terms: str = ""
    """A sentence with a link for weights whose owner asks for an agreement: shown before they are downloaded."""
    not_a_clone: str = ""
    """For what is given a voice's clip and does not clone it: a sentence that says so, shown with all it says."""
    note: str = ""
    """For the person: what it is good for, and which of the figures are estimates."""
    folder: Path | None = None
    """Where the weights are, for a local folder."""

    @property
    def packaged(self) -> bool:
        """Whether the weights come with the engine's package: the lab neither downloads nor deletes them."""
        return not self.repository and self.folder is None

    def check_sampling(self, sampling: Sampling) -> None:
        """Raise InvalidValue for a value outside of the bounds of a field that this model heeds."""
        for each in self.sampling:
            each.check(sampling.value(each.name, each.default))

    def unheeded(self, sampling: Sampling) -> list[str]:
        """Return the fields that somebody changed and this model does not heed."""
        heeded = {each.name for each in self.sampling}
        changed = [name for name, unset in COMMON_SAMPLING.items() if sampling.value(name, unset) != unset]
        return [name for name in (*changed, *sampling.own) if name not in heeded]


@dataclass(frozen=True)
class Availability:
    """Whether an engine works on this machine."""

    available: bool
    reason: str
    """A sentence, of the one as of the other."""
    device: str = "CPU"
    """For the person: "Apple M1 (Metal)", "CPU"; empty when it is not available."""
    suitable: bool = True
    """Whether it speaks fast enough here to be chosen when the person names no model."""
    slow: str = ""
    """A sentence where a model would take minutes for one here: shown before gigabytes are brought for that."""
    command: str = ""
    """What brings the package that is missing, as it is typed in a terminal; empty where nothing does."""
    working_set_bytes: int | None = None
    """What the device may keep in memory at once without swapping; None where it names no such limit."""


@dataclass(frozen=True)
class PublishedFile:
    """A file of a repository, as it was published."""

    size_bytes: int
    sha256: str = ""
    """In hexadecimal, or its beginning; empty where nobody knows."""


@dataclass(frozen=True)
class Variant:
    """Another synthesizer for the same models, which a person asks for."""

    name: str
    synthesizer: str
    """module:Class."""
    flags: str
    """Of `voicelab serve`, on and off, as Click writes them: "--fast/--no-fast"."""
    variable: str
    """The environment variable that asks for it, 0 or 1."""
    variable_asks: bool = True
    """Which value of the variable asks for it."""
    help: str = ""


class Benchmark(Protocol):
    """What the module that `EngineDescriptor.benchmark` names has, for `voicelab bench engine`."""

    PARTS: Collection[str]
    """What can be measured by itself."""
    MODELS: Collection[str]
    """Names of models that it makes itself, without weights; it measures folders besides."""

    def measure(
        self, name: str, frames: int, runs: int, tell: Callable[[str], None], only: Collection[str]
    ) -> dict[str, Any]:
        """Return the figures."""


@dataclass(frozen=True)
class EngineDescriptor:
    """All that the lab knows of an engine. Its functions are called from any thread and ask no network."""

    name: str
    """Lower case, unique; the name of the entry point."""
    title: str
    """As people call it."""
    synthesizer: str
    """module:Class of a Synthesizer, which only the engine process imports."""
    models: tuple[Model, ...]
    """The catalogue; the first one is what `auto` means where this engine is chosen."""
    availability: Callable[[], Availability]
    """May take seconds the first time; remember what is slow."""
    priority: int = 0
    """`auto` is the available and suitable engine with the highest one; 0 is never chosen unless it is named."""
    default_reason: str = ""
    """A sentence that goes with the choice of the first model."""
    stands_in: bool = False
    """Whether it is quick to load and needs no download, so that it may answer while another one is not ready."""
    on_disk: Callable[[Model], Path | None] | None = None
    """Where the whole of a model is, None where it is not. Left out: its folder, or its repository in the hub's cache
    without `missing_files`."""
    missing_files: Callable[[Path], list[str]] = field(default=lambda _folder: [])
    """The files that a folder or snapshot lacks, relative to it."""
    describe_folder: Callable[[str, Path, Mapping[str, Any]], Model | None] = field(default=lambda *_given: None)
    """Given a name, a folder and what its config.json holds ({} without one): what is in it, None if it is not this
    engine's. Raises InvalidCheckpoint for what is and is damaged."""
    check_folder: Callable[[Path], None] = field(default=lambda _folder: None)
    """Raise InvalidCheckpoint unless the folder can be loaded, as far as files tell."""
    describe_repository: Callable[[str], Model | None] = field(default=lambda _repository: None)
    """What a hub repository "owner/name" is by its name, None if the name does not say that it is this engine's."""
    guess_repository: Callable[[str], Model | None] = field(default=lambda _repository: None)
    """The same where no engine's name is in it: what it is if it is this engine's."""
    variants: tuple[Variant, ...] = ()
    packages: tuple[str, ...] = ()
    """Distributions whose versions a report names, because they make the sound."""
    benchmark: str = ""
    """Module with a Benchmark; empty without."""
    proof: str = ""
    """Module with a Proof (speech/proof.py), for `voicelab verify`; empty without."""
    published_files: Callable[[Model], Mapping[str, PublishedFile]] = field(default=lambda _model: {})
    """The files of a model's repository that somebody knows, by their path in it."""
