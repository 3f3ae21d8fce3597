"""Engines beside each other: one comparison of models of three, each told apart in its takes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.family_checkpoints import write_pocket, write_voxcpm2
from voicelab.compare.plan import Plan
from voicelab.compare.render import render
from voicelab.engines.process import EngineProcess
from voicelab.models.model_choice import Choice
from voicelab.models.registry import registry

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.compare.experiments import ExperimentStore
    from voicelab.voices.library import VoiceLibrary


def test_families_are_compared_with_the_preview(library: VoiceLibrary, store: ExperimentStore, tmp_path: Path) -> None:
    pocket, voxcpm2 = str(write_pocket(tmp_path / "pocket")), str(write_voxcpm2(tmp_path / "voxcpm2"))
    plan = Plan("anna", ("A first line to say.",), (None,), (pocket, voxcpm2, "preview"))
    engine = EngineProcess(
        registry().synthesizers({}), choose=lambda model: Choice(model, "preview", "CPU", "The test says so.")
    )
    try:
        takes = list(render(replace(plan, takes=1), library, engine, store))[-1].experiment.takes
    finally:
        engine.close()
    assert [take.failure for take in takes] == [None, None, None]
    by_model = {take.model: take for take in takes}
    assert all(take.rtf and take.duration_s and take.peak_memory_bytes for take in takes)
    said = {model: " ".join(take.notes) for model, take in by_model.items()}
    assert "48 kHz" in said[voxcpm2]
    assert "not a clone" in said["preview"]
    assert "not a clone" not in said[pocket] + said[voxcpm2]
