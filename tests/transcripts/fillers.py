"""Does the prompt for fillers pay, and does it cost sentences? Run `python -m tests.transcripts.fillers`.

Texts with fillers and without are said by Piper, plain and with noise 15 dB below, and heard by tiny.en with and
without the prompt. Printed: fillers that came back, words that got lost, and runs of four or more lost words, which are
a lost sentence.
"""

from __future__ import annotations

from unittest.mock import patch

from tests.clips.material import said, with_noise
from tests.transcripts.bench.planting import script
from tests.transcripts.bench.texts import HELD_OUT
from voicelab.clips.clip import Clip
from voicelab.transcripts.recognition import FILLERS
from voicelab.transcripts.spelling import split_words
from voicelab.transcripts.text_diff import stretches
from voicelab.transcripts.transcriber import Transcriber

FILLED = [
    "So, um, I think we should leave before the, uh, rain comes.",
    "Well, uh, the second one was, um, a bit smaller than I remembered.",
    "Hmm, let me see. It was, uh, on the top shelf behind the cups.",
    "They said, um, that the train would be late, and, er, it was.",
    "I, uh, I never really liked that song, um, to be honest.",
    "The, um, the blue one, please. And, uh, a cup of tea.",
]
CLEAN = [" ".join(script(marked).words) for marked in HELD_OUT if "{f:" not in marked]
"""Without a filler: those that are heard there were invented."""
SOUNDS = {"um", "uh", "hmm", "er", "ah", "umm", "uhm"}
LOST_SENTENCE = 4
"""Words in a row."""


def main() -> None:
    """Print one line per setting."""
    for prompt in (FILLERS, None):
        with patch("voicelab.transcripts.recognition.FILLERS", prompt):
            transcriber = Transcriber("tiny.en")
            for noise_db in (None, 15):
                clips = [(text, _said(text, noise_db)) for text in (*FILLED, *CLEAN)]
                heard = [(text, transcriber.hear(clip, "tiny.en").text) for text, clip in clips]
                found = sum(_fillers(text) for _, text in heard[: len(FILLED)])
                spoken = sum(_fillers(text) for text in FILLED)
                invented = sum(_fillers(text) for _, text in heard[len(FILLED) :])
                lost = [_lost(text, hearing) for text, hearing in heard[len(FILLED) :]]
                words = sum(len(text.split()) for text in CLEAN)
                sentences = sum(run >= LOST_SENTENCE for runs in lost for run in runs)
                print(
                    f"prompt {prompt!r}, noise {noise_db}: {found} of {spoken} fillers, {invented} invented; "
                    f"{sum(map(sum, lost))} of {words} words lost, {sentences} sentences",
                    flush=True,
                )


def _said(text: str, noise_db: float | None) -> Clip:
    clip = said("joe", text)
    return with_noise(clip, noise_db) if noise_db else clip


def _fillers(text: str) -> int:
    return sum(word.strip(",.?!…").lower() in SOUNDS for word in text.split())


def _lost(text: str, heard: str) -> list[int]:
    """Return how many words are missing at each place where some are."""
    found = stretches(split_words(text, "english"), split_words(heard, "english"))
    gaps = [(one.last - one.first) - (one.other_last - one.other_first) for one in found if not one.equal]
    return [gap for gap in gaps if gap > 0]


if __name__ == "__main__":
    main()
