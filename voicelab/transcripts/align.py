"""Teacher-forced alignment: Whisper is made to say a given text, and tells how likely each of its tokens was.

One pass of the decoder over an encoding that is already there (CTranslate2 `Whisper.align`: token probabilities and a
path of dynamic time warping through the cross-attention), as in faster_whisper 1.2.1
`WhisperModel.find_alignment`. That one averages over a word and glues punctuation; here each word of the given text
keeps its lowest token, without its punctuation: one wrong syllable is enough to make a word wrong.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.clips.spectrum import HEARING_RATE, resampled
from voicelab.languages import CODES
from voicelab.transcripts.spelling import join_words, sounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.clips.clip import Clip
    from voicelab.transcripts.recognizers import Recognizer

LONGEST_S = 30.0
"""What Whisper encodes at once."""
MOST_TOKENS = 400
"""Whisper's decoder has 448 positions; its own start sequence and the end need a few."""
_LEAST = 1e-12
"""Probabilities below are as good as this: keeps logarithms finite."""


@dataclass(frozen=True, eq=False)
class Encoding:
    """What the encoder made of a clip."""

    features: Any
    """ctranslate2.StorageView, shape (1, 1500, width)."""
    frames: int
    """Mel frames (10 ms) that hold the clip."""


@dataclass(frozen=True)
class AlignedWord:
    """A given word in the audio."""

    text: str
    start_s: float
    end_s: float
    score: float
    """0..1: the lowest probability among the tokens that are spoken (punctuation is not)."""
    log_probability: float
    """Natural logarithm, summed over the same tokens."""


def encode(recognizer: Recognizer, clip: Clip, within_s: float = LONGEST_S) -> Encoding:
    """Run the encoder over `clip` (at most `LONGEST_S`), and over silence up to `within_s`.

    Whisper learned from 30 s. Less costs as much less time; what it finds then compares only with what it finds in as
    much.
    """
    from faster_whisper.audio import pad_or_trim

    mel = recognizer.model.feature_extractor(np.nan_to_num(resampled(clip, HEARING_RATE)))
    most: int = recognizer.model.feature_extractor.nb_max_frames
    frames = min(mel.shape[-1] - 1, most)
    # Two frames are one of the encoder's.
    whole = min(most, 2 * math.ceil(within_s * recognizer.model.frames_per_second))
    return Encoding(recognizer.model.encode(pad_or_trim(mel[:, :frames], max(whole, frames + frames % 2))), frames)


def align(recognizer: Recognizer, encoding: Encoding, words: Sequence[str], language: str) -> list[AlignedWord]:
    """Return where `words` are, and how likely each is after the ones before it.

    Words beyond `MOST_TOKENS` tokens score 0 at the end of the clip: no thirty seconds hold so many. A word without
    anything spoken scores 1.
    """
    from faster_whisper.tokenizer import Tokenizer

    model = recognizer.model
    tokenizer = Tokenizer(
        model.hf_tokenizer,
        recognizer.multilingual,
        task="transcribe",
        language=CODES[language] if recognizer.multilingual else "en",
    )
    text = " " + join_words(words, language)
    encoded = model.hf_tokenizer.encode(text, add_special_tokens=False)
    tokens, offsets = encoded.ids[:MOST_TOKENS], encoded.offsets[:MOST_TOKENS]
    if not tokens:
        return []
    result = model.model.align(encoding.features, tokenizer.sot_sequence, [tokens], encoding.frames)[0]
    starts = _token_starts(result.alignments, len(tokens)) * model.input_stride / model.frames_per_second
    end_s = encoding.frames / model.frames_per_second
    aligned = []
    for word, own in zip(words, _own_tokens(words, offsets, language), strict=True):
        chances = [max(_LEAST, result.text_token_probs[i]) for i in own if sounds(text[slice(*offsets[i])])]
        if not own and sounds(word):
            chances = [_LEAST]
        start_s, stop_s = (starts[own[0]], starts[own[-1] + 1]) if own else (end_s, end_s)
        aligned.append(
            AlignedWord(
                word,
                float(start_s),
                float(min(stop_s, end_s)),
                min(chances, default=1.0),
                sum(math.log(chance) for chance in chances),
            )
        )
    return aligned


def _own_tokens(words: Sequence[str], offsets: Sequence[tuple[int, int]], language: str) -> list[list[int]]:
    """Return the tokens of each word; `offsets` are the tokens' characters in the text, which begins with a space.

    In Chinese and Japanese one token may belong to two words, and then counts for both.
    """
    own: list[list[int]] = [[] for _ in words]
    glue = len(join_words(["", ""], language))
    starts = [1]
    for word in words:
        starts.append(starts[-1] + len(word) + glue)
    for token, (first, last) in enumerate(offsets):
        for index in range(max(0, bisect_right(starts, first) - 1), len(words)):
            if starts[index] >= last:
                break
            if first < starts[index] + len(words[index]):
                own[index].append(token)
    return own


def _token_starts(path: Sequence[tuple[int, int]], tokens: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the frame in which each token begins, and the one after the last; `path` is of (token, frame)."""
    starts = np.full(tokens + 1, np.inf)
    for token, frame in path:
        starts[token] = min(starts[token], frame)
    starts[-1] = min(starts[-1], path[-1][1] + 1)
    return np.minimum.accumulate(starts[::-1])[::-1]
