"""`pronounce`, and `say` with what it changes."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from tests.cli.conftest import Done
    from voicelab.voices.library import VoiceLibrary


def test_words_of_a_voice_and_of_the_lab(run: Callable[..., Done], joe: VoiceLibrary) -> None:
    assert run("pronounce", "list").out.strip() == "No word is said in its own way."
    run("pronounce", "set", "Nguyen", "win")
    run("pronounce", "set", "SQL", "sequel", "--match-case")
    told = run("pronounce", "set", "nguyen", "wen", "--voice", "Joe", "--json").value
    assert told == {"voice": "Joe", "pronunciations": [{"word": "nguyen", "say": "wen", "match_case": False}]}
    assert "SQL     sequel  just so" in run("pronounce", "list").out
    dry = run("say", "Nguyen's SQL, sql", "--voice", "joe", "--dry-run", "--json").value
    assert dry["said"] == "wen's sequel, sql"
    run("pronounce", "remove", "NGUYEN", "--voice", "joe")
    assert run("say", "Nguyen", "--voice", "joe", "--dry-run").out == "win\n"
    refused = run("pronounce", "remove", "Nguyen", "--voice", "joe")
    assert (refused.code, "none yet" in refused.err) == (1, True)


def test_what_would_be_said_is_shown_without_an_engine(
    run: Callable[..., Done], joe: VoiceLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "**01/02/2024** [laughs]"
    said = run("say", text, "--voice", "joe", "--dry-run")
    assert said.out == "January second, twenty twenty-four\n"
    assert said.err == "Left out, because no engine here can do it: [laughs].\n"
    assert run("say", text, "--voice", "joe", "--dry-run", "--date-order", "day-first").out.startswith("February")
    monkeypatch.setenv("VOICELAB_DATE_ORDER", "day-first")
    assert run("say", text, "--voice", "joe", "--dry-run").out.startswith("February")
    kept = run("say", text, "--voice", "joe", "--dry-run", "--markup", "keep", "--figures", "keep", "--json").value
    assert (kept["said"], kept["notes"]) == (text, [])
    assert [piece["text"] for piece in kept["pieces"]] == [text]
    lines = tmp_path / "lines.txt"
    lines.write_text("3 cats\n\n4 dogs\n", "utf-8")
    assert run("say", "--lines", lines, "--voice", "joe", "--dry-run").out == "three cats\nfour dogs\n"


def test_audio_needs_a_file_and_a_wrong_order_says_which_there_are(
    run: Callable[..., Done], joe: VoiceLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run("say", "Hello", "--voice", "joe")
    assert (done.code, "--dry-run" in done.err) == (2, True)
    monkeypatch.setenv("VOICELAB_DATE_ORDER", "year-first")
    done = run("say", "Hello", "--voice", "joe", "--dry-run")
    assert (done.code, "month-first and day-first" in done.err) == (1, True)


def test_words_that_several_set_at_once_are_all_kept(home: Path, joe: VoiceLibrary) -> None:
    words = {"one", "two", "three", "four"}
    for voice in ([], ["--voice", "joe"]):
        command = [sys.executable, "-m", "voicelab", "pronounce", "set"]
        running = [
            subprocess.Popen(
                [*command, each, "said", *voice, "--home", str(home)], cwd=CHECKOUT, stdout=subprocess.DEVNULL
            )
            for each in words
        ]
        assert [process.wait(120) for process in running] == [0] * len(words)
    assert {entry.word for entry in joe.pronunciations()} == words
    assert {entry.word for entry in joe.get("joe").pronunciations} == words
