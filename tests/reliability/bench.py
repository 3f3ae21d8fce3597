"""`make bench-reliability`: every attack at full size, and one table. `--soak-minutes 30` makes the soak a long one.

`make reliability-quick` makes the smaller part of it that CI runs. Both exit with 1 where something did not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import os
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.listening_lab import with_comparison
from tests.reliability.crowd import AT_ONCE, crowded
from tests.reliability.decoding import Decoder
from tests.reliability.engine_faults import FAULTS, rounds
from tests.reliability.hostile_audio import hostile_files
from tests.reliability.hostile_claims import claims
from tests.reliability.hostile_file import CONTAINERS, encoded
from tests.reliability.hostile_presses import open_everything, pressed, what_is_gone
from tests.reliability.networks import STREAMED, left_open
from tests.reliability.slow_readers import slowly_read, spoken
from tests.reliability.soak import Soak, slope
from tests.reliability.strangers import cost, is_there, opened, shapes
from tests.running import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ASLEEP_S = 70.0
"""Longer than heartbeat.DEAD_S."""
STRANGERS_S = 0.05
"""Processor seconds that one request of somebody without the token may cost."""
STRANGERS_TIMES = 3


@dataclass(frozen=True)
class Sizes:
    """How much of each attack is made."""

    every: int = 1
    """Of so many hostile files one is decoded."""
    rounds: int = 20
    cuts: int = 5
    """Of each format that is streamed."""
    presses: int = 10_000
    texts: int = 1_000
    hostile_presses: int = 2_000
    slow_readers: int = 100
    slow_text: int = 40
    """How often a line is said in what they read."""
    soak_minutes: float = 2.0
    clients: int = 50


QUICK = Sizes(every=5, rounds=len(FAULTS), cuts=1, hostile_presses=300, slow_readers=20, slow_text=4)
SLOW = {"crowd", "sleep", "soak"}
"""Take minutes, however little of them is made."""


def main() -> None:
    """Attack, and print one line for each kind of attack."""
    attacks = {
        "audio": _audio,
        "claims": _claims,
        "strangers": _strangers,
        "networks": _networks,
        "engine": _engine,
        "presses": _presses,
        "slow": _slow_readers,
        "crowd": _crowd,
        "sleep": _sleep,
        "soak": _soak,
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--soak-minutes", type=float, default=Sizes.soak_minutes)
    parser.add_argument("--clients", type=int, default=Sizes.clients)
    parser.add_argument("--quick", action="store_true", help="the part that CI runs")
    parser.add_argument("--only", choices=[*attacks], help="one row of the table")
    chosen = parser.parse_args()
    sizes = QUICK if chosen.quick else Sizes(soak_minutes=chosen.soak_minutes, clients=chosen.clients)
    names = [chosen.only] if chosen.only else [name for name in attacks if not (chosen.quick and name in SLOW)]
    print("| Attack | Tried | Held | Figures |\n|---|---|---|---|", flush=True)
    rows = [_made(attacks[name], sizes) for name in names]
    sys.exit(any(row.held < row.tried for row in rows))


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    attack: str
    tried: int
    held: int
    figures: str


def _made(attack: Callable[[Path, Sizes], Row], sizes: Sizes) -> Row:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        row = attack(Path(folder), sizes)
    print(f"| {row.attack} | {row.tried} | {row.held} | {row.figures} |", flush=True)
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return row


def _audio(folder: Path, sizes: Sizes) -> Row:
    outcomes = list(Decoder(folder).outcomes(itertools.islice(hostile_files(), 0, None, sizes.every)))
    how = Counter(outcome.how for outcome in outcomes)
    slowest, largest = max(one.seconds for one in outcomes), max(one.grown_mb for one in outcomes)
    figures = f"{how['audio']} decoded, {how['refused']} refused, {how['crash']} crashes, {how['hang']} hangs; "
    figures += f"slowest {slowest:.1f} s, most memory {largest:.0f} MB"
    return Row("hostile audio files", len(outcomes), sum(one.held for one in outcomes), figures)


def _claims(folder: Path, _sizes: Sizes) -> Row:
    outcomes = list(Decoder(folder).outcomes(claims({name: encoded(name) for name in CONTAINERS})))
    slowest, largest = max(one.seconds for one in outcomes), max(one.grown_mb for one in outcomes)
    figures = f"slowest {slowest:.1f} s, most memory {largest:.0f} MB"
    return Row(
        "recordings that claim or are hours, pictures of 50 MB", len(outcomes), sum(o.held for o in outcomes), figures
    )


def _strangers(folder: Path, _sizes: Sizes) -> Row:
    with contextlib.contextmanager(opened)(folder) as server:
        # The least of several: whatever else the lab does meanwhile is counted, too.
        costs = {shape: min(cost(server, shape)[0] for _ in range(STRANGERS_TIMES)) for shape in shapes()}
        there = is_there(server)
    dearest = max(costs, key=lambda shape: costs[shape])
    figures = f"{1000 * costs[dearest]:.0f} ms of a processor at most ({dearest})"
    held = sum(spent <= STRANGERS_S for spent in costs.values()) if there else 0
    return Row("requests of a stranger, up to a megabyte each", len(costs), held, figures)


def _networks(folder: Path, sizes: Sizes) -> Row:
    with _lab(folder) as server:
        kept = {kind: left_open(server, kind, sizes.cuts) for kind in STREAMED}
    figures = f"{len(kept)} formats; {sum(kept.values())} connections kept; the next text spoken each time"
    return Row(
        "the network gone in the middle of a stream",
        sizes.cuts * len(kept),
        sizes.cuts * sum(not left for left in kept.values()),
        figures,
    )


def _engine(folder: Path, sizes: Sizes) -> Row:
    faults = [FAULTS[number % len(FAULTS)] for number in range(sizes.rounds)]
    seen = list(rounds(folder, tuple(faults)))
    truth_s = max(fault.truth_s for fault in seen)
    figures = f"{sum(fault.takes for fault in seen)} of {sum(fault.expected for fault in seen)} takes, each once; "
    figures += f"/health true after at most {truth_s:.1f} s"
    return Row("engine process killed, starved, hung", sizes.rounds, sum(fault.held for fault in seen), figures)


def _presses(folder: Path, sizes: Sizes) -> Row:
    known = open_everything(folder)
    with _served(folder) as server:
        result = asyncio.run(pressed(server, known, sizes.hostile_presses))
    broken = [*result.lost, *what_is_gone(folder, known)]
    tracebacks = server.log.count("Traceback")
    figures = f"{result.answers['refused']} refused with a sentence, {result.answers['done']} done, "
    figures += f"{sum(result.answers.values()) - result.answers['refused'] - result.answers['done']} not let in; "
    figures += f"{tracebacks} tracebacks; {len(broken)} broken"
    held = max(0, sizes.hostile_presses - tracebacks - len(broken))
    return Row("hostile presses with a draft, a comparison and a test open", sizes.hostile_presses, held, figures)


def _slow_readers(folder: Path, sizes: Sizes) -> Row:
    with _lab(folder) as server:
        read = slowly_read(server, sizes.slow_readers, sizes.slow_text, texts=5)
    figures = f"{read.answered} answers of {read.size_mb:.1f} MB begun, {read.broken_off} broken off for want of room; "
    figures += f"{read.grown_mb:+.0f} MB (may be {read.may_grow_mb:.0f}); "
    figures += f"5 texts of somebody else within {max(read.others_s):.1f} s each"
    return Row("clients who read 1 KB/s, and somebody else", sizes.slow_readers + 5, read.held, figures)


def _crowd(folder: Path, sizes: Sizes) -> Row:
    with _lab(folder) as server:
        result = asyncio.run(crowded(server, sizes.presses, sizes.texts))
    refused = sum(count for what, count in result.answers.items() if what.endswith((" 429", " 503")))
    served = sum(count for what, count in result.answers.items() if what.endswith(" 200"))
    figures = f"{served} taken, {refused} refused at once; /health answered within {result.slowest_health_s:.1f} s; "
    figures += f"{result.grown_mb:+.0f} MB; the next page had spoken after {result.afterwards_s:.0f} s"
    return Row(
        f"{sizes.presses} presses of Speak and {sizes.texts} texts, {2 * AT_ONCE} at once",
        sizes.presses + sizes.texts,
        served + refused,
        figures,
    )


def _sleep(folder: Path, _sizes: Sizes) -> Row:
    """Stop the lab and its engine in the middle of a text, as the lid of a laptop does."""
    with _lab(folder) as server:
        engine = int(server.health()["pid"])
        answers: list[int] = []
        asking = threading.Thread(target=lambda: answers.append(spoken(server, "A long text goes on. " * 40)))
        asking.start()
        time.sleep(0.5)
        for pid in (server.process.pid, engine):
            os.kill(pid, signal.SIGSTOP)
        time.sleep(ASLEEP_S)
        for pid in (engine, server.process.pid):
            os.kill(pid, signal.SIGCONT)
        asking.join(120)
        restarts = server.health()["restarts"]
    held = any(answers) and not restarts
    return Row(
        f"everything asleep for {ASLEEP_S:.0f} s",
        1,
        held,
        f"the text was answered with {answers} bytes; restarts {restarts}",
    )


def _soak(folder: Path, sizes: Sizes) -> Row:
    soaked = Soak(folder, sizes.soak_minutes, sizes.clients).run()
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
    return Row(f"{sizes.clients} clients for {sizes.soak_minutes:g} min, engine busy", calls + failures, calls, figures)


@contextlib.contextmanager
def _lab(folder: Path) -> Iterator[Server]:
    """A real lab with the voice Anna."""
    with_comparison(folder)
    with _served(folder) as server:
        yield server


@contextlib.contextmanager
def _served(folder: Path) -> Iterator[Server]:
    server = Server.start(folder, "--model", "preview")
    try:
        server.wait_for("ready", "page", within_s=120)
        yield server
    finally:
        server.end()


if __name__ == "__main__":
    main()
