"""The listener's page over HTTP: every byte that a browser receives, and everything that is refused."""

from __future__ import annotations

import itertools
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient

from tests.listening.conftest import experiment
from voicelab.api import listener_page
from voicelab.api.app import create_api
from voicelab.listening.guess_limit import MOST_WRONG, WINDOW_S, Guesses
from voicelab.listening.kinds import KINDS
from voicelab.listening.values import ListeningTest, Options
from voicelab.static import ROOT, parts

if TYPE_CHECKING:
    import httpx2

    from voicelab.lab import Lab


@pytest.fixture(autouse=True)
def no_guesses_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener_page, "_guesses", Guesses())


@pytest.fixture
def test(lab: Lab, tmp_path: Path) -> ListeningTest:
    return lab.listening.tests.create(experiment(tmp_path / "takes", items=6), KINDS["ab"], Options())


@pytest.fixture
def key(client: TestClient, test: ListeningTest) -> str:
    return str(client.post(f"/listen/{test.token}/join", json={}).json()["key"])


def trial_of(client: TestClient, test: ListeningTest, key: str) -> dict[str, Any]:
    return dict(client.get(f"/listen/{test.token}/trial", headers={"X-Listener": key}).json()["trial"])


def answer(client: TestClient, test: ListeningTest, key: str, shown: dict[str, Any], **more: Any) -> httpx2.Response:
    body = {"trial": shown["id"], "value": 1, "plays": [1, 1], "heard_s": 5.0} | more
    while True:
        answered = client.post(f"/listen/{test.token}/answers", json=body, headers={"X-Listener": key})
        if answered.status_code != 409 or answered.json()["code"] != "not_heard" or not all(body["plays"]):
            return answered
        time.sleep(0.05)  # nobody can have heard it yet


def test_every_byte_that_the_browser_receives_is_blind(
    client: TestClient, lab: Lab, test: ListeningTest, tmp_path: Path
) -> None:
    """A whole session, catches included, bodies and headers: no name, setting, line, take or role anywhere.

    Every stimulus has the same headers to the letter, the same length and its own bytes.
    """
    answers: list[httpx2.Response] = [client.get(f"/listen/{test.token}")]
    answers += [
        client.get(f"/listen/static/{name}") for name in ("listen/listen.css", "listen/listen.js", "shared/dom.js")
    ]
    answers.append(client.get(f"/listen/{test.token}/welcome"))
    joined = client.post(f"/listen/{test.token}/join", json={})
    headers = {"X-Listener": joined.json()["key"]}
    stimuli: list[httpx2.Response] = []
    while True:
        shown = client.get(f"/listen/{test.token}/trial", headers=headers)
        answers.append(shown)
        trial = shown.json()["trial"]
        if trial is None:
            break
        for stimulus in trial["stimuli"]:
            assert set(stimulus) == {"label", "id"}
            stimuli.append(client.get(f"/listen/{test.token}/audio/{stimulus['id']}", headers=headers))
        answers.append(answer(client, test, headers["X-Listener"], trial))
    assert all(each.status_code == 200 for each in [joined, *answers, *stimuli])
    assert len(stimuli) >= 14

    said = b"\n".join(
        part for each in [joined, *answers[4:], *stimuli] for part in (repr(each.headers).encode(), each.content)
    )
    secrets = [test.id, test.experiment, "Anna", str(tmp_path), "identical", "repeat", "setting", ".flac", "take"]
    secrets += [*test.items, *(part for setting in test.settings for part in (setting.key, setting.label))]
    secrets += [path.stem for path in (lab.settings.listening / test.id).iterdir()]
    for secret in secrets:
        assert secret.encode() not in said, secret
    assert len({json.dumps(sorted(each.headers.items())) for each in stimuli}) == 1
    assert len({each.content for each in stimuli}) == len(stimuli)
    assert len({(len(each.content), each.content[:44]) for each in stimuli}) == 1
    assert {len(each.url.path) for each in stimuli} == {len(stimuli[0].url.path)}


