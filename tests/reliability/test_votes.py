"""The lab killed at random moments while listeners answer: every answer that was acknowledged is there, once."""

from __future__ import annotations

import http.client
import json
import random
import signal
import threading
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

from tests.listening_lab import LINES, with_comparison
from tests.running import Server, free_port
from voicelab.blind_tests import source_of
from voicelab.compare.experiments import ExperimentStore
from voicelab.listening.database import Database
from voicelab.listening.kinds import kind_of
from voicelab.listening.store import TestStore
from voicelab.listening.tables import AnswerRow
from voicelab.listening.values import Options
from voicelab.settings import Settings
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from pathlib import Path

KILLS = 3
LISTENERS = 5
PATIENCE_S = 60.0
HEARD_S = 2.5
"""As long as the server wants both stimuli of the longest line to be heard, and a little."""


class Voter(threading.Thread):
    """A listener's browser: keeps what is not acknowledged, and sends it again."""

    def __init__(self, url: str, seed: int) -> None:
        super().__init__(daemon=True)
        self.acknowledged: dict[str, int] = {}
        self.sent_again = 0
        self._url = url
        self._chance = random.Random(seed)
        self._key = ""

    def run(self) -> None:
        self._key = self._call("join", {})["key"]
        while (trial := self._call("trial")["trial"]) is not None:
            value = self._chance.choice((-1, 0, 1))
            time.sleep(HEARD_S)
            self._call("answers", {"trial": trial["id"], "value": value, "plays": [1, 1], "heard_s": 9.0})
            self.acknowledged[trial["id"]] = value
            time.sleep(self._chance.uniform(0.3, 0.6))

    def _call(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"X-Listener": self._key or "none", "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self._url}/{path}", content, headers)  # noqa: S310 - our own server
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own server
                    return dict(json.load(answer))
            except urllib.error.HTTPError as error:
                message = f"{path}: {error.code} {error.read().decode()}"
                raise AssertionError(message) from error
            except (OSError, ValueError, http.client.HTTPException):
                self.sent_again += 1
                time.sleep(0.1)
        message = f"{path}: no answer within {PATIENCE_S} s"
        raise AssertionError(message)


def test_acknowledged_answers_are_there_once_whenever_the_lab_is_killed(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    compared = with_comparison(tmp_path)
    database = Database(settings.database)
    source = source_of(ExperimentStore(settings.experiments), VoiceLibrary(settings.voices), compared.id)
    test = TestStore(database, settings.listening).create(source, kind_of("ab"), Options(trials=12))
    port = free_port()
    voters = [Voter(f"http://127.0.0.1:{port}/listen/{test.token}", seed) for seed in range(LISTENERS)]
    chance = random.Random(5)
    server = Server.start(tmp_path, port=port)
    try:
        for voter in voters:
            voter.start()
        for _ in range(KILLS):
            server.wait_for("status")
            time.sleep(chance.uniform(0.2, 0.8))
            server.end(signal.SIGKILL)
            server = Server.start(tmp_path, port=port)
        for voter in voters:
            voter.join(PATIENCE_S)
    finally:
        server.end()
    assert not any(voter.is_alive() for voter in voters)
    acknowledged = {trial: value for voter in voters for trial, value in voter.acknowledged.items()}
    with database.reading() as session:
        assert {row.trial: row.value for row in session.query(AnswerRow)} == acknowledged
    assert len(acknowledged) >= LISTENERS * len(LINES)
    assert sum(voter.sent_again for voter in voters) > KILLS, "the kills were noticed"
    database.close()
