"""Print how well leaked words are cut off in people's speech: `python -m tests.compare.bench_cutting FOLDER`.

FOLDER holds pocketsphinx-testdata, asterisk-core-sounds-en-wav, asterisk-core-sounds-en (its list of prompts) and
tuxpaint-stamps-default, fetched as tests/clips/human.py says. Two recordings of one person are joined without a
gap: the first is the end of a reference, the second the line. Texts are the packages' own.

A line is eaten into when a mended take that is offered begins more than 30 ms after the line's first sound; what
remains of the leak is the leftover. Results are kept in data/bench, so that a run goes on where it was interrupted;
they are results of the code that judged.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.clips.human import trimmed
from voicelab.clips.clip import SAMPLE_RATE, Clip, Window
from voicelab.compare import bleed_cut, cutting
from voicelab.compare.bleed_cut import lost_words
from voicelab.compare.cutting import Sides, best_place, weighed_places
from voicelab.listening.proportions import proportion
from voicelab.settings import CHECKOUT
from voicelab.transcripts import align
from voicelab.transcripts.recognizers import PACKAGED
from voicelab.transcripts.spelling import split_words
from voicelab.transcripts.transcriber import Transcriber

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

FRAME_S = 0.01
EATEN_S = 0.03
"""A cut that comes later than this takes some of the line's first sound away."""
SPLICES = 60
_TAIL_WORDS = range(1, 6)
_LINE_WORDS = range(2, 20)


@dataclass(frozen=True)
class Recording:
    """One thing that somebody says."""

    person: str
    text: str
    file: Path

    @property
    def words(self) -> int:
        return len(self.text.split())


@dataclass(frozen=True)
class Splice:
    """The end of a reference and a line, joined."""

    tail: Recording
    line: Recording

    @property
    def key(self) -> str:
        return f"{self.tail.file.parent.name}/{self.tail.file.name} + {self.line.file.name}"

    def made(self) -> tuple[Clip, float]:
        """Return the take, and where its line begins, in seconds."""
        tail, line = spoken(self.tail.file), spoken(self.line.file)
        return Clip(np.concatenate([tail, line])), len(tail) / SAMPLE_RATE


