"""A synthesizer with planted faults: Piper's speech, in a fifth of whose sentences a word is missing, and the like.

What is planted hangs on the text and the seed alone, so that who knows both knows what was really said.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voicelab.engines.preview.synthesizer import PreviewSynthesizer

if TYPE_CHECKING:
    from voicelab.speech.ports import Reporter, Speech, SpeechRequest

SHARE = 0.2
"""Of the sentences."""
KINDS = ("drops", "repeats", "leaks", "runs on")
_RUN_ON = (
    "and then we went on along the river for a while",
    "which nobody had told the others about before",
    "because the garden gate had been left open again",
    "so that the children laughed about it all day long",
)


@dataclass(frozen=True)
class Planted:
    """What a sentence is really spoken as."""

    kind: str
    """Of KINDS; empty for the sentence as it is."""
    text: str


def planted(text: str, seed: int, reference: str, share: float = SHARE) -> Planted:
    """Return what is said for `text` with `seed` by a voice whose clip says `reference`."""
    chance = random.Random(f"{seed}/{text}")
    if chance.random() >= share:
        return Planted("", text)
    kind = chance.choice(KINDS)
    words = text.split()
    first = chance.randrange(len(words))
    last = min(len(words), first + chance.randint(1, 3))
    if kind == "drops" and last - first < len(words):
        return Planted(kind, " ".join(words[:first] + words[last:]))
    if kind == "leaks" and reference:
        return Planted(kind, " ".join([*reference.split()[-chance.randint(2, 5) :], text]))
    if kind == "runs on":
        return Planted(kind, f"{text.rstrip('.!?')}, {chance.choice(_RUN_ON)}.")
    return Planted("repeats", " ".join(words[:last] + words[first:]))


class FaultySynthesizer(PreviewSynthesizer):
    """The preview engine, which drops, repeats, leaks or runs on in a fifth of its sentences."""

    def speak(self, request: SpeechRequest, report: Reporter) -> Speech:
        """Say what `planted` makes of the request; only the words differ."""
        reference = request.prompt.text if request.prompt else ""
        said = planted(request.text, request.seed, reference).text
        return super().speak(replace(request, text=said, prompt=None), report)
