"""The actions of the tab Compare, without a browser: what its widgets get."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes import FakeEngine
from tests.voices.making import noise_clip, words_for
from voicelab.bootstrap import build
from voicelab.compare.board import board_changes
from voicelab.compare.example_lines import BUILT_IN
from voicelab.compare.runner import Runner
from voicelab.errors import Forbidden, InvalidValue, ModelTooLarge
from voicelab.settings import Settings
from voicelab.transcripts.cut import edit_text
from voicelab.ui.actions import compare_actions, listen_actions, models_actions, takes_actions
from voicelab.ui.actions.updates import KEEP, Update

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.clips.clip import Clip
    from voicelab.lab import Lab
    from voicelab.ui.actions.updates import Notice

PAGE = "a page"
LINES = "A first line to say.\n\nThen a second line.\n"


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A lab with the voice Anna and an engine that makes tones; nobody listens."""
    lab, engine = build(Settings(home=tmp_path)), FakeEngine()
    clip = noise_clip(10.0)
    lab.voices.save("Anna", clip, words_for(clip), "english", "", match="match")
    return replace(lab, engine=engine, comparisons=Runner(lab.voices, engine, lab.experiments, None))


def takes_of(lab: Lab, experiment: str) -> list[dict[str, Any]]:
    """What a board that knows nothing yet is told."""
    return board_changes(lab.experiments, experiment, "")["takes"]


def test_a_run_is_followed_to_its_end_and_shown_again(lab: Lab) -> None:
    last = list(compare_actions.run(lab, PAGE, "anna", LINES, ["5", "whole"], ["auto"], 1))[-1]
    assert last.progress["busy"] is False
    assert "4 takes are ready." in last.progress["message"]
    value = last.takes
    assert value == {
        "experiment": value["experiment"],
        "revision": lab.experiments.told(value["experiment"]),
        "active": False,
    }
    seen = board_changes(lab.experiments, value["experiment"], "")
    assert len(seen["takes"]) == 4
    assert {"rtf", "likeness", "silence_start_s", "favourite"} <= set(seen["takes"][0])
    assert [setting["takes"] for setting in seen["settings"]] == [2, 2]
    assert seen["frame"] is not None
    assert {about["field"] for about in seen["frame"]["about"]} >= {"rtf", "word_error_rate", "bleed"}
    assert isinstance(last.chosen, Update)
    shown = list(compare_actions.show(lab, PAGE, value["experiment"]))
    assert len(shown) == 1
    assert shown[0].takes == value
    list(compare_actions.resume(lab, PAGE, value["experiment"]))
    assert takes_of(lab, value["experiment"]) == seen["takes"]
    assert isinstance(lab.engine, FakeEngine)
    assert len(lab.engine.requests) == 4


