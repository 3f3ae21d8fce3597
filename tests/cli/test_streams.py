"""Standard input and output, as shells use them: `-`, pipes whose reader went away, closed streams."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import soundfile

from tests.printed import activated
from voicelab.cli import streams
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Done
    from voicelab.voices.library import VoiceLibrary

LAB = f"{sys.executable} -m voicelab"


def shell(home: Path, line: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a line of bash, in which `voicelab` is the lab's command."""
    script = f'voicelab() {{ {LAB} "$@"; }}\n{line}'
    return subprocess.run(
        ["bash", "-c", script], cwd=CHECKOUT, env=activated(home), input=stdin, capture_output=True, check=False
    )


COMMANDS = ("doctor", "voice list", "models list", "experiments list", "listen list", "service status")


@pytest.mark.parametrize("command", ["--version", *COMMANDS, *(f"{command} --json" for command in COMMANDS)])
def test_a_reader_that_went_away_is_no_fault(home: Path, command: str) -> None:
    """The reader is gone before the answer comes, as `head -1` is after its line."""
    done = shell(home, f"exec 3> >(true); wait $!; voicelab {command} >&3")
    assert (done.returncode, done.stderr) == (141, b"")


def test_the_first_line_of_a_long_answer(home: Path) -> None:
    done = shell(home, "set -o pipefail; voicelab models list | head -1")
    assert done.stdout.startswith(b"This machine has")
    assert (done.returncode in {0, 141}, done.stderr) == (True, b"")


@pytest.mark.parametrize("json_flag", ["", " --json"])
def test_a_closed_or_full_output_is_said_in_a_line(home: Path, json_flag: str) -> None:
    for target, why in ((">&-", "it is closed"), ("> /dev/full", "no space left on device")):
        done = shell(home, f"voicelab models list{json_flag} {target}")
        said = f"The answer could not be written to standard output: {why}.\n"
        assert (done.returncode, done.stderr.decode()) == (1, said)


@pytest.mark.parametrize("closed", ["2>&-", "<&- 2>&-", "<&-"])
def test_other_streams_may_be_closed(home: Path, closed: str) -> None:
    done = shell(home, f"voicelab voice list --json {closed}")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"voices": [], "problems": []})
    assert shell(home, f"voicelab voice show nobody {closed}").returncode == 1


def test_a_lab_serves_although_nobody_reads_what_it_prints(home: Path) -> None:
    """Its address is what is printed: the reader is gone by then."""
    from tests.running import Server, free_port

    port = free_port()
    command = f"{sys.executable} {CHECKOUT}/app.py --model preview --port {port} --home {home}"
    line = f"exec 3> >(true); wait $!; exec {command} >&3"
    server = Server.of(["bash", "-c", line], home, port)
    try:
        assert server.wait_for("status")["status"] == "ok"
        assert json.loads((home / "data" / "serving.json").read_text())["port"] == port
    finally:
        assert server.end() == 0
    assert not (home / "data" / "serving.json").exists(), "no command takes it for a lab that runs"
    assert "Traceback" not in server.log


def test_a_clip_comes_by_a_pipe_and_goes_by_one(home: Path, recording: Path) -> None:
    line = f"cat {recording} | voicelab clip cut - --start-s 1 --end-s 3.5 --out - | cat"
    done = shell(home, line)
    samples, rate = soundfile.read(io.BytesIO(done.stdout))
    assert (len(samples), rate) == (2.5 * 24_000, 24_000)
    assert done.stderr == b"2.50 s\n"
    to_file = home / "part.wav"
    assert shell(home, f"voicelab clip cut {recording} --start-s 1 --end-s 3.5 --out {to_file}").returncode == 0
    assert to_file.read_bytes() == done.stdout


def test_text_and_audio_come_by_a_pipe(home: Path, recording: Path, speech_text: str) -> None:
    checked = shell(home, f"voicelab transcript check {recording} --text-file - --json", speech_text.encode())
    assert json.loads(checked.stdout)["verdict"] == "match", checked.stderr
    added = shell(home, f"voicelab voice add Piped - --text '{speech_text}' --json < {recording}")
    assert json.loads(added.stdout)["verdict"] == "match", added.stderr
    (kept,) = (home / "voices" / "piped").glob("recording.*")
    assert kept.read_bytes() == recording.read_bytes()
    packed = shell(home, f"voicelab voice export piped {home}/piped.zip")
    assert packed.returncode == 0
    taken = shell(home, f"voicelab voice import - --name Two --json < {home}/piped.zip")
    assert json.loads(taken.stdout)["slug"] == "two", taken.stderr


def test_a_letter_becomes_audio_in_a_pipe(home: Path, joe: VoiceLibrary) -> None:
    said = shell(home, "voicelab say - --voice joe --out - --format flac", "Grüße aus dem Rohr.\n".encode())
    assert said.returncode == 0, said.stderr
    assert soundfile.info(io.BytesIO(said.stdout)).format == "FLAC"
    assert b"standard output: " in said.stderr


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("say Hi --voice joe --out - --json", "both go to standard output"),
        ("transcript check - --text-file -", "can be read once"),
        ("say --lines - --voice joe --out -", "--out is a folder"),
    ],
)
def test_one_stream_is_used_once(home: Path, line: str, why: str) -> None:
    done = shell(home, f"voicelab {line}")
    assert (done.returncode, done.stdout) == (2, b"")
    assert why in " ".join(done.stderr.decode().split())


@pytest.mark.parametrize("command", ["say - --voice joe --out x.wav", "clip check -", "voice import -"])
def test_nothing_on_standard_input_is_a_sentence(home: Path, joe: VoiceLibrary, command: str) -> None:
    done = shell(home, f"voicelab {command}")
    assert done.returncode == 1
    assert len(done.stderr.decode().strip().splitlines()) == 1
    assert shell(home, f"voicelab {command}", b"\xff\xfe\x00\xff").returncode == 1


def test_what_a_recognizer_must_say_is_no_part_of_the_words(home: Path, recording: Path) -> None:
    """The default recognizer is not on disk here and another one stands in: that is told, and not into the file."""
    done = shell(home, f"voicelab transcript hear {recording} > {home}/heard.txt")
    assert "tiny.en" in done.stderr.decode()
    words = (home / "heard.txt").read_text()
    assert words.startswith("The lighthouse keeper walked down")
    assert "tiny.en" not in words


@pytest.mark.parametrize(
    "command", ["say - --voice joe --out x.wav < /dev/zero", "transcript check x.wav --text-file /dev/zero"]
)
def test_a_text_without_an_end_is_refused(home: Path, joe: VoiceLibrary, command: str) -> None:
    """It was read until the machine had no memory left."""
    done = shell(home, f"voicelab {command}")
    assert (done.returncode, b"more than 16 MB" in done.stderr) == (1, True), done.stderr


def test_a_recording_without_an_end_is_refused(run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch) -> None:
    """It would fill the disk."""
    monkeypatch.setattr(streams, "MOST_BYTES", 2**20)
    endless = open("/dev/zero", "rb")  # noqa: PTH123, SIM115 - closed with what wraps it
    with io.TextIOWrapper(endless) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        done = run("clip", "check", "-")
    assert (done.code, "has more than" in done.err) == (1, True), done.err
