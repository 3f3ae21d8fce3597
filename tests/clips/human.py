"""Recordings of people that Debian packages ship, for measuring what synthetic speech cannot show.

    for name in ktuberling-data klettres-data fillets-ng-data-cs fillets-ng-data-nl pocketsphinx-testdata \
        asterisk-core-sounds-{en,es,fr,it,ru}-wav asterisk-core-sounds-en; do
        apt-get download $name && dpkg -x ${name}_*.deb FOLDER/$name
    done

Words of two games for children (KTuberling, KLettres: one speaker for each language, as far as one can know), the two
fish of Fish Fillets in Czech and Dutch, a reader of LibriVox, and the prompts of Asterisk in five languages (the
English and the Spanish ones are of one person). The people are dealt into two parts by language, so that nobody is in
both; Asterisk's are in a part of their own, "kept", which no threshold was ever chosen on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import soxr

from tests.clips.material import on_telephone, with_noise
from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.clips.decode import decode
from voicelab.errors import VoiceLabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

PARTS = ("tuning", "held out", "kept")
CLIP_S = 5.0
CLIPS = 3
"""Of each speaker."""
_SHORTEST_S = 0.2
_MOST_FILES = 160
_FAMILIES = {"nn": "no", "nb": "no", "nds": "nds"}


@dataclass(frozen=True)
class Speaker:
    """One person, as far as one can know."""

    name: str
    person: str
    """Speakers with the same one may be the same person, and are never compared."""
    part: str
    clips: tuple[Clip, ...]


def _telephone(clip: Clip) -> Clip:
    return on_telephone(Clip(clip.samples * np.float32(0.5 / np.abs(clip.samples).max())))


def _narrow(clip: Clip) -> Clip:
    narrow = soxr.resample(clip.samples, SAMPLE_RATE, 8000)
    return Clip(np.asarray(soxr.resample(narrow, 8000, SAMPLE_RATE), dtype=np.float32))


CHANNELS: dict[str, Callable[[Clip], Clip]] = {
    "clean": lambda clip: clip,
    "4 kHz": _narrow,
    "mu-law": _telephone,
    "noise": lambda clip: with_noise(clip, 20.0, seed=len(clip.samples)),
}
"""As recorded; without what is above 4 kHz; a telephone (300 to 3400 Hz, 8-bit mu-law); in white noise of 20 dB."""


def speakers(folder: Path) -> Iterator[Speaker]:
    """Yield everybody of whom there are two clips of 5 s or more."""
    found = list(_files(folder))
    people = sorted({person for _name, person, _files in found if not person.startswith("asterisk")})
    for name, person, files in found:
        part = "kept" if person.startswith("asterisk") else PARTS[people.index(person) % 2]
        clips = tuple(_clips(files))
        if len(clips) > 1:
            yield Speaker(name, person, part, clips)


def _files(folder: Path) -> Iterator[tuple[str, str, list[Path]]]:
    """Yield a name, who it may be, and the recordings."""
    for program, ending in (("ktuberling", "ktuberling/sounds"), ("klettres", "klettres")):
        for spoken in sorted((folder / f"{program}-data" / "usr/share" / ending).iterdir()):
            if spoken.is_dir():
                code = spoken.name.split("@")[0].split("_")[0]
                files = sorted(file for file in spoken.rglob("*") if file.suffix in {".ogg", ".wav"})
                if "@" not in spoken.name:  # the same recordings under another script
                    yield f"{program} {spoken.name}", _FAMILIES.get(code, code), files
    for language in ("cs", "nl"):
        for fish in "mv":
            files = sorted((folder / f"fillets-ng-data-{language}").rglob(f"{language}/*-{fish}-*.ogg"))
            yield f"fillets {language} {fish}", f"fillets {language} {fish}", files
    yield "librivox", "librivox", sorted((folder / "pocketsphinx-testdata").rglob("librivox/*.wav"))
    for language in ("en", "es", "fr", "it", "ru"):
        files = sorted((folder / f"asterisk-core-sounds-{language}-wav").rglob("*.wav"))
        person = "asterisk en" if language == "es" else f"asterisk {language}"
        yield f"asterisk {language}", person, [file for file in files if file.stat().st_size > 32_000]


def _clips(files: list[Path]) -> Iterator[Clip]:
    """Yield what the files hold one after the other, in random order, cut to clips."""
    parts: list[NDArray[np.float32]] = []
    made = 0
    chosen = np.random.default_rng(1).permutation(len(files[:_MOST_FILES]))
    for index in chosen:
        spoken = trimmed(files[index])
        if len(spoken) < _SHORTEST_S * SAMPLE_RATE:
            continue
        parts += [spoken, np.zeros(round(0.1 * SAMPLE_RATE), dtype=np.float32)]
        if sum(map(len, parts)) >= CLIP_S * SAMPLE_RATE:
            yield Clip(np.concatenate(parts)[: round(1.2 * CLIP_S * SAMPLE_RATE)])
            parts, made = [], made + 1
        if made == CLIPS:
            return


def trimmed(file: Path) -> NDArray[np.float32]:
    """Return what is said in a file, at one level, without the silence around it; nothing where nothing is."""
    try:
        samples = decode(file).clip.samples
    except VoiceLabError:
        return np.zeros(0, dtype=np.float32)
    level = float(np.sqrt(np.square(samples, dtype=np.float64).mean())) if len(samples) else 0.0
    if level < 1e-4:
        return np.zeros(0, dtype=np.float32)
    frames = np.abs(samples[: len(samples) // 240 * 240]).reshape(-1, 240).max(axis=1)
    loud = np.flatnonzero(frames > 0.03 * frames.max())
    cut = samples[max(0, loud[0] - 3) * 240 : (loud[-1] + 4) * 240]
    return np.asarray(cut * (0.05 / level), dtype=np.float32)
