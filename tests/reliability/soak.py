"""Mixed work on a real lab for as long as is wanted: speaking, a comparison, voices made, votes, pages looked at."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx2 as httpx
import numpy as np

from tests.gradio_page import GradioPage, PageRefused, functions_of
from tests.listening_lab import with_comparison
from tests.running import Server, is_alive, resident_mb, voicelab
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

SPEAKERS, MAKERS, COMPARERS = 2, 2, 1
VOTERS_SHARE = 0.3
"""Of those who neither speak nor make nor compare."""
TEXT = "The old baker opened his window and looked at the harbour."
CLIP = CHECKOUT / "voices" / "sample" / "clip.wav"


@dataclass
class Soaked:
    """What came of it."""

    times_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Of calls that need neither the engine nor the recognizer."""
    done: Counter[str] = field(default_factory=Counter)
    """Work that was finished."""
    failed: Counter[str] = field(default_factory=Counter)
    page_mb: list[float] = field(default_factory=list)
    """Memory of the lab's process, every second."""
    engine_mb: list[float] = field(default_factory=list)
    temporary: list[int] = field(default_factory=list)
    """Files in the folder for temporary ones, every second."""
    orphans: int = 0

    def p95_ms(self, prefix: str) -> float:
        """Of all calls whose name begins so."""
        times = sorted(
            time_ms for what, several in self.times_ms.items() if what.startswith(prefix) for time_ms in several
        )
        return times[int(0.95 * (len(times) - 1))]


