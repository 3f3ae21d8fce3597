"""A search that is stopped: while it is prepared, and once it is a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes import FakeEngine
from tests.labs import lab_of, with_anna
from voicelab.settings import Settings
from voicelab.ui.actions import compare_actions, tuning_actions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.lab import Lab
    from voicelab.ui.actions.updates import Notice

PAGE = "a page"


def lab_with_anna(tmp_path: Path) -> Lab:
    lab = lab_of(Settings(home=tmp_path), FakeEngine())
    with_anna(lab)
    return lab


def active(lab: Lab) -> list[str]:
    return [each.id for each in lab.experiments.list() if lab.comparisons.state(each).active]


def test_what_is_stopped_while_it_is_prepared_never_speaks(tmp_path: Path) -> None:
    lab = lab_with_anna(tmp_path)
    shown = tuning_actions.search(lab, PAGE, "anna", "One line.", ["5"], 5, "likeness=1")
    next(shown)
    assert "stops" in tuning_actions.stop(lab, PAGE)[0]["text"]
    last = list(shown)[-1]
    assert not last.progress["busy"]
    assert active(lab) == []
    assert isinstance(lab.engine, FakeEngine)
    assert len(lab.engine.requests) <= 1
    assert "Nothing is searched for" in tuning_actions.stop(lab, PAGE)[0]["text"]


@pytest.mark.parametrize("stop", [compare_actions.cancel, compare_actions.pause])
def test_what_stops_comparisons_stops_a_search_that_is_prepared(
    stop: Callable[[Lab, str, str | None], list[Notice]], tmp_path: Path
) -> None:
    """Its progress is what the page shows, and the comparison that was chosen before has nothing to do with it."""
    lab = lab_with_anna(tmp_path)
    before = list(compare_actions.run(lab, PAGE, "anna", "One line.", ["5"], ["auto"], 1))[-1].takes["experiment"]
    shown = tuning_actions.search(lab, PAGE, "anna", "One line.", ["5"], 5, "likeness=1")
    next(shown)
    assert "before its first take" in stop(lab, PAGE, before)[0]["text"]
    assert not list(shown)[-1].progress["busy"]
    assert active(lab) == []


def test_a_search_that_speaks_already_is_stopped_with_what_it_made(tmp_path: Path) -> None:
    lab = lab_with_anna(tmp_path)
    shown = tuning_actions.search(lab, PAGE, "anna", "One line.\nAnother line.\nA third one.", ["5"], 5, "likeness=1")
    while not active(lab):
        next(shown)
    tuning_actions.stop(lab, "another page")
    assert active(lab)
    tuning_actions.stop(lab, PAGE)
    for _each in shown:
        pass
    assert active(lab) == []
