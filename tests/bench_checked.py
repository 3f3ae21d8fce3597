"""How well checked speech works: Piper with planted faults in a fifth of its sentences, heard back by tiny.en.

    python -m tests.bench_checked [--seeds 4] [--tuning] [--changed]

Prints, for sentences that nothing was tuned on (with --tuning for those that something was): how many sentences of the
output have a fault, how many takes that cost, and how many takes were thrown away that were right.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter

import numpy as np

from tests.bleed_texts import HELD_OUT, TUNING
from tests.checked.conftest import SpeakingEngine
from tests.fakes import RecordingReporter
from tests.planted import FaultySynthesizer, planted
from voicelab.checked.job import take_seed
from voicelab.checked.judge import RecognizerEar
from voicelab.checked.speaking import submit_checked
from voicelab.clips.clip import SAMPLE_RATE
from voicelab.engines.preview.synthesizer import PreviewSynthesizer
from voicelab.speech.checked import DEFAULT_TAKES
from voicelab.speech.ports import Prompt, SpeechRequest
from voicelab.transcripts.transcriber import Transcriber

SHORTEST_WORDS = 4
"""A sentence of fewer has no room for the faults."""


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--seeds", type=int, default=4)
    asked.add_argument("--tuning", action="store_true")
    asked.add_argument("--changed", action="store_true", help="change one word of each sentence instead")
    options = asked.parse_args()
    texts = TUNING if options.tuning else HELD_OUT
    lines = [line for line in (*texts.lines, *texts.references) if len(line.split()) >= SHORTEST_WORDS]
    if options.changed:
        _changed(lines)
        return
    synthesizer = FaultySynthesizer()
    synthesizer.load("preview", RecordingReporter())
    engine, transcriber = SpeakingEngine(synthesizer), Transcriber("tiny.en")
    counts: Counter[str] = Counter()
    began = time.monotonic()
    for seed in range(options.seeds):
        for place, line in enumerate(lines):
            reference = texts.references[(place + 1 + seed) % len(texts.references)]
            if reference == line:
                reference = texts.references[(place + 2 + seed) % len(texts.references)]
            _one(engine, transcriber, line, reference, 1000 * seed + place, counts)
    _print(counts, time.monotonic() - began)


def _changed(lines: list[str]) -> None:
    """Change one word of each line for another one of them all, and print which of these is not found."""
    synthesizer, ear = PreviewSynthesizer(), RecognizerEar(Transcriber("tiny.en"), "english")
    synthesizer.load("preview", RecordingReporter())
    known = sorted({word.strip(".,?!").lower() for line in lines for word in line.split()})
    changed = missed = 0
    for seed, line in enumerate(lines):
        chance = random.Random(seed)
        words = line.split()
        at = chance.randrange(len(words))
        before, words[at] = words[at].strip(".,?!").lower(), chance.choice(known)
        if before == words[at]:
            continue
        changed += 1
        speech = synthesizer.speak(SpeechRequest(" ".join(words), "preview", seed=seed), RecordingReporter())
        if not ear.judge(speech, SpeechRequest(line, "preview")).faults:
            missed += 1
            print(f"  not found: {words[at]!r} for {before!r} in {line!r}", flush=True)
    print(f"{missed} of {changed} changed words are not found")


def _one(
    engine: SpeakingEngine, transcriber: Transcriber, line: str, reference: str, seed: int, counts: Counter[str]
) -> None:
    prompt = Prompt(np.zeros(SAMPLE_RATE, np.float32), reference, "english")  # the planted voice is like no clip
    request = SpeechRequest(line, "preview", prompt, seed=seed)
    speech = submit_checked(engine, transcriber, request, DEFAULT_TAKES).result()
    assert speech.checked is not None
    (found,) = speech.checked.sentences
    kinds = [planted(line, take_seed(seed, 0, take), reference).kind for take in range(found.takes)]
    kept = planted(line, found.seed, reference).kind
    counts.update(
        {
            "sentences": 1,
            "takes": found.takes,
            "faults spoken": sum(map(bool, kinds)),
            "faults in the output": bool(kept),
            "right takes": kinds.count(""),
            # All takes but the last were thrown away; where all have a fault to the ear, the last one is kept or not.
            "false alarms": kinds[: -1 if not found.faults else None].count(""),
            "doubtful": bool(found.faults),
        }
    )
    if kept or "" in kinds[:-1]:
        print(f"  {'FAULT ' + kept if kept else 'false alarm'}: {line!r} seed {found.seed} {found.faults}", flush=True)


def _print(counts: Counter[str], seconds: float) -> None:
    sentences = counts["sentences"]
    for name in (
        "sentences",
        "takes",
        "faults spoken",
        "faults in the output",
        "right takes",
        "false alarms",
        "doubtful",
    ):
        print(f"{name:22}{counts[name]:6}")
    print(f"faults in the output   {counts['faults in the output'] / sentences:7.2%} (at most 1 %)")
    print(f"cost                   {counts['takes'] / sentences:6.2f} takes a sentence (at most 1.4)")
    print(f"false alarms           {counts['false alarms'] / max(1, counts['right takes']):7.2%} of the right takes")
    print(f"{seconds / counts['takes']:.1f} s a take, spoken and heard")


if __name__ == "__main__":
    main()
