"""How a run of the lab is set up, and where its data lives. What reads flags and variables is environment.py."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from platformdirs import user_data_path

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent
"""The folder that the package lies in: the checkout, when the lab is run from one (`in_checkout`)."""

LAN_TEXTS_PER_MINUTE = 120
"""What one client may send from another machine unless the person says otherwise: far more than one can listen to."""

DateOrder = Literal["month-first", "day-first"]
DATE_ORDERS: tuple[DateOrder, ...] = get_args(DateOrder)

EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound
"""What listens on every address of this machine."""
_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,63}){1,8}")
"""Below which a proxy may offer the lab."""

UNLOADED_AFTER_MINUTES = 30.0
"""A pause in which somebody compares or listens is shorter; a choice, measured nowhere."""


def in_checkout(folder: Path = CHECKOUT) -> bool:
    """Say whether `folder`, which the package lies in, is a checkout and not where packages are installed."""
    return (folder / "pyproject.toml").is_file() and (folder / "voices").is_dir()


def platform_home() -> Path:
    """Return the platform's own folder for the lab's data.

    ~/Library/Application Support/voicelab on macOS; on Linux voicelab in $XDG_DATA_HOME, or in ~/.local/share.
    """
    return user_data_path("voicelab", appauthor=False)


def default_home() -> Path:
    """Return the home of a lab that was told none: the checkout that it is run from, else the platform's folder."""
    return CHECKOUT if in_checkout() else platform_home()


@dataclass(frozen=True)
class Settings:
    """How this run of the lab is set up. Environment variables are the field names in capitals after VOICELAB_."""

    home: Path = field(default_factory=default_home)
    """The folder that holds voices/ and data/."""
    host: str = "127.0.0.1"
    """The address to listen on. Loopback unless the person says otherwise."""
    port: int = 7860
    model: str = "auto"
    """Catalogue name, repository, local folder, or `auto`: see models/model_choice.py."""
    recognizer: str = "large-v3-turbo"
    """Whisper size or local folder that transcribes when the person names none."""
    queue_limit: int = 32
    """Jobs that may wait for the engine before new ones are refused."""
    database_url: str = ""
    """Of listening tests, for example postgresql+psycopg://…; empty: the file `data/voicelab.db`."""
    default_voice: str = ""
    """Name or slug of the voice of a request that names none; empty: the one called default, or the only one."""
    text_limit: int = 20_000
    """Characters that one request over HTTP may have."""
    rate_limit: int = -1
    """Texts per minute that one client may send; 0 is no limit, -1 is 120 beyond this machine and none on it."""
    cache_mb: int = 256
    """Megabytes of finished speech kept for identical requests with a seed; 0 keeps nothing."""
    allow_origins: tuple[str, ...] = ()
    """Origins of other sites whose pages may ask this lab, e.g. https://robot.example."""
    allow_hosts: tuple[str, ...] = ()
    """Further names this lab goes by, e.g. that of a proxy in front of it. With any, a token is needed."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses of proxies whose word is taken for where a request comes from and led to (X-Forwarded-…)."""
    root_path: str = ""
    """The path below which a proxy offers the lab, e.g. /lab; empty: at its root. A trusted proxy may say another one
    with each request (X-Forwarded-Prefix)."""
    public_url: str = ""
    """The address that others open, where the lab cannot know it: https://voice.example/lab. With one, a token is
    needed."""
    voice_aliases: Mapping[str, str] = field(default_factory=dict)
    """Other names of voices, e.g. alloy to vixen, for clients with a fixed list of OpenAI's."""
    engine_variants: Mapping[str, bool] = field(default_factory=dict)
    """Flags of the command line that ask an engine for another synthesizer: "engine.variant" to whether it is wanted.
    What no flag says, the variables that the engines name say."""
    allow_swap: bool = False
    """Whether models are loaded that this machine has not the memory for."""
    idle_minutes: float = -1.0
    """Minutes without a text after which the model's memory is given back; 0 keeps it, -1: see `unloads_after`."""
    date_order: DateOrder = "month-first"
    """What 01/02/2024 is in English, for texts that do not say: `month-first` or `day-first`."""
    scheduler: str = ""
    """Of the Dask cluster that renders comparisons, for example tcp://host:8786; empty: this machine does."""

    @property
    def local(self) -> bool:
        """Whether only this machine can reach the lab: then whoever asks may name folders of it, and needs no token."""
        return is_loopback(self.host) and not self.allow_hosts and not self.public_url

    @property
    def texts_per_minute(self) -> int:
        """What `rate_limit` means here; 0 is no limit."""
        return (0 if self.local else LAN_TEXTS_PER_MINUTE) if self.rate_limit < 0 else self.rate_limit

    @property
    def unloads_after(self) -> float:
        """What `idle_minutes` means here; 0 is never.

        A person who tries voices wants the memory back. A served voice (other machines may ask for it, or it is the
        default of requests that name none) is there to answer at once: it only goes cold where somebody said so.
        """
        if self.idle_minutes >= 0:
            return self.idle_minutes
        return UNLOADED_AFTER_MINUTES if self.local and not self.default_voice else 0.0

    @property
    def token_file(self) -> Path:
        """Where the token that other machines need is kept."""
        return self.data / "token"

    @property
    def cache(self) -> Path:
        """Finished speech for identical requests."""
        return self.data / "cache" / "speech"

    @property
    def voices(self) -> Path:
        """One folder per voice."""
        return self.home / "voices"

    @property
    def data(self) -> Path:
        """Everything that is not a voice: drafts, experiments, caches."""
        return self.home / "data"

    @property
    def drafts(self) -> Path:
        """Voices in the making."""
        return self.data / "drafts"

    @property
    def experiments(self) -> Path:
        """One folder per experiment, with its takes."""
        return self.data / "experiments"

    @property
    def listening(self) -> Path:
        """One folder per listening test, with its stimuli."""
        return self.data / "listening"

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.database_url or f"sqlite:///{self.data / 'voicelab.db'}"


def is_root_path(path: str) -> bool:
    """Say whether a lab can stand below `path`: /lab, or /audio/lab; empty is none."""
    return _PATH.fullmatch(path) is not None


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
