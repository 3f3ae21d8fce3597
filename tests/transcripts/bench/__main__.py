"""`make bench-transcripts`: how many planted errors the check finds, and how many right words it blames.

Prints the tables of docs/transcripts.md for the held-out part. With --fail-under and --fail-over it fails when the
figures have got worse than these shares. Tuning is done with --part tuning, and only there. What was measured is kept
in --results, so that the next run with the same code goes on where this one was cut.
"""

from __future__ import annotations

import argparse
import functools
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tests.transcripts.bench.measure import LOWER, PARTS, RIGHT, Count, Figures, cases, measure, real_cases
from tests.transcripts.bench.saving import Saved, fingerprint
from tests.transcripts.bench.voices import CONDITIONS, HELD_OUT, say
from voicelab.clips.clip import Clip
from voicelab.transcripts import recognizers
from voicelab.transcripts.align import encode
from voicelab.transcripts.recognizers import PACKAGED, Recognizers
from voicelab.transcripts.transcriber import Transcriber

if TYPE_CHECKING:
    from collections.abc import Callable

FIFTEEN_S = (
    "The lighthouse keeper walked down to the harbor every morning, long before the sun came up. She carried a "
    "lantern, a loaf of bread, and a small brown dog. Nobody in the village knew her name, but everybody knew her "
    "laugh, even in a storm, when the wind took it far out to sea."
)


def main() -> int:
    """Measure and print; return the exit code."""
    flags = _flags()
    transcriber, figures = Transcriber(flags.model), Figures()
    saved = Saved(flags.results, fingerprint(flags.model))
    clips = real_cases(flags.recordings) if flags.recordings else cases(flags.part, flags.conditions, flags.every)
    for case in clips:
        own = saved.get(case.name)
        if own is None:
            own = Figures()
            measure(transcriber, case, own)
            saved.keep(case.name, own)
            print(f"{case.name} ({case.clip.seconds:.1f} s)", file=sys.stderr, flush=True)
        figures.add(own)
    if flags.verbose:
        print("\n".join(figures.missed), file=sys.stderr)
    conditions = ["recording"] if flags.recordings else flags.conditions
    print(f"Part: {'recordings' if flags.recordings else flags.part}, model {flags.model}\n")
    print(table(figures, conditions))
    if flags.speed:
        print(f"\n{speed(flags.model)}")
    found, blamed = figures.total(figures.found).share, figures.total(figures.blamed, RIGHT).share
    worse = found < flags.fail_under or blamed > flags.fail_over
    if worse:
        print(f"Worse than allowed: {found:.4f} found, {blamed:.4f} blamed.", file=sys.stderr)
    return int(worse)


def table(figures: Figures, conditions: list[str]) -> str:
    """Return the figures as Markdown: a row per kind, a column per condition."""
    head = ["", *conditions, "all"]
    rows = [head, ["---"] * len(head)]

    def add(name: str, counts: dict[tuple[str, str], Count], kind: str = "") -> None:
        row = [figures.total(counts, kind, condition) for condition in ["", *conditions]]
        rows.append([name, *map(_shown, row[1:]), _shown(row[0])])

    for kind in dict.fromkeys(kind for kind, _condition in figures.found):
        add(kind, figures.found, kind)
    add("**all planted errors**", figures.found)
    for kind in dict.fromkeys((RIGHT, LOWER, *(kind for kind, _condition in figures.blamed))):
        add(f"blamed: {kind}", figures.blamed, kind)
    if figures.suggested:
        add("digits with the right words suggested", figures.suggested)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def speed(model: str) -> str:
    """Return how long 15 s of audio take: the encoder, the first check with hearing, and a check after an edit."""
    clip = say(FIFTEEN_S, HELD_OUT[0], 1)
    clip = Clip(np.resize(clip.samples, 15 * clip.sample_rate))
    folder = recognizers.recognizer_folder(model)
    assert folder is not None, f"{model} is not on disk"
    recognizer = Recognizers().load(model, folder)
    encoding = min(_timed(lambda: encode(recognizer, clip)) for _ in range(5))
    transcriber = Transcriber(model)
    transcriber.warm()
    first = _timed(lambda: transcriber.check(clip, FIFTEEN_S))
    words = FIFTEEN_S.split()
    edits = [" ".join([*words[:place], "edited", *words[place:]]) for place in range(5, 25)]
    again = [_timed(functools.partial(transcriber.check, clip, text)) for text in edits]
    return (
        f"15 s of audio: encoding {encoding:.2f} s (budget 1.5 s), first check with hearing {first:.2f} s, check after "
        f"an edit {min(again):.3f} s at best, {sorted(again)[len(again) // 2]:.3f} s in the middle (budget 0.1 s)"
    )


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _shown(count: Count) -> str:
    return f"{100 * count.share:.1f} % ({count.hits}/{count.of})" if count.of else "–"


def _flags() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, default="held out")
    parser.add_argument("--conditions", nargs="+", choices=CONDITIONS, default=list(CONDITIONS))
    parser.add_argument("--every", type=int, default=1, help="Use each n-th text only, others in each condition.")
    parser.add_argument("--recordings", type=Path, help="A folder of real recordings, each NAME.wav beside NAME.txt.")
    parser.add_argument("--model", default=PACKAGED)
    parser.add_argument("--fail-under", type=float, default=0.0, help="Share of planted errors that must be found.")
    parser.add_argument("--fail-over", type=float, default=1.0, help="Share of right words that may be blamed.")
    parser.add_argument("--speed", action="store_true", help="Also measure how long a check takes.")
    parser.add_argument(
        "--results",
        type=Path,
        default=Path("build/bench-transcripts.jsonl"),
        help="Where the figures of each clip are kept.",
    )
    parser.add_argument("--verbose", action="store_true", help="Name each miss on stderr.")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
