"""The ear of the lab, with real Whisper tiny.en on real (spoken by Piper) speech."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from voicelab.clips.clip import Clip, Window
from voicelab.errors import Cancelled, EmptyText, InvalidValue, UnknownModel, UnsupportedLanguage
from voicelab.transcripts import recognition, recognizers
from voicelab.transcripts.cut import cut_transcript, edit_text, window_of_length
from voicelab.transcripts.spelling import same
from voicelab.transcripts.transcriber import Transcriber

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.transcripts.words import Match, WordMatch

HAIR = "She has long brown hair and she walks to the old station every day at half past fifteen."


def marked(match: Match) -> list[str]:
    return [word.text for word in match.words if word.verdict != "ok"]


def word_of(match: Match, text: str) -> WordMatch:
    return next(word for word in match.words if word.text == text)


@pytest.fixture(scope="session")
def hair(spoken: Callable[[str], Clip]) -> Clip:
    return spoken(HAIR)


def test_hearing_gives_words_with_times_that_are_the_text(
    transcriber: Transcriber, speech_clip: Clip, speech_text: str
) -> None:
    heard = transcriber.hear(speech_clip, "tiny.en", "en")
    assert heard.text.lower().split()[:8] == speech_text.lower().split()[:8]
    assert heard.text == " ".join(word.text for word in heard.words)
    assert (heard.author, heard.language, heard.notes) == ("tiny.en", "english", ())
    times = [time_s for word in heard.words for time_s in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= speech_clip.seconds
    assert all(0 <= (word.probability or 0) <= 1 for word in heard.words)


def test_the_same_clip_is_listened_to_once(hair: Clip, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three witnesses ask for it in a row: the word errors, the check of the text, and bleed."""
    heard: list[Clip] = []

    def listening(recognizer: Any, clip: Clip, *more: Any) -> Any:
        heard.append(clip)
        return recognition.hear(recognizer, clip, *more)

    monkeypatch.setattr("voicelab.transcripts.transcriber.hear", listening)
    once = Transcriber("tiny.en")
    first = once.hear(hair, language="english")
    assert once.hear(hair, language="english") == first
    once.check(hair, first.text)
    assert len(heard) == 1


def test_when_the_wanted_model_cannot_be_had_tiny_en_stands_in_and_is_named(
    transcriber: Transcriber, hair: Clip
) -> None:
    heard = transcriber.hear(hair)
    assert heard.author == "tiny.en"
    assert "instead of large-v3-turbo" in heard.notes[0]
    assert "English was assumed" in heard.notes[0]
    assert "cannot be reached" in heard.notes[0]


def test_another_language_needs_another_recognizer_and_says_so(transcriber: Transcriber, hair: Clip) -> None:
    with pytest.raises(UnsupportedLanguage, match="knows English only"):
        transcriber.hear(hair, "tiny.en", "french")
    with pytest.raises(UnsupportedLanguage, match=r"English only, and large-v3-turbo cannot be used: .*reached"):
        transcriber.hear(hair, None, "french")
    with pytest.raises(UnsupportedLanguage, match="knows English only"):
        transcriber.check(hair, "Elle a les cheveux longs", language="fr")


def test_an_unknown_model_is_never_replaced(transcriber: Transcriber, hair: Clip) -> None:
    with pytest.raises(UnknownModel):
        transcriber.hear(hair, "enormous")
    with pytest.raises(UnknownModel):
        transcriber.check(hair, HAIR, "enormous")


@pytest.mark.parametrize("level", [0.0, 0.02])
def test_silence_and_noise_give_no_words_and_a_note(transcriber: Transcriber, level: float) -> None:
    noise = np.random.default_rng(1).standard_normal(72_000).astype(np.float32) * level
    heard = transcriber.hear(Clip(noise), "tiny.en")
    assert (heard.text, heard.words) == ("", ())
    assert "No speech" in heard.notes[0]


def test_samples_that_are_no_numbers_do_not_break_it(transcriber: Transcriber) -> None:
    assert transcriber.hear(Clip(np.full(24_000, np.nan, np.float32)), "tiny.en").words == ()


def test_progress_is_told_and_cancelling_leaves_it_usable(transcriber: Transcriber, hair: Clip) -> None:
    told: list[tuple[str, float | None]] = []
    transcriber.hear(hair, "tiny.en", "english", lambda message, fraction: told.append((message, fraction)))
    fractions = [fraction for _, fraction in told if fraction is not None]
    assert fractions == sorted(fractions)
    assert fractions[-1] > 0.8

    def cancel(message: str, fraction: float | None) -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        transcriber.hear(hair, "tiny.en", "english", cancel)
    assert transcriber.check(hair, HAIR).verdict == "match"


