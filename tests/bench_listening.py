"""`make bench-listening`: 200 listeners at once on loopback, on SQLite; prints the p95 of each call and what was lost.

Each listener asks for a trial, fetches its two stimuli and answers, then thinks, as a quick listener would; nobody
waits for anybody. The budget is a p95 of 200 ms over all calls.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx2 as httpx

from tests.listening_lab import with_comparison
from tests.running import Server, voicelab

LISTENERS = 200
TRIALS = 4
THINKING_S = (6.0, 14.0)
"""Two stimuli of some seconds, and a decision."""
ARRIVING_S = 10.0
BUDGET_MS = 200.0


class Crowd:
    """Listeners of one test, and how long their calls took."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.times: defaultdict[str, list[float]] = defaultdict(list)
        self.failed: list[str] = []
        self.acknowledged = 0

    async def call(self, client: httpx.AsyncClient, what: str, method: str, path: str, **more: Any) -> httpx.Response:
        started = time.perf_counter()
        answer = await client.request(method, f"{self.url}/{path}", **more)
        self.times[what].append(1000 * (time.perf_counter() - started))
        if answer.status_code != 200:
            self.failed.append(f"{what}: {answer.status_code} {answer.text[:200]}")
        return answer

    async def listen(self, client: httpx.AsyncClient, seed: int) -> None:
        chance = random.Random(seed)
        await asyncio.sleep(chance.uniform(0, ARRIVING_S))
        joined = await self.call(client, "join", "POST", "join", json={})
        headers = {"X-Listener": joined.json()["key"]}
        while True:
            shown = await self.call(client, "trial", "GET", "trial", headers=headers)
            trial = shown.json()["trial"]
            if trial is None:
                return
            for stimulus in trial["stimuli"]:
                await self.call(client, "audio", "GET", f"audio/{stimulus['id']}", headers=headers)
            await asyncio.sleep(chance.uniform(*THINKING_S))
            body = {"trial": trial["id"], "value": chance.choice((-1, 0, 1)), "plays": [1, 1], "heard_s": 9.0}
            answered = await self.call(client, "answer", "POST", "answers", headers=headers, json=body)
            self.acknowledged += answered.status_code == 200

    async def run(self) -> None:
        # One client with a connection for each listener: to make 200 would be work of this process, measured as theirs.
        everybody = httpx.Limits(
            max_connections=LISTENERS,
            max_keepalive_connections=LISTENERS,
            keepalive_expiry=4,  # the server ends them after 5 s
        )
        async with httpx.AsyncClient(timeout=60, limits=everybody) as client:
            await asyncio.gather(*(self.listen(client, seed) for seed in range(LISTENERS)))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        experiment = with_comparison(home)
        options = ("--trials", str(TRIALS), "--home", folder)
        test = voicelab("listen", "create", experiment.id, *options)
        server = Server.start(home)
        try:
            server.wait_for("page", within_s=120)
            time.sleep(10)  # the engine loads and warms up after the page: not what is measured
            crowd = Crowd(f"{server.url}/listen/{test['url'].rsplit('/', 1)[1]}")
            started = time.perf_counter()
            asyncio.run(crowd.run())
            took_s = time.perf_counter() - started
        finally:
            server.end()
        kept = voicelab("listen", "list", "--home", folder)["tests"][0]
    everything = sorted(time_ms for times in crowd.times.values() for time_ms in times)
    print(f"{LISTENERS} listeners, {len(everything)} calls in {took_s:.0f} s")
    for what, times in [*crowd.times.items(), ("all", everything)]:
        ordered = sorted(times)
        p50, p95 = (ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.95))
        print(
            f"  {what:7} {len(ordered):6} calls   median {p50:6.1f} ms   p95 {p95:6.1f} ms   most {ordered[-1]:6.1f} ms"
        )
    # Practice answers are acknowledged too, and not counted by `answers`.
    lost = crowd.acknowledged - LISTENERS - kept["answers"]
    print(f"  acknowledged {crowd.acknowledged}, finished {kept['finished']}, lost {lost}, failed {len(crowd.failed)}")
    print(*crowd.failed[:5], sep="\n")
    p95 = everything[int(0.95 * (len(everything) - 1))]
    print(f"  p95 / budget = {p95 / BUDGET_MS:.2f}")
    sys.exit(bool(lost or crowd.failed or kept["finished"] != LISTENERS))


if __name__ == "__main__":
    main()
