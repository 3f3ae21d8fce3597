"""A lab that speaks with another lab: two real processes, as two machines have them."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.engines.remote.standin import KEY, StandIn, standing_in
from tests.running import Server, environment
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path

STARTS_WITHIN_S = 180.0
"""Two labs at a time, on a machine that does other things."""
TEXT = "The kettle is on the stove already. Nobody has touched it since noon."


@pytest.fixture(scope="module")
def gpu() -> Iterator[StandIn]:
    with standing_in() as server:
        yield server


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory, gpu: StandIn) -> Iterator[tuple[Server, Server]]:
    homes = [tmp_path_factory.mktemp(name) for name in ("near", "far")]
    far = Server.start(homes[1], "--model", "preview")
    remotes = (
        f"studio={far.url}#kind=voicelab&voice=sample gpu={gpu.url}#kind=vllm-omni&wait_s=2 gone=http://127.0.0.1:9"
    )
    near = Server.start(homes[0], "--model", "preview", VOICELAB_REMOTES=remotes, VOICELAB_REMOTE_KEYS=f"gpu={KEY}")
    try:
        far.wait_for("ready", within_s=STARTS_WITHIN_S)
        near.wait_for("ready", within_s=STARTS_WITHIN_S)
        yield near, far
    finally:
        for server in (near, far):
            server.end()


def ask(server: Server, **fields: Any) -> tuple[bytes, Message]:
    body = json.dumps({"text": TEXT, "voice": "sample", **fields}).encode()
    request = urllib.request.Request(f"{server.url}/synthesize", body, {"Content-Type": "application/json"})  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 - our own server
        return answer.read(), answer.headers


def test_what_another_lab_says_is_what_it_would_say_itself(labs: tuple[Server, Server]) -> None:
    near, far = labs
    content, headers = ask(near, model="studio", seed=11)
    assert (headers["X-Engine"], headers["X-Model"], headers["X-Seed"]) == ("remote", "studio", "11")
    assert "X-Cache" not in headers, "the weights of a server may change under its name"
    notes = urllib.parse.unquote(headers["X-Notes"])
    assert "spoke it with preview" in notes
    assert "It is not given this voice's clip" in notes
    own, _headers = ask(far, seed=11)
    assert len(content) == pytest.approx(len(own), rel=0.02)
    streamed, _headers = ask(near, model="studio", seed=11, stream=True)
    assert len(streamed) == pytest.approx(len(content), rel=0.02)


def test_remote_models_stand_beside_the_others(labs: tuple[Server, Server]) -> None:
    near, _far = labs
    with urllib.request.urlopen(f"{near.url}/v1/models", timeout=10) as answer:  # noqa: S310 - our own server
        names = [model["id"] for model in json.load(answer)["data"]]
    assert {"preview", "studio", "gpu"} <= set(names)
    with urllib.request.urlopen(f"{near.url}/models", timeout=30) as answer:  # noqa: S310 - our own server
        told = answer.read().decode()
    assert KEY not in told


def test_a_stream_of_a_server_and_one_that_is_gone(labs: tuple[Server, Server], gpu: StandIn) -> None:
    near, _far = labs
    content, headers = ask(near, model="gpu", stream=True)
    assert headers["X-Model"] == "gpu"
    assert len(content) > 40_000
    assert all(asked["stream"] and asked["ref_text"] for asked in gpu.asked)
    for fields, told in (
        ({"model": "gone"}, "does not answer"),
        ({"model": "gpu", "text": "Cut is the word that it begins with."}, "gone in the middle"),
        ({"model": "gpu", "text": "Hang is the word that it begins with."}, "gave nothing for 2 s"),
        ({"model": "http://127.0.0.1:9/v1"}, "There is no model"),
    ):
        with pytest.raises(urllib.error.HTTPError) as raised:
            ask(near, **fields)
        assert told in json.load(raised.value)["error"]
    assert ask(near, model="studio")[1]["X-Model"] == "studio", "the next text goes well"


def test_a_comparison_has_servers_beside_this_machine(labs: tuple[Server, Server], tmp_path: Path) -> None:
    near, far = labs
    remotes = f"studio={far.url}#kind=voicelab&voice=sample"
    command = [
        *(sys.executable, "-m", "voicelab", "compare", "sample", "--text", "Nobody has touched it since noon."),
        *("--lengths", "5", "--models", "preview,studio", "--takes", "1"),
        *("--out", str(tmp_path / "out"), "--home", str(near.home), "--json"),
    ]
    done = subprocess.run(
        command,
        env=environment(near.home, VOICELAB_REMOTES=remotes),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-500:]
    takes = json.loads(done.stdout)["takes"]
    assert sorted(take["model"] for take in takes) == ["preview", "studio"]
    assert not any(take["failure"] for take in takes)
