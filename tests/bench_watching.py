"""`make bench-watching`: what it costs the lab that somebody watches a comparison of 1,000 takes, now and as it was.

A real lab serves a real browser, which watches; its engine makes a take when it is told to, and nothing in between.
Printed are the lab's processor time while nothing happens and the bytes that a finished take sends to the page, both
with what they may be; beside them what the lab did before takes had files of their own: it parsed the whole record
four times a second and sent the whole table for each take.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from tests.fakes import FakeEngine, FakeJob
from tests.labs import lab_of, with_anna
from tests.running import Server, free_port
from voicelab.compare.board import board_changes
from voicelab.compare.experiment import Experiment
from voicelab.compare.experiments import ExperimentStore
from voicelab.compare.plan import Plan, settle
from voicelab.compare.runner import Runner
from voicelab.compare.take import Details, planned_take, spoken_take
from voicelab.settings import Settings
from voicelab.voices.document import read_document, write_document

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from voicelab.lab import Lab
    from voicelab.speech.ports import SpeechRequest

TAKES = 1000
FINISHED = 5
"""Takes that are made while somebody watches."""
IDLE_S = 20.0
MOST_CORE = 0.01
MOST_BYTES = 20_000
OLD_POLL_S = 0.25
PLAN = Plan(
    "anna",
    tuple(f"Line number {number} of the comparison, as long as lines are." for number in range(20)),
    (3.0, 5.0, 7.0, 8.0, None),
    ("preview",),
    takes=10,
    many=True,
)


class PacedEngine(FakeEngine):
    """Speaks as many texts as the file `gate` says, and waits for leave to speak the next."""

    def __init__(self, gate: Path) -> None:
        super().__init__()
        self._gate = gate

    def submit(self, request: SpeechRequest, client: str = "", on_busy: str = "queue") -> FakeJob:
        """Wait, as for an engine that tells nothing meanwhile."""
        while len(self.requests) >= int(self._gate.read_text()):
            time.sleep(0.5)
        return super().submit(request, client, on_busy)


def serve(home: Path, port: int) -> None:
    """Serve the lab at `home` until interrupted."""
    from voicelab.api.server import run_server
    from voicelab.ui.app import build_page, mount_options

    engine = PacedEngine(home / "gate")
    lab = lab_of(Settings(home=home, port=port), engine)
    lab = replace(lab, comparisons=Runner(lab.voices, engine, lab.experiments, None))
    run_server(lab, page=lambda served: (build_page(served), mount_options()))


def with_takes(lab: Lab) -> Experiment:
    """Keep an experiment of which all but the last takes are made."""
    settled = settle(PLAN, lab.voices, "preview")
    key = lab.voices.prompt("anna").key
    experiment = lab.experiments.create(settled, lab.voices.get("anna"), key)
    speech = FakeJob(FakeEngine(), _request(lab)).result()
    takes = []
    for number, each in enumerate(settled.plan.specifications()[: TAKES - FINISHED]):
        take = spoken_take(planned_take(each, settled.prompts[each.length_s]), speech)
        details = Details(words_per_minute=150.0 + number % 7, recognizer="tiny.en", heard=each.line, insertions=0)
        measures: dict[str, Any] = {"word_error_rate": number % 5 / 20, "likeness": 0.8, "noise": 3.5, "measured": True}
        takes.append(replace(take, details=details, **measures))
    return lab.experiments.change(experiment.id, lambda kept: replace(kept, takes=tuple(takes)))


def _request(lab: Lab) -> SpeechRequest:
    from voicelab.speech.ports import Sampling, SpeechRequest

    return SpeechRequest(PLAN.lines[0], "preview", lab.voices.prompt("anna"), "english", 0, Sampling())


def old_way(home: Path, experiment_id: str) -> tuple[float, int]:
    """Return the share of a core that parsing four times a second takes, and the bytes of one table of all takes."""
    store = ExperimentStore(Settings(home=home).experiments)
    experiment = store.get(experiment_id)
    file = home / "old.json"
    write_document(file, asdict(experiment), 1)
    read_document(file, Experiment, 1)
    began, times = time.process_time(), 20
    for _ in range(times):
        read_document(file, Experiment, 1)
    table = board_changes(store, experiment_id, "")
    return (time.process_time() - began) / times / OLD_POLL_S, len(json.dumps(table))


class Watched:
    """A browser's page on the lab, which counts what comes."""

    def __init__(self, page: Page, url: str) -> None:
        self.bytes = 0
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.dataReceived", lambda told: self._add(told["dataLength"]))
        session.on("Network.eventSourceMessageReceived", lambda told: self._add(len(told["data"])))
        self.page = page
        page.goto(url)
        page.get_by_role("tab", name="Compare").click()
        page.locator("#compare-chosen input").click()
        page.get_by_role("option").first.click()
        page.locator(".vl-grid-line").first.wait_for(timeout=60_000)
        page.locator("#compare-resume").click()
        page.get_by_text(f"{TAKES - FINISHED} of {TAKES} takes").wait_for(timeout=60_000)
        page.wait_for_timeout(5_000)

    def _add(self, count: int) -> None:
        self.bytes += count

    def finish_one(self, gate: Path, done: int) -> int:
        """Let a take be made; return the bytes that came for it."""
        before = self.bytes
        gate.write_text(str(done))
        self.page.get_by_text(f"{TAKES - FINISHED + done} of {TAKES} takes").wait_for(timeout=60_000)
        self.page.wait_for_timeout(3_000)
        return self.bytes - before


