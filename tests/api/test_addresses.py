"""Under which names and addresses the lab is found, and which it announces."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi.testclient import TestClient

from tests.running import Server, environment, free_port
from tests.voices.making import noise_clip, words_for
from voicelab.addresses import listening_url, own_url, public_url
from voicelab.api.app import create_api
from voicelab.api.running_lab import RunningLab, announced
from voicelab.api.token import token_in
from voicelab.environment import read_settings
from voicelab.errors import InvalidValue
from voicelab.files import read_json
from voicelab.settings import CHECKOUT, Settings

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.lab import Lab
from tests.api.in_thread import in_thread


@pytest.fixture
def on_network(lab: Lab) -> Lab:
    settings = replace(lab.settings, host="0.0.0.0", allow_origins=("https://robot.example",))  # noqa: S104
    return replace(lab, settings=settings)


NAMES = ("host.docker.internal", "lab", "studio.tail1234.ts.net", "nas.lan", "mac.fritz.box", "203.0.113.9")


@pytest.mark.parametrize("name", NAMES)
def test_with_the_token_any_name_will_do(on_network: Lab, name: str, caplog: pytest.LogCaptureFixture) -> None:
    with (
        TestClient(
            create_api(on_network), base_url="http://127.0.0.1:7861", headers={"Host": f"{name}:7861"}
        ) as client,
        caplog.at_level(logging.WARNING),
    ):
        for _ in range(3):
            refused = client.get("/voices")
            assert (refused.status_code, refused.json()["code"]) == (400, "wrong_host")
            assert f"--allow-host {name}" in refused.json()["error"]
        assert len([record for record in caplog.records if name in record.getMessage()]) == 1
        token = token_in(on_network.settings.token_file)[0]
        assert client.get("/voices", headers={"Authorization": f"Bearer {token}"}).status_code == 200
        assert client.get(f"/voices?token={token}").status_code == 200
        assert client.get("/voices?token=wrong").status_code == 400
        assert client.get("/listen/abc").status_code == 200, "a listener's link carries its own"
        preflight = {"Origin": "https://robot.example", "Access-Control-Request-Method": "POST"}
        assert client.options("/synthesize", headers=preflight).status_code == 200
        assert client.options("/synthesize", headers=preflight | {"Origin": "https://evil.example"}).status_code == 400


def test_a_client_elsewhere_is_offered_voices_with_a_consent_note_only(on_network: Lab) -> None:
    clip = noise_clip(10.0)
    on_network.voices.save("Bob", clip, words_for(clip), "english", "")
    on_network = replace(
        on_network, settings=replace(on_network.settings, voice_aliases={"echo": "bob", "nova": "anna"})
    )
    token = token_in(on_network.settings.token_file)[0]
    with TestClient(create_api(on_network), headers={"Authorization": f"Bearer {token}"}) as client:
        listed = [voice["id"] for voice in client.get("/v1/audio/voices").json()["voices"]]
        assert listed == ["anna", "nova"]
        for voice in ("nobody", ""):
            told = client.post("/synthesize", json={"text": "Hi", "voice": voice}).text
            assert ("anna" in told, "bob" in told) == (True, False)
        on_network.voices.remove("anna")
        assert "consent note" in client.post("/synthesize", json={"text": "Hi", "voice": "nobody"}).json()["error"]


def test_on_this_machine_only_a_name_is_refused_and_the_way_is_named(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        refused = client.get("/voices", headers={"Host": "host.docker.internal:7861", "Authorization": "Bearer x"})
        assert refused.status_code == 400
        assert "--allow-host host.docker.internal; it asks for its token then" in refused.json()["error"]
        hostile = client.get("/voices", headers={"Host": "<script>\x1b[31m" + 300 * "a"})
        assert "script" not in hostile.text
        assert "script" not in caplog.text
        for number in range(300):
            client.get("/voices", headers={"Host": f"name{number}.example"})
    assert len(caplog.records) <= 100, "a stranger cannot fill the log"


def test_a_403_says_what_was_compared(client: TestClient) -> None:
    answer = client.post("/synthesize", json={"text": "Hi"}, headers={"Origin": "https://voice.example:8443"})
    assert answer.status_code == 403
    for part in ("https://voice.example:8443", "127.0.0.1:7861", "$http_host", "--allow-origin"):
        assert part in answer.json()["error"]


def test_every_address_of_ipv6_is_every_address(on_network: Lab) -> None:
    """Also by the name that the connection came in by, which a socket of IPv6 writes as ::ffff:127.0.0.1."""
    lab = replace(on_network, settings=replace(on_network.settings, host="::", trusted_proxies=("127.0.0.1",)))
    token = token_in(lab.settings.token_file)[0]
    bearer = {"Authorization": f"Bearer {token}"}
    with in_thread(lab, "::") as port:
        for host in ("127.0.0.1", "[::1]", "127.0.0.5"):
            assert httpx.get(f"http://{host}:{port}/health", headers=bearer).status_code == 200
        assert httpx.get(f"http://127.0.0.5:{port}/voices").status_code == 401, "an address of this machine, no token"
        sent = bearer | {"X-Forwarded-Proto": "https", "Accept": "text/html"}
        cookie = httpx.get(f"http://127.0.0.1:{port}/voices?token={token}", headers=sent).headers["set-cookie"]
        assert "Secure" in cookie, "the proxy is known by its address of IPv4"


@pytest.mark.parametrize("host", ["::", "0.0.0.0"])  # noqa: S104
def test_what_is_announced_answers(tmp_path: Path, host: str) -> None:
    server = Server.start(tmp_path, "--model", "preview", "--host", host)
    try:
        while "/?token=" not in server.log:
            assert server.process.poll() is None, server.log
            threading.Event().wait(0.05)
        for line in server.log.splitlines():
            for word in line.split():
                if word.startswith("http://"):
                    token = (tmp_path / "data" / "token").read_text().strip()
                    answer = httpx.get(word, headers={"Authorization": f"Bearer {token}"}, follow_redirects=True)
                    assert answer.status_code in {200, 503}, word
        told = re.search(r"Other machines open (http\S+), with the token", _doctor(tmp_path))
        assert told
        assert told[1] in server.log, "doctor says the same address as the lab that runs"
    finally:
        server.end()
    assert "for this machine only; --host 0.0.0.0 lets others in" in _doctor(tmp_path)


def _doctor(home: Path) -> str:
    command = [sys.executable, "-m", "voicelab", "doctor", "--home", str(home)]
    done = subprocess.run(command, env=environment(home), cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("told", "public"),
    [
        ({}, "http://127.0.0.1:7860"),
        ({"host": "::1"}, "http://[::1]:7860"),
        ({"allow_hosts": ("voice.example",)}, "https://voice.example"),
        ({"allow_hosts": ("voice.example",), "root_path": "/lab"}, "https://voice.example/lab"),
        ({"allow_hosts": ("host.docker.internal",)}, "http://host.docker.internal:7860"),
        ({"host": "0.0.0.0", "allow_hosts": ("nas.lan",)}, "http://nas.lan:7860"),  # noqa: S104
        ({"host": "0.0.0.0", "allow_hosts": ("a.example",), "trusted_proxies": ("10.0.0.1",)}, "https://a.example"),  # noqa: S104
        ({"public_url": "https://voice.example:8443/lab"}, "https://voice.example:8443/lab"),
        ({"host": "192.0.2.7", "port": 80}, "http://192.0.2.7:80"),
    ],
)
def test_one_place_knows_the_public_address(told: dict[str, Any], public: str) -> None:
    settings = Settings(**told)
    assert public_url(settings) == public
    assert listening_url(settings, "abc") == f"{public}/listen/abc"
    assert settings.local is (public in {"http://127.0.0.1:7860", "http://[::1]:7860"})
    assert own_url(settings).startswith("http://")


def test_commands_learn_the_address_of_the_lab_that_runs(tmp_path: Path) -> None:
    """`listen link` and `doctor` print what the running lab's listeners open, and not what its home alone would say."""
    reached: dict[str, Any] = {
        "public_url": "https://voice.example/lab",
        "allow_hosts": ("voice.example",),
        "root_path": "/lab",
    }
    served = Settings(home=tmp_path, port=free_port(), trusted_proxies=("127.0.0.1",), **reached)
    with announced(served):
        told = read_json(tmp_path / "data" / "serving.json")
    lab = RunningLab(told["host"], told["port"], reached={name: told[name] for name in reached})
    assert public_url(lab.as_reached(Settings(home=tmp_path))) == "https://voice.example/lab"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("root_path", "lab me"),
        ("root_path", "/../x"),
        ("root_path", "https://x"),
        ("public_url", "voice.example"),
        ("public_url", "ftp://voice.example"),
        ("public_url", "https://user@voice.example"),
        ("public_url", "https://voice.example/?x=1"),
        ("public_url", "https://voice.example:99999"),
        ("public_url", "https://"),
        ("voice_aliases", "alloy"),
        ("voice_aliases", "=vixen"),
        ("voice_aliases", "alloy="),
    ],
)
def test_an_address_that_is_none_is_refused_with_an_example(name: str, value: str) -> None:
    with pytest.raises(InvalidValue, match="like") as wrong:
        read_settings(**{name: value})
    assert wrong.value.field == name
