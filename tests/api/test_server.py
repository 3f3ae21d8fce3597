"""`python app.py`, really started: what answers when, and how it ends."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
import soundfile

from tests.running import Server, environment, free_port, is_alive
from tests.voices.making import words_for
from voicelab.api.connection_limits import MAX_CONNECTIONS, allow_many_files
from voicelab.api.server import listening_socket
from voicelab.settings import CHECKOUT
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.clips.clip import Clip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, spoken: Callable[[str], Clip]) -> Iterator[Server]:
    """A lab with the voice Joe, on the preview engine."""
    home = tmp_path_factory.mktemp("home")
    clip = spoken("The old baker opened his window before the first light.")
    VoiceLibrary(home / "voices").save("Joe", clip, words_for(clip), "english", "Synthetic.", synthetic=True)
    server = Server.start(home, "--model", "preview")
    yield server
    server.end()


def get(server: Server, path: str, **parameters: str) -> tuple[int, dict[str, str], bytes]:
    address = f"{server.url}{path}"
    if parameters:
        address += f"?{urllib.parse.urlencode(parameters)}"
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - our own server
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, {name.lower(): value for name, value in error.headers.items()}, error.read()


def seconds_to_import(modules: str) -> float:
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", f"import {modules}"], check=True)
    return time.monotonic() - started


def test_health_answers_at_once_and_the_page_follows(server: Server) -> None:
    """2 s on an idle machine; on a busy one, a small multiple of what the HTTP packages alone take to import."""
    server.wait_for("status")
    answered_s = time.monotonic() - server.started
    allowed_s = max(2.0, 3 * seconds_to_import("fastapi, uvicorn, numpy, typer"))
    assert answered_s <= allowed_s
    status, _headers, body = get(server, "/")
    assert (status, b"starting" in body) == (503, True), "the starting page stands in for Gradio's, which takes seconds"
    server.wait_for("page")
    status, _headers, body = get(server, "/")
    assert (status, b"gradio" in body) == (200, True)
    assert f"Voice Lab is at {server.url} (Ctrl-C ends it)" in server.log


def test_the_guides_curl_line_works_as_written(server: Server, tmp_path: Path) -> None:
    server.wait_for("ready")
    port = server.url.rpartition(":")[2]
    out = tmp_path / "hello.wav"
    command = ["curl", "--silent", "--show-error", f"http://localhost:{port}/synthesize?text=Hello+world&voice=joe"]
    subprocess.run([*command, "-o", str(out)], check=True, timeout=60)
    audio = soundfile.info(out)
    assert (audio.format, audio.subtype, audio.samplerate, audio.channels) == ("WAV", "PCM_16", 24_000, 1)
    assert 0.3 < audio.duration < 5


def test_the_preview_engine_says_that_it_is_no_clone(server: Server) -> None:
    server.wait_for("ready")
    status, headers, body = get(server, "/synthesize", text="Hello world", voice="joe", seed="3")
    assert status == 200
    assert headers["x-engine"] == headers["x-model"] == "preview"
    assert headers["x-seed"] == "3"
    assert "not a clone" in headers["x-notes"]
    assert float(headers["x-duration"]) == pytest.approx(soundfile.info(io.BytesIO(body)).duration, abs=0.006)
    assert 0 < float(headers["x-synthesis-time"]) < 60


@pytest.mark.parametrize(
    ("text", "status", "code"), [("word " * 10_000, 413, "text_too_long"), ("  ", 400, "empty_text")]
)
def test_the_real_engine_refuses_too_much_and_nothing(server: Server, text: str, status: int, code: str) -> None:
    """50,000 characters in the address are more than an HTTP server takes by default: it must still say why."""
    server.wait_for("ready")
    answered, _headers, body = get(server, "/synthesize", text=text, voice="joe")
    assert (answered, json.loads(body)["code"]) == (status, code)


def test_a_client_that_goes_away_takes_its_job_with_it(server: Server) -> None:
    """The long text would keep the engine busy for minutes; the short one after it is answered soon."""
    server.wait_for("ready")
    host, _, port = server.url.removeprefix("http://").partition(":")
    query = urllib.parse.urlencode({"voice": "joe", "text": "A long sentence, said again and again. " * 400})
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"GET /synthesize?{query} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        _wait_until(lambda: _speaking(server))
    started = time.monotonic()
    assert get(server, "/synthesize", text="Short.", voice="joe")[0] == 200
    assert time.monotonic() - started < 20


def _speaking(server: Server) -> bool:
    age_s = server.health().get("last_job_age_s")
    return age_s is not None and age_s < 0.5


def _wait_until(true: Callable[[], Any], within_s: float = 20) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_thousand_connections_are_the_most_and_the_next_is_refused_at_once(server: Server) -> None:
    allow_many_files()  # this process holds the other ends
    address = ("127.0.0.1", urllib.parse.urlparse(server.url).port)
    with contextlib.ExitStack() as connections:
        for _ in range(MAX_CONNECTIONS):
            connections.enter_context(socket.create_connection(address))
        _wait_until(lambda: get(server, "/health")[0] == 503)
    _wait_until(lambda: get(server, "/health")[0] == 200)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_and_so_does_the_engine(tmp_path: Path, how: int) -> None:
    server = Server.start(tmp_path, "--model", "preview")
    pid = server.wait_for("pid")["pid"]
    assert server.end(how) == 0
    assert not is_alive(pid)
    assert "Traceback" not in server.log


NEVER_ENDING = """
import sys, time
from pathlib import Path
from voicelab.api import server
from voicelab.bootstrap import build
from voicelab.settings import Settings

