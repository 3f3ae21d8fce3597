"""The command line: each command's JSON keys, its words for people, and its exit codes."""

from __future__ import annotations

import json
import math
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import soundfile

from tests.running import environment
from voicelab.cli import main
from voicelab.cli.answers import plain, table
from voicelab.clips.clip import Window
from voicelab.clips.wav import write_wav
from voicelab.settings import CHECKOUT
from voicelab.voices.library import VoiceLibrary
from voicelab.voices.voice import Recipe

if TYPE_CHECKING:
    from voicelab.clips.clip import Clip


@dataclass(frozen=True)
class Done:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """Its one JSON value: anything else on stdout fails here."""
        return json.loads(self.out)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty lab that finds no model hub."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    return tmp_path


@pytest.fixture
def run(home: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Run a command in this process, which saves its imports."""

    def run(*arguments: object) -> Done:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([*(str(argument) for argument in arguments), "--home", str(home)])
        out, err = capfd.readouterr()
        return Done(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory, speech_clip: Clip) -> Path:
    """About 12 s of clean speech as a file."""
    path = tmp_path_factory.mktemp("recording") / "keeper.wav"
    write_wav(path, speech_clip)
    return path


@pytest.fixture
def joe(home: Path, speech_clip: Clip, speech_text: str) -> VoiceLibrary:
    """A library with the voice Joe, whose words have made-up times."""
    from voicelab.transcripts.words import Transcript, Word

    words = speech_text.split()
    each_s = speech_clip.seconds / len(words)
    timed = tuple(Word(word, i * each_s, (i + 0.9) * each_s) for i, word in enumerate(words))
    library = VoiceLibrary(home / "voices")
    library.save("Joe", speech_clip, Transcript(speech_text, timed, "hand", "english"), "english", "", match="match")
    return library


def test_clip_best_suggests_windows_with_reasons(run: Callable[..., Done], recording: Path) -> None:
    value = run("clip", "best", recording, "--seconds", "5", "--count", "2", "--json").value
    windows = value["windows"]
    assert 1 <= len(windows) <= 2
    assert set(windows[0]) == {"start_s", "end_s", "score", "reasons"}
    assert windows == sorted(windows, key=lambda window: -window["score"])
    assert all(0 <= one["start_s"] < one["end_s"] <= 12.3 and one["reasons"] for one in windows)
    assert run("clip", "best", recording, "--seconds", "0.1").code == 1


def test_a_voice_goes_out_and_comes_in_again(run: Callable[..., Done], joe: VoiceLibrary, tmp_path: Path) -> None:
    joe.set_recipe("joe", Recipe(model="qwen3-tts-0.6b-4bit", seed=9))
    package = tmp_path / "joe.zip"
    value = run("voice", "export", "Joe", package, "--json").value
    assert (value["slug"], value["path"], value["bytes"]) == ("joe", str(package), package.stat().st_size)
    assert "end it in .zip" in run("voice", "export", "Joe", tmp_path / "joe.tar").err
    taken = run("voice", "import", package)
    assert (taken.code, "under another name" in taken.err) == (1, True)
    value = run("voice", "import", package, "--name", "Joe Two", "--json").value
    assert (value["slug"], value["recipe"]["seed"]) == ("joe-two", 9)
    assert "The first text downloads" in value["missing_model"]
    assert (Path(value["path"]) / "clip.wav").exists()
    joe.set_recipe("joe", Recipe(model=str(tmp_path / "gone")))
    run("voice", "export", "Joe", package)
    assert "it was a folder" in run("voice", "import", package, "--name", "Joe Three").out


def test_doctor_says_what_works_and_why(run: Callable[..., Done]) -> None:
    value = run("doctor", "--json").value
    assert {engine["name"] for engine in value["engines"]} == {"qwen3", "preview"}
    assert all(engine["reason"] for engine in value["engines"])
    assert any(row["name"] == "tiny.en" and row["on_disk"] for row in value["recognizers"])
    assert value["default_model"] in {model["name"] for model in value["models"]}
    assert value["python"] == ".".join(map(str, sys.version_info[:3]))
    assert value["platform"]


def test_clip_check_finds_what_is_wrong(run: Callable[..., Done], recording: Path, tmp_path: Path) -> None:
    value = run("clip", "check", recording, "--json").value
    assert value["seconds"] == pytest.approx(soundfile.info(recording).duration, abs=0.01)
    assert (value["sample_rate"], value["channels"], value["verdict"]) == (24_000, 1, "ok")
    assert {"name", "level", "value", "message"} <= set(value["checks"][0])

    short = tmp_path / "short.wav"
    soundfile.write(short, soundfile.read(recording)[0][:4800], 24_000)
    done = run("clip", "check", short)
    assert done.code == 0, "the check itself was done"
    assert "Verdict: fail" in done.out


def test_clip_cut_writes_exactly_the_stretch(run: Callable[..., Done], recording: Path, speech_clip: Clip) -> None:
    out = recording.parent / "cut" / "part.wav"
    value = run("clip", "cut", recording, "--start-s", 1, "--end-s", 3.5, "--out", out, "--json").value
    assert value == {"path": str(out), "seconds": 2.5}
    samples, rate = soundfile.read(out, dtype="float32")
    assert rate == 24_000
    assert samples == pytest.approx(speech_clip.cut(Window(1, 3.5)).samples, abs=1 / 8_000)


def test_clip_cut_writes_no_wav_under_another_name(run: Callable[..., Done], recording: Path, tmp_path: Path) -> None:
    done = run("clip", "cut", recording, "--start-s", 1, "--end-s", 3, "--out", tmp_path / "part.mp3")
    assert (done.code, (tmp_path / "part.mp3").exists()) == (1, False)
    assert "end it in .wav" in done.err


def test_transcript_hear_gives_words_with_times(run: Callable[..., Done], recording: Path) -> None:
    value = run("transcript", "hear", recording, "--model", "tiny.en", "--json").value
    assert (value["model"], value["language"]) == ("tiny.en", "english")
    assert "lighthouse keeper walked down" in value["text"]
    assert value["text"] == " ".join(word["text"] for word in value["words"])
    assert {"text", "start_s", "end_s", "probability"} <= set(value["words"][0])


def test_transcript_check_finds_a_wrong_word(run: Callable[..., Done], recording: Path, speech_text: str) -> None:
    text = recording.parent / "text.txt"
    text.write_text(speech_text.replace("lantern", "hammer"), encoding="utf-8")
    value = run("transcript", "check", recording, "--text-file", text, "--json").value
    assert value["model"] == "tiny.en"
    (wrong,) = [word for word in value["words"] if word["verdict"] == "wrong"]
    assert wrong["text"].startswith("hammer")
    assert "lantern" in wrong["heard"]
    assert {"start_s", "end_s", "score"} <= set(wrong)
    assert value["verdict"] == "mismatch"
    assert isinstance(value["uncovered"], list)


def test_transcript_check_needs_exactly_one_text(run: Callable[..., Done], recording: Path) -> None:
    assert run("transcript", "check", recording).code == 2
    assert run("transcript", "check", recording, "--text", "a", "--text-file", recording).code == 2


def test_a_voices_life(run: Callable[..., Done], recording: Path, speech_text: str, home: Path) -> None:
    """Add, list, show, rename, remove; its name is not taken twice."""
    added = run(
        "voice", "add", "The Keeper", recording, "--text", speech_text, "--consent", "Synthetic.", "--json"
    ).value
    assert (added["name"], added["slug"], added["verdict"]) == ("The Keeper", "the-keeper", "match")
    assert added["path"] == str(home / "voices" / "the-keeper")
    assert added["seconds"] == pytest.approx(soundfile.info(recording).duration, abs=0.01)

    again = run("voice", "add", "the keeper", recording, "--text", speech_text, "--json")
    assert (again.code, again.value["code"]) == (1, "voice_exists")
    assert "--replace" in again.err

    (listed,) = run("voice", "list", "--json").value["voices"]
    assert (listed["slug"], listed["consent"]) == ("the-keeper", "Synthetic.")
    shown = run("voice", "show", "The Keeper", "--json").value
    assert shown["transcript"]["text"] == speech_text
    assert shown["transcript"]["words"][0]["end_s"] > 0
    assert shown["recording"] == "recording.wav"
    assert "cuts" not in shown
    cuts = run("voice", "show", "The Keeper", "--cuts", "--json").value["cuts"]
    assert [cut["length_s"] for cut in cuts] == [5.0, 10.0]
    assert [cut["verdict"] for cut in cuts] == ["match", "match"]
    assert all(speech_text.startswith(cut["text"]) for cut in cuts)

    assert run("voice", "rename", "the-keeper", "Warden", "--json").value["slug"] == "warden"
    removed = run("voice", "remove", "warden", "--json").value
    assert Path(removed["trash"]).is_dir(), "removing can be undone"
    assert run("voice", "list", "--json").value == {"voices": [], "problems": []}
    gone = run("voice", "show", "warden")
    assert (gone.code, gone.out) == (1, "")


def test_a_text_that_does_not_fit_makes_no_voice(run: Callable[..., Done], recording: Path, home: Path) -> None:
    wrong = "This is the text of quite another recording, in which nobody walks to any harbor."
    done = run("voice", "add", "Wrong", recording, "--text", wrong, "--end-s", 6)
    assert done.code == 1
    assert "does not fit" in done.err
    assert not (home / "voices" / "wrong").exists()
    options = ("--end-s", 6, "--anyway", "--no-tail-silence", "--json")
    kept = run("voice", "add", "Wrong", recording, "--text", wrong, *options).value
    assert kept["verdict"] == "mismatch"
    assert VoiceLibrary(home / "voices").get("wrong").recipe.tail_silence_s == 0


def test_a_clip_that_fails_its_checks_makes_no_voice(run: Callable[..., Done], recording: Path, home: Path) -> None:
    done = run("voice", "add", "Short", recording, "--start-s", 1, "--end-s", 1.2, "--text", "walked")
    assert done.code == 1
    assert "--anyway" in done.err
    assert not (home / "voices" / "short").exists()


def test_say_writes_what_the_voice_says(run: Callable[..., Done], joe: VoiceLibrary, tmp_path: Path) -> None:
    out = tmp_path / "hello.wav"
    done = run("say", "Hello world.", "--voice", "joe", "--model", "preview", "--seed", 5, "--out", out, "--json")
    value = done.value
    audio = soundfile.info(out)
    assert (audio.samplerate, audio.subtype) == (24_000, "PCM_16")
    assert value["duration_s"] == pytest.approx(audio.duration, abs=0.001)
    assert value["rtf"] == pytest.approx(value["elapsed_s"] / value["duration_s"])
    assert (value["path"], value["engine"], value["model"], value["seed"]) == (str(out), "preview", "preview", 5)
    assert value["finished"] == "end"
    assert value["peak_memory_bytes"] > 10_000_000
    assert any("not a clone" in note for note in value["notes"])
    assert done.err, "progress is told on stderr"


def test_ctrl_c_cancels_what_is_being_said(joe: VoiceLibrary, home: Path) -> None:
    out = home / "long.wav"
    command = [sys.executable, "-m", "voicelab", "say", "A long sentence, said over and over. " * 400, "--voice", "joe"]
    command += ["--model", "preview", "--out", str(out), "--home", str(home)]
    with subprocess.Popen(command, cwd=CHECKOUT, stderr=subprocess.PIPE, text=True) as process:
        told = iter(process.stderr.readline, "")
        assert any("spoken" in line for line in told), "it never began to speak"
        process.send_signal(signal.SIGINT)
        *_, reason = told
        assert process.wait(30) == 1
    assert reason == "Cancelled.\n"
    assert not out.exists()


def test_compare_fills_its_folder(run: Callable[..., Done], joe: VoiceLibrary, tmp_path: Path) -> None:
    out = tmp_path / "takes"
    arguments = ("--text", "One line.", "--text", "Another.", "--lengths", "5,whole", "--models", "preview")
    value = run("compare", "joe", *arguments, "--out", out, "--json").value
    assert len(value["experiment"]) == 32
    assert [(take["line"], take["length_s"]) for take in value["takes"]] == [
        ("One line.", 5),
        ("Another.", 5),
        ("One line.", None),
        ("Another.", None),
    ]
    keys = (
        "line length_s model seed path duration_s elapsed_s rtf peak_memory_bytes word_error_rate likeness noise bleed"
    )
    for take in value["takes"]:
        assert {*keys.split(), "failure"} <= set(take)
        assert take["failure"] is None
        assert soundfile.info(take["path"]).duration == pytest.approx(take["duration_s"], abs=0.001)


def test_compare_estimates_reports_exports_and_goes_on(
    run: Callable[..., Done], joe: VoiceLibrary, tmp_path: Path
) -> None:
    plan = ("--text", "One line.", "--lengths", "whole", "--models", "preview,qwen3-tts-0.6b-4bit")
    before = run("compare", "joe", *plan, "--estimate", "--json").value
    assert (before["takes"], before["seconds"], before["downloads"]) == (2, None, ["qwen3-tts-0.6b-4bit"])
    assert [(cut["length_s"], cut["verdict"]) for cut in before["cuts"]] == [(None, "match")]
    files = ("--report", tmp_path / "report.html", "--export", tmp_path / "takes.csv")
    plan = ("--text", "One line.", "--lengths", "whole", "--models", "preview")
    made = run("compare", "joe", *plan, "--out", tmp_path / "takes", *files, "--json").value
    (take,) = made["takes"]
    assert take["word_error_rate"] is not None
    assert 1 < take["noise"] < 5
    assert take["bleed"] is False
    assert take["recognizer"] == "tiny.en"
    assert made["settings"][0]["takes"] == 1
    assert made["cuts"] == before["cuts"]
    report = (tmp_path / "report.html").read_text("utf-8")
    assert report.startswith("<!doctype html>")
    assert "Cuts of the clip, each with its words" in report
    assert "One line." in (tmp_path / "takes.csv").read_text("utf-8")
    again = run("compare", "joe", "--resume", made["experiment"], "--out", tmp_path / "takes", "--json").value
    assert again["takes"] == made["takes"]
    assert run("compare", "joe", *plan, "--estimate", "--json").value["seconds"] > 0
    assert run("compare", "joe", "--out", tmp_path / "takes").code == 2


def test_bleed(run: Callable[..., Done], tmp_path: Path, spoken: Callable[[str], Clip]) -> None:
    path = tmp_path / "take.wav"
    write_wav(path, spoken("The church bells. Please leave a message after the tone."))
    options = (path, "--text", "Please leave a message after the tone.")
    found = run("bleed", *options, "--reference-text", "Everyone could hear the church bells.", "--json").value
    assert found["bleed"] is True
    assert found["words"] == ["the", "church", "bells."]
    assert 0.5 < found["seconds"] < 2.0
    assert "church bells" in found["heard"]
    said = run("bleed", *options, "--reference-text", "Everyone could hear the church bells.").out
    assert said.startswith("Bleed: “the church bells.” at the start; the line begins at")
    clean = run("bleed", *options, "--reference-text", "Nobody had a clock at home.", "--json").value
    assert (clean["bleed"], clean["words"], clean["seconds"]) == (False, [], 0.0)


def test_a_comparison_in_which_every_take_fails_fails(
    run: Callable[..., Done], joe: VoiceLibrary, tmp_path: Path
) -> None:
    arguments = ("--text", "One line.", "--lengths", "whole", "--models", "owner/no-such-model")
    done = run("compare", "joe", *arguments, "--out", tmp_path / "takes", "--json")
    assert done.code == 1
    assert done.value["takes"][0]["failure"]
    assert done.value["takes"][0]["path"] is None


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("voice", "show", "nobody"), "unknown_voice"),
        (("voice", "show", "../../etc"), "unknown_voice"),
        (("say", "Hi", "--voice", "nobody", "--out", "hi.wav"), "unknown_voice"),
        (("clip", "check", "no-such-file.wav"), "unreadable_audio"),
        (("clip", "check", CHECKOUT / "Makefile"), "unreadable_audio"),
        (("compare", "nobody", "--text", "Hi", "--lengths", "long", "--out", "takes"), "invalid_value"),
        (("transcript", "hear", "x.wav", "--language", "klingon"), "unsupported_language"),
        (("voice", "add", "../../x", "no-such-file.wav"), "invalid_name"),
    ],
)
def test_a_failure_is_one_line_and_one_value(run: Callable[..., Done], arguments: tuple[str, ...], code: str) -> None:
    done = run(*arguments, "--json")
    assert done.code == 1
    assert done.value["code"] == code
    assert done.value["error"] in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "arguments",
    [("say",), ("clip", "cut", "a.wav"), ("dance",), ("say", "Hi", "--voice", "x", "--out", "x.wav", "--seed", "-1")],
)
def test_wrong_usage_is_2(run: Callable[..., Done], arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")


def test_what_libraries_print_never_reaches_the_json(home: Path) -> None:
    """By descriptor: the engine process and C libraries print past sys.stdout."""
    program = (
        "import os, voicelab.cli.doctor as doctor, voicelab.engines.choice as choice\n"
        "from voicelab.cli import main\n"
        "engines = choice.engines\n"
        "def noisy():\n"
        "    print('from Python'); os.write(1, b'from C\\n')\n"
        "    return engines()\n"
        "choice.engines = noisy\n"
        f"main(['doctor', '--json', '--home', {str(home)!r}])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=CHECKOUT, check=True)
    assert json.loads(done.stdout)["engines"]
    assert "from Python" in done.stderr
    assert "from C" in done.stderr


def test_a_fault_of_the_lab_is_still_one_value(
    run: Callable[..., Done], joe: VoiceLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(library: VoiceLibrary) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(VoiceLibrary, "voices", broken)
    done = run("voice", "list", "--json")
    assert (done.code, done.value["code"]) == (1, "error")
    assert "inside the lab" in done.err.splitlines()[-1]


def test_json_knows_no_nan_and_no_paths() -> None:
    assert plain({"a": math.nan, "b": (math.inf, 1.5), "c": Path("x"), "d": Recipe()})["b"] == [None, 1.5]
    json.dumps(plain({"a": math.nan, "c": Path("x"), "d": Recipe()}), allow_nan=False)


def test_tables_are_as_wide_as_their_cells() -> None:
    assert table(("A", "B"), [("long cell", 1), (None, "x")]) == "A          B\nlong cell  1\n           x"


def test_listening_tests_from_the_command_line(run: Callable[..., Done], home: Path) -> None:
    """Create, link, results, use: the keys that other programs rely on."""
    from tests.listening_lab import with_comparison

    experiment = with_comparison(home)
    made = run("listen", "create", experiment.id, "--kind", "ab", "--trials", "4", "--json")
    assert made.code == 0
    assert made.value["url"].startswith("http://127.0.0.1:7860/listen/")
    test = made.value["test"]
    assert run("listen", "link", test, "--json").value["url"] == made.value["url"]
    results = run("listen", "results", test, "--json", "--out", home / "answers.csv").value
    assert "nobody has answered" in results["results"]["paragraph"]
    assert (home / "answers.csv").exists()
    used = run("listen", "use", test, "preview/3s", "--json").value
    assert used["recipe"]["length_s"] == 3.0
    assert run("listen", "link", test, "--revoke", "--json").value["open"] is False
    assert [each["test"] for each in run("listen", "list", "--json").value["tests"]] == [test]
    for arguments, word in (
        (("create", experiment.id, "--kind", "duel"), "no kind"),
        (("create", "f" * 32), "experiment"),
        (("results", "nothing"), "not there"),
        (("use", test, "loud"), "Choose from"),
    ):
        failed = run("listen", *arguments)
        assert failed.code == 1
        assert word in failed.err


@pytest.mark.parametrize("kind", ["abx", "cmos", "similarity", "rate"])
def test_every_kind_can_be_made_from_the_command_line(run: Callable[..., Done], home: Path, kind: str) -> None:
    from tests.listening_lab import with_comparison

    assert run("listen", "create", with_comparison(home).id, "--kind", kind, "--json").value["kind"] == kind