def test_a_true_text_matches(transcriber: Transcriber, hair: Clip, speech_clip: Clip, speech_text: str) -> None:
    for clip, text in ((hair, HAIR), (speech_clip, speech_text)):
        match = transcriber.check(clip, text)
        assert (match.verdict, marked(match), match.uncovered) == ("match", [], ())
        assert match.model == "tiny.en"
        assert [word.text for word in match.words] == text.split()
        times = [time_s for word in match.words for time_s in (word.start_s, word.end_s)]
        assert times == sorted(times)


@pytest.mark.parametrize(
    "text",
    [
        HAIR.lower().replace(".", ""),
        HAIR.replace("fifteen", "15"),
        HAIR.replace("long brown", "long, brown").upper(),
        f"— {HAIR}",
    ],
)
def test_other_ways_to_write_the_same_match_too(transcriber: Transcriber, hair: Clip, text: str) -> None:
    match = transcriber.check(hair, text)
    assert (match.verdict, marked(match)) == ("match", [])


@pytest.mark.parametrize(
    ("before", "after", "word", "heard"),
    [
        ("hair", "chair", "chair", "hair"),
        ("brown", "purple", "purple", "brown"),
        ("station", "nation", "nation", "station"),
        ("to the old station", "to station", "station", "the old station"),
        ("She has long", "long", "long", "She has long"),
        ("at half past fifteen.", "at", "at", "at half past fifteen."),
        ("every day", "every um, day", "um,", ""),
        ("walks to", "walks quickly to", "quickly", ""),
    ],
)
def test_a_planted_error_is_marked_with_what_was_heard(
    transcriber: Transcriber, hair: Clip, before: str, after: str, word: str, heard: str
) -> None:
    match = transcriber.check(hair, HAIR.replace(before, after))
    assert match.verdict == "mismatch"
    assert marked(match) == [word]
    assert word_of(match, word).verdict == "wrong"
    assert same(word_of(match, word).heard.split(), heard.split())


def test_speech_without_words_is_named(transcriber: Transcriber, speech_clip: Clip, speech_text: str) -> None:
    first = speech_text.split("Nobody", maxsplit=1)[0].strip()
    match = transcriber.check(speech_clip, first)
    assert match.verdict == "mismatch"
    assert match.uncovered
    assert match.uncovered[-1][1] == pytest.approx(speech_clip.seconds, abs=0.5)
    assert sum(end_s - start_s for start_s, end_s in match.uncovered) > 1.5


@pytest.mark.parametrize(
    "text",
    [
        "Quarterly profits rose sharply while analysts worried about shipping costs.",
        "быстрая лиса",
        "你好世界",
        "🙂 1 2 3 4 5 6 7 8 9",
        "word " * 3000,
        "x" * 5000,
    ],
)
def test_the_text_of_something_else_is_a_mismatch(transcriber: Transcriber, hair: Clip, text: str) -> None:
    match = transcriber.check(hair, text)
    assert match.verdict == "mismatch"
    assert len(match.words) >= 1


def test_a_text_over_silence_is_a_mismatch(transcriber: Transcriber) -> None:
    match = transcriber.check(Clip(np.zeros(48_000, np.float32)), "Hello there.")
    assert (match.verdict, marked(match)) == ("mismatch", ["Hello", "there."])


def test_a_text_of_nothing_is_refused(transcriber: Transcriber, hair: Clip) -> None:
    for text in ("", "  \n", "— …!"):
        with pytest.raises(EmptyText):
            transcriber.check(hair, text)


def test_a_check_again_is_much_quicker_than_the_first(transcriber: Transcriber, spoken: Callable[[str], Clip]) -> None:
    clip = spoken("A sentence that no other test has listened to, so that the first check must do it.")
    seconds = []
    for text in ("A sentence", "A sentence that", "A sentence that no", "A sentence that no other"):
        started = time.perf_counter()
        transcriber.check(clip, text)
        seconds.append(time.perf_counter() - started)
    assert min(seconds[1:]) < seconds[0] / 5, seconds


def test_a_check_never_downloads(transcriber: Transcriber, hair: Clip, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognizers, "download", lambda *_: pytest.fail("it asked the hub"))
    assert transcriber.check(hair, HAIR, "large-v3").model == "tiny.en"