def test_a_model_that_would_swap_is_told_before(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicelab.models.catalogue.machine_bytes", lambda: 4_000_000_000)
    rows = list(compare_actions.cost(lab, "anna", LINES, ["5"], ["preview", "qwen3-tts-1.7b-bf16"], 1))[-1].rows
    (told,) = [row["text"] for row in rows if row["label"] == "Memory"]
    assert told.startswith(
        "qwen3-tts-1.7b-bf16 needs about 5.5 GB of memory, and of this machine's 4.0 GB a model may take 3.0 GB: "
    )


def test_the_cost_is_told_before(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicelab.models.catalogue.machine_bytes", lambda: 64_000_000_000)
    first, *_, last = compare_actions.cost(lab, "anna", LINES, ["5", "99"], ["auto", "qwen3-tts-0.6b-8bit"], 2)
    rows = last.rows
    assert first.rows == [row for row in rows if row["label"] != "Cut"]
    assert rows[0]["text"].startswith("16 takes")
    assert "qwen3-tts-0.6b-8bit, 2.0 GB" in rows[1]["text"]
    assert any("means the whole clip" in row["text"] for row in rows)
    with pytest.raises(InvalidValue, match="Choose a voice"):
        next(compare_actions.cost(lab, None, LINES, ["5"], ["auto"], 1))


def test_each_cut_of_the_plan_is_told_with_its_own_match(lab: Lab, speech_clip: Clip, speech_text: str) -> None:
    transcript = edit_text(None, speech_text, lab.transcriber.check(speech_clip, speech_text))
    lab.voices.save("Joe", speech_clip, transcript, "english", "", match="match")
    wrong = replace(transcript, words=(replace(transcript.words[0], text="Purple"), *transcript.words[1:]))
    wrong = replace(wrong, text=" ".join(word.text for word in wrong.words))
    lab.voices.save("Bleeds", speech_clip, wrong, "english", "")

    def cuts(voice: str) -> list[Notice]:
        first, second, last = (
            [row for row in told.rows if row["label"] == "Cut"]
            for told in compare_actions.cost(lab, voice, LINES, ["3", "whole"], ["auto"], 1)
        )
        assert (first, second) == ([], last[:1]), "each is told as soon as it is checked"
        return last

    short, whole = cuts("joe")
    assert [short["level"], whole["level"]] == ["ok", "ok"]
    assert short["text"].startswith("3 s: ")
    said = short["text"].split("“")[1].split("”")[0]
    assert speech_text.startswith(said)
    assert len(said) < len(speech_text)
    assert whole["text"].endswith(f"match. “{speech_text}”")
    assert [row["level"] for row in cuts("bleeds")] == ["fail", "fail"]
    assert "mismatch at “Purple”" in cuts("bleeds")[0]["text"]


def test_checking_the_cuts_can_be_stopped(lab: Lab) -> None:
    asked = compare_actions.cost(lab, "anna", LINES, ["5", "whole"], ["auto"], 1)
    first = next(asked)
    assert first.progress["message"] == "Checking cut 1 of 2 against its words."
    assert first.stop == Update({"visible": True})
    assert isinstance(asked, Generator)
    asked.close()
    stopped = compare_actions.cost_stopped(lab)
    assert stopped.rows is KEEP
    assert (stopped.progress["busy"], stopped.stop) == (False, Update({"visible": False}))


def test_more_takes_than_are_made_without_asking(lab: Lab) -> None:
    lines = "\n".join(f"Line {number}." for number in range(20))
    (asked,) = compare_actions.run(lab, PAGE, "anna", lines, ["3", "5"], ["auto"], 6)
    assert asked.progress["message"].startswith("This makes 240 takes")
    assert asked.many == Update({"visible": True})
    assert lab.experiments.list() == []
    steps = compare_actions.run_many(lab, PAGE, "anna", lines, ["3", "5"], ["auto"], 6)
    assert next(steps).many == Update({"visible": False})
    assert next(steps).progress["busy"]
    while not (experiment := lab.comparisons.running()):
        next(steps)
    assert "“Go on”" in compare_actions.cancel(lab, PAGE, None)[0]["text"]
    assert list(steps)[-1].progress["busy"] is False
    assert lab.experiments.get(experiment).plan.many


def test_a_page_follows_what_it_shows_and_nothing_else(lab: Lab) -> None:
    """While a comparison runs another one may be looked at, and the running one does not come back on its own."""
    old = list(compare_actions.run(lab, PAGE, "anna", LINES, ["5"], ["auto"], 1))[-1].takes["experiment"]
    steps = compare_actions.run(
        lab, PAGE, "anna", "\n".join(f"Line {number}." for number in range(20)), ["3"], ["auto"], 2
    )
    running = next(step.takes["experiment"] for step in steps if step.takes is not KEEP)
    other_page = compare_actions.show(lab, "another page", running)
    assert next(other_page).takes["experiment"] == running
    assert [shown.takes["experiment"] for shown in compare_actions.show(lab, PAGE, old)] == [old]
    assert list(steps) == []
    assert next(other_page).progress["busy"], "another page is not this one"
    compare_actions.cancel(lab, PAGE, running)
    assert "nothing to stop" in compare_actions.cancel(lab, PAGE, old)[0]["text"]


def test_a_list_that_is_opened_says_nothing_of_what_is_chosen(lab: Lab) -> None:
    made = [list(compare_actions.run(lab, PAGE, "anna", LINES, [s], ["auto"], 1))[-1].takes["experiment"] for s in "53"]
    (offered,) = compare_actions.offered(lab).properties.items()
    assert offered[0] == "choices", "the page may have chosen meanwhile"
    assert [experiment for _title, experiment in offered[1]] == made[::-1]


def test_a_second_click_follows_the_comparison_of_the_first(lab: Lab) -> None:
    lines = "\n".join(f"Line {number}." for number in range(20))
    first, second = (
        compare_actions.run(lab, page, "anna", lines, ["3"], ["auto"], 2) for page in (PAGE, "another page")
    )
    next(first), next(second)
    (only,) = lab.experiments.list()
    next(compare_actions.run(lab, PAGE, "anna", LINES, ["3"], ["auto"], 2))
    assert len(lab.experiments.list()) == 2, "another plan is another comparison"
    for experiment in lab.experiments.list():
        compare_actions.cancel(lab, PAGE, experiment.id)
    assert list(second)[-1].takes["experiment"] == only.id


def test_built_in_lines_are_added_once(lab: Lab) -> None:
    added = compare_actions.built_in(lab, f"Mine.\n{BUILT_IN[2]}")
    assert added.splitlines()[:2] == ["Mine.", BUILT_IN[2]]
    assert len(added.splitlines()) == 11
    assert compare_actions.built_in(lab, added) == added


def test_chosen_takes_become_a_listening_test(lab: Lab) -> None:
    value = list(compare_actions.run(lab, PAGE, "anna", LINES, ["5", "whole"], ["auto"], 2))[-1].takes
    experiment = value["experiment"]
    takes = takes_of(lab, experiment)
    by = {(take["line"], take["length_s"], take["seed"]): take["id"] for take in takes}
    line, other = list(dict.fromkeys(take["line"] for take in takes))[:2]
    # The same line from two clip lengths, though with different seeds; the other line has no counterpart.
    chosen = [by[line, 5.0, 0], by[line, None, 1], by[other, 5.0, 0]]
    (done,) = takes_actions.act(lab, "listen", experiment, "", " ".join(chosen))
    (test,) = lab.listening.tests.list()
    assert done.sent == done.test_kept == test.id
    assert done.test.properties["value"] == test.id
    assert [setting.key for setting in test.settings] == ["preview/5s", "preview/whole"]
    assert test.items == (line,)
    shown = listen_actions.look(lab, None)
    assert shown.invitation.get("test") == test.id
    # Two seeds of one setting compare with each other.
    list(takes_actions.act(lab, "listen", experiment, "", " ".join([by[line, 5.0, 0], by[line, 5.0, 1]])))
    assert [setting.key for setting in lab.listening.tests.list()[0].settings] == [
        "preview/5s/seed0",
        "preview/5s/seed1",
    ]
    with pytest.raises(InvalidValue, match="at least two such takes"):
        list(takes_actions.act(lab, "listen", experiment, "", " ".join([by[line, 5.0, 0], by[other, None, 0]])))


def test_who_may_name_a_cluster(lab: Lab) -> None:
    with pytest.raises(InvalidValue, match="tcp://host:8786"):
        compare_actions.connect(lab, "somewhere")
    assert compare_actions.connect(lab, " ")[0]["text"] == "Comparisons are spoken by this machine."
    reached = replace(lab, settings=replace(lab.settings, host="192.0.2.7", scheduler="tcp://192.0.2.8:8786"))
    with pytest.raises(Forbidden, match="its owner names the cluster"):
        compare_actions.connect(reached, "tcp://203.0.113.9:8786")
    assert lab.comparisons.scheduler == ""


def test_a_model_that_would_swap_is_not_begun(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicelab.models.catalogue.machine_bytes", lambda: 4_000_000_000)
    monkeypatch.setattr(lab.engine, "check", lab.models.guard.check)
    with pytest.raises(ModelTooLarge, match="allow it in the tab Machine"):
        next(compare_actions.run(lab, PAGE, "anna", LINES, ["5"], ["auto", "qwen3-tts-1.7b-bf16"], 1))
    assert lab.experiments.list() == []
    models_actions.act(lab, "allow", "")
    steps = compare_actions.run(lab, PAGE, "anna", LINES, ["5"], ["auto", "qwen3-tts-1.7b-bf16"], 1)
    assert len(takes_of(lab, list(steps)[-1].takes["experiment"])) == 4


def test_what_is_done_with_a_take(lab: Lab) -> None:
    experiment = list(compare_actions.run(lab, PAGE, "anna", LINES, ["5"], ["auto"], 1))[-1].takes["experiment"]
    first, second = (take["id"] for take in takes_of(lab, experiment))

    def act(action: str, extra: str) -> dict[str, Any]:
        """Return the first take after that; the board is told of a change, and of that take alone."""
        before = lab.experiments.told(experiment)
        (done,) = takes_actions.act(lab, action, experiment, first, extra)
        assert done.takes["revision"] != before
        (changed,) = board_changes(lab.experiments, experiment, before)["takes"]
        return changed

    (used,) = takes_actions.act(lab, "use", experiment, first, "")
    assert "now speaks with" in used.said[0]["text"]
    assert act("favourite", "yes")["favourite"] is True
    noted = act("comment", "Warm.")
    assert (noted["comment"], noted["favourite"]) == ("Warm.", True)
    assert act("rate", "7")["rating"] == 7
    assert act("rate", "0")["rating"] is None
    for wrong in ("10", "-1", "high"):
        with pytest.raises(InvalidValue):
            act("rate", wrong)
    (pair,) = takes_actions.act(lab, "pair", experiment, first, second)
    assert pair.picture["light"].startswith("data:image/png;base64,")
    assert pair.takes is KEEP
    mended = list(takes_actions.act(lab, "mend", experiment, first, "seed"))[-1]
    assert mended.takes["revision"] == lab.experiments.told(experiment)
    assert [take["repair"] for take in takes_of(lab, experiment)] == ["", "seed", ""]
    assert "The take before is kept." in mended.said[0]["text"]
    with pytest.raises(InvalidValue, match="Reload"):
        list(takes_actions.act(lab, "burn", experiment, first, ""))
