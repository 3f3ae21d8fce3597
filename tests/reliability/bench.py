"""`make bench-reliability`: every attack at full size, and one table. `--soak-minutes 30` makes the soak a long one."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import json
import os
import signal
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.listening_lab import with_comparison
from tests.reliability.crowd import AT_ONCE, crowded
from tests.reliability.decoding import Decoder
from tests.reliability.engine_faults import FAULTS, rounds
from tests.reliability.hostile_audio import hostile_files
from tests.reliability.hostile_claims import claims
from tests.reliability.hostile_file import CONTAINERS, encoded
from tests.reliability.soak import Soak, slope
from tests.running import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS = 20
PRESSES, TEXTS = 10_000, 1_000
ASLEEP_S = 70.0
"""Longer than heartbeat.DEAD_S."""


def main() -> None:
    """Attack, and print one line for each kind of attack."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--soak-minutes", type=float, default=2.0)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument(
        "--only", choices=["audio", "engine", "crowd", "sleep", "soak", "claims"], help="one row of the table"
    )
    chosen = parser.parse_args()
    attacks: dict[str, Callable[[Path], None]] = {
        "audio": _audio,
        "engine": _engine,
        "crowd": _crowd,
        "sleep": _sleep,
        "claims": _claims,
        "soak": functools.partial(_soak, minutes=chosen.soak_minutes, clients=chosen.clients),
    }
    print("| Attack | Tried | Held | Figures |\n|---|---|---|---|", flush=True)
    for name, attack in attacks.items():
        if chosen.only in {None, name}:
            with tempfile.TemporaryDirectory() as folder:
                attack(Path(folder))


def _line(attack: str, tried: int, held: int, figures: str) -> None:
    print(f"| {attack} | {tried} | {held} | {figures} |", flush=True)


def _audio(folder: Path) -> None:
    outcomes = list(Decoder(folder).outcomes(hostile_files()))
    how = Counter(outcome.how for outcome in outcomes)
    slowest, largest = max(one.seconds for one in outcomes), max(one.grown_mb for one in outcomes)
    figures = f"{how['audio']} decoded, {how['refused']} refused, {how['crash']} crashes, {how['hang']} hangs; "
    figures += f"slowest {slowest:.1f} s, most memory {largest:.0f} MB"
    _line("hostile audio files", len(outcomes), sum(one.held for one in outcomes), figures)


def _claims(folder: Path) -> None:
    outcomes = list(Decoder(folder).outcomes(claims({name: encoded(name) for name in CONTAINERS})))
    slowest, largest = max(one.seconds for one in outcomes), max(one.grown_mb for one in outcomes)
    figures = f"slowest {slowest:.1f} s, most memory {largest:.0f} MB"
    _line(
        "recordings that claim or are hours, pictures of 50 MB", len(outcomes), sum(o.held for o in outcomes), figures
    )


def _engine(folder: Path) -> None:
    faults = [FAULTS[number % len(FAULTS)] for number in range(ROUNDS)]
    seen = list(rounds(folder, tuple(faults)))
    truth_s = max(fault.truth_s for fault in seen)
    figures = f"{sum(fault.takes for fault in seen)} of {sum(fault.expected for fault in seen)} takes, each once; "
    figures += f"/health true after at most {truth_s:.1f} s"
    _line("engine process killed, starved, hung", ROUNDS, sum(fault.held for fault in seen), figures)


def _crowd(folder: Path) -> None:
    with _lab(folder) as server:
        result = asyncio.run(crowded(server, PRESSES, TEXTS))
    refused = sum(count for what, count in result.answers.items() if what.endswith((" 429", " 503")))
    served = sum(count for what, count in result.answers.items() if what.endswith(" 200"))
    figures = f"{served} taken, {refused} refused at once; /health answered within {result.slowest_health_s:.1f} s; "
    figures += f"{result.grown_mb:+.0f} MB; the next page had spoken after {result.afterwards_s:.0f} s"
    _line(
        f"{PRESSES} presses of Speak and {TEXTS} texts, {2 * AT_ONCE} at once",
        PRESSES + TEXTS,
        served + refused,
        figures,
    )


def _sleep(folder: Path) -> None:
    """Stop the lab and its engine in the middle of a text, as the lid of a laptop does."""
    with _lab(folder) as server:
        engine = int(server.health()["pid"])
        answers: list[int] = []
        asking = threading.Thread(target=lambda: answers.append(_spoken(server, "A long text goes on. " * 40)))
        asking.start()
        time.sleep(0.5)
        for pid in (server.process.pid, engine):
            os.kill(pid, signal.SIGSTOP)
        time.sleep(ASLEEP_S)
        for pid in (engine, server.process.pid):
            os.kill(pid, signal.SIGCONT)
        asking.join(120)
        restarts = server.health()["restarts"]
    held = answers == [200] and not restarts
    _line(
        f"everything asleep for {ASLEEP_S:.0f} s", 1, held, f"the text was answered with {answers}; restarts {restarts}"
    )


def _spoken(server: Server, text: str) -> int:
    body = json.dumps({"text": text, "voice": "anna"}).encode()
    request = urllib.request.Request(f"{server.url}/synthesize", body, {"Content-Type": "application/json"})  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=300) as answer:  # noqa: S310 - our own server
        answer.read()
        return int(answer.status)


def _soak(folder: Path, minutes: float, clients: int) -> None:
    soaked = Soak(folder, minutes, clients).run()
    failures = sum(soaked.failed.values())
    calls = sum(map(len, soaked.times_ms.values())) + sum(soaked.done.values())
    figures = ", ".join(f"{count} {what}" for what, count in sorted(soaked.done.items()))
    figures += f"; p95 of the page {soaked.p95_ms('page'):.0f} ms, of the API {soaked.p95_ms('api'):.0f} ms"
    for name, memory in (("page", soaked.page_mb), ("engine", soaked.engine_mb)):
        figures += f"; {name} {memory[len(memory) // 2]:.0f} -> {memory[-1]:.0f} MB ({slope(memory):+.2f} MB a minute)"
    half = soaked.temporary[len(soaked.temporary) // 2]
    figures += (
        f"; temporary files {half} -> {soaked.temporary[-1]}; {soaked.orphans} processes left; {dict(soaked.failed)}"
    )
    _line(f"{clients} clients for {minutes:g} min, engine busy", calls + failures, calls, figures)


@contextlib.contextmanager
def _lab(folder: Path) -> Iterator[Server]:
    """A real lab with the voice Anna."""
    with_comparison(folder)
    server = Server.start(folder, "--model", "preview")
    try:
        server.wait_for("ready", "page", within_s=120)
        yield server
    finally:
        server.end()


if __name__ == "__main__":
    main()
