"""Looking through experiments take by take."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from voicelab.clips.wav import read_flac
from voicelab.errors import UnknownExperiment, VoiceLabError
from voicelab.voices.integrity import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from voicelab.compare.experiments import ExperimentStore
    from voicelab.compare.take import Take

_EQUAL_S = 0.01
DAMAGED = "Its audio is missing or damaged. Resume the comparison to make it again."
"""Why a take failed whose file did not survive."""


def examine_experiments(store: ExperimentStore, folder: Path, *, repair: bool = False) -> Iterator[Finding]:
    """Look through the experiments of `folder`, which `store` keeps: every take is decoded to its end.

    With `repair`, a take whose audio is gone is marked as failed, so that resuming makes it again.
    """
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        try:
            experiment = store.get(path.name)
        except UnknownExperiment:
            message = f"{path} holds no experiment: the lab was killed just when it began one. It may be removed."
            yield Finding("experiment", path.name, "warn", message)
            continue
        except VoiceLabError as error:
            yield Finding("experiment", path.name, "fail", error.message)
            continue
        for take in experiment.takes:
            if take.failure is not None or _is_whole(path, take):
                continue
            if repair:
                store.add_take(experiment.id, replace(take, failure=DAMAGED, path=""), None)
            after = "Resuming makes it again." if repair else "With --repair, resuming makes it again."
            message = f"{path / 'takes' / take.id}.flac is missing or damaged. {after}"
            yield Finding("experiment", experiment.id, "fail", message, repair)
        known = {take.id for take in experiment.takes}
        for file in sorted((path / "takes").glob("*")):
            if file.stem not in known:
                message = (
                    f"{file} belongs to no take: the lab was killed just before it noted it. Resuming uses its name."
                )
                yield Finding("experiment", experiment.id, "warn", message)


def _is_whole(folder: Path, take: Take) -> bool:
    try:
        clip = read_flac(folder / "takes" / f"{take.id}.flac")
    except VoiceLabError:
        return False
    return take.duration_s is None or abs(clip.seconds - take.duration_s) < _EQUAL_S
