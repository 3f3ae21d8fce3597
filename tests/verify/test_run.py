"""All checks together, in a process of their own; the report; and the background."""

from __future__ import annotations

import getpass
import json
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes import FakeEngine
from voicelab.errors import Cancelled, InvalidValue, ModelUnavailable, NotReady
from voicelab.models.catalogue import find
from voicelab.models.verdict import path_for, proven, read_verdict
from voicelab.speech.proof import Check, Orders, Spoken
from voicelab.verify import child, verifier
from voicelab.verify.child import findings
from voicelab.verify.report import as_json, impersonal, line, report_bytes
from voicelab.verify.run import SENTENCES, concluded, subject, verify
from voicelab.verify.verifier import Verifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from voicelab.speech.ports import EngineHealth, Prompt
    from voicelab.verify.run import Tools

WAIT_S = 120
NEED_SPEECH = {"codec", "speech"}
"""Of random weights, which say nothing."""


def test_a_small_checkpoint_passes_what_needs_no_speech(small: Path, tools: Tools) -> None:
    """From its files to a range; its verdict is kept and counts until a file changes."""
    model = subject(str(small))
    told: list[str] = []
    checks = list(verify(model, tools, told.append))
    failed = {check.name for check in checks if check.outcome == "fail"}
    assert failed == NEED_SPEECH, [line(check) for check in checks if check.outcome == "fail"]
    names = [check.name for check in checks]
    assert names[0] == "machine"
    assert {"files", "as the library", "growth", "webm in", "mp4 in", "ranges"} <= set(names)
    assert "comparing tokens" in told
    verdict, why = concluded(model, checks, whole=True)
    assert why == ""
    assert read_verdict(model) == verdict
    assert "mlx" in verdict.versions
    is_proven, reason = proven(model, "batched")
    fast = next(check for check in checks if check.name == "fast engine")
    assert is_proven is (fast.outcome == "pass")
    assert fast.message in reason
    (small / "generation_config.json").write_text("{}")
    assert read_verdict(model) is None


def test_a_verdict_is_not_kept_of_half(small: Path) -> None:
    model = subject(str(small))
    kept = path_for(model)
    assert kept is not None
    before = kept.read_bytes() if kept.exists() else b""
    verdict, _why = concluded(model, [Check("machine", "pass", "fine")], whole=False)
    assert "Stopped before the end" in verdict.sentence
    assert (kept.read_bytes() if kept.exists() else b"") == before


def test_what_cannot_be_verified_says_why(
    small: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(InvalidValue, match="no checks of its own"):
        subject("preview")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelUnavailable, match="not on this machine's disk"):
        list(verify(find("qwen3-tts-0.6b-8bit"), tools))
    assert subject("random-0.6b-8bit").engine == subject(str(small)).engine
    monkeypatch.setattr("voicelab.verify.run.sample_prompt", lambda: None)
    with pytest.raises(ModelUnavailable, match="sample voice was removed"):
        list(verify(subject(str(small)), tools))


def orders(prompt: Prompt) -> Orders:
    return Orders("model", "", prompt, SENTENCES, (1,), ())


def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> str:
    """Write a Proof whose `prove` has that body, where the process finds it."""
    begins = "import os, time\nfrom voicelab.speech.proof import Check, Spoken\ndef prove(orders, tell):\n"
    text = f"{begins}    tell('working')\n{body}\n"
    (tmp_path / "a_proof.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    return "a_proof"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("    os.abort()\n    yield", "as it is when the GPU's memory runs out"),
        ("    os.kill(os.getpid(), 9)\n    yield", "as it is when memory runs out"),
        ("    os._exit(7)\n    yield", "exit status 7"),
        ("    raise RuntimeError\n    yield", "exit status 1"),
    ],
)
def test_a_process_that_ends_is_a_failed_check(
    body: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prompt: Prompt
) -> None:
    told: list[str] = []
    (found,) = findings(module(tmp_path, monkeypatch, body), orders(prompt), told.append, lambda: False)
    assert isinstance(found, Check)
    assert found.outcome == "fail"
    assert why in found.message
    assert "while it was working" in found.message
    assert told == ["working"]


def test_a_process_is_stopped_or_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prompt: Prompt) -> None:
    hangs = module(tmp_path, monkeypatch, "    yield Check('one', 'pass', str(os.getpid()))\n    time.sleep(600)")
    stop = threading.Event()
    found = findings(hangs, orders(prompt), lambda _what: None, stop.is_set)
    first = next(found)
    assert isinstance(first, Check)
    stop.set()
    with pytest.raises(Cancelled):
        next(found)
    assert not Path(f"/proc/{first.message}").exists()
    monkeypatch.setattr(child, "LIMIT_S", 0.1)
    *_, last = findings(hangs, orders(prompt), lambda _what: None, lambda: False)
    assert isinstance(last, Check)
    assert "nothing came" in last.message


