"""What is said of a machine that does not clone yet: one thing to do, and never one that takes minutes a sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from voicelab.models import clone_need as module
from voicelab.models.clone_need import clone_need
from voicelab.models.model_choice import availability
from voicelab.speech.engine_descriptor import Availability

if TYPE_CHECKING:
    from voicelab.speech.engine_descriptor import EngineDescriptor

SLOW = Availability(available=True, reason="It is slow.", suitable=False, slow="It takes minutes.")
AWAY = Availability(available=False, reason="It is not installed.", device="", command="pip install it")
HERE = Availability(available=True, reason="It works.", suitable=False)
FIRST = "qwen3-tts-0.6b-8bit"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Availability]:
    """What the engines say of this machine, by their names, in place of what they find."""
    answers: dict[str, Availability] = {}

    def answer(engine: EngineDescriptor) -> Availability:
        return answers.get(engine.name) or availability(engine)

    monkeypatch.setattr(module, "availability", answer)
    monkeypatch.setattr(module, "on_disk", lambda _model: None)
    return answers


def test_without_a_gpu_the_command_is_said_and_no_slow_model_is_offered(told: dict[str, Availability]) -> None:
    told.update(qwen3=SLOW, pocket=AWAY)
    need = clone_need("preview")
    assert need == {"text": "It is slow. It is not installed.", "model": "", "command": "pip install it"}


def test_what_is_installed_and_quick_is_a_download(told: dict[str, Availability]) -> None:
    told.update(qwen3=SLOW, pocket=HERE)
    need = clone_need("preview")
    assert need is not None
    assert (need["model"], need["command"]) == ("pocket-tts", "")
    told.update(qwen3=replace(HERE, suitable=True))
    need = clone_need("preview")
    assert need is not None
    assert need["model"] == FIRST


def test_where_nothing_helps_it_is_said_why(told: dict[str, Availability]) -> None:
    told.update(qwen3=SLOW, pocket=replace(AWAY, command=""))
    assert clone_need("preview") == {"text": "It is slow. It is not installed.", "model": "", "command": ""}


def test_a_clone_that_speaks_here_needs_its_weights_only(
    told: dict[str, Availability], monkeypatch: pytest.MonkeyPatch
) -> None:
    need = clone_need(FIRST)
    assert need is not None
    assert (need["model"], "not on its disk yet" in need["text"]) == (FIRST, True)
    monkeypatch.setattr(module, "on_disk", lambda _model: "/somewhere")
    assert clone_need(FIRST) is None
    told.update(qwen3=HERE)
    need = clone_need("preview")
    assert need is not None
    assert (need["model"], "without --model" in need["text"]) == ("", True)