server._LAST_S = 2  # ten seconds in a lab: less patience, not another way

def page(lab):
    import gradio
    with gradio.Blocks() as blocks:
        gradio.Button().click(lambda: print("working", flush=True) or time.sleep(600), api_name="work")
    return blocks, {}

if __name__ == "__main__":
    server.run_server(build(Settings(home=Path(sys.argv[1]), port=int(sys.argv[2]), model="preview")), page)
"""


def test_it_ends_although_a_thread_cannot_be_interrupted(tmp_path: Path) -> None:
    """A recognizer in the middle of a long recording would be waited for, for minutes."""
    script = tmp_path / "lab.py"
    script.write_text(NEVER_ENDING)
    port = free_port()
    with (tmp_path / "server.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, str(script), str(tmp_path), str(port)],
            env=environment(tmp_path, PYTHONPATH=str(CHECKOUT)),
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
    server = Server(tmp_path, process, f"http://127.0.0.1:{port}", time.monotonic())
    server.wait_for("page")
    work = urllib.request.Request(  # noqa: S310 - our own server
        f"{server.url}/gradio_api/call/work", b'{"data": []}', {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(work, timeout=60):  # noqa: S310
        _wait_until(lambda: "working" in server.log)
    assert server.end() == 0


def test_killed_outright_it_leaves_no_engine_behind(tmp_path: Path) -> None:
    server = Server.start(tmp_path, "--model", "preview")
    pid = server.wait_for("pid")["pid"]
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait(10)
    _wait_until(lambda: not is_alive(pid), within_s=10)


def run_app(home: Path, *flags: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(CHECKOUT / "app.py"), "--home", str(home), *flags]
    return subprocess.run(
        command, env=environment(home, **variables), capture_output=True, text=True, timeout=60, check=False
    )


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run_app(tmp_path, "--port", str(port))
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert f"Port {port} is taken" in line
    assert "--port" in line


def test_no_part_of_an_answer_waits_for_the_acknowledgement_of_another() -> None:
    port = free_port()
    with (
        listening_socket("127.0.0.1", port) as listener,
        socket.create_connection(("127.0.0.1", port)),
        listener.accept()[0] as connection,
    ):
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_address_of_another_machine_is_one_sentence(tmp_path: Path) -> None:
    done = run_app(tmp_path, "--port", str(free_port()), "--host", "192.0.2.1")
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert "192.0.2.1 is not an address of this machine" in line


def test_a_forgotten_variable_does_not_open_the_lab_to_the_network(tmp_path: Path) -> None:
    done = run_app(tmp_path, "--port", str(free_port()), VOICELAB_HOST="0.0.0.0")  # noqa: S104 - refused
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert "--host 0.0.0.0" in line
