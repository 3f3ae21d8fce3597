"""The home of a lab of version 0.1.0, opened by today's: everything is there, and everything goes on."""

from __future__ import annotations

import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.listening.conftest import Clock
from tests.reliability.slow_readers import spoken
from tests.running import Server, environment
from voicelab.clips.clip import Window
from voicelab.compare.experiments import ExperimentStore
from voicelab.listening.answering import Reply
from voicelab.listening.answers import answers_of
from voicelab.listening.database import Database
from voicelab.listening.sessions import Sessions
from voicelab.listening.store import TestStore
from voicelab.settings import CHECKOUT, Settings
from voicelab.voices.drafts import DraftStore
from voicelab.voices.library import VoiceLibrary

HOME = Path(__file__).with_name("home_of_0_1_0.zip")
"""Written by the last commit that called itself 0.1.0: a voice with its recording, a draft of two steps, an experiment
of four takes (tones), a listening test of two trials, and Berta, who has answered the first."""
LINK, KEY = "zRPB4t1ebcbJVDemTFonPK_dMeOXc8_1", "zUqOxl6Ao9UdVoTtg0yCA48Ya0eyIpGxy7FlLR_Ig3o"
"""Of the test, and Berta's."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    with zipfile.ZipFile(HOME) as packed:
        packed.extractall(tmp_path)
    return Settings(home=tmp_path)


def test_everything_of_it_is_whole(settings: Settings) -> None:
    command = [sys.executable, "-m", "voicelab", "doctor", "--deep", "--home", str(settings.home)]
    looked = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=CHECKOUT, env=environment(settings.home)
    )
    assert looked.returncode == 0, looked.stdout
    assert "Everything kept here is whole." in looked.stdout


def test_it_is_served_and_its_voice_speaks(settings: Settings) -> None:
    server = Server.start(settings.home, "--model", "preview")
    try:
        server.wait_for("ready", "page", within_s=120)
        assert spoken(server, "The voice of an old lab.") > 10_000
    finally:
        server.end()
    assert "Traceback" not in server.log


def test_its_voice_its_draft_and_its_experiment_go_on(settings: Settings) -> None:
    library = VoiceLibrary(settings.voices)
    voice = library.get("anna")
    assert (voice.consent, voice.window, library.transcript("anna").text) == (
        "agreed on paper",
        Window(1.0, 5.0),
        "one two three four",
    )
    assert library.set_recipe("anna", replace(voice.recipe, seed=9)).revision == voice.revision + 1
    drafts = DraftStore(settings.drafts)
    (folder,) = settings.drafts.iterdir()
    assert drafts.get(folder.name).window == Window(0.0, 4.0)
    assert drafts.set_window(folder.name, Window(0.5, 4.0)).window == Window(0.5, 4.0)
    store = ExperimentStore(settings.experiments)
    (experiment,) = store.list()
    assert [take.failure for take in experiment.takes] == [None] * 4


def test_its_listener_goes_on_and_counts(settings: Settings) -> None:
    clock = Clock()
    clock.now = time.time()
    database = Database(f"sqlite:///{settings.data / 'voicelab.db'}")
    try:
        sessions = Sessions(database, settings.listening, clock)
        assert sessions.state(LINK, KEY)["answered"] == 1
        trial = sessions.trial(LINK, KEY)["trial"]
        assert trial
        for stimulus in trial["stimuli"]:
            assert sessions.audio(LINK, KEY, stimulus["id"])[:4] == b"RIFF"
        clock.now += 10
        assert sessions.answer(LINK, KEY, Reply(trial["id"], 1, [1, 1], 2.0))["answered"] == 2
        (test,) = TestStore(database, settings.listening, clock).list()
        assert [answer.value for answer in answers_of(database, test.id)] == [0, 1]
    finally:
        database.close()
