"""`voicelab models …`: what is on disk, downloads, deleting."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from voicelab.cli.output import Answer, Home, command, examples, open_lab, table, tell
from voicelab.cli.streams import say_aside
from voicelab.errors import Cancelled, InvalidValue, ModelInUse, ModelUnavailable

if TYPE_CHECKING:
    from voicelab.hub.downloads import DownloadState
    from voicelab.models.model_store import StoredModel
    from voicelab.settings import Settings

app = typer.Typer(help="Models on this machine: list, download, delete.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Catalogue name, or a repository of the hub.", metavar="MODEL")]

_LOOK_S = 0.2


@app.command("list", epilog=examples("models list"))
@command
def list_models(*, home: Home = None) -> Answer:
    """List the models: size, memory against this machine's, on disk or not."""
    with open_lab(home) as lab:
        models, machine = lab.models.models(), lab.models.machine_bytes
    rows = [(model.name, _on_disk(model), _gigabytes(model.size_bytes), _memory(model)) for model in models]
    shown = table(("MODEL", "ON DISK", "DOWNLOAD", "MEMORY"), rows)
    text = f"This machine has {_gigabytes(machine)} of memory."
    return Answer({"machine_bytes": machine, "models": models}, f"{text}\n\n{shown}")


@app.command("download", epilog=examples("models download qwen3-tts-0.6b-8bit"))
@command
def download(*, name: Name, home: Home = None) -> Answer:
    """Download a model. Ctrl-C pauses: the next time it goes on where it stopped."""
    from voicelab.models.catalogue import find

    with open_lab(home) as lab:
        terms = find(name).terms
        if terms:
            say_aside(f"{terms}\n")
        stored = lab.models.download(name)
        try:
            while (state := lab.models.downloads.state(stored.repository)) is not None and state.active:
                tell(_how_far(stored.name, state), stored.name)
                time.sleep(_LOOK_S)
        except KeyboardInterrupt:
            lab.models.pause(name)
            raise Cancelled(f"Paused. What has arrived is kept: download {name} again to go on.") from None
        if state is not None and state.message:
            raise ModelUnavailable(state.message)
        found = next(model for model in lab.models.models() if model.name == stored.name)
    if found.on_disk != "yes":
        raise ModelUnavailable(f"{found.repository} was downloaded and lacks files of a model. Give another.")
    return Answer(found, f"{found.name} is on disk: {_gigabytes(found.disk_bytes)}.")


@app.command("delete", epilog=examples("models delete qwen3-tts-0.6b-4bit"))
@command
def delete(
    *,
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    home: Home = None,
) -> Answer:
    """Delete a model from the disk, unless somebody needs it. Asks first."""
    with open_lab(home) as lab:
        used = _used_by_the_server(lab.settings, name)
        if used:
            raise ModelInUse(f"{name} is not deleted: in the lab that runs here, {used}")
        if not yes:
            if not sys.stdin.isatty():
                raise InvalidValue("yes", f"Say that {name} is to be deleted: add --yes.")
            if not typer.confirm(f"Delete {name} from this machine's disk?", err=True):
                raise Cancelled(f"{name} is kept.")
        freed = lab.models.delete(name)
    return Answer({"model": name, "freed_bytes": freed}, f"{name} is deleted: {_gigabytes(freed)} are free again.")


def _used_by_the_server(settings: Settings, name: str) -> str:
    """Return what the lab that serves this home, or the address of `settings`, needs the model for; empty without."""
    from voicelab.api.running_lab import RunningLab, lab_at

    lab = lab_at(settings) or RunningLab(settings.host, settings.port)
    models = lab.get("/models").get("models", [])
    return next((str(model["in_use"]) for model in models if model["name"] == name), "")


def _how_far(name: str, state: DownloadState) -> str:
    if not state.total_bytes:
        return f"{name}: asking the hub"
    speed = "" if state.bytes_per_s is None else f", {state.bytes_per_s / 1e6:.1f} MB/s"
    return f"{name}: {state.done_bytes / 1e6:,.0f} of {state.total_bytes / 1e6:,.0f} MB{speed}"


def _on_disk(model: StoredModel) -> str:
    if model.on_disk == "partly":
        return f"partly, {_gigabytes(model.disk_bytes)}"
    return "comes with its engine" if model.on_disk == "packaged" else model.on_disk


def _memory(model: StoredModel) -> str:
    return f"{_gigabytes(model.memory_bytes)}{'' if model.fits else ', would swap here'}"


def _gigabytes(size_bytes: int | None) -> str:
    return f"{size_bytes / 1e9:.2f} GB" if size_bytes else "-"
