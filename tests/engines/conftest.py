"""Engine processes for tests, with synthesizers that do as they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from voicelab.engines.process import EngineProcess
from voicelab.models.model_choice import Choice
from voicelab.speech.ports import SpeechRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TONES = {"preview": "tests.fakes:ToneSynthesizer", "qwen3": "tests.fakes:ToneSynthesizer"}


def choose_at_once(model: str) -> Choice:
    """Choose without asking the machine."""
    return Choice("preview" if model == "auto" else model, "preview", "CPU", "The test says so.")


@pytest.fixture
def make_engine() -> Iterator[Callable[..., EngineProcess]]:
    """Make engine processes that are closed after the test; tones speak unless `synthesizers` says otherwise."""
    made: list[EngineProcess] = []

    def make(**settings: Any) -> EngineProcess:
        engine = EngineProcess(**{"synthesizers": TONES, "choose": choose_at_once, **settings})
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.close()


@pytest.fixture
def engine(make_engine: Callable[..., EngineProcess]) -> EngineProcess:
    """An engine process that speaks tones."""
    return make_engine()


def request(text: str = "Say something.", model: str = "preview", **settings: Any) -> SpeechRequest:
    """Return a request for `text`; `speaker` is a script of tests.fakes."""
    return SpeechRequest(text=text, model=model, **settings)
