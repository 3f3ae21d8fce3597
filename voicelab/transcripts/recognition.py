"""What a recognizer hears in a clip: words with times and probabilities (faster-whisper)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.spectrum import HEARING_RATE, resampled
from voicelab.clips.speech import speech_stretches
from voicelab.errors import UnsupportedLanguage
from voicelab.languages import CODES
from voicelab.transcripts.pauses import settled
from voicelab.transcripts.pieces import Piece, whole_words
from voicelab.transcripts.spelling import join_words
from voicelab.transcripts.words import Transcript

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from faster_whisper.transcribe import Segment

    from voicelab.clips.clip import Clip, Window
    from voicelab.transcripts.align import Encoding
    from voicelab.transcripts.recognizers import Recognizer
    from voicelab.transcripts.words import Word

FILLERS = "Um, uh, hmm, er, ah."
"""Keeps English fillers in the text, which Whisper likes to drop: 8 of 12 spoken fillers came back with it, 2 without,
and 60 texts without fillers lost no word by it. Longer prompts lose sentences (rescript PR #59)."""
_NEAR_S = 0.3
"""A segment this far from all speech was not spoken: Whisper fills silence with "Thank you." (arXiv 2402.08021)."""
_MADE_UP_BELOW = 0.1
"""Probability of words that Whisper adds after the last real one, led by the prompt ("Um, uh,"): measured 0.000-0.03,
where no real last word of 60 spoken texts was below 0.33."""
_TEMPERATURES = (0.0, 0.2, 0.4)
"""Retries when the first text repeats itself or is improbable; hotter ones invent."""

_BEAMS = 5
"""As many as faster-whisper searches by default."""
_MOST = 224
"""Tokens of one hypothesis, with its prompt: half a minute of quick speech has 150."""


@dataclass(frozen=True)
class _Hearing:
    """The words so far, and what had to be left out."""

    words: list[Word]
    dropped: list[str]


def hear(
    recognizer: Recognizer,
    clip: Clip,
    language: str | None,
    report: Callable[[str, float | None], None],
    grown: Callable[[str], None],
) -> Transcript:
    """Return what is said in `clip`; `language` is a full lower-case name, None has the model find out.

    A clip without speech gives a transcript without words and a note. Between segments `grown` is given the text so
    far, and `report` how many seconds were heard. Raises UnsupportedLanguage, and what these two raise.
    """
    require_language(recognizer, language)
    stretches = speech_stretches(clip)
    if not stretches:
        note = "No speech was found in this audio. Choose another part of the recording, or bring a louder one."
        return Transcript("", (), recognizer.name, language or "english", (note,))
    report("Listening", 0.0)
    code = CODES[language] if language else None if recognizer.multilingual else "en"
    from ctranslate2 import set_random_seed

    set_random_seed(0)  # retries draw tokens: the same clip should give the same text
    samples = np.nan_to_num(resampled(clip, HEARING_RATE))
    if code is None:
        code = recognizer.model.detect_language(samples)[0]
    found = _known_language(code)
    segments, _info = recognizer.model.transcribe(
        samples,
        language=code,
        word_timestamps=True,
        temperature=_TEMPERATURES,
        condition_on_previous_text=False,  # one window that loops must not make the next ones loop
        hotwords=FILLERS if found == "english" else None,  # unlike initial_prompt it reaches every window
    )
    told = _told(clip, found, report, grown)
    heard = _collected(segments, clip, stretches, found, told)
    while heard.words and (heard.words[-1].probability or 0.0) < _MADE_UP_BELOW:
        heard.dropped.append(heard.words.pop().text)
    notes = []
    if heard.dropped:
        notes.append(
            f"Left out, because probably nobody says it: “{' … '.join(heard.dropped)}”. "
            "Listen, and write it if it is said."
        )
    text = join_words((word.text for word in heard.words), found)
    return Transcript(text, tuple(settled(heard.words, samples)), recognizer.name, found, tuple(notes))


def hypotheses(recognizer: Recognizer, encoding: Encoding, language: str) -> list[str]:
    """Return the `_BEAMS` likeliest texts of an encoded clip: what else may be said in it."""
    from faster_whisper.tokenizer import Tokenizer

    model = recognizer.model
    code = CODES[language] if recognizer.multilingual else "en"
    tokenizer = Tokenizer(model.hf_tokenizer, recognizer.multilingual, task="transcribe", language=code)
    prompt = model.get_prompt(
        tokenizer, [], without_timestamps=True, hotwords=FILLERS if language == "english" else None
    )
    result = model.model.generate(
        encoding.features, [prompt], beam_size=_BEAMS, num_hypotheses=_BEAMS, max_length=_MOST
    )[0]
    return [model.hf_tokenizer.decode(tokens).strip() for tokens in result.sequences_ids]


def require_language(recognizer: Recognizer, language: str | None) -> None:
    """Raise UnsupportedLanguage when `recognizer` knows English only and `language` is another."""
    if language not in {None, "english"} and not recognizer.multilingual:
        raise UnsupportedLanguage(
            f"The recognizer {recognizer.name} knows English only, and the language is {language}. Choose one without "
            "“.en” in its name (small, large-v3-turbo), or write the text by hand."
        )


def _known_language(code: str) -> str:
    names = {known: name for name, known in CODES.items()}
    if code not in names:
        raise UnsupportedLanguage(
            f"This sounds like a language (Whisper's code: {code}) that a voice cannot have. If it is one of "
            f"{', '.join(CODES)}, choose it and transcribe again."
        )
    return names[code]


def _told(
    clip: Clip, language: str, report: Callable[[str, float | None], None], grown: Callable[[str], None]
) -> Callable[[float, Sequence[Word]], None]:
    """Return what tells how far the recognizer is, in seconds of the clip, and what it has heard by then."""

    def tell(end_s: float, words: Sequence[Word]) -> None:
        heard_s = min(end_s, clip.seconds)
        grown(join_words((word.text for word in words), language))
        report(f"Heard {heard_s:.0f} of {clip.seconds:.0f} s", heard_s / clip.seconds)

    return tell


def _collected(
    segments: Iterable[Segment],
    clip: Clip,
    stretches: Sequence[Window],
    language: str,
    told: Callable[[float, Sequence[Word]], None],
) -> _Hearing:
    """Run the recognizer, segment by segment (the generator works while it is read)."""
    words: list[Word] = []
    dropped: list[str] = []
    for segment in segments:
        near = any(
            stretch.start_s < segment.end + _NEAR_S and stretch.end_s > segment.start - _NEAR_S for stretch in stretches
        )
        if not near:
            dropped.append(segment.text.strip())
        else:
            pieces = [
                Piece(word.word, float(word.start), float(word.end), float(word.probability))
                for word in segment.words or ()
            ]
            words += whole_words(pieces, language, clip.seconds)
        told(segment.end, words)
    return _Hearing(words, dropped)
