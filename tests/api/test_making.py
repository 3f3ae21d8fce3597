"""A voice over HTTP: made of a recording with the checks of the page, renamed, called otherwise, removed."""

from __future__ import annotations

import io
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import serving
from tests.labs import lab_of
from tests.running import aside, free_port
from voicelab.api.app import create_api
from voicelab.api.bench import MOST_WAITING, Bench
from voicelab.api.token import token_in
from voicelab.clips.wav import write_wav
from voicelab.errors import QueueFull
from voicelab.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import httpx2

    from tests.api.conftest import HeldEngine
    from voicelab.clips.clip import Clip
    from voicelab.lab import Lab


@pytest.fixture
def lab(tmp_path: Path, engine: HeldEngine) -> Lab:
    """An empty lab that hears with what comes with it."""
    return lab_of(Settings(home=tmp_path, port=7861, recognizer="tiny.en"), engine)


@pytest.fixture
def client(lab: Lab) -> Iterator[TestClient]:
    with TestClient(create_api(lab), base_url="http://127.0.0.1:7861", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def speech_text() -> str:
    """Long enough for a voice, and no longer: every test hears it."""
    return "The lighthouse keeper walked down to the harbor every morning, long before the sun came up."


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory, spoken: Callable[[str], Clip], speech_text: str) -> bytes:
    path = tmp_path_factory.mktemp("recording") / "speech.wav"
    write_wav(path, spoken(speech_text))
    return path.read_bytes()


def made(client: TestClient | httpx.Client, content: bytes, **form: Any) -> httpx.Response | httpx2.Response:
    return client.post("/voices", files={"audio": ("my recording.wav", io.BytesIO(content))}, data=form)


def test_a_recording_becomes_a_voice_that_speaks(
    client: TestClient, lab: Lab, recording: bytes, speech_text: str
) -> None:
    answer = made(client, recording, name="Keeper", text=speech_text, start_s="0", consent="Synthetic.", language="en")
    assert answer.status_code == 201, answer.text
    voice = answer.json()
    assert (voice["slug"], voice["match"], voice["consent"], voice["language"]) == (
        "keeper",
        "match",
        "Synthetic.",
        "english",
    )
    assert voice["transcript"]["author"] == "hand"
    assert {row["name"] for row in voice["checks"]}
    assert client.get("/synthesize?text=Hi&voice=keeper").headers["x-voice"] == "keeper"
    assert lab.voices.recording("keeper") is not None, "untouched"
    assert list(lab.settings.drafts.glob("[0-9a-f]*")) == []
    again = made(client, recording, name="keeper", text=speech_text)
    assert (again.status_code, again.json()["code"]) == (409, "voice_exists")


def test_without_a_text_it_is_heard(client: TestClient, recording: bytes) -> None:
    voice = made(client, recording, name="Heard", start_s="0", end_s="4").json()
    assert "lighthouse" in voice["transcript"]["text"].lower()
    assert voice["seconds"] == pytest.approx(4.0, abs=0.1)


def test_what_the_page_would_warn_of_is_refused_and_kept_anyway(
    client: TestClient, lab: Lab, recording: bytes, speech_text: str
) -> None:
    other = "Seven purple elephants danced over the frozen motorway while the orchestra slept."
    wrong = made(client, recording, name="Wrong", text=other, start_s="0")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "text")
    assert "anyway=true" in wrong.json()["error"]
    short = made(client, recording, name="Short", text="The", start_s="0", end_s="0.6")
    assert short.status_code == 422
    assert lab.voices.voices() == []
    assert list(lab.settings.drafts.glob("[0-9a-f]*")) == [], "nothing is left lying"
    kept = made(client, recording, name="Wrong", text=other, start_s="0", anyway="true")
    assert (kept.status_code, kept.json()["match"]) == (201, "mismatch")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "../../etc"}, "name"),
        ({"name": "x" * 500}, "name"),
        ({"name": "A", "start_s": "soon"}, "start_s"),
        ({"name": "A", "start_s": "-1"}, "start_s"),
        ({"name": "A", "start_s": "1e9"}, ""),
        ({"name": "A", "start_s": "nan"}, ""),
        ({"name": "A", "start_s": "5", "end_s": "2"}, ""),
        ({"name": "A", "language": "klingon"}, "language"),
        ({"name": "A", "channel": "middle"}, "channel"),
        ({"name": "A", "track": "70"}, "track"),
        ({"name": "A", "track": "9"}, ""),
        ({"name": "A", "text": "x" * 30_000}, "text"),
    ],
)
def test_wrong_fields_are_named(
    client: TestClient, lab: Lab, recording: bytes, form: dict[str, str], field: str
) -> None:
    answer = made(client, recording, **form)
    assert answer.status_code in {400, 422}, answer.text
    assert answer.json().get("field", "") == field or not field
    assert lab.voices.voices() == []
    assert list(lab.settings.drafts.glob("[0-9a-f]*")) == []


