"""Checks every text and every planted error, and counts."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.transcripts.bench import texts, voices
from tests.transcripts.bench.planting import Planted, Script, in_digits, plant, script

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from voicelab.clips.clip import Clip
    from voicelab.transcripts.transcriber import Transcriber
    from voicelab.transcripts.words import Match

RIGHT = "right words"
LOWER = "right words, without capitals and marks"
PARTS = {"tuning": (texts.TUNING, voices.TUNING), "held out": (texts.HELD_OUT, voices.HELD_OUT)}


@dataclass(frozen=True, eq=False)
class Case:
    """A clip, what is said in it, and what else will be claimed to be said in it."""

    name: str
    condition: str
    said: Script
    clip: Clip
    planted: tuple[Planted, ...]


@dataclass
class Count:
    """So many of so many."""

    hits: int = 0
    of: int = 0

    def add(self, hits: int, of: int) -> None:
        self.hits += hits
        self.of += of

    @property
    def share(self) -> float:
        return self.hits / self.of if self.of else 0.0


@dataclass
class Figures:
    """What came out, by kind and condition."""

    found: dict[tuple[str, str], Count] = field(default_factory=lambda: defaultdict(Count))
    """Planted errors that were flagged at or beside their place."""
    blamed: dict[tuple[str, str], Count] = field(default_factory=lambda: defaultdict(Count))
    """Right words that were flagged."""
    suggested: dict[tuple[str, str], Count] = field(default_factory=lambda: defaultdict(Count))
    """Numbers in digits for which the spoken words were suggested."""
    missed: list[str] = field(default_factory=list)

    def add(self, others: Figures) -> None:
        """Count what `others` counted."""
        for mine, theirs in (
            (self.found, others.found),
            (self.blamed, others.blamed),
            (self.suggested, others.suggested),
        ):
            for key, count in theirs.items():
                mine[key].add(count.hits, count.of)
        self.missed += others.missed

    def total(self, counts: dict[tuple[str, str], Count], kind: str = "", condition: str = "") -> Count:
        """Add up the `counts` of a kind, a condition, or all."""
        wanted = [count for key, count in counts.items() if kind in {"", key[0]} and condition in {"", key[1]}]
        return Count(sum(count.hits for count in wanted), sum(count.of for count in wanted))


def cases(part: str, conditions: Iterable[str], every: int = 1) -> Iterator[Case]:
    """Make the clips of a part (a key of PARTS), of every text or of each `every`th; voices go round."""
    marked, speakers = PARTS[part]
    scripts = [script(text) for text in marked]
    for turn, condition in enumerate(voices.CONDITIONS):
        if condition not in conditions:
            continue
        for number in range(turn % every, len(scripts), every):
            said = scripts[number]
            speaker = speakers[(number + turn) % len(speakers)]
            seed = 100 * number + turn
            clip = voices.recorded(voices.say(said.text, speaker, seed), condition, seed)
            another = scripts[(number + 1) % len(scripts)]
            planted = plant(said, another, random.Random(seed))
            yield Case(f"{part} {number} {condition}", condition, said, clip, tuple(planted))


def real_cases(folder: Path) -> Iterator[Case]:
    """Take the recordings of a folder, each NAME.wav beside its exact words in NAME.txt."""
    from voicelab.clips.decode import decode

    files = sorted(folder.glob("*.wav"))
    scripts = [script(file.with_suffix(".txt").read_text(encoding="utf-8")) for file in files]
    for number, (file, said) in enumerate(zip(files, scripts, strict=True)):
        planted = plant(said, scripts[(number + 1) % len(scripts)], random.Random(number))
        yield Case(file.stem, "recording", said, decode(file).clip, tuple(planted))


def measure(transcriber: Transcriber, case: Case, figures: Figures) -> None:
    """Check all texts of a case and count."""
    match = transcriber.check(case.clip, case.said.text)
    count_right(match, RIGHT, case, figures)
    bare = "".join(sign for sign in case.said.text.lower() if sign not in ".,?")
    count_right(transcriber.check(case.clip, bare), LOWER, case, figures)
    for error in case.planted:
        found = is_found(transcriber.check(case.clip, error.text), error)
        figures.found[error.kind, case.condition].add(found, 1)
        if not found:
            figures.missed.append(f"{case.name}: {error.kind} at {error.places}: {error.text}")
    digits = in_digits(case.said)
    if digits:
        match = transcriber.check(case.clip, digits.text)
        count_right(match, "right words, numbers in digits", case, figures)
        for (_written, places), word in zip(
            case.said.digits, [word for word in match.words if any(c.isdigit() for c in word.text)], strict=True
        ):
            spoken = [case.said.words[place].strip(".,").lower() for place in places]
            suggested = word.suggestion.lower().replace("-", " ").strip(".,").split()
            figures.suggested[digits.kind, case.condition].add(suggested == spoken, 1)
            if suggested != spoken:
                figures.missed.append(f"{case.name}: {word.text} suggests {word.suggestion!r}")


def count_right(match: Match, kind: str, case: Case, figures: Figures) -> None:
    """Count the flagged words of a text that is right."""
    flagged = [word for word in match.words if word.verdict != "ok"]
    figures.blamed[kind, case.condition].add(len(flagged), len(match.words))
    figures.missed.extend(f"{case.name}: blamed {word}" for word in flagged)


def is_found(match: Match, error: Planted) -> bool:
    """Say whether a word at the place of an error or beside it is flagged, or speech there is uncovered.

    The text of another clip is found when the whole is a mismatch and most of its words are flagged.
    """
    flagged = [place for place, word in enumerate(match.words) if word.verdict != "ok"]
    if error.kind == "another clip's text":
        return match.verdict == "mismatch" and len(flagged) > len(match.words) / 2
    first, last = max(0, error.places.start - 1), min(len(match.words), error.places.stop + 1)
    if any(first <= place < last for place in flagged):
        return True
    starts = 0.0 if first == 0 else match.words[first].start_s
    ends = float("inf") if last == len(match.words) else match.words[last - 1].end_s
    return any(start_s < ends and end_s > starts for start_s, end_s in match.uncovered)
