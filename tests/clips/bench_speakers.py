"""Print how alike the parts of a clip are, for one speaker and for two.

Run it as `python -m tests.clips.bench_speakers`; it needs flite, of Debian. One speaker: clips of about 10 s, and
two of them after each other. Two: every pair of clips of two speakers after each other, and four pieces of one with a
single piece (2 s) of the other. Piper's voice at another pitch counts as a speaker of its own, but never as the second
one beside itself: nobody knows whether it is. `--recordings FOLDER` adds real ones, FOLDER/tuning and FOLDER/held out
with files SPEAKER-ANYTHING.wav (or .flac). The threshold ONE_VOICE was chosen on the tuning part; docs/clip-checks.md
has the figures of both.
"""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tests.clips import material
from tests.transcripts.bench import texts, voices
from tests.transcripts.bench.planting import script
from voicelab.clips.decode import decode
from voicelab.clips.speaker_similarity import embedding
from voicelab.clips.speech import speech_stretches
from voicelab.clips.traits import ONE_VOICE, pieces, two_groups_alike

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from voicelab.clips.clip import Clip

    Prints = NDArray[np.float32]

CLIPS = 3
"""Of each synthetic speaker."""
PARTS = {
    "tuning": (voices.TUNING, material.TUNING, texts.TUNING),
    "held out": (voices.HELD_OUT, material.HELD_OUT, texts.HELD_OUT),
}


def main() -> None:
    """Print both parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recordings", type=Path)
    folder = parser.parse_args().recordings
    for part in PARTS:
        prints: list[tuple[str, Prints]] = []
        for speaker, clip in _clips(part, folder):
            vectors = [embedding(piece) for piece in pieces(clip, speech_stretches(clip))]
            if vectors:
                prints.append((speaker, np.stack(vectors)))
                print(f"{part}: {speaker}, {clip.seconds:.1f} s", flush=True)
        _print(part, prints)


def _clips(part: str, folder: Path | None) -> Iterator[tuple[str, Clip]]:
    """Yield speakers and clips of them."""
    pitches, others, marked = PARTS[part]
    spoken = [script(text).text for text in marked]
    for number, speaker in enumerate(pitches):
        for turn in range(CLIPS):
            first = 2 * (CLIPS * number + turn)
            text = " ".join(spoken[first : first + 2])
            yield f"joe {speaker.pitch}", voices.say(text, speaker, 1000 + 10 * number + turn)
    for name in others:
        for turn in range(CLIPS) if name != "joe" else ():
            yield name, material.said(name, " ".join(spoken[CLIPS * turn : CLIPS * (turn + 1)]))
    for file in sorted((folder / part).iterdir()) if folder else ():
        yield file.stem.split("-")[0], decode(file).clip


def _print(part: str, prints: list[tuple[str, Prints]]) -> None:
    alone = [two_groups_alike(one) for _speaker, one in prints if len(one) > 1]
    joined, two = [], []
    for (speaker, one), (other, another) in itertools.combinations(prints, 2):
        if speaker == other:
            joined.append(two_groups_alike(np.vstack([one, another])))
        elif not (speaker.startswith("joe") and other.startswith("joe")):
            two.append(two_groups_alike(np.vstack([one, another])))
            for long, short in ((one, another), (another, one)):
                if len(long) > 2:  # else it is no longer one speaker with a word of another
                    two.append(two_groups_alike(np.vstack([long[:4], short[:1]])))
    for name, values in (("one speaker", alone), ("one speaker, two clips", joined), ("two speakers", two)):
        below = sum(value < ONE_VOICE for value in values)
        low, high = (min(values), max(values)) if values else (float("nan"),) * 2
        print(f"== {part}, {name}: {low:.2f} to {high:.2f}, {below} of {len(values)} below {ONE_VOICE:g}", flush=True)


if __name__ == "__main__":
    main()