def test_threads_may_hear_and_check_at_once(transcriber: Transcriber, hair: Clip) -> None:
    verdicts: list[str] = []
    threads = [
        threading.Thread(target=lambda: verdicts.append(transcriber.check(hair, HAIR).verdict)),
        threading.Thread(target=lambda: verdicts.append(transcriber.hear(hair, "tiny.en").author)),
        threading.Thread(target=lambda: verdicts.append(transcriber.check(hair, "Something else.").verdict)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(verdicts) == ["match", "mismatch", "tiny.en"]


def test_an_edit_goes_from_hearing_to_a_match_and_a_cut_stays_one(
    transcriber: Transcriber, speech_clip: Clip, speech_text: str
) -> None:
    heard = transcriber.hear(speech_clip, "tiny.en", "english")
    edited = edit_text(heard, speech_text, transcriber.check(speech_clip, speech_text))
    window = window_of_length(edited, speech_clip.seconds, 5.0)
    assert 4 <= window.end_s <= 6
    cut, _ = cut_transcript(edited, window)
    assert speech_text.startswith(cut.text)
    assert transcriber.check(speech_clip.cut(window), cut.text).verdict == "match"
    rest, _ = cut_transcript(edited, Window(window.end_s, speech_clip.seconds))
    assert f"{cut.text} {rest.text}" == speech_text


@pytest.mark.parametrize(
    ("written", "suggestion"), [("15.", "fifteen."), ("15", "fifteen"), ("fifteen.", ""), ("XV.", "")]
)
def test_a_number_in_digits_is_to_be_spelled_out(
    transcriber: Transcriber, hair: Clip, written: str, suggestion: str
) -> None:
    match = transcriber.check(hair, HAIR.replace("fifteen.", written))
    assert match.words[-1].suggestion == suggestion
    assert not any(word.suggestion for word in match.words[:-1])


def test_a_number_is_spelled_as_it_was_said(transcriber: Transcriber, spoken: Callable[[str], Clip]) -> None:
    said = {
        "He lives in house number one five on this street.": "one five",
        "He lives in house number fifteen on this street.": "fifteen",
    }
    for text, suggestion in said.items():
        match = transcriber.check(spoken(text), text.replace(suggestion, "15"))
        assert [word.suggestion for word in match.words if word.suggestion] == [suggestion]


def test_nested_cuts_carry_exactly_their_words_and_each_has_its_own_match(
    transcriber: Transcriber, speech_clip: Clip, speech_text: str
) -> None:
    transcript = edit_text(None, speech_text, transcriber.check(speech_clip, speech_text))
    cuts = transcriber.check_cuts(speech_clip, transcript, (3.0, 6.0, 300.0))
    assert [cut.length_s for cut in cuts] == [3.0, 6.0]
    for cut in cuts:
        assert speech_text.startswith(cut.text)
        assert cut.window.end_s == pytest.approx(cut.length_s, abs=1.5)
        assert cut.match is not None
        assert (cut.match.verdict, " ".join(word.text for word in cut.match.words)) == ("match", cut.text)
    wrong = replace(transcript, words=(replace(transcript.words[0], text="Purple"), *transcript.words[1:]))
    match = transcriber.check_cuts(speech_clip, wrong, (3.0,))[0].match
    assert match is not None
    assert match.verdict == "mismatch"


def test_importing_it_loads_none_of_the_heavy_packages() -> None:
    code = (
        "import sys; from voicelab.transcripts import transcriber, cut; "
        "print({'faster_whisper', 'ctranslate2', 'huggingface_hub', 'soxr', 'onnxruntime'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_words_that_were_said_are_likelier_than_others_and_in_their_place(transcriber: Transcriber, hair: Clip) -> None:
    true, false = HAIR.split(), HAIR.replace("brown", "green").split()
    said, unsaid = transcriber.align(hair, true, "tiny.en"), transcriber.align(hair, false, "tiny.en")
    brown = true.index("brown")
    assert [word.text for word in said] == true
    assert said[brown].score > 0.5 > unsaid[brown].score
    times = [time_s for word in said for time_s in (word.start_s, word.end_s)]
    assert times == sorted(times)
    checked = {word.text: word.score for word in transcriber.check(hair, HAIR, "tiny.en").words}
    assert checked["brown"] == said[brown].score, "a check says the same"


def test_more_than_half_a_minute_is_not_aligned_at_once(transcriber: Transcriber) -> None:
    with pytest.raises(InvalidValue, match="31 s long"):
        transcriber.align(Clip(np.zeros(31 * 24_000, np.float32)), ["hair"], "tiny.en")
