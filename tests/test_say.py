"""`say` beyond one WAV file: formats, a file of lines, a server that runs elsewhere."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import av
import pytest

from tests.api.conftest import HeldEngine, address, engine, lab
from tests.api.test_timestamps import TEXT, speaking
from voicelab.cli import main
from voicelab.cli.batch import Line, cues_in_a_row, read_lines
from voicelab.cli.speech_sources import InProcess, SpeechOptions
from voicelab.errors import InvalidValue, NothingSpoken, UnreadableFile
from voicelab.speech.captions import srt, vtt
from voicelab.speech.formats import FORMATS
from voicelab.speech.reading import Pronunciation, Reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.lab import Lab

__all__ = ["address", "engine", "lab", "speaking"]  # fixtures of the HTTP tests


@pytest.fixture
def run(address: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any, str]]:
    """Run `say` against the server; return exit code, JSON value and what it told."""

    def run(*arguments: object) -> tuple[int, Any, str]:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["say", *map(str, arguments), "--voice", "anna", "--server", address, "--json"])
        out, err = capfd.readouterr()
        return int(ended.value.code or 0), json.loads(out) if out else None, err

    return run


def test_a_server_speaks_as_a_lab_in_process_does(run: Callable[..., Any], engine: HeldEngine, tmp_path: Path) -> None:
    out = tmp_path / "hello.mp3"
    code, value, _err = run("Hello there", "--seed", 7, "--out", out)
    assert code == 0
    assert {
        "engine": "fake",
        "model": "preview",
        "seed": 7,
        "duration_s": 0.6,
        "finished": "end",
    }.items() <= value.items()
    assert value["rtf"] == pytest.approx(0.5)
    assert value["peak_memory_bytes"] is None
    with av.open(str(out)) as file:
        assert file.format.name == "mp3"
        assert "Synthetic" in file.metadata["title"]
    assert engine.clients == [("127.0.0.1/say", "queue")]


def test_what_the_server_refuses_is_said_in_its_words(
    run: Callable[..., Any], engine: HeldEngine, tmp_path: Path
) -> None:
    engine.failing["Hi"] = NothingSpoken("The model made no sound. Try another seed.")
    code, value, err = run("Hi", "--out", tmp_path / "a.wav")
    assert (code, value["code"]) == (1, "nothing_spoken")
    assert "Try another seed" in err
    engine.full = 1
    assert run("Hello", "--out", tmp_path / "a.wav")[1]["code"] == "queue_full"


def test_where_no_lab_answers_that_is_said(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for server, sentence in (("http://127.0.0.1:9", "No lab answers"), ("file:///etc/passwd", "no address of a lab")):
        with pytest.raises(SystemExit) as ended:
            main(["say", "Hi", "--voice", "anna", "--out", str(tmp_path / "a.wav"), "--server", server])
        assert ended.value.code == 1
        assert sentence in capfd.readouterr().err


@pytest.mark.parametrize("page", [b"<h1>It works!</h1>", b"[]", b"{}"])
def test_what_is_no_lab_is_not_taken_for_one(page: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        with pytest.raises(SystemExit) as ended:
            main(["say", "Hi", "--voice", "anna", "--out", str(tmp_path / "a.wav"), "--server", url])
        server.shutdown()
    assert ended.value.code == 1
    assert "is no lab, or one of another version" in capfd.readouterr().err


def test_a_format_is_taken_from_the_name(run: Callable[..., Any], tmp_path: Path) -> None:
    code, value, _err = run("Hi", "--out", tmp_path / "a.exe")
    assert (code, value["code"]) == (1, "invalid_value")
    assert ".opus" in value["error"]


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "lines.txt"
    path.write_text("First line\n\nSecond line & more\nThird\n")
    return path


def test_each_line_becomes_a_file_called_by_its_number(
    run: Callable[..., Any], lines: Path, engine: HeldEngine, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    code, value, _err = run("--lines", lines, "--out", out)
    assert code == 0
    assert [line["path"] for line in value["lines"]] == ["0001.wav", "0003.wav", "0004.wav"]
    assert {path.name for path in out.iterdir()} == {
        *("0001.wav", "0003.wav", "0004.wav"),
        *("lines.json", "lines.srt", "lines.vtt"),
    }
    assert (out / "lines.srt").read_text() == (
        "1\n00:00:00,000 --> 00:00:00,600\nFirst line\n\n"
        "2\n00:00:00,600 --> 00:00:01,600\nSecond line & more\n\n"
        "3\n00:00:01,600 --> 00:00:02,000\nThird\n"
    )
    assert "00:00:00.600 --> 00:00:01.600\nSecond line &amp; more\n" in (out / "lines.vtt").read_text()


def test_a_second_run_says_only_what_is_missing_or_different(
    run: Callable[..., Any], lines: Path, engine: HeldEngine, lab: Lab, tmp_path: Path
) -> None:
    from voicelab.voices.voice import Recipe

    out = tmp_path / "out"
    run("--lines", lines, "--out", out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert run("--lines", lines, "--out", out)[1]["said"] == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    (out / "0003.wav").write_bytes(b"cut off")
    (out / "0004.wav").unlink()
    engine.requests.clear()
    assert run("--lines", lines, "--out", out)[1]["said"] == 2
    assert sorted(request.text for request in engine.requests) == ["Second line and more", "Third"]
    lines.write_text("First line, changed\n\nSecond line & more\nThird\n")
    assert run("--lines", lines, "--out", out)[1]["said"] == 1
    lab.voices.set_recipe("anna", Recipe(seed=5))
    assert run("--lines", lines, "--out", out)[1]["said"] == 3


def test_a_line_that_fails_does_not_stop_the_others_and_is_tried_again(
    run: Callable[..., Any], lines: Path, engine: HeldEngine, tmp_path: Path
) -> None:
    engine.failing["Third"] = NothingSpoken("The model made no sound. Try another seed.")
    code, value, err = run("--lines", lines, "--out", tmp_path / "out", "--format", "opus")
    assert code == 1
    assert "Line 4: The model made no sound" in err
    assert [line["path"] for line in value["lines"]] == ["0001.opus", "0003.opus"]
    engine.failing.clear()
    code, value, _err = run("--lines", lines, "--out", tmp_path / "out", "--format", "opus")
    assert (code, value["said"]) == (0, 1)


def test_a_batch_waits_for_a_place(run: Callable[..., Any], lines: Path, engine: HeldEngine, tmp_path: Path) -> None:
    engine.full = 1
    assert run("--lines", lines, "--out", tmp_path / "out")[1]["said"] == 3


def test_captions_go_beyond_an_hour() -> None:
    line = Line(1, "a < b", "0001.wav", "fake", "preview", 0, 3599.9996, "", "")
    assert "01:00:00,000 --> 01:59:59,999" in srt(cues_in_a_row([line, line]))
    assert "a &lt; b" in vtt(cues_in_a_row([line]))


def test_a_file_without_lines_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("\n \n")
    with pytest.raises(InvalidValue, match="no line"):
        read_lines(tmp_path / "empty.txt")
    with pytest.raises(UnreadableFile, match="cannot be read"):
        read_lines(tmp_path / "missing.txt")


@pytest.mark.parametrize("arguments", [(), ("Hi", "--lines", "a.txt")])
def test_a_text_or_lines_and_not_both(arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["say", *arguments, "--voice", "anna", "--out", "a.wav"])
    assert ended.value.code == 2


def test_a_server_tells_what_was_really_said(run: Callable[..., Any], engine: HeldEngine, tmp_path: Path) -> None:
    code, value, _err = run("On *01/02/2024*", "--date-order", "day-first", "--out", tmp_path / "date.wav")
    assert (code, value["said"]) == (0, "On February first, twenty twenty-four")
    assert engine.requests[0].text == value["said"]
    code, value, _err = run("3 **cats**", "--markup", "keep", "--dry-run")
    assert (value["said"], [piece["text"] for piece in value["pieces"]]) == ("three **cats**", ["three **cats**"])


def test_a_line_is_said_again_when_a_word_of_it_is_said_otherwise(
    run: Callable[..., Any], lab: Lab, tmp_path: Path
) -> None:
    lines = tmp_path / "lines.txt"
    lines.write_text("Hello Nguyen\nHello there\n", "utf-8")
    assert run("--lines", lines, "--out", tmp_path / "takes")[1]["said"] == 2
    lab.voices.set_pronunciations(None, [Pronunciation("Nguyen", "win")])
    assert run("--lines", lines, "--out", tmp_path / "takes")[1]["said"] == 1


def test_a_line_is_said_again_when_its_voice_speaks_at_another_speed(
    run: Callable[..., Any], lab: Lab, tmp_path: Path
) -> None:
    lines = tmp_path / "lines.txt"
    lines.write_text("Hello there\n", "utf-8")
    assert run("--lines", lines, "--out", tmp_path / "takes")[1]["said"] == 1
    before = lab.voices.get("anna")
    lab.voices.set_recipe("anna", replace(before.recipe, speed=1.5))
    assert run("--lines", lines, "--out", tmp_path / "takes")[1]["said"] == 1
    assert run("--lines", lines, "--out", tmp_path / "takes")[1]["said"] == 0
    assert run("--lines", lines, "--out", tmp_path / "takes", "--speed", "1")[1]["said"] == 1


def test_a_line_that_fails_is_named_by_an_editors_number(
    run: Callable[..., Any], engine: HeldEngine, tmp_path: Path
) -> None:
    """Form feeds and Unicode's line separators end no line of an editor."""
    lines = tmp_path / "lines.txt"
    lines.write_bytes("One\x0cstill one\u2028and still\r\n\r\nThe bad one\r\n".encode())
    engine.failing["The bad one"] = NothingSpoken("The model made no sound.")
    code, value, _err = run("--lines", lines, "--out", tmp_path / "takes")
    assert (code, value["failures"]) == (1, ["Line 3: The model made no sound."])


