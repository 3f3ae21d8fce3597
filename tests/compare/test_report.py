"""Reports, exports, means, estimates: what is made of an experiment."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import stats

from tests.fakes import FakeEngine
from voicelab.clips.loudness import loudness_lufs
from voicelab.clips.wav import read_flac
from voicelab.compare.cost_estimate import duration, estimate
from voicelab.compare.example_lines import BUILT_IN
from voicelab.compare.export_rows import as_csv, as_json, export
from voicelab.compare.plan import ASK_ABOVE, Plan, settle
from voicelab.compare.plots import pair_png, scatter_svg
from voicelab.compare.render import render
from voicelab.compare.report import report
from voicelab.compare.summary import settings_of
from voicelab.errors import InvalidValue, NeverEnded

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.compare.experiment import Experiment
    from voicelab.compare.experiments import ExperimentStore
    from voicelab.voices.library import VoiceLibrary

LINE = "=1+1 <script>alert(1)</script> said the parrot."
OTHER = "It never ends."
PLAN = Plan("anna", (LINE, OTHER), (3.0, None), ("auto",), takes=3)


@pytest.fixture
def experiment(library: VoiceLibrary, store: ExperimentStore) -> Experiment:
    """Six takes and six failures, with word errors planted that only a recognizer could find."""
    engine = FakeEngine(failing={OTHER: NeverEnded("The model did not find an end.")})
    made = list(render(PLAN, library, engine, store))[-1].experiment
    for number, take in enumerate(take for take in made.takes if take.failure is None):
        made = store.add_take(made.id, replace(take, word_error_rate=0.1 * number, bleed=number == 0), None)
    return made


def test_means_per_setting_with_intervals(experiment: Experiment) -> None:
    short, whole = settings_of(experiment)
    assert (short.length_s, short.takes, short.failed, short.bled) == (3.0, 3, 3, 1)
    assert (whole.length_s, whole.bled) == (None, 0)
    errors = short.word_error_rate
    assert errors is not None
    assert errors.mean == pytest.approx(0.1)
    assert errors.low == 0  # fewer than no errors cannot be made
    # Student's t of two degrees of freedom.
    assert errors.high == pytest.approx(0.1 + 4.303 * 0.1 / 3**0.5, abs=0.001)


def test_takes_of_one_line_are_no_more_lines_and_equal_ones_are_said_to_be(experiment: Experiment) -> None:
    """Four lines of three seeds: the interval is that of four means. A second setting is compared line by line."""
    take = next(take for take in experiment.takes if take.failure is None)
    errors = {"a": (0.0, 0.1, 0.2), "b": (0.2, 0.2, 0.2), "c": (0.3, 0.4, 0.2), "d": (0.5, 0.4, 0.6)}
    takes = [
        replace(take, line=line, seed=seed, length_s=length, word_error_rate=value + more)
        for length, more in ((3.0, 0.0), (None, 0.1))
        for line, values in errors.items()
        for seed, value in enumerate(values)
    ]
    first, second = settings_of(replace(experiment, takes=tuple(takes)))
    assert first.word_error_rate is not None
    means = np.array([0.1, 0.2, 0.3, 0.5])
    low, high = stats.t.interval(0.95, 3, means.mean(), stats.sem(means))
    assert (first.word_error_rate.low, first.word_error_rate.high) == pytest.approx((max(0, low), high))
    assert first.word_errors_apart is None
    apart = second.word_errors_apart
    assert apart is not None
    assert apart.mean == pytest.approx(0.1)
    none = [replace(take, line=line, word_error_rate=0.0) for line in errors]
    (only,) = settings_of(replace(experiment, takes=tuple(none)))
    assert only.word_error_rate is not None
    assert (only.word_error_rate.same, only.word_error_rate.low) == (True, None)


def test_the_report_is_one_file_without_scripts_that_plays_equally_loud(
    experiment: Experiment, store: ExperimentStore, tmp_path: Path
) -> None:
    html = report(experiment, store)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert not re.search(r'(src|href)="(?!data:)', html)
    audio = re.findall(r"data:audio/flac;base64,([^\"]+)", html)
    assert len(audio) == 6
    levels = []
    for number, content in enumerate(audio):
        path = tmp_path / f"{number}.flac"
        path.write_bytes(base64.b64decode(content))
        levels.append(loudness_lufs(read_flac(path)))
    assert max(levels) - min(levels) <= 0.2
    assert "The model did not find an end." in html
    assert "faster-whisper" in html


def test_exports(experiment: Experiment, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(experiment))))
    assert len(rows) == 12
    assert rows[0]["line"] == "'" + LINE  # a spreadsheet must not run it
    assert {"model", "seed", "rtf", "likeness", "word_error_rate", "bleed", "failure", "silence_start_s"} <= set(
        rows[0]
    )
    value = json.loads(as_json(experiment))
    assert len(value["takes"]) == 12
    assert value["takes"][0]["line"] == LINE
    assert len(value["settings"]) == 2
    export(experiment, tmp_path / "takes.csv")
    assert (tmp_path / "takes.csv").stat().st_size > 1000
    with pytest.raises(InvalidValue, match=r"\.csv or \.json"):
        export(experiment, tmp_path / "takes.xlsx")


def test_plots_are_drawn_for_both_grounds(experiment: Experiment, store: ExperimentStore) -> None:
    # What the fake engine says is a tone, whose band is too narrow for a likeness.
    takes = tuple(replace(take, likeness=0.5 + 0.01 * number) for number, take in enumerate(experiment.takes))
    drawn = replace(experiment, takes=takes)
    light, dark = scatter_svg(drawn, "light"), scatter_svg(drawn, "dark")
    assert light.startswith(b"<?xml")
    assert light != dark
    made = [take for take in experiment.takes if take.failure is None][:2]
    clips = [read_flac(store.take_path(experiment.id, take.id)) for take in made]
    assert pair_png(clips, ["A", "B"], "dark")[:4] == b"\x89PNG"
    assert scatter_svg(replace(experiment, takes=()), "light") == b""


def test_estimates_come_from_what_was_measured_here(experiment: Experiment) -> None:
    """The fake engine takes half the time of the audio: 0.2 s a word and 0.2 s more."""
    plan = replace(PLAN, models=("preview", "new"))
    nothing = estimate(plan, [])
    assert (nothing.takes, nothing.seconds, nothing.unmeasured) == (24, None, ("preview", "new"))
    assert nothing.text.startswith("24 takes, time unknown until a first comparison was made on this machine")
    one = replace(PLAN, lines=(LINE,), lengths_s=(None,), models=("preview",), takes=1)
    assert estimate(one, []).text.startswith("1 take, ")
    known = estimate(plan, [experiment])
    words = len(LINE.split()) + len(OTHER.split())
    per_word_s = 0.2 * (1 + len(LINE.split())) / len(LINE.split())
    measuring = [take.details.measuring_s for take in experiment.takes if take.details and take.details.measuring_s]
    spoken_s = words * per_word_s * 12
    assert known.seconds == pytest.approx(0.5 * spoken_s + 24 * sorted(measuring)[len(measuring) // 2], rel=0.3)
    assert known.unmeasured == ("new",)
    assert known.disk_bytes == pytest.approx(spoken_s * 30_000, rel=0.01)
    assert (duration(20), duration(600), duration(9000)) == ("20 s", "10 min", "2.5 h")


def test_many_takes_are_asked_about(library: VoiceLibrary) -> None:
    plan = replace(PLAN, lines=tuple(f"Line {number}." for number in range(20)), takes=10, lengths_s=(3.0, None))
    assert len(plan.specifications()) > ASK_ABOVE
    with pytest.raises(InvalidValue, match="--yes") as raised:
        settle(plan, library, "preview")
    assert raised.value.field == "many"
    assert len(settle(replace(plan, many=True), library, "preview").plan.specifications()) == 400


def test_favourites_and_notes_are_kept(experiment: Experiment, store: ExperimentStore) -> None:
    take = experiment.takes[0]
    store.remark(experiment.id, take.id, favourite=True, comment=" Warm. ")
    kept = store.get(experiment.id).takes[0]
    assert (kept.favourite, kept.comment) == (True, "Warm.")
    with pytest.raises(InvalidValue, match="2000"):
        store.remark(experiment.id, take.id, favourite=True, comment="x" * 2001)


def test_the_built_in_lines_are_within_a_comparison(library: VoiceLibrary) -> None:
    assert settle(replace(PLAN, lines=BUILT_IN, takes=1), library, "preview").plan.lines == BUILT_IN
