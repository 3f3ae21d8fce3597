"""Which servers there are: told by the environment of the lab's process, and by nobody who asks it something."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVERS = "VOICELAB_REMOTES"
KEYS = "VOICELAB_REMOTE_KEYS"

Kind = Literal["openai", "vllm-omni", "voicelab"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MOST_AT_ONCE = 64
LONGEST_WAIT_S = 3600.0

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_OPTIONS = frozenset({"kind", "model", "voice", "at_once", "wait_s"})


@dataclass(frozen=True)
class Server:
    """One server, which is one model of this engine."""

    name: str
    url: str
    """Without a slash behind it."""
    kind: Kind = "openai"
    """What its requests look like: `vllm-omni` is given the voice's clip and its words, the others a name of theirs."""
    model: str = ""
    """What it calls the model; empty: its own."""
    voice: str = ""
    """What it calls the voice that speaks, where it is given no clip."""
    at_once: int = 4
    """Texts that it is sent at a time."""
    wait_s: float = 120.0
    """Seconds without a byte after which it is given up."""
    key: str = ""

    @property
    def host(self) -> str:
        """What people are told of where it is: never the key."""
        return urlsplit(self.url).netloc.rpartition("@")[2]


def servers(environment: Mapping[str, str] | None = None) -> tuple[Server, ...]:
    """Return the servers that the environment names, as NAME=URL#option=value&…, with white space between them.

    Raises ValueError, which says what is wrong.
    """
    given = os.environ if environment is None else environment
    keys = dict(_pair(entry, KEYS) for entry in given.get(KEYS, "").split())
    found = tuple(_server(entry, keys) for entry in given.get(SERVERS, "").split())
    names = [server.name for server in found]
    if len(set(names)) < len(names):
        raise ValueError(f"{SERVERS} names a server twice")
    if unknown := set(keys) - set(names):
        raise ValueError(f"{KEYS} has a key for {', '.join(sorted(unknown))}, which {SERVERS} does not name")
    return found


def _pair(entry: str, variable: str) -> tuple[str, str]:
    name, equals, value = entry.partition("=")
    if not (equals and value and _NAME.fullmatch(name)):
        shown = name if variable == KEYS else entry[:80]  # of a key nothing is shown
        raise ValueError(f"{variable} has {shown!r}, which is nothing like gpu=…: a name in lower case and what it is")
    return name, value


def _server(entry: str, keys: Mapping[str, str]) -> Server:
    name, address = _pair(entry, SERVERS)
    try:
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.username is not None or parts.query:
        raise ValueError(f"the address of {name} is none like http://gpu.local:8091 or https://voice.example/lab")
    options = dict(parse_qsl(parts.fragment))
    if unknown := set(options) - _OPTIONS:
        known = ", ".join(sorted(_OPTIONS))
        raise ValueError(f"{name} has the option {', '.join(sorted(unknown))[:80]!r}, and there are {known}")
    kind = next((each for each in KINDS if each == options.get("kind", "openai")), None)
    if kind is None:
        raise ValueError(f"the kind of {name} is {options['kind'][:40]!r}, and there are {', '.join(KINDS)}")
    path = parts.path.rstrip("/").removesuffix("/v1")
    return Server(
        name,
        f"{parts.scheme}://{parts.netloc}{path}",
        kind,
        options.get("model", ""),
        options.get("voice", ""),
        round(_number(name, options, "at_once", 4, MOST_AT_ONCE)),
        _number(name, options, "wait_s", 120, LONGEST_WAIT_S),
        keys.get(name, ""),
    )


def _number(name: str, options: Mapping[str, str], option: str, otherwise: float, most: float) -> float:
    try:
        value = float(options.get(option, otherwise))
    except ValueError:
        value = float("nan")
    if not 1 <= value <= most:
        raise ValueError(f"{option} of {name} is {options[option][:20]!r}, and may be 1 to {most:g}")
    return value
