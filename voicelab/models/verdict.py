"""What `voicelab verify` found of a model on this machine, kept beside the model, and what follows from it.

A verdict counts for the machine, the versions and the files that it was found with; any other is history.
"""

from __future__ import annotations

import json
import logging
import platform
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicelab import __version__
from voicelab.errors import StorageFailed, VoiceLabError
from voicelab.files import write_json
from voicelab.hub.cache import cache_folder
from voicelab.models.catalogue import on_disk
from voicelab.models.process_memory import machine_bytes
from voicelab.models.registry import registry
from voicelab.speech.proof import Check

if TYPE_CHECKING:
    from voicelab.speech.engine_descriptor import Model

log = logging.getLogger(__name__)

NAME = "voicelab-verdict.json"
_SCHEMA = 1


@dataclass(frozen=True)
class Verdict:
    """What was found."""

    model: str
    at: str
    """UTC, ISO 8601."""
    device: str
    """As the engine names it: "Apple M1 (Metal)"."""
    checks: tuple[Check, ...]
    versions: dict[str, str] = field(default_factory=dict)
    machine: dict[str, Any] = field(default_factory=dict)
    files: dict[str, list[int]] = field(default_factory=dict)
    """Path in the model's folder to size in bytes and time of the last change in ns."""
    whole: bool = True
    """Whether every check was tried, and nobody stopped it."""

    @property
    def failed(self) -> tuple[Check, ...]:
        """Those that failed."""
        return tuple(check for check in self.checks if check.outcome == "fail")

    @property
    def sentence(self) -> str:
        """What it comes to."""
        counts = {
            outcome: sum(check.outcome == outcome for check in self.checks) for outcome in ("pass", "fail", "skip")
        }
        told = f"{counts['pass']} checks pass, {counts['fail']} fail, {counts['skip']} are skipped"
        stopped = "" if self.whole else " Stopped before the end."
        first = f" First: {self.failed[0].name}: {self.failed[0].message}" if self.failed else ""
        return f"{self.model} on {self.device or 'this machine'}: {told}.{stopped}{first}"


def versions_for(model: Model) -> dict[str, str]:
    """Return the versions that a verdict on `model` depends on: the lab's and those of its engine's packages."""
    found = {"voicelab": __version__, "python": platform.python_version()}
    for package in registry().engine(model.engine).packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = ""
    return found


def machine_here() -> dict[str, Any]:
    """Return what tells this machine from others, without naming it."""
    return {"system": platform.system(), "processor": platform.machine(), "memory_bytes": machine_bytes()}


def files_of(model: Model) -> dict[str, list[int]]:
    """Return size and time of change of the files of `model`; nothing for one that is not on disk."""
    folder = on_disk(model)
    if folder is None:
        return {}
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != NAME:
            status = path.stat()
            found[path.relative_to(folder).as_posix()] = [status.st_size, status.st_mtime_ns]
    return found


def path_for(model: Model) -> Path | None:
    """Return where the verdict on `model` is kept: beside its snapshots, in its folder; None for neither."""
    if model.folder is not None:
        return model.folder / NAME
    return cache_folder(model.repository) / NAME if model.repository else None


def write_verdict(model: Model, verdict: Verdict) -> str:
    """Keep it beside the model. Where that cannot be written, return why, in a sentence."""
    path = path_for(model)
    if path is None or not path.parent.is_dir():
        return ""
    try:
        write_json(path, {"schema_version": _SCHEMA, **asdict(verdict)})
    except StorageFailed as error:
        return f"{error.message} The verdict is not kept."
    return ""


def read_verdict(model: Model) -> Verdict | None:
    """Return the verdict that counts here and now; None without one. Reads no weights."""
    path = path_for(model)
    if path is None:
        return None
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept.pop("schema_version") != _SCHEMA:
            return None
        verdict = Verdict(**{**kept, "checks": tuple(Check(**check) for check in kept["checks"])})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        log.warning("%s cannot be read and does not count.", path)
        return None
    here = (versions_for(model), machine_here(), files_of(model))
    return verdict if (verdict.versions, verdict.machine, verdict.files) == here else None


def proven(model: Model, variant: str) -> tuple[bool, str]:
    """Say whether a verdict proves that variant of its engine for `model`, and why or why not, in a sentence."""
    try:
        verdict = read_verdict(model)
    except VoiceLabError as error:
        return False, error.message
    if verdict is None:
        return False, f"Nothing is proven of {model.name} on this machine yet: `voicelab verify` does."
    about = [check for check in verdict.checks if check.variant == variant]
    against = next((check for check in about if check.outcome != "pass"), None)
    if against is not None:
        return False, f"Verified on {verdict.at[:10]}: {against.name}: {against.message}"
    if not about:
        return False, f"Verified on {verdict.at[:10]}, without a word on it."
    return True, f"Verified on {verdict.at[:10]}: {about[0].message}."
