"""Databases of both kinds, and a small experiment to listen to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sqlalchemy import select

from tests.postgres import Postgres
from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.clips.wav import flac_bytes, write_wav
from voicelab.errors import NotHeard
from voicelab.listening.answering import Reply
from voicelab.listening.database import Database
from voicelab.listening.kinds import KINDS
from voicelab.listening.sessions import Sessions
from voicelab.listening.store import TestStore
from voicelab.listening.tables import SampleRow, StimulusRow
from voicelab.listening.values import Options, Setting, Source, TakeFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.listening.tastes import Taste
    from voicelab.listening.values import ListeningTest
    from voicelab.listening.views import AnswerKept, Trial


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data' / 'voicelab.db'}"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.emptied()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(database: Database, tmp_path: Path, clock: Clock) -> TestStore:
    return TestStore(database, tmp_path / "listening", clock)


class Attentive(Sessions):
    """The listener's side for those who hear everything to its end first, however long that takes by `clock`."""

    def __init__(self, database: Database, folder: Path, clock: Clock) -> None:
        super().__init__(database, folder, clock)
        self._listening = clock

    def answer(self, token: str, key: str, reply: Reply) -> AnswerKept:
        """Keep the answer, ten seconds later where it came too early."""
        try:
            return super().answer(token, key, reply)
        except NotHeard:
            self._listening.now += 10
            return super().answer(token, key, reply)


@pytest.fixture
def sessions(database: Database, tmp_path: Path, clock: Clock) -> Sessions:
    return Attentive(database, tmp_path / "listening", clock)


def sounding(seconds: float, seed: int, level: float = 0.2) -> Clip:
    """Noise, different for every seed."""
    samples = np.random.default_rng(seed).normal(0, level, round(seconds * SAMPLE_RATE))
    return Clip(np.clip(samples, -1, 1).astype(np.float32))


def experiment(folder: Path, settings: int = 2, items: int = 4) -> Source:
    """Takes of different lengths and levels, and a real clip."""
    folder.mkdir(parents=True, exist_ok=True)
    takes = []
    for setting in range(settings):
        for item in range(items):
            seed = 10 * setting + item
            clip = sounding(0.5 + 0.1 * setting + 0.05 * item, seed, 0.05 + 0.05 * setting)
            path = folder / f"{seed}.flac"
            path.write_bytes(flac_bytes(clip.samples, clip.sample_rate))
            takes.append(TakeFile(f"{seed:032x}", f"setting-{setting}", f"Line {item}.", path))
    write_wav(folder / "clip.wav", sounding(1.0, 999))
    return Source(
        experiment="e" * 32,
        title="Anna, today",
        settings=tuple(Setting(f"setting-{number}", f"Secret setting {number}") for number in range(settings)),
        items=tuple(f"Line {item}." for item in range(items)),
        takes=tuple(takes),
        reference=folder / "clip.wav",
    )


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return experiment(tmp_path / "experiment")


def trial_of(sessions: Sessions, test: ListeningTest, key: str, number: int | None = None) -> Trial:
    """Return the trial that is shown to a listener who is not through."""
    trial = sessions.trial(test.token, key, number)["trial"]
    assert trial is not None
    return trial


def take_all(
    sessions: Sessions, test: ListeningTest, choose: Callable[[Trial], Any], clock: Clock | None = None
) -> str:
    """Join and answer every trial with what `choose` makes of it; return the listener's key."""
    key = sessions.join(test.token)
    while (shown := sessions.trial(test.token, key))["trial"] is not None:
        trial = shown["trial"]
        if clock:
            clock.now += 10
        sessions.answer(test.token, key, reply(trial, choose(trial)))
    return key


def reply(trial: Trial, value: Any, heard_s: float = 9.0) -> Reply:
    return Reply(trial["id"], value, [1] * len(trial["stimuli"]), heard_s)


@pytest.fixture
def test(store: TestStore, source: Source) -> ListeningTest:
    return store.create(source, KINDS["ab"], Options())


@pytest.fixture
def listen(sessions: Sessions, database: Database, clock: Clock) -> Callable[..., None]:
    """Let a listener with a taste answer everything, looking behind the curtain to know what is what."""

    def listen(test: ListeningTest, taste: Taste, heard_s: float = 9.0) -> None:
        key = sessions.join(test.token)
        while (shown := sessions.trial(test.token, key))["trial"] is not None:
            trial = shown["trial"]
            ids = [stimulus["id"] for stimulus in trial["stimuli"] if stimulus["label"] != "Reference"]
            with database.reading() as session:
                rows = session.execute(
                    select(StimulusRow.id, SampleRow).join(SampleRow).where(StimulusRow.id.in_(ids))
                ).all()
            sounds = {name: (sample.role, sample.setting) for name, sample in rows}
            clock.now += heard_s
            sessions.answer(
                test.token, key, reply(trial, taste([sounds[name] for name in ids], trial["number"]), heard_s)
            )

    return listen
