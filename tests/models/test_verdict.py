"""What a verdict says of variants, where it counts, and which synthesizer speaks because of it."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.checkpoints import write_checkpoint
from tests.fakes import RecordingReporter
from voicelab.engines.messages import Staged
from voicelab.engines.reporter import TaskReporter
from voicelab.engines.resident_model import Resident, chosen_way
from voicelab.errors import InvalidValue
from voicelab.models.catalogue import find
from voicelab.models.registry import registry
from voicelab.models.variants import asked_variants
from voicelab.models.verdict import (
    NAME,
    files_of,
    machine_here,
    path_for,
    proven,
    read_verdict,
    versions_for,
    write_verdict,
)
from voicelab.models.verdict import Verdict as _Verdict
from voicelab.speech.ports import ManySynthesizer
from voicelab.speech.proof import Check

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.engines.messages import FromProcess
    from voicelab.speech.engine_descriptor import Model
    from voicelab.speech.proof import Outcome

(KEY, VARIANT), *_OTHERS = registry().variants()
ENGINE, NAME_OF_IT = KEY.split(".")


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return find(str(write_checkpoint(tmp_path / "model")))


def keep(model: Model, *checks: Check) -> None:
    verdict = _Verdict(
        model.name, "2026-11-29T20:00:00+00:00", "CPU", checks, versions_for(model), machine_here(), files_of(model)
    )
    assert write_verdict(model, verdict) == ""


FAST = Check("fast engine", "pass", "all tokens equal", variant=NAME_OF_IT)


def test_a_variant_speaks_where_it_is_proven_or_asked_for(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIANT.variable, raising=False)
    undecided = registry().synthesizers(asked_variants({}))
    assert chosen_way(undecided, model).key == ENGINE
    assert "Nothing is proven" in chosen_way(undecided, model).reason
    keep(model, Check("load", "pass", "fine"), FAST)
    way = chosen_way(undecided, model)
    assert (way.key, way.variant) == (KEY, NAME_OF_IT)
    assert way.reason == "Verified on 2026-11-29: all tokens equal."
    on, off = VARIANT.flags.split("/")
    plain = chosen_way(registry().synthesizers(asked_variants({KEY: False})), model)
    assert (plain.key, plain.variant, plain.reason) == (ENGINE, "", f"It was asked for ({off}).")
    asked = registry().synthesizers(asked_variants({KEY: True}))
    assert asked[ENGINE] == VARIANT.synthesizer
    assert chosen_way(asked, model).reason == f"It was asked for ({on})."
    monkeypatch.setenv(VARIANT.variable, str(int(not VARIANT.variable_asks)))
    assert chosen_way(registry().synthesizers(asked_variants({})), model).key == ENGINE
    monkeypatch.setenv(VARIANT.variable, "maybe")
    with pytest.raises(InvalidValue):
        asked_variants({})


@pytest.mark.parametrize("outcome", ["fail", "skip"])
def test_a_check_that_does_not_pass_proves_nothing(outcome: Outcome, model: Model) -> None:
    keep(model, FAST, Check("fast engine", outcome, "other tokens", variant=NAME_OF_IT))
    assert proven(model, NAME_OF_IT) == (False, "Verified on 2026-11-29: fast engine: other tokens")
    keep(model, Check("load", "pass", "fine"))
    assert proven(model, NAME_OF_IT)[0] is False


def test_a_verdict_counts_for_its_machine_versions_and_files(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(model, FAST)
    assert read_verdict(model) is not None
    with monkeypatch.context() as other:
        other.setattr("voicelab.models.verdict.machine_bytes", lambda: 1)
        assert read_verdict(model) is None
    with monkeypatch.context() as other:
        other.setattr("voicelab.models.verdict.__version__", "0.0.1")
        assert read_verdict(model) is None
    assert model.folder is not None
    weights = model.folder / "model.safetensors"
    shutil.copy(weights, weights.with_suffix(".copy"))
    weights.with_suffix(".copy").rename(weights)  # another file of the same size
    assert read_verdict(model) is None


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"schema_version": 2}', '{"schema_version": 1, "checks": 3}'])
def test_a_damaged_verdict_does_not_count(content: str, model: Model) -> None:
    assert model.folder is not None
    (model.folder / NAME).write_text(content)
    assert read_verdict(model) is None
    assert proven(model, NAME_OF_IT)[0] is False


def test_it_is_kept_beside_a_repositorys_snapshots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    model = find("qwen3-tts-0.6b-8bit")
    path = path_for(model)
    assert path is not None
    assert path.parent.parent == tmp_path
    keep(model, FAST)
    assert not path.exists(), "nothing is made for a model that is not there"
    path.parent.mkdir()
    keep(model, FAST)
    assert json.loads(path.read_text())["model"] == model.name


def test_the_process_tells_which_one_speaks_and_why(model: Model) -> None:
    """As /health and the page show it."""
    keep(model, FAST)
    sent: list[FromProcess] = []
    resident = Resident(registry().synthesizers({}))
    report = TaskReporter(1, sent.append, lambda _number: False)
    synthesizer = resident.prepare(model.name, report)
    last = sent[-1]
    assert isinstance(last, Staged)
    assert (last.stage, last.variant) == ("ready", NAME_OF_IT)
    assert last.variant_reason.startswith("Verified on")
    assert isinstance(synthesizer, ManySynthesizer)
    assert synthesizer.rows > 1
    synthesizer.load(model.name, RecordingReporter())
    resident.unload()