@pytest.mark.parametrize("content", [b"", b"no audio", b"RIFF\xff\xff\xff\xffWAVE", b"\x00" * 100_000])
def test_what_is_no_recording_is_refused(client: TestClient, lab: Lab, content: bytes) -> None:
    answer = made(client, content, name="A")
    assert (answer.status_code, answer.json()["code"]) == (422, "unreadable_audio")
    assert list(lab.settings.drafts.glob("[0-9a-f]*")) == []


def test_a_form_without_its_parts_is_told_what_is_missing(client: TestClient) -> None:
    assert client.post("/voices", json={"name": "A"}).json()["field"] in {"audio", "name"}
    assert client.post("/voices", data={"name": "A"}).json()["field"] == "audio"
    broken = client.post("/voices", content=b"--x\r\n", headers={"Content-Type": "multipart/form-data"})
    assert (broken.status_code, broken.json()["code"], broken.json()["field"]) == (422, "invalid_value", "body")


def test_a_recording_that_is_sent_as_a_text_field_is_told_how_files_are_sent(client: TestClient) -> None:
    answer = client.post("/voices", data={"name": "A", "audio": "x" * 2_000_000}, files={"other": b"x"})
    assert (answer.status_code, answer.json()["code"]) == (413, "text_too_long")
    assert "-F audio=@" in answer.json()["error"]


def test_on_the_network_it_takes_the_token_and_a_consent_note(lab: Lab, recording: bytes) -> None:
    lab = replace(lab, settings=replace(lab.settings, host="0.0.0.0"))  # noqa: S104
    with TestClient(create_api(lab), base_url="http://127.0.0.1:7861") as client:
        assert made(client, recording, name="A").status_code == 401
        for method, path in (("PUT", "/voices/a"), ("DELETE", "/voices/a"), ("POST", "/voices/restore")):
            assert client.request(method, path, json={}).status_code == 401
        client.headers["Authorization"] = f"Bearer {token_in(lab.settings.token_file)[0]}"
        refused = made(client, recording, name="A")
        assert (refused.status_code, refused.json()["field"]) == (422, "consent")
        client.headers["Origin"] = "https://evil.example"
        assert made(client, recording, name="A", consent="mine").status_code == 403


def test_too_large_an_upload_and_a_hang_up_leave_nothing(lab: Lab, recording: bytes) -> None:
    port = free_port()
    with serving(lab, port):
        address = f"http://127.0.0.1:{port}"
        declared = {"Content-Length": str(2**30), "Content-Type": "multipart/form-data; boundary=x"}
        with socket.create_connection(("127.0.0.1", port)) as connection:
            lines = [
                "POST /voices HTTP/1.1",
                f"Host: 127.0.0.1:{port}",
                *(": ".join(pair) for pair in declared.items()),
            ]
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 413 ")

        def half() -> Iterator[bytes]:
            yield b'--x\r\nContent-Disposition: form-data; name="audio"; filename="a.wav"\r\n\r\n' + recording[:5000]
            message = "the client goes away"
            raise ConnectionError(message)

        with pytest.raises(ConnectionError), httpx.Client(base_url=address) as client:
            client.post("/voices", headers={"Content-Type": declared["Content-Type"]}, content=half())
        assert httpx.get(f"{address}/voices").json()["voices"] == []
        assert list(lab.settings.drafts.glob("[0-9a-f]*")) == []


def test_two_of_one_name_at_once_make_one_voice(lab: Lab, recording: bytes, speech_text: str) -> None:
    port = free_port()
    with (
        serving(lab, port),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client,
        ThreadPoolExecutor(2) as pool,
    ):
        answers = [pool.submit(made, client, recording, name="Twin", text=speech_text, start_s="0") for _ in range(2)]
        assert sorted(answer.result().status_code for answer in answers) == [201, 409]
    assert [voice.slug for voice in lab.voices.voices()] == ["twin"]