def test_nothing_is_cached_framed_or_sent_elsewhere(client: TestClient, test: ListeningTest, key: str) -> None:
    trial = trial_of(client, test, key)
    stimulus = f"/listen/{test.token}/audio/{trial['stimuli'][0]['id']}"
    for path in (f"/listen/{test.token}", stimulus, "/listen/wrong/welcome", "/listen/static/none"):
        headers = client.get(path, headers={"X-Listener": key}).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_the_page_writes_text_only() -> None:
    """No way for a question or an error to become markup."""
    scripts = b"".join(part.content for part in parts().values()).decode()
    assert "replaceChildren" in scripts
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function("):
        assert way not in scripts
    page = (ROOT / "listen" / "listen.html").read_text()
    assert "<script>" not in page
    assert "style=" not in page


def test_an_answer_twice_is_counted_once(client: TestClient, lab: Lab, test: ListeningTest, key: str) -> None:
    trial = trial_of(client, test, key)
    assert answer(client, test, key, trial).json()["again"] is False
    assert answer(client, test, key, trial).json()["again"] is True
    other = answer(client, test, key, trial, value=-1)
    assert (other.status_code, other.json()["code"]) == (409, "already_answered")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"value": 9}, 422),
        ({"value": {"a": [1]}}, 422),
        ({"plays": [0, 0]}, 409),
        ({"plays": [1] * 65}, 422),
        ({"heard_s": "soon"}, 422),
        ({"trial": "0" * 32}, 404),
        ({"listener": 1}, 422),
    ],
)
def test_forged_answers_are_refused_with_a_sentence(
    client: TestClient, test: ListeningTest, key: str, change: dict[str, Any], status: int
) -> None:
    refused = answer(client, test, key, trial_of(client, test, key), **change)
    assert refused.status_code == status
    assert refused.json()["error"].endswith(".")


def test_without_the_key_of_the_session_nothing_is_given(client: TestClient, test: ListeningTest, key: str) -> None:
    trial = trial_of(client, test, key)
    stimulus = f"/listen/{test.token}/audio/{trial['stimuli'][0]['id']}"
    assert client.get(stimulus).status_code == 422
    assert client.get(stimulus, headers={"X-Listener": "x" * 43}).status_code == 404
    assert client.get(stimulus, headers={"X-Listener": key}).status_code == 200


def test_another_site_cannot_answer(client: TestClient, test: ListeningTest, key: str) -> None:
    trial = trial_of(client, test, key)
    headers = {"X-Listener": key, "Origin": "http://evil.example"}
    assert client.post(f"/listen/{test.token}/answers", json={"trial": trial["id"]}, headers=headers).status_code == 403


def test_guessing_links_is_slowed_down(client: TestClient, test: ListeningTest) -> None:
    for guess in range(MOST_WRONG):
        assert client.get(f"/listen/guess-{guess}/welcome").status_code == 404
    refused = client.get("/listen/another/welcome")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_tries")
    assert 0 < int(refused.headers["retry-after"]) <= WINDOW_S


def test_guesses_are_forgotten_after_a_minute() -> None:
    now = itertools.count()
    guesses = Guesses(clock=lambda: float(next(now)) * WINDOW_S)
    for _ in range(MOST_WRONG + 1):
        guesses.wrong("a")
    guesses.check("a")


def test_revoked_links_are_a_sentence(client: TestClient, lab: Lab, test: ListeningTest, key: str) -> None:
    lab.listening.tests.revoke(test.id)
    refused = client.get(f"/listen/{test.token}/trial", headers={"X-Listener": key})
    assert (refused.status_code, refused.json()["code"]) == (404, "link_closed")
    assert "closed by its owner" in refused.json()["error"]


def test_a_listener_on_the_network_reaches_the_page(lab: Lab, test: ListeningTest) -> None:
    """By this machine's address, as a phone does."""
    address = "192.168.7.20"
    api = create_api(replace(lab, settings=replace(lab.settings, host="0.0.0.0")))  # noqa: S104 - a client that binds nothing
    with TestClient(api, base_url=f"http://{address}:7861", client=("192.168.7.31", 50000)) as phone:
        assert phone.get(f"/listen/{test.token}").status_code == 200
        assert phone.get(f"/listen/{test.token}/welcome").json()["kind"] == "ab"