def test_a_report_is_nobodys(small: Path, tmp_path: Path) -> None:
    home, user = Path.home(), getpass.getuser()
    message = f"{small}/model.safetensors, {home}/x, /Users/anna/y and /home/anna of {user}"
    verdict, _ = concluded(subject(str(small)), [Check("load", "fail", message, {"at": f"{home}/z"})], whole=True)
    told = report_bytes(verdict, [small, tmp_path]).decode()
    for personal in (str(small), str(home) + "/", "anna", str(tmp_path)):
        assert personal not in told
    value = json.loads(told)
    assert value["checks"][0]["name"] == "load"
    assert value["files"]["config.json"] == (small / "config.json").stat().st_size
    assert as_json(verdict)["report"] == "voicelab verify"
    assert impersonal({"a": ["/Users/anna/b", 1]}) == {"a": ["…/b", 1]}


class Engine(FakeEngine):
    """Holds a model until it is to rest, and again when a text comes."""

    def __init__(self) -> None:
        super().__init__()
        self.holds = True
        self.started = 0

    def rest(self) -> None:
        self.holds = False

    def start(self) -> None:
        self.started += 1
        self.holds = True

    def health(self) -> EngineHealth:
        return replace(super().health(), pid=1 if self.holds else None)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Let verifying be one check that waits to be let go, or is stopped."""
    found: dict[str, Any] = {"go": threading.Event(), "begun": threading.Event(), "models": []}

    def checks(model: Any, _tools: Tools, tell: Callable[[str], None], stopped: Callable[[], bool]) -> Iterator[Check]:
        found["models"].append(model.name)
        yield Check("machine", "pass", "fine")
        tell("waiting")
        found["begun"].set()
        while not found["go"].wait(0.01):
            if stopped():
                raise Cancelled("Stopped.")
        yield Check("load", "fail", "torn")

    monkeypatch.setattr(verifier, "verify", checks)
    yield found
    found["go"].set()


def over(verifying: Verifier) -> Any:
    *_, last = verifying.watch()
    return last


def test_it_runs_in_the_background_while_the_engine_rests(small: Path, tools: Tools, steps: dict[str, Any]) -> None:
    engine = Engine()
    verifying = Verifier(engine, tools)
    assert verifying.start(str(small)).running
    steps["begun"].wait(WAIT_S)
    assert not engine.holds
    assert verifying.state().doing == "waiting"
    with pytest.raises(NotReady, match="is being verified"):
        verifying.start(str(small))
    steps["go"].set()
    last = over(verifying)
    assert [check.outcome for check in last.checks] == ["pass", "fail"]
    assert last.verdict.whole
    assert "1 checks pass, 1 fail" in last.verdict.sentence
    assert engine.started == 1, "what was warm is warm again"
    assert verifying.kept(str(small)) == last.verdict


def test_a_model_that_is_gone_when_it_is_judged_ends_the_run(
    small: Path, tools: Tools, steps: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing could be verified any more if it were taken for one that runs for ever."""

    def gone(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(verifier, "concluded", gone)
    engine = Engine()
    verifying = Verifier(engine, tools)
    verifying.start(str(small))
    steps["go"].set()
    last = over(verifying)
    assert (last.running, last.verdict) == (False, None)
    assert "cannot be kept: No such file" in last.message
    assert engine.started == 1
    assert verifying.busy_with() == ""
    verifying.close()
    with pytest.raises(NotReady, match="is ending"):
        verifying.start(str(small))
    verifying.downloaded(str(small))
    assert not verifying.state().running


def test_it_is_stopped_by_the_person_and_by_a_text(small: Path, tools: Tools, steps: dict[str, Any]) -> None:
    engine = Engine()
    verifying = Verifier(engine, tools)
    verifying.start(str(small))
    steps["begun"].wait(WAIT_S)
    verifying.stop()
    last = over(verifying)
    assert (last.message, last.verdict.whole) == ("Stopped.", False)
    steps["begun"].clear()
    verifying.start(str(small))
    steps["begun"].wait(WAIT_S)
    engine.holds = True
    assert over(verifying).message.startswith("A text came first")
    verifying.close()


def test_a_downloaded_model_is_verified_once(small: Path, tools: Tools, steps: dict[str, Any]) -> None:
    verifying = Verifier(Engine(), tools)
    kept = path_for(subject(str(small)))
    assert kept is not None
    kept.unlink(missing_ok=True)
    steps["go"].set()
    verifying.downloaded(str(small))
    assert over(verifying).verdict is not None
    verifying.downloaded(str(small))
    verifying.downloaded("preview")
    verifying.downloaded("no such model")
    time.sleep(0.05)
    assert steps["models"] == [str(small)]


def test_the_samples_of_a_take_cross_the_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prompt: Prompt) -> None:
    body = "    yield Spoken('codec', orders.prompt.samples, 24000, 'x')"
    (found,) = findings(module(tmp_path, monkeypatch, body), orders(prompt), lambda _what: None, lambda: False)
    assert isinstance(found, Spoken)
    assert (found.samples == prompt.samples).all()
