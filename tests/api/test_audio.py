"""Every address that answers with audio, found in the routing table, as players ask: whole, in ranges, by its head."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import soundfile
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.listening.conftest import experiment
from tests.voices.making import noise_clip
from voicelab.api.audio import Audio
from voicelab.compare.plan import Plan
from voicelab.compare.render import render
from voicelab.listening.kinds import KINDS
from voicelab.listening.values import Options

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from voicelab.lab import Lab

PLAYED = {
    "/drafts/{draft_id}/audio.wav",
    "/drafts/{draft_id}/clip.wav",
    "/takes/{experiment_id}/{take_id}.flac",
    "/takes/{experiment_id}/{take_id}.wav",
    "/takes/{experiment_id}/{take_id}/matched.wav",
    "/takes/{experiment_id}/{take_id}/reference.wav",
    "/listen/{token}/audio/{stimulus}",
    "/synthesize",
}
"""What is known to be audio. Another route that answers with audio is found and must be added here."""


def get_routes(api: FastAPI) -> Iterator[str]:
    """Yield the path of every route that answers GET."""
    for each in api.routes:
        for route in getattr(each, "original_router", api.router).routes if not hasattr(each, "path") else [each]:
            if "GET" in (getattr(route, "methods", None) or ()):
                yield getattr(route, "path")  # noqa: B009 - FastAPI's routes have one; their base does not say so


@pytest.fixture
def filled(client: TestClient, lab: Lab, tmp_path: Path) -> dict[str, Any]:
    """Return what stands for every name in a path, of a lab in which all of it is there."""
    recording = tmp_path / "upload.wav"
    soundfile.write(recording, noise_clip(3.0).samples, 24_000, "PCM_16")
    plan = Plan("anna", ("A line to speak.",), (None,), ("preview",))
    made = [*render(plan, lab.voices, lab.engine, lab.experiments)][-1].experiment
    test = lab.listening.tests.create(experiment(tmp_path / "takes", items=6), KINDS["ab"], Options())
    key = client.post(f"/listen/{test.token}/join", json={}).json()["key"]
    trial = client.get(f"/listen/{test.token}/trial", headers={"X-Listener": key}).json()["trial"]
    return {
        "draft_id": lab.drafts.create(recording, "upload.wav").id,
        "experiment_id": made.id,
        "take_id": made.takes[0].id,
        "token": test.token,
        "stimulus": trial["stimuli"][0]["id"],
        "test_id": test.id,
        "voice": "anna",
        "key": key,
    }


@pytest.fixture
def played(client: TestClient, filled: dict[str, Any]) -> dict[str, str]:
    """Return the address of every route of the app that answers GET with audio, by its path in the routing table."""
    client.headers["X-Listener"] = filled["key"]
    found = {}
    for path in get_routes(client.app):  # type: ignore[arg-type]  # TestClient knows it as any ASGI application
        address = re.sub(r"\{(\w+)(?::\w+)?\}", lambda name: str(filled.get(name[1], "anna")), path)
        address += "?as=recorded&text=Good%20morning." if path.endswith("clip.wav") else ""
        address += "?text=Good%20morning." if path == "/synthesize" else ""
        if client.get(address).headers.get("content-type", "").startswith("audio/"):
            found[path] = address
    return found


def test_every_route_with_audio_answers_as_players_ask(client: TestClient, played: dict[str, str]) -> None:
    assert set(played) == PLAYED
    for address in played.values():
        whole = client.get(address)
        size = len(whole.content)
        assert (whole.status_code, whole.headers["accept-ranges"]) == (200, "bytes"), address
        for asked, first, end in [
            ("0-1", 0, 2),
            ("100-", 100, size),
            ("-10", size - 10, size),
            (f"5-{9 * size}", 5, size),
        ]:
            part = client.get(address, headers={"Range": f"bytes={asked}"})
            assert part.status_code == 206, address
            assert part.content == whole.content[first:end], address
            assert part.headers["content-range"] == f"bytes {first}-{end - 1}/{size}"
            assert part.headers["content-length"] == str(end - first)
            assert part.headers["content-type"] == whole.headers["content-type"]
        beyond = client.get(address, headers={"Range": f"bytes={size}-"})
        assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}"), address


def test_the_head_of_audio_tells_its_length(client: TestClient, played: dict[str, str]) -> None:
    """Of all but /synthesize, whose length cannot be known before the text is spoken."""
    for path, address in played.items():
        if path == "/synthesize":
            continue
        whole, head = client.get(address), client.head(address)
        assert (head.status_code, head.content) == (200, b""), path
        assert dict(head.headers) == dict(whole.headers), path
        part = client.head(address, headers={"Range": "bytes=0-1"})
        assert (part.status_code, part.headers["content-length"], part.content) == (206, "2", b""), path


def test_the_rest_of_what_was_begun_comes_only_while_it_is_the_same(client: TestClient, played: dict[str, str]) -> None:
    """By its tag; what a listener must not tell apart has none, and comes whole."""
    for path, address in played.items():
        whole = client.get(address)
        tag = whole.headers.get("etag")
        assert (tag is None) == path.startswith("/listen/"), path
        asked = {"Range": "bytes=10-", "If-Range": '"another"'}
        other = client.get(address, headers=asked)
        assert (other.status_code, other.content) == (200, whole.content), path
        if tag is not None:
            same = client.get(address, headers=asked | {"If-Range": tag})
            assert (same.status_code, same.content) == (206, whole.content[10:]), path


@pytest.mark.parametrize(
    "asked", ["bytes=1-0", "bytes=-", "bytes=x-y", "lines=0-1", "bytes=0-1,4-5", "bytes=٣-", "0-1"]
)
def test_a_range_that_is_none_is_left_aside(asked: str) -> None:
    api = FastAPI()

    @api.get("/sound")
    def sound() -> Audio:
        return Audio(b"0123456789")

    with TestClient(api) as client:
        answer = client.get("/sound", headers={b"Range": asked.encode()})
        assert (answer.status_code, answer.content) == (200, b"0123456789")
        nothing = client.get("/sound", headers={"Range": "bytes=-0"})
        assert (nothing.status_code, nothing.headers["content-range"]) == (416, "bytes */10")


def test_a_real_server_sends_two_bytes_and_a_head(lab: Lab, address: str, tmp_path: Path) -> None:
    """Over a socket, where a length that does not fit its body breaks the connection."""
    import httpx

    recording = tmp_path / "upload.wav"
    soundfile.write(recording, noise_clip(3.0).samples, 24_000, "PCM_16")
    draft = lab.drafts.create(recording, "upload.wav")
    with httpx.Client(base_url=address) as client:
        sound = f"/drafts/{draft.id}/clip.wav?as=recorded"
        assert client.get(sound, headers={"Range": "bytes=0-1"}).content == b"RI"
        assert int(client.head(sound).headers["content-length"]) > 100_000
        assert client.get(sound, headers={"Range": "bytes=99999999-"}).status_code == 416
        assert client.get(sound).content[:4] == b"RIFF"