def slope(values: list[float]) -> float:
    """Return by how much the second half of `values`, one each second, grows in a minute."""
    half = values[len(values) // 2 :]
    return float(np.polyfit(np.arange(len(half)) / 60, half, 1)[0])


class Soak:
    """`clients` at once for `minutes`."""

    def __init__(self, home: Path, minutes: float, clients: int) -> None:
        """Prepare a lab in `home`."""
        self._home = home
        self._end = 0.0
        self._seconds = 60 * minutes
        self._clients = clients
        self._soaked = Soaked()
        self._temporary = home / "tmp"
        self._link = ""
        self._functions: dict[str, int] = {}

    def run(self) -> Soaked:
        """Start the lab, let everybody work, end it, and look what is left."""
        self._temporary.mkdir()
        experiment = with_comparison(self._home)
        test = voicelab("listen", "create", experiment.id, "--home", str(self._home))
        self._link = "/listen/" + test["url"].rsplit("/", 1)[1]
        server = Server.start(self._home, "--model", "preview", TMPDIR=str(self._temporary))
        try:
            server.wait_for("ready", "page", within_s=120)
            engine = int(server.health()["pid"])
            asyncio.run(self._all(server))
        finally:
            server.end()
        self._soaked.orphans = sum(is_alive(pid) for pid in (engine, server.process.pid))
        return self._soaked

    async def _all(self, server: Server) -> None:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=self._clients, keepalive_expiry=4)
        async with httpx.AsyncClient(base_url=server.url, timeout=60, limits=limits) as client:
            self._functions = await functions_of(client)
            self._end = time.monotonic() + self._seconds
            others = self._clients - SPEAKERS - MAKERS - COMPARERS
            voters = round(VOTERS_SHARE * others)
            roles: list[Callable[..., Awaitable[None]]] = [self._speak] * SPEAKERS
            roles += [self._make] * MAKERS + [self._compare] * COMPARERS
            roles += [self._vote] * voters + [self._look] * (others - voters)
            watching = asyncio.create_task(self._watch(server))
            await asyncio.gather(*(self._turns(role, client, number) for number, role in enumerate(roles)))
            await watching

    async def _turns(self, role: Callable[..., Awaitable[None]], client: httpx.AsyncClient, number: int) -> None:
        chance = random.Random(number)
        page = GradioPage(client, f"soak{number}", self._functions)
        await asyncio.sleep(chance.uniform(0, 3))
        while time.monotonic() < self._end:
            try:
                await role(client, page, chance)
            except (httpx.HTTPError, PageRefused, TimeoutError) as error:
                self._soaked.failed[f"{role.__name__}: {type(error).__name__} {error}"[:120]] += 1
                await asyncio.sleep(1)

    async def _timed(self, what: str, call: Awaitable[Any]) -> Any:
        began = time.perf_counter()
        answer = await call
        self._soaked.times_ms[what].append(1000 * (time.perf_counter() - began))
        if isinstance(answer, httpx.Response):
            answer.raise_for_status()
        return answer

    async def _speak(self, client: httpx.AsyncClient, _page: GradioPage, _chance: random.Random) -> None:
        answer = await client.get("/synthesize", params={"voice": "anna", "text": TEXT})
        answer.raise_for_status()
        self._soaked.done["texts spoken"] += 1

    async def _compare(self, _client: httpx.AsyncClient, page: GradioPage, _chance: random.Random) -> None:
        await page.call("run", "anna", "One line to compare.", ["whole"], ["preview"], 2, within_s=300)
        self._soaked.done["comparisons"] += 1
        await asyncio.sleep(5)

    async def _make(self, client: httpx.AsyncClient, page: GradioPage, chance: random.Random) -> None:
        name = f"Voice {chance.randrange(10**9)}"
        with CLIP.open("rb") as clip:
            uploaded = await client.post("/gradio_api/upload", files={"files": ("clip.wav", clip)})
        (path,) = uploaded.json()
        file = {"path": path, "orig_name": "clip.wav", "meta": {"_type": "gradio.FileData"}}
        draft = (await page.call("take_recording", file, ""))[0]
        await page.call("hear", draft, "tiny.en", "english", within_s=300)
        await page.call("save", draft, name, "english", "It is synthetic.")
        slug = name.lower().replace(" ", "-")
        await self._timed("page library", page.call("library", None))
        await self._timed("page rename", page.call("rename", slug, f"{name} b"))
        await self._timed("page remove", page.call("remove", f"{slug}-b"))
        self._soaked.done["voices made"] += 1
        await asyncio.sleep(chance.uniform(5, 15))

    async def _vote(self, client: httpx.AsyncClient, _page: GradioPage, chance: random.Random) -> None:
        joined = await self._timed("api join", client.post(f"{self._link}/join", json={}))
        headers = {"X-Listener": joined.json()["key"]}
        while time.monotonic() < self._end:
            trial = (await self._timed("api trial", client.get(f"{self._link}/trial", headers=headers))).json()["trial"]
            if trial is None:
                break
            for stimulus in trial["stimuli"]:
                await self._timed("api audio", client.get(f"{self._link}/audio/{stimulus['id']}", headers=headers))
            await asyncio.sleep(chance.uniform(3, 8))
            body = {"trial": trial["id"], "value": 0, "plays": [1, 1], "heard_s": 3.0}
            await self._timed("api answer", client.post(f"{self._link}/answers", headers=headers, json=body))
            self._soaked.done["votes"] += 1

    async def _look(self, client: httpx.AsyncClient, page: GradioPage, chance: random.Random) -> None:
        for path in ("/", "/health", "/voices"):
            await self._timed("page /" if path == "/" else f"api {path}", client.get(path))
            await asyncio.sleep(chance.uniform(1, 3))
        for name, chosen in (("voice_list", None), ("library", None), ("details", "anna")):
            await self._timed(f"page {name}", page.call(name, chosen))
            await asyncio.sleep(chance.uniform(1, 3))

    async def _watch(self, server: Server) -> None:
        while time.monotonic() < self._end:
            health = await asyncio.to_thread(server.health)
            self._soaked.page_mb.append(resident_mb(server.process.pid))
            if health.get("pid"):
                self._soaked.engine_mb.append(resident_mb(health["pid"]))
            self._soaked.temporary.append(sum(1 for path in self._temporary.rglob("*") if path.is_file()))
            await asyncio.sleep(1)