def spoken(file: Path) -> NDArray[np.float32]:
    """Return what is said in a file, to within a frame, as loud as every other."""
    samples, frame = trimmed(file), round(FRAME_S * SAMPLE_RATE)
    loudest = np.abs(samples[: len(samples) // frame * frame]).reshape(-1, frame).max(axis=1)
    loud = np.flatnonzero(loudest > 0.03 * loudest.max())
    return samples[loud[0] * frame : (loud[-1] + 1) * frame]


def recordings(folder: Path) -> Iterator[Recording]:
    """Yield everything that is said in English, with what it says."""
    prompts = next((folder / "asterisk-core-sounds-en").rglob("core-sounds-en.txt.gz"))
    sounds = next((folder / "asterisk-core-sounds-en-wav").rglob("en_US_f_Allison"))
    for line in gzip.decompress(prompts.read_bytes()).decode("utf-8", "replace").splitlines():
        prompt = re.match(r"([\w/-]+):\s*([^\[(<]+)$", line)
        if prompt and (sounds / f"{prompt[1]}.wav").is_file():
            yield Recording("asterisk", prompt[2].strip(), sounds / f"{prompt[1]}.wav")
    for file in sorted((folder / "tuxpaint-stamps-default").rglob("*_desc.ogg")):
        about = file.with_name(file.name.replace("_desc.ogg", ".txt"))
        if about.is_file():
            yield Recording("tuxpaint", about.read_text("utf-8").splitlines()[0], file)
    said = next((folder / "pocketsphinx-testdata").rglob("librivox/transcription"))
    for line in said.read_text("utf-8").splitlines():
        sentence = re.match(r"<s> (.*) </s> \((.*)\)", line)
        if sentence:
            yield Recording("librivox", f"{sentence[1].capitalize()}.", said.with_name(f"{sentence[2]}.wav"))


def splices(folder: Path) -> list[Splice]:
    """Return `SPLICES` of them, the same ones each time, half of them Asterisk's."""
    rng = random.Random(11)
    people: dict[str, list[Recording]] = {}
    for each in recordings(folder):
        people.setdefault(each.person, []).append(each)
    others = [person for person in people if person != "asterisk"]
    found: list[Splice] = []
    while len(found) < SPLICES:
        person = "asterisk" if len(found) % 2 else rng.choice(others)
        tail = rng.choice([each for each in people[person] if person == "librivox" or each.words in _TAIL_WORDS])
        line = rng.choice([each for each in people[person] if each.words in _LINE_WORDS])
        splice = Splice(tail, line)
        if tail.text != line.text and splice not in found:
            found.append(splice)
    return found


def judged(transcriber: Transcriber, splice: Splice) -> dict[str, Any]:
    """Return where one take is cut, and which words of its line that takes away."""
    clip, join_s = splice.made()
    started = time.monotonic()
    words, line = split_words(splice.tail.text, "english"), split_words(splice.line.text, "english")
    # Where the search for bleed would have it; whether that finds the words is measured elsewhere (bench_bleed.py).
    placed = transcriber.align(clip, [*words, *line])
    near_s = max(placed[len(words) - 1].end_s, placed[len(words)].start_s)
    places = weighed_places(transcriber, clip, Sides(words, line), near_s, "english", PACKAGED)
    cut_s = best_place(places, near_s)
    lost: tuple[str, ...] = ()
    if cut_s - join_s > EATEN_S:  # before the line's first sound nothing of it can go
        lost = lost_words(transcriber, line, clip, clip.cut(Window(cut_s, clip.seconds)), "english", at_start=True)
    return {
        "splice": splice.key,
        "person": splice.line.person,
        "text": f"{splice.tail.text} | {splice.line.text}",
        "aligned_late_s": near_s - join_s,
        "late_s": cut_s - join_s,
        "lost": lost,
        "places": [(place_s - join_s, nats) for place_s, nats in places],
        "took_s": time.monotonic() - started,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="end after so long; run again to go on")
    options = parser.parse_args()
    code = b"".join(Path(str(module.__file__)).read_bytes() for module in (bleed_cut, cutting, align))
    kept = CHECKOUT / "data" / "bench" / f"cutting-{hashlib.sha256(code).hexdigest()[:8]}.jsonl"
    kept.parent.mkdir(parents=True, exist_ok=True)
    done = (
        {row["splice"]: row for row in map(json.loads, kept.read_text("utf-8").splitlines())} if kept.exists() else {}
    )
    transcriber, end = Transcriber("tiny.en"), time.monotonic() + options.seconds
    for splice in splices(options.folder):
        if splice.key not in done and time.monotonic() < end:
            done[splice.key] = judged(transcriber, splice)
            print(json.dumps(done[splice.key]), flush=True)
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps(done[splice.key]) + "\n")
    for person in sorted({row["person"] for row in done.values()}):
        show(person, [row for row in done.values() if row["person"] == person])
    show("all", list(done.values()))


def show(label: str, rows: list[dict[str, Any]]) -> None:
    offered = [row for row in rows if not row["lost"]]
    early = sum(row["aligned_late_s"] > EATEN_S for row in rows)
    eaten = proportion(sum(row["late_s"] > EATEN_S for row in offered), len(offered))
    print(f"{label}: {len(rows)} takes; a cut where alignment has it would be too late in {early}")
    print(f"  {len(rows) - len(offered)} not offered, {eaten.wins} of {eaten.trials} offered and eaten into")
    if rows:
        left = sorted(1000 * max(0.0, -row["late_s"]) for row in rows)
        most = f"most {left[-1]:.0f} ms, more than 50 ms in {sum(ms > 50 for ms in left)}"
        print(
            f"  leftover: median {left[len(left) // 2]:.0f} ms, 9 in 10 up to {left[int(0.9 * len(left))]:.0f}, {most}"
        )


if __name__ == "__main__":
    main()
