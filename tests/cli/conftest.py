"""A lab of one's own for each command, which runs in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.running import environment
from voicelab.cli import main
from voicelab.clips.wav import write_wav
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from voicelab.clips.clip import Clip


@dataclass(frozen=True)
class Done:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """Its one JSON value: anything else on stdout fails here."""
        return json.loads(self.out)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty lab that finds no model hub."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    return tmp_path


@pytest.fixture
def run(home: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Run a command in this process, which saves its imports."""

    def run(*arguments: object) -> Done:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([*(str(argument) for argument in arguments), "--home", str(home)])
        out, err = capfd.readouterr()
        return Done(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory, speech_clip: Clip) -> Path:
    """About 12 s of clean speech as a file."""
    path = tmp_path_factory.mktemp("recording") / "keeper.wav"
    write_wav(path, speech_clip)
    return path


@pytest.fixture
def joe(home: Path, speech_clip: Clip, speech_text: str) -> VoiceLibrary:
    """A library with the voice Joe, whose words have made-up times."""
    from voicelab.transcripts.words import Transcript, Word

    words = speech_text.split()
    each_s = speech_clip.seconds / len(words)
    timed = tuple(Word(word, i * each_s, (i + 0.9) * each_s) for i, word in enumerate(words))
    library = VoiceLibrary(home / "voices")
    library.save("Joe", speech_clip, Transcript(speech_text, timed, "hand", "english"), "english", "", match="match")
    return library