def test_few_wait_for_their_turn() -> None:
    bench, going = Bench(), threading.Event()

    async def crowd() -> int:
        refused = 0
        async with anyio.create_task_group() as group:
            for _ in range(MOST_WAITING):
                group.start_soon(bench.work, lambda: going.wait(20))
            await anyio.wait_all_tasks_blocked()
            try:
                await bench.work(lambda: True)
            except QueueFull as error:
                refused = round(error.retry_after_s or 0)
            going.set()
        assert await bench.work(lambda: True), "and once they are through, there is room again"
        return refused

    assert aside(lambda: anyio.run(crowd)) == 10


@pytest.fixture
def anna(lab: Lab) -> Lab:
    from tests.labs import with_anna

    return with_anna(lab)


def test_a_voice_is_renamed_and_called_otherwise(client: TestClient, anna: Lab) -> None:
    changed = client.put("/voices/anna", json={"name": "Vixen", "aliases": ["alloy", " Alloy ", "nova"]}).json()
    assert (changed["slug"], changed["aliases"]) == ("vixen", ["alloy", "nova"])
    said = client.post("/v1/audio/speech", json={"model": "tts-1", "voice": "Alloy", "input": "Hi"})
    assert (said.status_code, said.headers["x-voice"]) == (200, "vixen")
    assert "another name of the voice vixen" in said.headers["x-notes"]
    assert "another name" not in client.get("/synthesize?text=Hi&voice=vixen").headers.get("x-notes", "")
    listed = [voice["id"] for voice in client.get("/v1/audio/voices").json()["voices"]]
    assert listed == ["vixen", "alloy", "nova"]
    assert client.get("/voices/alloy").status_code == 404, "only speaking goes by it: nothing is removed by mistake"
    assert client.put("/voices/vixen", json={"aliases": []}).json()["aliases"] == []
    assert client.get("/synthesize?text=Hi&voice=alloy").status_code == 404


def test_the_labs_own_aliases(lab: Lab, anna: Lab) -> None:
    aliases = {"alloy": "Anna", "echo": "nobody"}
    told = replace(anna, settings=replace(anna.settings, voice_aliases=aliases))
    with TestClient(create_api(told), base_url="http://127.0.0.1:7861") as client:
        assert client.get("/synthesize?text=Hi&voice=ALLOY").headers["x-voice"] == "anna"
        missing = client.get("/synthesize?text=Hi&voice=echo")
        assert (missing.status_code, "nobody" in missing.json()["error"]) == (404, True)
        assert [voice["id"] for voice in client.get("/v1/audio/voices").json()["voices"]] == ["anna", "alloy"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 422),
        ({"name": "../x"}, 422),
        ({"name": 7}, 422),
        ({"aliases": "alloy"}, 422),
        ({"aliases": ["a" * 300]}, 422),
        ({"aliases": [f"name {number}" for number in range(30)]}, 422),
        ({"aliases": ["bob"]}, 422),
        ({"aliases": ["x"], "revision": 99}, 409),
        ({"name": "Other", "revision": 99}, 409),
        ({"name": "Bob"}, 409),
        ({"consent": "mine"}, 422),
        ({"speed": 3}, 422),
        ({"speed": "fast"}, 422),
        ({"speed": 1.5, "name": "Other"}, 422),
        ({"speed": 1.5, "revision": 99}, 409),
    ],
)
def test_changes_that_cannot_be_change_nothing(
    client: TestClient, anna: Lab, change: dict[str, Any], status: int
) -> None:
    from tests.voices.making import noise_clip, words_for

    clip = noise_clip(10.0)
    anna.voices.save("Bob", clip, words_for(clip), "english", "")
    before = anna.voices.get("anna")
    assert client.put("/voices/anna", json=change).status_code == status
    assert anna.voices.get("anna") == before
    assert client.put("/voices/nobody", json={"name": "X"}).status_code == 404


def test_a_removed_voice_comes_back(client: TestClient, anna: Lab, engine: HeldEngine) -> None:
    answer = client.delete("/voices/Anna").json()
    assert answer["voice"] == "anna"
    assert engine.forgot == 1
    assert client.get("/voices").json()["voices"] == []
    assert client.delete("/voices/anna").status_code == 404
    assert client.post("/voices/restore", json={"removed": answer["removed"]}).json()["slug"] == "anna"
    for nothing in (answer["removed"], "../voices/anna", "", "x" * 300):
        assert client.post("/voices/restore", json={"removed": nothing}).status_code in {404, 422}
    assert [voice.slug for voice in anna.voices.voices()] == ["anna"]
