"""Print what clips/traits.py measures on speech with known faults: python -m tests.clips.bench_traits (needs flite).

The two parts share neither speakers nor texts. Thresholds were chosen on the first; docs/clip-checks.md has the table.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from tests.clips import material
from voicelab.clips.clip import Clip, Window
from voicelab.clips.speech import speech_stretches
from voicelab.clips.traits import bandwidth_hz, decay_s, hum_db, music_db, voiced_share, voices_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def main() -> None:
    """Print both parts."""
    parts = (
        ("tuning", material.TUNING, material.TUNING_TEXTS),
        ("held out", material.HELD_OUT, material.HELD_OUT_TEXTS),
    )
    for name, speakers, texts in parts:
        print(f"== {name}: {', '.join(speakers)}")
        _measure(speakers, texts)


def _alike(clip: Clip, stretches: Sequence[Window]) -> float | None:
    apart = voices_apart(clip, stretches)
    return None if apart is None else apart.alike


def _measure(speakers: Sequence[str], texts: Sequence[str]) -> None:
    clean = [material.said(speaker, text) for speaker in speakers for text in texts]
    noisy = [material.with_noise(clip, 20) for clip in clean]

    def row(what: str, measure: Callable[..., float | None], clips: Sequence[Clip], *more: Any) -> None:
        values = [measure(clip, speech_stretches(clip), *more) for clip in clips]
        print(f"{what:40}", [value if value is None else round(value, 2) for value in values], flush=True)

    for name, clips in (("clean", clean), ("noise 20 dB", noisy)):
        row(f"bandwidth, {name}", bandwidth_hz, clips)
        row(f"decay, {name}", decay_s, clips)
        row(f"hum 50, {name}", hum_db, clips, 50)
        row(f"hum 60, {name}", hum_db, clips, 60)
        row(f"music, {name}", music_db, clips)
        row(f"voiced, {name}", voiced_share, clips)
        row(f"voices, {name}", _alike, clips)
    for top_hz in (3400, 7000):
        row(f"bandwidth, up to {top_hz} Hz", bandwidth_hz, [material.on_telephone(clip, top_hz) for clip in clean])
    for rt60_s, direct_db in itertools.product((0.2, 0.4, 0.6, 0.9), (10, 3, -3)):
        rooms = [material.in_room(clip, rt60_s, direct_db) for clip in clean]
        row(f"decay, room {rt60_s} s, direct {direct_db} dB", decay_s, rooms)
    for below_db, mains_hz in itertools.product((20, 30, 40), (50, 60)):
        hums = [material.with_hum(clip, below_db, mains_hz) for clip in clean]
        row(f"hum {mains_hz}, {below_db} dB below", hum_db, hums, mains_hz)
    for below_db in (20, 30):
        music = [material.with_music(clip, below_db, seed) for seed, clip in enumerate(clean)]
        row(f"music, {below_db} dB below", music_db, music)
    row("music, in a room of 0.6 s", music_db, [material.in_room(clip, 0.6, 0) for clip in clean])
    row("voiced, whispered", voiced_share, [material.whispered(clip) for clip in clean])
    for first, second in itertools.permutations(speakers, 2):
        one, other = material.said(first, texts[0]), material.said(second, texts[1])
        both = [material.followed_by(one, other)]
        both.append(material.followed_by(one.cut(Window(0, 8)), other.cut(Window(0, 3))))
        row(f"voices, {first} then {second}", _alike, both)


if __name__ == "__main__":
    main()
