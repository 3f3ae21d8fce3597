"""Where the lab is found: the one place that knows what to open on this machine and what others open."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING

from voicelab.settings import EVERYWHERE, is_loopback

if TYPE_CHECKING:
    from voicelab.settings import Settings

_SIMPLE = re.compile(r"[A-Za-z0-9_-]+")


def own_url(settings: Settings) -> str:
    """Return what a person opens in a browser on this machine."""
    host = settings.host
    if host in EVERYWHERE:
        host = "127.0.0.1" if host != "::" or socket.has_dualstack_ipv6() else "::1"
    return _url(host, settings.port)


def public_url(settings: Settings) -> str:
    """Return what others open, without a slash at its end: on the network, or through the proxy in front.

    What the person said is believed (`--public-url`). Else the first `--allow-host` is a proxy's name where the lab
    hears of others only through one, and a further name of this machine where it listens on the network itself.
    """
    if settings.public_url:
        return settings.public_url
    if settings.allow_hosts:
        name = settings.allow_hosts[0]
        if settings.trusted_proxies or (is_loopback(settings.host) and not is_of_this_machine(name)):
            return f"https://{name}{settings.root_path}"
        return _url(name, settings.port)
    if settings.host in EVERYWHERE:
        return _url(lan_address(ipv6=settings.host == "::" and not socket.has_dualstack_ipv6()), settings.port)
    return _url(settings.host, settings.port) if not settings.local else own_url(settings)


def listening_url(settings: Settings, token: str) -> str:
    """Return the address of a listener's page."""
    return f"{public_url(settings)}/listen/{token}"


def is_of_this_machine(name: str) -> bool:
    """Say whether a name leads to this machine without a proxy: a container's for its host, or one without a dot."""
    return name.endswith(".internal") or _SIMPLE.fullmatch(name) is not None


def lan_address(*, ipv6: bool = False) -> str:
    """Return this machine's address on its network, or its name when it has none. Sends nothing."""
    family, elsewhere = (socket.AF_INET6, "2001:db8::1") if ipv6 else (socket.AF_INET, "192.0.2.1")
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((elsewhere, 9))  # an address for documentation: only the route to it is looked up
            return str(probe.getsockname()[0])
    except OSError:
        return socket.gethostname()


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
