"""What speaks when nobody says: asked of the real MLX of this machine, and of machines with a GPU by their answers."""

from __future__ import annotations

import platform
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from voicelab.engines.preview import descriptor as preview_descriptor
from voicelab.engines.qwen3 import availability
from voicelab.engines.qwen3.availability import probe
from voicelab.errors import UnknownModel
from voicelab.models.model_choice import choose, engines

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A machine whose answers can be changed; what was found out before is forgotten, and afterwards again."""
    probe.cache_clear()
    yield monkeypatch
    probe.cache_clear()


def answering(returncode: int = 0, stdout: str = "", stderr: str = "") -> object:
    return lambda *args, **settings: subprocess.CompletedProcess(args, returncode, stdout, stderr)


def test_this_machine_is_asked_without_importing_mlx_here() -> None:
    code = (
        "import sys; from voicelab.models.model_choice import choose; c = choose('auto');"
        "assert not [m for m in sys.modules if m.split('.')[0] in ('mlx', 'mlx_audio')]; print(c.model, c.engine)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found = probe()
    expected = ["qwen3-tts-0.6b-8bit", "qwen3"] if found.suitable else ["preview", "preview"]
    assert done.stdout.split() == expected
    assert found.available, "mlx and mlx-audio are in the extra cpu"
    assert found is probe(), "asked once"


def test_auto_is_qwen3_where_mlx_has_a_gpu(machine: pytest.MonkeyPatch) -> None:
    answer = '{"kind": "Metal", "name": "Apple M1", "mlx_audio": true}'
    machine.setattr(subprocess, "run", answering(stdout=answer))
    chosen = choose("auto")
    assert (chosen.model, chosen.engine, chosen.device) == ("qwen3-tts-0.6b-8bit", "qwen3", "Apple M1 (Metal)")
    assert "GPU" in chosen.reason


@pytest.mark.parametrize(
    ("run", "why"),
    [
        (answering(stdout='{"kind": "", "name": "", "mlx_audio": true}'), "no GPU"),
        (answering(stdout='{"kind": "Metal", "name": "", "mlx_audio": false}'), "mlx-audio is not"),
        (answering(1, stderr="Traceback\nModuleNotFoundError: No module named 'mlx'"), "No module named 'mlx'"),
        (answering(-11), "exit status -11"),
    ],
)
def test_auto_is_preview_elsewhere_and_says_why_and_that_it_is_no_clone(
    machine: pytest.MonkeyPatch, run: object, why: str
) -> None:
    machine.setattr(subprocess, "run", run)
    chosen = choose("auto")
    assert (chosen.model, chosen.engine) == ("preview", "preview")
    assert why in chosen.reason
    assert "not a clone" in chosen.reason


def test_a_probe_that_hangs_is_left(machine: pytest.MonkeyPatch) -> None:
    machine.setattr(availability, "_PROBE", "import time; time.sleep(60)")
    machine.setattr(availability, "_PROBE_TIMEOUT_S", 0.3)
    assert "did not answer" in choose("auto").reason


def test_an_intel_mac_is_told_so_without_asking(machine: pytest.MonkeyPatch) -> None:
    machine.setattr(platform, "system", lambda: "Darwin")
    machine.setattr(platform, "machine", lambda: "x86_64")
    machine.setattr(subprocess, "run", None)
    assert "Apple silicon" in choose("auto").reason


@pytest.mark.parametrize(("system", "says"), [("Linux", "extra cuda"), ("Darwin", "macOS 14")])
def test_an_installation_without_mlx_is_told_what_brings_it(
    machine: pytest.MonkeyPatch, system: str, says: str
) -> None:
    machine.setattr(platform, "system", lambda: system)
    machine.setattr(platform, "machine", lambda: "arm64")
    machine.setattr(availability, "find_spec", lambda _name: None)
    machine.setattr(subprocess, "run", None)
    assert says in choose("auto").reason


def test_a_named_model_is_what_it_says_and_never_another() -> None:
    assert choose("preview").engine == "preview"
    assert (choose("qwen3-tts-1.7b-8bit").model, choose("qwen3-tts-1.7b-8bit").engine) == (
        "qwen3-tts-1.7b-8bit",
        "qwen3",
    )
    with pytest.raises(UnknownModel):
        choose("no such model")


def test_every_engine_is_listed_with_its_reason(machine: pytest.MonkeyPatch) -> None:
    machine.setattr(subprocess, "run", answering(1, stderr="ModuleNotFoundError: No module named 'mlx'"))
    machine.setattr(preview_descriptor, "find_spec", lambda name: None if name == "piper" else name)
    rows = {row["name"]: row for row in engines()}
    qwen3, preview = rows["qwen3"], rows["preview"]
    assert rows["pocket"]["available"] is False
    assert "extra pocket" in rows["pocket"]["reason"], "what to install for a clone on this machine"
    assert (qwen3["name"], qwen3["available"]) == ("qwen3", False)
    assert "No module named 'mlx'" in qwen3["reason"]
    assert (preview["name"], preview["available"]) == ("preview", False)
    assert "piper are missing" in preview["reason"] or "piper" in preview["reason"]
