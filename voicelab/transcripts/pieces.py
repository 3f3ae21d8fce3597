"""Words made of the pieces that a recognizer gives: "www", ".asterisk" and ".org" are one word.

faster-whisper splits its text before each space and each mark (tokenizer.py, split_tokens_on_spaces), so that what
follows a mark inside a word comes as a piece of its own, without a space before it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from voicelab.transcripts.spelling import UNSPACED, join_words, sounds
from voicelab.transcripts.words import Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from voicelab.transcripts.words import Transcript

TORN_NOTE = (
    "Words that an older version had torn apart (“www .example”) were joined again when this transcript was opened."
)


class Piece(NamedTuple):
    """What the recognizer calls a word."""

    text: str
    """With the space before it, if it has one."""
    start_s: float
    end_s: float
    probability: float
    """0..1."""


def whole_words(pieces: Iterable[Piece], language: str, seconds: float) -> list[Word]:
    """Return the words of one segment: a piece without a space before it belongs to the word before, with its times.

    Chinese and Japanese have no spaces, and keep their pieces; marks alone belong to the word before everywhere, at the
    start to the one after. Times are kept within 0..`seconds`; a word's probability is the mean of its pieces'.
    """
    grouped: list[list[Piece]] = []
    for piece in pieces:
        begins = piece.text.startswith(" ") or language in UNSPACED
        silent = not sounds(piece.text) or (grouped and not any(sounds(part.text) for part in grouped[-1]))
        if not grouped or (begins and not silent):
            grouped.append([])
        grouped[-1].append(piece)
    return [_word(group, seconds) for group in grouped if any(sounds(part.text) for part in group)]


def _word(group: Sequence[Piece], seconds: float) -> Word:
    spoken = [piece for piece in group if sounds(piece.text)]
    start_s = min(max(0.0, spoken[0].start_s), seconds)
    end_s = min(max(start_s, spoken[-1].end_s), seconds)
    probability = sum(piece.probability for piece in spoken) / len(spoken)
    return Word("".join(piece.text for piece in group).strip(), start_s, end_s, probability)


_TORN = re.compile(r"[.,:/&@-][^\W_].*|'[^\W\d_].*")
_FREE = re.compile(
    r"'(?:em|tis|twas|cause|n|til|bout|round|cos|cuz|kay|nuff|neath|mongst|tude)\b.*|\.NET\b.*", re.IGNORECASE
)
"""Words that begin with a mark."""


def rejoined(transcript: Transcript) -> Transcript:
    """Return an older transcript, whose pieces were taken for words, with torn words whole and a note that says so.

    The spaces of the pieces are lost, so only what cannot be a word of its own is joined: ".org" after a letter, ",234"
    and "-1234" after a digit, "'hui"; "-5" after a word and "'em" stay, and so does every word written by hand.
    """
    if transcript.language in UNSPACED:
        return transcript
    words: list[Word] = []
    for word in transcript.words:
        if words and word.probability is not None and _continues(words[-1].text, word.text):
            words[-1] = _both(words[-1], word, word.probability)
        else:
            words.append(word)
    written = join_words((word.text for word in transcript.words), transcript.language)
    if len(words) == len(transcript.words) or written != transcript.text:
        return transcript
    text = join_words((word.text for word in words), transcript.language)
    return replace(transcript, text=text, words=tuple(words), notes=(*transcript.notes, TORN_NOTE))


def _both(before: Word, word: Word, probability: float) -> Word:
    if before.probability is not None:
        probability = (before.probability + probability) / 2
    return replace(before, text=before.text + word.text, end_s=word.end_s, probability=probability)


def _continues(before: str, text: str) -> bool:
    plain = text.replace("’", "'")
    if not before[-1:].isalnum() or not _TORN.fullmatch(plain) or _FREE.fullmatch(plain):
        return False
    return plain[0] in "'@&/" or before[-1].isdigit() == plain[1].isdigit()
