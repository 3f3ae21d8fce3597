"""What launchd and systemd are told: the files, as bytes, and the commands that make them count."""

from __future__ import annotations

import plistlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from platformdirs import user_cache_path

from voicelab.errors import Failed, InvalidValue
from voicelab.settings import CHECKOUT, in_checkout

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Kind = Literal["launchd", "systemd"]

LABEL = "org.voicelab.server"
UNIT = "voicelab.service"

_CARRIED = ("HF_HOME", "HF_HUB_CACHE", "HF_TOKEN", "HF_ENDPOINT", "HF_HUB_OFFLINE")
_GUARDED = ("Documents", "Desktop", "Downloads")
_RESTART_S = 5
"""Between the end of the server and its next start: launchd would throttle at 10 by itself."""


@dataclass(frozen=True)
class Service:
    """One service of this user."""

    kind: Kind
    path: Path
    """The file that defines it."""
    content: bytes
    log: Path | None
    """Where its log is; None where the system's journal keeps it."""
    start: tuple[tuple[str, ...], ...]
    """Commands that make the file count and start it."""
    stop: tuple[tuple[str, ...], ...]
    """Commands that stop it and forget it."""
    state: tuple[str, ...]
    """Command that succeeds while it is loaded and running."""


def kind_here() -> Kind:
    """Return what starts services on this machine. Raises Failed where the lab knows nothing that does."""
    if sys.platform == "darwin":
        return "launchd"
    if sys.platform == "linux":
        return "systemd"
    raise Failed("Services are installed on macOS and Linux only. Start the lab with `voicelab serve` here.")


def service(
    kind: Kind,
    home: Path,
    user_home: Path,
    user_id: int,
    flags: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Service:
    """Return the service that serves the lab in `home`, with further `flags` of `serve`. Raises InvalidValue.

    Of `environment` it gets what `carried` chooses: neither launchd nor systemd gives a service that of a shell.
    """
    variables = carried(environment or {})
    for value in (str(home), str(user_home), str(CHECKOUT), sys.executable, *flags, *variables.values()):
        if any(ord(character) < ord(" ") for character in value):
            raise InvalidValue("home", f"{value!r} holds a line end or another control character. Move it elsewhere.")
    program = [*_lab(), "--home", str(home), *flags]
    if kind == "launchd":
        return _launchd(program, home, user_home, user_id, variables)
    return _systemd(program, user_home, variables)


def carried(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that change what the lab does: where models lie, the hub's token, the lab's own.

    VOICELAB_HOME, which is given as a flag, is left out.
    """
    return {
        name: value
        for name, value in sorted(environment.items())
        if name in _CARRIED or (name.startswith("VOICELAB_") and name != "VOICELAB_HOME")
    }


def unreachable(places: Iterable[Path], user_home: Path) -> str:
    """Return a sentence where macOS keeps services from one of `places`, or may not have it; else nothing.

    Programs that launchd starts may not read what is in these folders before a person allowed it in a window, which a
    service never shows, and a volume beside the system's own is there only while its disk is.
    """
    for place in places:
        guarded = next((name for name in _GUARDED if place.is_relative_to(user_home / name)), "")
        if guarded:
            return (
                f"{place} is in {guarded}, which macOS keeps from services: it would not start. Move it, for example "
                f"to {user_home / 'voicelab'}, and install the service from there."
            )
        if place.is_relative_to("/Volumes"):
            return (
                f"{place} is on another disk, which may not be there when the session begins, and which macOS keeps "
                f"from services. Move it to this Mac's own disk, for example to {user_home / 'voicelab'}."
            )
    return ""


def short_lived(prefix: Path = Path(sys.prefix)) -> str:
    """Return a sentence where the environment at `prefix` is a cache's, as of `uvx` and `pipx run`; else nothing.

    Caches say that they are some by a file (https://bford.info/cachedir); the environment itself may have one too.
    """
    in_cache = any((folder / "CACHEDIR.TAG").is_file() for folder in prefix.parents)
    if not in_cache and not prefix.is_relative_to(user_cache_path()):
        return ""
    return (
        f"{prefix} is in a cache: once that is cleared, the service cannot start. Install the lab to stay, with "
        "`uv tool install` or `pipx install`, and install the service from there."
    )


def _lab() -> list[str]:
    """Return the command that serves the lab, without flags.

    The interpreter of the virtual environment by its own path: resolved, it would not see its packages. With -P,
    because modules that lie where the service starts are not the lab's.
    """
    if in_checkout():
        return [sys.executable, str(CHECKOUT / "app.py")]
    return [sys.executable, "-P", "-m", "voicelab", "serve"]


def _launchd(program: list[str], home: Path, user_home: Path, user_id: int, variables: dict[str, str]) -> Service:
    path = user_home / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    logs = home / "data" / "logs"
    log = logs / "server.log"
    crashes = str(logs / "launchd.log")
    content = plistlib.dumps(
        {
            "Label": LABEL,
            # launchd turns over no logs: the server does, and what it cannot write itself goes to the second file.
            "ProgramArguments": [*program, "--log-file", str(log)],
            "WorkingDirectory": str(user_home),
            "RunAtLoad": True,
            "KeepAlive": True,
            "ThrottleInterval": _RESTART_S,
            "ProcessType": "Interactive",
            "StandardOutPath": crashes,
            "StandardErrorPath": crashes,
            **({"EnvironmentVariables": variables} if variables else {}),
        }
    )
    domain = f"gui/{user_id}"
    return Service(
        "launchd",
        path,
        content,
        log,
        start=(("launchctl", "bootstrap", domain, str(path)),),
        stop=(("launchctl", "bootout", f"{domain}/{LABEL}"),),
        state=("launchctl", "print", f"{domain}/{LABEL}"),
    )


def _systemd(program: list[str], user_home: Path, variables: dict[str, str]) -> Service:
    given = "".join(f"Environment={_quoted(f'{name}={value}', command=False)}\n" for name, value in variables.items())
    content = f"""[Unit]
Description=Voice Lab
After=network.target

[Service]
ExecStart={" ".join(map(_quoted, program))}
WorkingDirectory={str(user_home).replace("%", "%%")}
{given}Restart=always
RestartSec={_RESTART_S}
TimeoutStopSec=20

[Install]
WantedBy=default.target
"""
    manager = ("systemctl", "--user")
    return Service(
        "systemd",
        user_home / ".config" / "systemd" / "user" / UNIT,
        content.encode(),
        None,  # the journal turns itself over
        start=((*manager, "daemon-reload"), (*manager, "enable", "--now", UNIT)),
        stop=((*manager, "disable", "--now", UNIT),),
        state=(*manager, "is-active", UNIT),
    )


def _quoted(argument: str, *, command: bool = True) -> str:
    """Return `argument` as systemd reads it back: quoted, its specifiers plain characters.

    So are variables, which systemd looks for in a `command` and nowhere else.
    """
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped.replace("$", "$$") if command else escaped}"'
