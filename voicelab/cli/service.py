"""`voicelab service`: start with the session, start again after a crash."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voicelab.cli.output import Answer, Home, command, examples

if TYPE_CHECKING:
    from voicelab.service.units import Service
    from voicelab.settings import Settings

app = typer.Typer(help="Run the lab as a service of your session.", no_args_is_help=True)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done and do nothing.")]
Host = Annotated[str | None, typer.Option("--host", show_default="127.0.0.1: this machine only")]
Port = Annotated[int | None, typer.Option("--port", min=1, max=65535, show_default="7860")]
Model = Annotated[str | None, typer.Option("--model", show_default="auto")]
IdleMinutes = Annotated[
    float,
    typer.Option("--idle-minutes", min=0, help="Unload the model after so long without a text; 0 never."),
]


@app.command("install", epilog=examples("service install --dry-run", "service install --port 7861"))
@command
def install(
    *,
    host: Host = None,
    port: Port = None,
    model: Model = None,
    idle_minutes: IdleMinutes = 0.0,
    dry_run: DryRun = False,
    home: Home = None,
) -> Answer:
    """Write the LaunchAgent (macOS) or systemd user unit (Linux) and start it. Its model stays loaded."""
    from voicelab.addresses import own_url
    from voicelab.errors import InvalidValue
    from voicelab.service import manage
    from voicelab.service.units import short_lived, unreachable
    from voicelab.settings import CHECKOUT

    given = (("--host", host), ("--port", port), ("--model", model), ("--idle-minutes", f"{idle_minutes:g}"))
    flags = [part for name, value in given if value is not None for part in (name, str(value))]
    service = _service(home, flags)
    settings = _settings(home, host=host, port=port)
    note = short_lived()
    kept = unreachable((settings.home, CHECKOUT, Path(sys.prefix)), Path.home())
    if service.kind == "launchd" and kept:
        raise InvalidValue("home", kept)
    if not dry_run:
        manage.install(service)
        note = " ".join(part for part in (note, manage.answered(own_url(settings))) if part)
    done = "would be written, and then:" if dry_run else "is written and started."
    return _answer(service, done, dry_run, "start", note=note)


@app.command("uninstall", epilog=examples("service uninstall"))
@command
def uninstall(*, dry_run: DryRun = False, home: Home = None) -> Answer:
    """Stop the service and remove its file. Voices, data and logs stay."""
    from voicelab.service import manage

    service = _service(home)
    there = service.path.exists()
    if not dry_run:
        manage.uninstall(service)
    what = ("would be removed, after:" if dry_run else "is removed.") if there else "is not installed."
    return _answer(service, what, dry_run, "stop")


@app.command("status", epilog=examples("service status"))
@command
def status(*, dry_run: DryRun = False, home: Home = None) -> Answer:
    """Say whether the service is installed and runs."""
    from voicelab.service import manage

    service = _service(home)
    if dry_run:
        return _answer(service, "would be asked about with:", dry_run, "state")
    found = manage.status(service)
    running = {True: "It is running.", False: "It is not running.", None: "The system cannot be asked."}[found.running]
    text = f"{found.path} is installed. {running}" if found.installed else f"{found.path} is not installed."
    value = {"path": found.path, "text": text, "installed": found.installed, "running": found.running}
    return Answer(value | {"kind": service.kind, "log": service.log}, text)


def _service(home: Path | None, flags: list[str] | None = None) -> Service:
    from voicelab.service.units import kind_here, service

    return service(kind_here(), _settings(home).home, Path.home(), os.getuid(), flags or [], os.environ)


def _settings(home: Path | None, **flags: Any) -> Settings:
    from voicelab.environment import read_settings

    return read_settings(home=home, **flags)


def _answer(service: Service, what: str, dry_run: bool, commands: str, note: str = "") -> Answer:
    """Return the file and, for a dry run, its content and the commands; last what should be known of it."""
    listed: Any = getattr(service, commands)
    lines = [" ".join(line) for line in ((listed,) if commands == "state" else listed)]
    content = service.content.decode()
    if token := os.environ.get("HF_TOKEN"):
        content = content.replace(token, "(the token of HF_TOKEN)")
    value = {"path": service.path, "text": content, "kind": service.kind, "log": service.log, "dry_run": dry_run}
    log = (
        f"Its log is in {service.log}." if service.log else "Its log is in the journal: journalctl --user -u voicelab."
    )
    shown = [f"{service.path} {what}", *(["  " + line for line in lines] + ["", content] if dry_run else [log])]
    notes = [note] if note else []
    return Answer(value | {"commands": lines, "notes": notes}, "\n".join([*shown, *notes]))