def busy(process: psutil.Process, page: Page, seconds: float) -> float:
    """Return the share of a core that a process takes while nothing is asked of it."""
    before, began = sum(process.cpu_times()[:2]), time.monotonic()
    page.wait_for_timeout(1000 * seconds)
    return float(sum(process.cpu_times()[:2]) - before) / (time.monotonic() - began)


def watched_way(home: Path) -> tuple[float, float, list[int]]:
    """Return the lab's share of a core without a watcher and with one, and the bytes of each finished take."""
    from playwright.sync_api import sync_playwright

    from tests.needs import chromium

    gate = home / "gate"
    gate.write_text("0")
    port = free_port()
    server = Server.of(
        [sys.executable, "-m", "tests.bench_watching", str(home), str(port)], home, port, PYTHONPATH=str(Path.cwd())
    )
    try:
        server.wait_for("ready", "page")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            process = psutil.Process(server.process.pid)
            alone = busy(process, page, IDLE_S)
            watched = Watched(page, server.url)
            idle = busy(process, page, IDLE_S)
            sent = [watched.finish_one(gate, number + 1) for number in range(FINISHED - 1)]
            browser.close()
    finally:
        server.process.kill()
    return alone, idle, sent


def main() -> int:
    """Print the figures; 1 where one is beyond what it may be."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        experiment = with_takes(with_anna(lab_of(Settings(home=home), FakeEngine())))
        old_core, old_bytes = old_way(home, experiment.id)
        alone, idle, sent = watched_way(home)
    most = max(sent)
    print(f"{'a comparison of 1,000 takes':42}{'as it was':>12}{'now':>12}{'budget':>12}")
    print(f"{'watched and idle, of a core':42}{old_core:>12.1%}{max(0.0, idle - alone):>12.2%}{MOST_CORE:>12.0%}")
    print(f"{'  the lab with nobody watching':42}{'':>12}{alone:>12.2%}")
    print(f"{'bytes per finished take (the most)':42}{old_bytes:>12,}{most:>12,}{MOST_BYTES:>12,}")
    print(f"{'  each of them':42}{', '.join(f'{each:,}' for each in sent):>36}")
    return int(idle - alone > MOST_CORE or most > MOST_BYTES)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        serve(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        sys.exit(main())
