"""The lab killed while it renders: what was finished is there and whole, and the rest is made by resuming."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from tests.fakes import FakeEngine
from tests.voices.making import noise_clip, words_for
from voicelab.clips.wav import read_flac
from voicelab.compare.experiments import ExperimentStore
from voicelab.compare.integrity import examine_experiments
from voicelab.compare.plan import Plan
from voicelab.compare.render import render
from voicelab.settings import CHECKOUT
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from pathlib import Path

KILLS = 3
RENDER = """
import sys
from pathlib import Path
from tests.fakes import FakeEngine
from tests.reliability.test_app_killed import PLAN
from voicelab.compare.experiments import ExperimentStore
from voicelab.compare.render import render
from voicelab.voices.library import VoiceLibrary
home = Path(sys.argv[1])
store = ExperimentStore(home / "experiments")
begun = store.list()
for step in render(begun[0] if begun else PLAN, VoiceLibrary(home / "voices"), FakeEngine(), store):
    if step.message.endswith(": done"):
        print(step.done, flush=True)
"""
PLAN = Plan("anna", tuple(f"Line number {number}." for number in range(6)), (None,), ("preview",), takes=2)


def test_a_kill_while_rendering_keeps_every_take_that_was_told(tmp_path: Path) -> None:
    clip = noise_clip(4.0)
    VoiceLibrary(tmp_path / "voices").save("Anna", clip, words_for(clip), "english", "agreed", match="match")
    moments = random.Random(8)
    store = ExperimentStore(tmp_path / "experiments")
    told = 0
    for _ in range(KILLS):
        command = [sys.executable, "-c", RENDER, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT) as process:
            assert process.stdout is not None
            told = max(told, int(process.stdout.readline() or 0))
            time.sleep(moments.uniform(0, 0.2))
            process.kill()
            told = max([told, *(int(line) for line in process.stdout.read().split("\n")[:-1])])
        (experiment,) = store.list()
        assert len(experiment.takes) >= told, "what was told to be finished is there"
        for take in experiment.takes:
            assert read_flac(store.take_path(experiment.id, take.id)).seconds > 0
        findings = examine_experiments(store, tmp_path / "experiments")
        assert [finding for finding in findings if finding.level == "fail"] == []
    list(render(experiment, VoiceLibrary(tmp_path / "voices"), FakeEngine(), store))
    (experiment,) = store.list()
    assert [take.failure for take in experiment.takes] == [None] * PLAN.takes * len(PLAN.lines)
    assert len(list((tmp_path / "experiments" / experiment.id / "takes").glob("*.flac"))) == experiment.total


def test_a_kill_just_when_a_comparison_begins_is_no_damage(tmp_path: Path) -> None:
    store = ExperimentStore(tmp_path)
    (tmp_path / ("a" * 32) / "takes").mkdir(parents=True)
    (finding,) = examine_experiments(store, tmp_path)
    assert (finding.level, "may be removed" in finding.message) == ("warn", True)
    assert list(store.list()) == []
