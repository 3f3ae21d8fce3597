"""`make bench-server`: 1,000 requests at 50 at once on the preview engine; prints answers, times and memory.

Of every four requests one is a GET, one JSON, one OpenAI's and one streamed; every twentieth client hangs up. Who is
refused waits as Retry-After says, two seconds at most, and goes on with the next text. It fails when anything but 200
and 429 was answered, memory grew by more than 5 % after the warm-up, or a process was left behind.
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx2 as httpx
import psutil

from tests.running import Server
from voicelab.settings import CHECKOUT

REQUESTS = 1000
AT_ONCE = 50
WARM_UP = 200
"""Requests after which memory is compared: allocators and caches are filled by then."""
HANGS_UP = 20
GROWTH = 0.05
SAMPLES = 9
"""Memory is the median of so many readings: it swings with what is being spoken."""


class Load:
    """The clients, and what became of their requests."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.process = psutil.Process(server.process.pid)
        self.answers: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.audio_bytes = 0
        self.wrong: list[str] = []
        self._numbers = itertools.count()

    def processes(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]

    async def memory_mb(self) -> float:
        readings: list[float] = []
        for _ in range(SAMPLES):
            readings.append(sum(each.memory_info().rss for each in self.processes()) / 2**20)
            await asyncio.sleep(0.1)
        return sorted(readings)[SAMPLES // 2]

    async def run(self, count: int) -> None:
        last = next(self._numbers) + count
        limits = httpx.Limits(max_connections=AT_ONCE)
        async with httpx.AsyncClient(base_url=self.server.url, timeout=120, limits=limits) as client:
            await asyncio.gather(*(self._one_after_the_other(client, last) for _ in range(AT_ONCE)))

    async def _one_after_the_other(self, client: httpx.AsyncClient, last: int) -> None:
        while (number := next(self._numbers)) <= last:
            if number % HANGS_UP == 0:
                await self._hang_up(client, number)
                continue
            started = time.perf_counter()
            answer = await client.request(**_request(number))
            self.answers[str(answer.status_code)] += 1
            if answer.status_code == 200:
                self.seconds.append(time.perf_counter() - started)
                self.audio_bytes += len(answer.content)
                if len(answer.content) < 1000:
                    self.wrong.append(f"request {number}: {len(answer.content)} bytes of audio")
            elif answer.status_code == 429:
                await asyncio.sleep(min(2.0, float(answer.headers["Retry-After"])))
            else:
                self.wrong.append(f"request {number}: {answer.status_code} {answer.text[:200]}")

    async def _hang_up(self, client: httpx.AsyncClient, number: int) -> None:
        try:
            await client.request(**_request(number), timeout=0.3)
            self.answers["200 or 429 before hanging up"] += 1
        except httpx.TimeoutException:
            self.answers["hung up"] += 1


def _request(number: int) -> dict[str, Any]:
    text = f"This is the request with the number {number}."
    spoken = {"text": text, "voice": "sample"}
    requests: list[dict[str, Any]] = [
        {"method": "GET", "url": "/synthesize", "params": spoken},
        {"method": "POST", "url": "/synthesize", "json": spoken | {"format": "mp3"}},
        {"method": "POST", "url": "/v1/audio/speech", "json": {"input": text, "voice": "sample", "model": "tts-1"}},
        {"method": "GET", "url": "/synthesize", "params": spoken | {"stream": "true"}},
    ]
    return requests[number % 4]


async def _loaded(server: Server) -> tuple[Load, float, float, float]:
    load = Load(server)
    await load.run(WARM_UP)
    before_mb = await load.memory_mb()
    started = time.perf_counter()
    await load.run(REQUESTS - WARM_UP)
    took_s = time.perf_counter() - started
    return load, before_mb, await load.memory_mb(), took_s


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        shutil.copytree(CHECKOUT / "voices" / "sample", home / "voices" / "sample")
        server = Server.start(home, "--model", "preview")
        server.wait_for("page", "ready", within_s=120)
        try:
            load, before_mb, after_mb, took_s = asyncio.run(_loaded(server))
            processes = load.processes()
        finally:
            server.end()
        left = [each.pid for each in processes if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]
    ordered = sorted(load.seconds)
    p50, p95 = (ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.95))
    growth = after_mb / before_mb - 1
    print(f"{REQUESTS} requests, {AT_ONCE} at once; the last {REQUESTS - WARM_UP} took {took_s:.0f} s")
    print("  answers   " + ", ".join(f"{count} x {answer}" for answer, count in sorted(load.answers.items())))
    print(f"  spoken    {len(ordered)}, median {p50:.2f} s, p95 {p95:.2f} s, {load.audio_bytes / 2**20:.0f} MB")
    print(
        f"  memory {before_mb:.0f} MB after {WARM_UP}, {after_mb:.0f} MB at the end: {growth:+.1%} (most: {GROWTH:.0%})"
    )
    print(f"  left over {len(left)} processes")
    print(*load.wrong[:5], sep="\n")
    sys.exit(bool(load.wrong or left or growth > GROWTH))


if __name__ == "__main__":
    main()
