"""How this run of the lab is set up: its defaults, then VOICELAB_* variables, then flags; read by pydantic-settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from voicelab.errors import InvalidValue
from voicelab.settings import DATE_ORDERS, DateOrder, Settings, is_root_path

if TYPE_CHECKING:
    from collections.abc import Sequence

PREFIX = "VOICELAB_"
_REASONS = {"bool_parsing": "which is neither yes nor no (1, 0, true, false)"}
"""By pydantic's name of the error; a number is meant by the others."""


def read_settings(**flags: Any) -> Settings:
    """Return the defaults, overruled by variables, and those by the flags that are not None. Raises InvalidValue."""
    variants = dict(flags.pop("engine_variants", None) or {})
    try:
        given = Variables(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        raise _in_words(error) from error
    known = {name: value for name, value in given if value is not None}
    settings = Settings(**known, engine_variants=variants)
    return replace(settings, home=settings.home.expanduser().resolve())


def _in_words(error: ValidationError) -> InvalidValue:
    wrong = error.errors()[0]
    name = str(wrong["loc"][0])
    said = wrong.get("ctx", {}).get("error")
    what = str(said) if said else _REASONS.get(wrong["type"], "which is no number")
    return InvalidValue(name, f"{PREFIX}{name.upper()} is {wrong['input']!r}, {what}. Correct it or unset it.")


def _listed(value: str | Sequence[str]) -> tuple[str, ...]:
    """Return the parts of a comma-separated variable, or the values of a repeated flag."""
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(part.strip() for part in parts if part.strip())


def _date_order(value: str) -> str:
    """Return it if it is one. Raises ValueError."""
    if value not in DATE_ORDERS:
        raise ValueError(f"and there are {' and '.join(DATE_ORDERS)}")
    return value


def _root_path(value: str) -> str:
    """Return the path with a slash before and none behind it. Raises ValueError."""
    path = f"/{value.strip('/')}" if value.strip("/") else ""
    if path and not is_root_path(path):
        raise ValueError("which is no path like /lab")
    return path


def _public_url(value: str) -> str:
    """Return the address without a slash behind it. Raises ValueError."""
    url = value.rstrip("/")
    try:
        parts = urlsplit(url)
        fits = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0 and parts.username is None
    except ValueError:
        fits = False
    if not fits or parts.query or parts.fragment or (parts.path and not is_root_path(parts.path)):
        raise ValueError("which is no address like https://voice.example or https://voice.example/lab")
    return url


def _aliases(value: str | Sequence[str]) -> dict[str, str]:
    """Return the voices by their other names, given as alias=voice. Raises ValueError."""
    pairs = [part.partition("=") for part in _listed(value)]
    if not all(alias.strip() and voice.strip() for alias, _equals, voice in pairs):
        raise ValueError("which is nothing like alloy=vixen: another name, and the voice that it means")
    return {alias.strip().casefold(): voice.strip() for alias, _equals, voice in pairs}


_Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]


class Variables(BaseSettings):
    """The fields of Settings that a variable may give; None is not given, as an empty variable."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="forbid")

    home: Path | None = None
    host: str | None = None
    port: int | None = None
    model: str | None = None
    recognizer: str | None = None
    queue_limit: int | None = None
    database_url: str | None = None
    default_voice: str | None = None
    text_limit: int | None = None
    rate_limit: int | None = None
    cache_mb: int | None = None
    allow_origins: _Listed | None = None
    allow_hosts: _Listed | None = None
    trusted_proxies: _Listed | None = None
    root_path: Annotated[str, BeforeValidator(_root_path)] | None = None
    public_url: Annotated[str, BeforeValidator(_public_url)] | None = None
    voice_aliases: Annotated[Mapping[str, str], NoDecode, BeforeValidator(_aliases)] | None = None
    allow_swap: bool | None = None
    idle_minutes: float | None = None
    date_order: Annotated[DateOrder, BeforeValidator(_date_order)] | None = None
    scheduler: str | None = None
