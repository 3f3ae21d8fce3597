"""Texts and names that mean harm, through the command line, HTTP and the page's own functions: shown as they are."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from tests.voices.making import noise_clip, words_for
from voicelab.cli.main import app
from voicelab.errors import InvalidValue, TextTooLong, VoiceLabError
from voicelab.transcripts.words import Transcript
from voicelab.ui.actions import compare_actions, speak_actions, takes_actions, voices_actions
from voicelab.voices.slug import is_slug

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from voicelab.lab import Lab

TEXTS = {
    "html": "<img src=x onerror=alert(1)><script>alert(2)</script>",
    "template": "${alert(1)} {{constructor.constructor('alert(1)')()}} #{7*7} <%= 7*7 %> {0} %s %n",
    "right to left": "abc \u202egnp.exe\u202c \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "zero width": "in\u200bvi\u200csi\u200dble\ufeff text\u2060",
    "emoji": "family \U0001f468\u200d\U0001f469\u200d\U0001f467 flag \U0001f1e9\U0001f1ea tag \U0001f3f4\U000e0067\U000e007f",  # noqa: E501 - bytes of a request, as they are sent
    "nul": "before\0after",
    "controls": "a\x1b[31mred\x07\r\n\x7f\x85 b",
    "surrogate": "half \ud83d pair",
    "path": "../../../../etc/passwd",
    "windows": "C:\\Windows\\System32\\con",
    "device": "COM1",
    "combining": "Z" + "\u0301" * 2000,
    "sql": "'; DROP TABLE voices; --",
    "format": "%s%s%s%n {} {0.__class__}",
    "json": '{"__type__": "update", "value": 1, "schema_version": 99}',
    "long word": "x" * 15_000,
    "dots": "...",
    "newlines": "\n" * 500 + "end",
    "megabyte": "word " * 200_000,
}

each = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


@each
def test_a_name_becomes_a_safe_folder_or_a_reason(lab: Lab, text: str) -> None:
    clip = noise_clip(2.0)
    before = {path for path in lab.settings.home.rglob("*") if path.is_dir()}
    try:
        voice = lab.voices.save(text, clip, words_for(clip), "english", "agreed")
    except InvalidValue as error:
        assert error.field == "name"
        assert len(error.message) < 400
        return
    assert is_slug(voice.slug)
    assert lab.voices.get(voice.slug).name == voice.name
    new = {path for path in lab.settings.home.rglob("*") if path.is_dir()} - before
    assert {path.parent for path in new} == {lab.settings.voices}
    lab.voices.remove(voice.slug)


@each
def test_a_consent_note_and_a_transcript_come_back_or_are_refused(lab: Lab, text: str) -> None:
    clip = noise_clip(2.0)
    try:
        voice = lab.voices.save("Kept", clip, Transcript(text, (), "hand", "english"), "english", text)
    except VoiceLabError as error:
        assert len(error.message) < 400
        return
    kept = text.encode(errors="replace").decode()
    assert lab.voices.get("kept").consent == kept.strip()
    assert lab.voices.transcript("kept").text == kept
    assert voice.name in json.dumps(next(voices_actions.details(lab, "kept")), default=str)
    lab.voices.remove("kept")


@each
def test_a_text_is_spoken_or_refused_over_http(page: TestClient, text: str) -> None:
    body = json.dumps({"text": text, "voice": "anna"}).encode()
    answer = page.post("/synthesize", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {200, 400, 413, 422}, answer.text[:300]
    if answer.status_code != 200:
        assert set(answer.json()) >= {"error", "code"}
        assert len(answer.text) < 1000


@pytest.mark.parametrize("field", ["voice", "model"])
@each
def test_a_field_is_known_or_refused_over_http(page: TestClient, field: str, text: str) -> None:
    body = json.dumps({"text": "Hi.", "voice": "anna", field: text}).encode()
    answer = page.post("/synthesize", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {404, 422, 413}, answer.text[:300]
    assert len(answer.text) < 1500
    assert "\n" not in answer.headers.get("x-voice", "")


@each
def test_the_pages_functions_answer_with_a_sentence(lab: Lab, text: str) -> None:
    """What a person types, or a client forges, into the parts of the page."""

    def run(action: Any, *values: Any) -> None:
        try:
            result = action(lab, *values)
            list(result) if hasattr(result, "__next__") else result
        except VoiceLabError as error:
            assert len(error.message) < 1500

    run(speak_actions.speak, text, "anna", "", 1, 1.0)
    run(speak_actions.speak, "Hi.", text, "", 1, 1.0)
    run(compare_actions.run, "a page", "anna", text, ["whole"], ["auto"], 1)
    run(compare_actions.show, "a page", text)
    for action in ("use", "mend", "favourite", "comment", "pair", text):
        run(takes_actions.act, action, text, text, text)
    run(voices_actions.details, text)
    run(voices_actions.rename, "anna", text)
    run(voices_actions.restore, text)
    for voice in lab.voices.voices():
        lab.voices.rename(voice.slug, "Anna")


@each
def test_the_command_line_prints_one_value_and_no_traceback(lab: Lab, text: str) -> None:
    for words in (
        ["voice", "show", text],
        ["voice", "rename", "nobody", text],
        ["say", text, "--voice", "nobody", "--out", "x"],
    ):
        result = CliRunner().invoke(app, [*words, "--json", "--home", str(lab.settings.home)])
        assert "Traceback" not in result.output
        assert result.exit_code in {1, 2}, result.output


def test_a_megabyte_of_transcript_is_refused_at_once(lab: Lab) -> None:
    """It held the one recognizer, and everybody who waited for it, for minutes."""
    began = time.monotonic()
    with pytest.raises(TextTooLong, match="only what is said in the clip"):
        lab.transcriber.check(noise_clip(5.0), TEXTS["megabyte"])
    assert time.monotonic() - began < 5


def test_a_voice_file_with_a_nan_in_it_spoils_no_list(lab: Lab, page: TestClient) -> None:
    """Somebody else's folder: no browser could read the answer, and the server failed at it."""
    clip = noise_clip(2.0)
    lab.voices.save("Odd", clip, words_for(clip), "english", "agreed")
    path = lab.settings.voices / "odd" / "voice.json"
    whole = path.read_text()
    path.write_text(whole.replace('"seconds": 2.0', '"seconds": NaN'))
    assert "NaN" in path.read_text()
    answer = page.get("/voices")
    assert answer.status_code == 200
    assert any("odd" in problem for problem in answer.json()["problems"])
    lab.voices.remove("odd")
