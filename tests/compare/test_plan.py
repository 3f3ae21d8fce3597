"""A plan is checked before anything is spoken, and nothing is spoken twice."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests import bleed_texts
from tests.voices.making import noise_clip, words_for
from voicelab.compare.example_lines import BUILT_IN
from voicelab.compare.line_language import foreign_lines
from voicelab.compare.plan import MAX_TAKES, Plan, TooMany, settle
from voicelab.errors import EmptyText, InvalidValue, UnknownVoice, VoiceLabError

if TYPE_CHECKING:
    from voicelab.voices.library import VoiceLibrary

PLAN = Plan("anna", ("Hello there.", "How are you?"), (3.0, 5.0), ("a", "b"), takes=2, seed=10)


def test_every_cell_has_the_same_lines_and_seeds() -> None:
    specifications = PLAN.specifications()
    assert len(specifications) == 2 * 2 * 2 * 2
    assert len({specification.id for specification in specifications}) == 16
    cells = itertools.groupby(specifications, key=lambda each: (each.model, each.length_s))
    contents = [[(each.line, each.seed) for each in cell] for _, cell in cells]
    assert len(contents) == 4
    assert all(content == contents[0] for content in contents)
    assert contents[0][:2] == [("Hello there.", 10), ("Hello there.", 11)]


def test_each_model_loads_once() -> None:
    models = [specification.model for specification in PLAN.specifications()]
    assert [model for model, _ in itertools.groupby(models)] == ["a", "b"]


def test_a_take_is_found_again_by_what_it_is_made_from() -> None:
    first, second = PLAN.specifications()[:2]
    assert first.id == PLAN.specifications()[0].id
    assert len(first.id) == 32
    assert replace(first, seed=second.seed).id == second.id
    assert replace(first, length_s=None).id != first.id


def test_the_prompts_carry_exactly_the_words_of_their_cut(library: VoiceLibrary) -> None:
    settled = settle(replace(PLAN, lengths_s=(3.0, 5.0, None)), library, "preview")
    texts = {length_s: prompt.text.split() for length_s, prompt in settled.prompts.items()}
    words = library.transcript("anna").text.split()
    assert {length_s: len(said) for length_s, said in texts.items()} == {3.0: 3, 5.0: 5, None: 10}
    assert all(said == words[: len(said)] for said in texts.values())
    assert settled.notes == ()


def test_lengths_beyond_the_clip_and_equal_cuts_are_spoken_once_and_named(library: VoiceLibrary) -> None:
    settled = settle(replace(PLAN, lengths_s=(5.0, 5.1, 15.0, None, 20.0, 5.0)), library, "preview")
    assert settled.plan.lengths_s == (5.0, 15.0)
    assert settled.notes == (
        "5.1 s gives the same cut of the clip as 5 s: it is spoken once.",
        "The clip is 10.0 s long, so 15 s means the whole clip.",
        "the whole clip gives the same cut of the clip as 15 s: it is spoken once.",
        "20 s gives the same cut of the clip as 15 s: it is spoken once.",
    )


def test_auto_and_doubles_are_resolved(library: VoiceLibrary) -> None:
    plan = replace(PLAN, lines=(" Hi. ", "", "Hi.", "Bye."), models=("auto", "preview", "x"))
    settled = settle(plan, library, "preview")
    assert settled.plan.lines == ("Hi.", "Bye.")
    assert settled.plan.models == ("preview", "x")
    assert settled.notes == (
        "A line that is there twice is spoken once.",
        "A model that is there twice is spoken once.",
    )


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"lines": ()}, EmptyText, None),
        ({"lines": ("  ", "")}, EmptyText, None),
        ({"lines": tuple(f"Line {n}." for n in range(21))}, InvalidValue, "lines"),
        ({"lengths_s": ()}, InvalidValue, "lengths_s"),
        ({"lengths_s": (0.0,)}, InvalidValue, "lengths_s"),
        ({"lengths_s": (float("nan"),)}, InvalidValue, "lengths_s"),
        ({"lengths_s": (float("inf"),)}, InvalidValue, "lengths_s"),
        ({"models": ()}, InvalidValue, "models"),
        ({"takes": 0}, InvalidValue, "takes"),
        ({"takes": MAX_TAKES}, InvalidValue, "takes"),
        ({"seed": -1}, InvalidValue, "seed"),
        ({"seed": 2**32}, InvalidValue, "seed"),
        ({"voice": "../anna"}, UnknownVoice, None),
    ],
)
def test_what_cannot_be_compared_is_refused_with_a_sentence(
    library: VoiceLibrary, changes: dict[str, Any], error: type[VoiceLabError], field: str | None
) -> None:
    with pytest.raises(error) as raised:
        settle(replace(PLAN, **changes), library, "preview")
    assert raised.value.message.endswith((".", "?"))
    assert getattr(raised.value, "field", None) == field


def test_a_voice_whose_text_does_not_fit_is_blocked_with_the_way_out(library: VoiceLibrary) -> None:
    clip = noise_clip(10.0)
    library.save("Bert", clip, words_for(clip), "english", "", match="mismatch")
    with pytest.raises(InvalidValue, match="correct the marked words, save it again"):
        settle(replace(PLAN, voice="bert"), library, "preview")


def test_500_takes_are_asked_about(library: VoiceLibrary) -> None:
    plan = replace(PLAN, lines=tuple(f"Line {n}." for n in range(20)), lengths_s=(3.0, 4.0, 5.0, 6.0, None), takes=5)
    plan = replace(plan, models=("a",))
    with pytest.raises(TooMany, match="This makes 500 takes") as raised:
        settle(plan, library, "preview")
    assert "--yes" in raised.value.message
    assert len(settle(replace(plan, many=True), library, "preview").plan.specifications()) == 500


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("Guten Morgen, wie geht es dir heute?", "German"),
        ("Bonjour tout le monde.", "French"),
        ("Me gusta mucho esta canción.", "Spanish"),
        ("Oggi è una bella giornata.", "Italian"),
        ("Bom dia, tudo bem?", "Portuguese"),
        ("Привет, как дела?", "Russian"),
        ("今天天气很好。", "Chinese"),
        ("今日はいい天気ですね。", "Japanese"),
        ("안녕하세요.", "Korean"),
    ],
)
def test_a_line_in_another_language_is_told_and_spoken(library: VoiceLibrary, line: str, language: str) -> None:
    settled = settle(replace(PLAN, lines=("Hello there.", line)), library, "preview")
    (note,) = settled.notes
    assert note.startswith(f"“{line}” looks {language}, and this voice reads everything as English")
    assert settled.plan.lines == ("Hello there.", line)


def test_english_is_not_taken_for_anything_else() -> None:
    texts = (bleed_texts.TUNING, bleed_texts.HELD_OUT)
    lines = [line for each in texts for line in (*each.references, *each.lines)]
    short = ["Hello.", "Four.", "No.", "Line 3.", "Okay.", "Dr. Smith paid $15 in Paris.", "Pasta al dente, please."]
    assert len(lines) >= 40
    assert foreign_lines([*BUILT_IN, *lines, *short], "english") == []
