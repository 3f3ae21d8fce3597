"""What the page's board plays and shows of takes: outlines with loudness, the reference, and pictures beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from voicelab.api.audio import Audio
from voicelab.api.context import LabOf
from voicelab.errors import InvalidValue, UnknownExperiment

if TYPE_CHECKING:
    from voicelab.compare.experiment import Experiment
    from voicelab.compare.take import Take

router = APIRouter(include_in_schema=False)

_NO_STORE = {"Cache-Control": "no-store"}
"""The voice may change, and a failed take may have been tried again."""
_MOST_SOUNDS = 100
_WIDTH_IN = 5.0
"""Of a picture that stands beside the board."""


@router.get("/takes/{experiment_id}/sounds.json")
def sounds(experiment_id: str, takes: str, lab: LabOf) -> JSONResponse:
    """Return the outline and the loudness of each of `takes`: ids with dots between. Those without audio are left out.

    422 for more than a hundred.
    """
    from voicelab.compare.take_sound import take_sounds

    ids = takes.split(".")
    if len(ids) > _MOST_SOUNDS:
        raise InvalidValue("takes", f"Ask for at most {_MOST_SOUNDS} takes at once.")
    return JSONResponse(take_sounds(lab.experiments, experiment_id, ids), headers=_NO_STORE)


@router.get("/takes/{experiment_id}/{take_id}/reference.wav")
def reference(experiment_id: str, take_id: str, lab: LabOf) -> Response:
    """Return the cut of the voice's clip that a take was spoken from, as the clip is now."""
    from voicelab.clips.clip import SAMPLE_RATE
    from voicelab.clips.wav import wav_bytes
    from voicelab.compare.variants import Prompts

    experiment, take = _take(lab, experiment_id, take_id)
    prompt = Prompts(experiment, lab.voices).of(take)
    return Audio(wav_bytes(prompt.samples, SAMPLE_RATE), headers=_NO_STORE)


@router.get("/takes/{experiment_id}/{take_id}/beside.png")
def beside(experiment_id: str, take_id: str, lab: LabOf, ground: Literal["light", "dark"] = "light") -> Response:
    """Return spectrograms with pitch of the reference and, below it on the same scale of time, of a take."""
    from voicelab.clips.clip import Clip
    from voicelab.clips.wav import read_flac
    from voicelab.compare.plots import pair_png
    from voicelab.compare.variants import Prompts

    experiment, take = _take(lab, experiment_id, take_id)
    prompt = Prompts(experiment, lab.voices).of(take)
    clips = [Clip(prompt.samples), read_flac(lab.experiments.take_path(experiment_id, take_id))]
    picture = pair_png(clips, [f"{experiment.voice_name}: the reference", "The take"], ground, _WIDTH_IN)
    return Response(picture, media_type="image/png", headers=_NO_STORE)


def _take(lab: LabOf, experiment_id: str, take_id: str) -> tuple[Experiment, Take]:
    experiment = lab.experiments.get(experiment_id)
    for take in experiment.takes:
        if take.id == take_id and take.failure is None:
            return experiment, take
    raise UnknownExperiment("This take is not there: it failed, or its experiment was removed.")
