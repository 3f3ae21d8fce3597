"""Print how long the results of a large test of ratings take: `python -m tests.bench_listening_results`.

A thousand listeners rate three settings, the hidden reference and the anchor on twenty lines each. Measured is what the
page, the command and the report wait for: the answers out of an SQLite file, and what they say. The budget is 2 s of
processor time. With `--before CHECKOUT` the code of another checkout is measured too, turn by turn on the same file.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from tests.listening.worlds import World, made_of
from voicelab.listening.answers import answers_of
from voicelab.listening.database import Database
from voicelab.listening.results import results_of
from voicelab.listening.tables import AnswerRow, ListenerRow, SampleRow, StimulusRow, TestRow, TrialRow

TEST = "t"
BUDGET_S = 2.0
SAMPLES = (("take", 0, 50), ("take", 1, 55), ("take", 2, 60), ("reference", None, 96), ("anchor", None, 20))
"""Role, setting, mean rating."""
_RUNS = 3
_TURNS = 3


def answered(database: Database, listeners: int, lines: int) -> None:
    """Write a whole test into `database`, some listeners not as they should be."""
    from sqlalchemy import insert

    chance = np.random.default_rng(1)
    samples = [
        {"id": f"{role}{setting}-{line}", "test": TEST, "role": role, "setting": setting, "item": line,
         "take": "" if setting is None else f"{setting}-{line}", "seconds": 1.0}
        for line in range(lines) for role, setting, _mean in SAMPLES
    ]  # fmt: skip
    people: list[dict[str, Any]] = []
    trials: list[dict[str, Any]] = []
    stimuli: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    for number in range(1, listeners + 1):
        people.append({"id": number, "test": TEST, "number": number, "name": "", "key_hash": str(number),
                       "seed": number, "joined": 0.0, "finished": 9.0})  # fmt: skip
        for line in range(lines):
            trial = f"{number}-{line}"
            order = chance.permutation(len(SAMPLES))
            trials.append({"id": trial, "listener": number, "position": line, "role": "main", "settings": [0, 1, 2],
                           "item": line, "right": None, "repeats": None, "served": 1.0})  # fmt: skip
            stimuli += [
                {"id": f"{trial}-{place}", "trial": trial, "place": place,
                 "sample": "{}{}-{}".format(*SAMPLES[at][:2], line)}
                for place, at in enumerate(order)
            ]  # fmt: skip
            means = np.array([SAMPLES[at][2] for at in order])
            # Every tenth rates at random, so that both analyses are made.
            ratings = chance.integers(0, 101, len(order)) if number % 10 == 0 else np.round(chance.normal(means, 2))
            answers.append({"trial": trial, "value": [int(min(100, each)) for each in ratings],
                            "plays": [1] * len(order), "heard_s": 9.0, "answered": 9.0, "changes": 0})  # fmt: skip
    test = {"id": TEST, "created": 0.0, "kind": "similarity", "title": "", "experiment": "e", "options": {},
            "settings": [], "items": [], "seed": 1, "token": TEST, "expires": None, "revoked": None, "secret": "",
            "made": [], "looks": 0}  # fmt: skip
    with database.writing() as session:
        for table, rows in (
            (TestRow, [test]), (SampleRow, samples), (ListenerRow, people), (TrialRow, trials), (StimulusRow, stimuli),
            (AnswerRow, answers),
        ):  # fmt: skip
            session.execute(insert(table), rows)


def timed(path: Path, listeners: int, lines: int, runs: int = _RUNS) -> tuple[float, float]:
    """Return the median processor time, in seconds, of reading the answers of `path` and of what they say."""
    database = Database(f"sqlite:///{path}")
    test = made_of(World("similarity", listeners, lines), 3)
    read, concluded = [], []
    for _ in range(runs):
        started = time.process_time()
        answers = answers_of(database, TEST)
        between = time.process_time()
        results_of(test, answers)
        read.append(between - started)
        concluded.append(time.process_time() - between)
    database.close()
    return statistics.median(read), statistics.median(concluded)


def elsewhere(checkout: Path, *arguments: str) -> tuple[float, float]:
    """Return the same as the code of another `checkout` has it."""
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    command = [sys.executable, __file__, "--times", *arguments]
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    read, concluded = map(float, told.split())
    return read, concluded


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listeners", type=int, default=1000)
    parser.add_argument("--lines", type=int, default=20)
    parser.add_argument("--before", type=Path, help="another checkout, measured in turn with this one")
    parser.add_argument("--times", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    size = (options.listeners, options.lines)
    if options.times:
        print(*timed(options.times, *size))
        return
    found: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "voicelab.db"
        database = Database(f"sqlite:///{path}")
        answered(database, *size)
        database.close()
        arguments = (str(path), "--listeners", str(size[0]), "--lines", str(size[1]))
        checkouts = {"now": Path(__file__).parents[1]} | ({"before": options.before} if options.before else {})
        for _ in range(_TURNS):
            for which, checkout in checkouts.items():
                found.setdefault(which, []).append(elsewhere(checkout, *arguments))
    for which, times in sorted(found.items()):
        read, concluded = (statistics.median(column) for column in zip(*times, strict=True))
        print(f"  {which:6} answers read {read:5.2f} s, results {concluded:5.2f} s, both {read + concluded:5.2f} s")
    sys.exit(statistics.median(map(sum, found["now"])) > BUDGET_S)


if __name__ == "__main__":
    main()
