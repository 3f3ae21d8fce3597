"""What a cell of the board needs of a take's sound: its outline, and how loud it is."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from voicelab.clips.loudness import headroom_db, loudness_lufs
from voicelab.clips.pictures import peaks
from voicelab.clips.wav import read_flac
from voicelab.errors import VoiceLabError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voicelab.compare.experiments import ExperimentStore

_BINS = 60
_KEPT = 4000


class TakeSound(TypedDict):
    """The sound of a take."""

    outline: list[int]
    """The loudest sample of each of 60 equal stretches, 0 to 100 of full scale."""
    loudness_lufs: float | None
    """None: silence, or shorter than a loudness can be measured of."""
    headroom_db: float
    """What may be added at most so that no true peak is above -1 dBTP; never above 0."""


def take_sounds(store: ExperimentStore, experiment_id: str, take_ids: Iterable[str]) -> dict[str, TakeSound]:
    """Return the sounds of those of the takes that have one. Raises UnknownExperiment for an unknown experiment."""
    made = {take.id for take in store.get(experiment_id).takes if take.failure is None}
    sounds = {}
    for take_id in made.intersection(take_ids):
        try:
            path = store.take_path(experiment_id, take_id)
            sounds[take_id] = _sound(str(path), path.stat().st_mtime_ns)
        except (VoiceLabError, FileNotFoundError):  # the table says what is wrong with it; the others have theirs
            continue
    return sounds


@lru_cache(_KEPT)
def _sound(path: str, _written_ns: int) -> TakeSound:
    clip = read_flac(Path(path))
    loud = loudness_lufs(clip)
    return {
        "outline": [round(100 * float(max(-low, high))) for low, high in peaks(clip, _BINS)],
        "loudness_lufs": round(loud, 2) if math.isfinite(loud) else None,
        "headroom_db": round(headroom_db(clip), 2),
    }