@pytest.mark.usefixtures("speaking")
def test_captions_of_one_text_are_those_of_the_server(run: Callable[..., Any], tmp_path: Path) -> None:
    code, value, _err = run(TEXT, "--out", tmp_path / "a.mp3", "--captions", tmp_path / "a.srt")
    assert (code, value["captions"]) == (0, str(tmp_path / "a.srt"))
    assert (tmp_path / "a.srt").read_text().startswith("1\n00:00:00,")
    assert TEXT in (tmp_path / "a.srt").read_text()
    with av.open(str(tmp_path / "a.mp3")) as file:
        assert file.format.name == "mp3"


@pytest.mark.usefixtures("speaking")
def test_without_captions_of_the_server_its_sound_is_there_all_the_same(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_long(*_given: object) -> None:
        raise InvalidValue("clip", "The clip is 301 s long.")

    monkeypatch.setattr("voicelab.api.request_service.word_times", too_long)
    code, value, err = run(TEXT, "--out", tmp_path / "a.mp3", "--captions", tmp_path / "a.srt")
    assert (code, value["captions"]) == (1, None)
    assert "The sound is there, and no captions: The clip is 301 s long." in err
    assert not (tmp_path / "a.srt").exists()
    with av.open(str(tmp_path / "a.mp3")) as file:
        assert file.format.name == "mp3"


def test_captions_of_one_text_without_a_server(lab: Lab, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out, captions = tmp_path / "a.wav", tmp_path / "a.vtt"
    order = ["say", TEXT, "--voice", "anna", "--home", str(lab.settings.home), "--speed", "2"]
    with pytest.raises(SystemExit) as ended:
        main([*order, "--out", str(out), "--captions", str(captions)])
    assert not ended.value.code, capfd.readouterr().err
    lines = captions.read_text().splitlines()
    assert (lines[0], lines[3]) == ("WEBVTT", TEXT)
    seconds = float(lines[2].split("00:")[-1])
    with av.open(str(out)) as file:
        assert file.duration is not None
        assert seconds == pytest.approx(file.duration / av.time_base, abs=0.4), "of the file, twice as fast"


@pytest.mark.usefixtures("speaking")
def test_without_captions_the_sound_is_there_all_the_same(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def too_long(*_given: object) -> None:
        raise InvalidValue("clip", "The clip is 301 s long.")

    monkeypatch.setattr("voicelab.speech.captions.word_times", too_long)
    options = SpeechOptions("anna", None, None, FORMATS["wav"], Reading(), captions="srt")
    said = InProcess(lab, options).say(TEXT)
    assert said.content[:4] == b"RIFF"
    assert (said.captions, said.uncaptioned) == ("", "The clip is 301 s long.")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("Hi", "--out", "a.wav", "--captions", "a.txt"), 1, "a.txt does not say which captions"),
        (("Hi", "--out", "a.wav", "--captions", "captions"), 1, "end it in .srt or .vtt"),
        (("--lines", "a.txt", "--out", "takes", "--captions", "a.srt"), 2, "leave --captions out"),
    ],
)
def test_captions_that_cannot_be_written_are_refused_before_a_word_is_said(
    arguments: tuple[str, ...], code: int, told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["say", *arguments, "--voice", "anna"])
    assert ended.value.code == code
    assert told in " ".join(capfd.readouterr().err.split())
