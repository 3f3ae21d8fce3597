"""Print how well likeness tells people apart, and the check of the speakers finds a second one, by channel.

Run it as `python -m tests.clips.bench_likeness FOLDER`; tests/clips/human.py says what belongs into FOLDER.
docs/likeness.md has the figures. Within a channel: both clips came through it. Across: all pairs of different ones.
A mixture has two clips of one person and one of another, through one channel; alone are three clips of one.
"""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tests.clips.human import CHANNELS, PARTS, Speaker, speakers
from voicelab.clips.clip import Clip
from voicelab.clips.speaker_similarity import likeness
from voicelab.clips.speech import speech_stretches
from voicelab.clips.traits import VoicesApart, voices_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

Heard = dict[str, list[Clip]]
"""A speaker's clips by channel."""


def main() -> None:
    """Print every part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--without", choices=("likeness", "mixtures"))
    chosen = parser.parse_args()
    everybody = list(speakers(chosen.folder))
    for part in chosen.parts.split(","):
        here = [speaker for speaker in everybody if speaker.part == part]
        heard = [{name: [way(clip) for clip in speaker.clips] for name, way in CHANNELS.items()} for speaker in here]
        print(f"== {part}: {len(here)} speakers", flush=True)
        if chosen.without != "likeness":
            _likeness(here, heard)
        if chosen.without != "mixtures":
            _mixtures(here, heard)


def _likeness(here: Sequence[Speaker], heard: Sequence[Heard]) -> None:
    across: tuple[list[float], list[float]] = ([], [])
    for one, other in itertools.combinations_with_replacement(CHANNELS, 2):
        same, others = _pairs(here, heard, one, other)
        if one != other:
            across[0].extend(same)
            across[1].extend(others)
        print(f"{one} / {other}: {_told(same, others)}", flush=True)
    print(f"across: {_told(*across)}", flush=True)


def _pairs(here: Sequence[Speaker], heard: Sequence[Heard], one: str, other: str) -> tuple[list[float], list[float]]:
    """Return the likeness of each speaker with themselves, and with others."""
    same, others = [], []
    for first, second in itertools.product(range(len(here)), repeat=2):
        for a, b in itertools.product(range(len(here[first].clips)), range(len(here[second].clips))):
            if first == second and a < b:
                same.append(likeness(heard[first][one][a], heard[first][other][b]))
            elif first < second and here[first].person != here[second].person and a == b:
                others.append(likeness(heard[first][one][a], heard[second][other][b]))
    return same, others


def _told(same: Sequence[float], others: Sequence[float]) -> str:
    rate, threshold = equal_error(same, others)
    ranges = [np.percentile(values, [5, 50, 95]) for values in (same, others)]
    shown = ["/".join(f"{value:.2f}" for value in each) for each in ranges]
    return f"EER {rate:.1%} at {threshold:.2f}, same {shown[0]} ({len(same)}), others {shown[1]} ({len(others)})"


def equal_error(same: Sequence[float], others: Sequence[float]) -> tuple[float, float]:
    """Return the rate at which as many same ones are taken for others as the other way round, and the threshold."""
    thresholds = np.unique([*same, *others])
    missed = np.searchsorted(np.sort(same), thresholds) / len(same)
    taken = 1 - np.searchsorted(np.sort(others), thresholds) / len(others)
    at = int(np.abs(missed - taken).argmin())
    return float(missed[at] + taken[at]) / 2, float(thresholds[at])


def _mixtures(here: Sequence[Speaker], heard: Sequence[Heard]) -> None:
    for channel in CHANNELS:
        alone, mixed = [], []
        for number, speaker in enumerate(here):
            own = heard[number][channel]
            if len(own) > 2:
                alone.append(_apart(own))
            others = [at for at, each in enumerate(here) if each.person != speaker.person]
            chosen = np.random.default_rng(number).choice(others, min(3, len(others)), replace=False)
            mixed += [_apart([own[0], heard[at][channel][1], own[1]]) for at in chosen]
        for name, found in (("alone", alone), ("mixture", mixed)):
            measured = [apart for apart in found if apart is not None]
            values = np.percentile([apart.alike for apart in measured], [0, 10, 50, 90, 100])
            told = sum(not apart.surely_one for apart in measured)
            failed = sum(not apart.one for apart in measured)
            shown = "/".join(f"{value:.2f}" for value in values)
            print(f"{channel}, {name}: {shown}, told {told} (failed {failed}) of {len(measured)}", flush=True)


def _apart(clips: Sequence[Clip]) -> VoicesApart | None:
    """Return how alike the turns are where the clips follow each other."""
    clip = Clip(np.concatenate([each.samples for each in clips]))
    return voices_apart(clip, speech_stretches(clip))


if __name__ == "__main__":
    main()
