"""The actions of the list of voices, without a browser."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.fakes import FakeEngine
from tests.voices.making import noise_clip, words_for
from voicelab.bootstrap import build
from voicelab.settings import Settings
from voicelab.ui.actions import voices_actions

if TYPE_CHECKING:
    from pathlib import Path


def test_the_engine_drops_what_it_keeps_of_a_removed_voice(tmp_path: Path) -> None:
    engine = FakeEngine()
    lab = replace(build(Settings(home=tmp_path)), engine=engine)
    clip = noise_clip(10.0)
    lab.voices.save("Anna", clip, words_for(clip), "english", "", match="match")
    voices_actions.ask_to_remove(lab, "anna")
    assert engine.forgot == 0
    voices_actions.remove(lab, "anna")
    assert engine.forgot == 1


def test_other_names_are_kept_shown_and_taken_away(tmp_path: Path) -> None:
    lab = replace(build(Settings(home=tmp_path)), engine=FakeEngine())
    clip = noise_clip(10.0)
    lab.voices.save("Anna", clip, words_for(clip), "english", "", match="match")
    told = voices_actions.keep_aliases(lab, "anna", " alloy, nova,, Alloy ").notes
    assert "alloy, nova" in told[0]["text"]
    assert lab.voices.called("NOVA").slug == "anna"
    assert next(voices_actions.details(lab, "anna")).also == "alloy, nova"
    voices_actions.keep_aliases(lab, "anna", "")
    assert lab.voices.get("anna").aliases == ()
