"""What the page plays and shows besides its own parts: recordings of drafts with their pictures, and takes."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse, JSONResponse

from voicelab.api.audio import Audio, audio_file
from voicelab.api.context import LabOf
from voicelab.speech.formats import FORMATS, Origin, encoded

router = APIRouter(include_in_schema=False)

# A draft's recording and a finished take never change under their ids.
_PRIVATE = {"Cache-Control": "private, max-age=3600"}
_FEWEST = 1200
"""Columns of a waveform: those of a wide screen."""
_A_SECOND = 20
"""As many at least, so that pauses show when somebody looks close."""


@router.get("/drafts/{draft_id}/audio.wav")
def draft_audio(draft_id: str, lab: LabOf) -> FileResponse:
    """Return the whole recording, 24 kHz mono."""
    return audio_file(lab.drafts.decoded_path(draft_id), "audio/wav", _PRIVATE)


@router.get("/drafts/{draft_id}/clip.wav")
def draft_clip(
    draft_id: str, lab: LabOf, kind: Annotated[Literal["recorded", "repaired"], Query(alias="as")]
) -> Response:
    """Return the clip as it was recorded, or as an engine will hear it: repaired, and with its silence."""
    from voicelab.clips.repairs import with_tail
    from voicelab.clips.wav import wav_bytes
    from voicelab.voices.voice import TAIL_SILENCE_S

    clip = lab.drafts.clip(draft_id, as_recorded=kind == "recorded")
    if kind == "repaired" and lab.drafts.get(draft_id).tail_silence:
        clip = with_tail(clip, TAIL_SILENCE_S)
    return Audio(wav_bytes(clip.samples, clip.sample_rate), headers=_PRIVATE)


@router.get("/drafts/{draft_id}/peaks.json")
def draft_peaks(draft_id: str, lab: LabOf) -> Response:
    """Return the waveform as [[lowest, highest], …] per column, full scale -1..1."""
    from voicelab.clips.pictures import peaks

    recording = lab.drafts.recording_clip(draft_id)
    columns = peaks(recording, bins=max(_FEWEST, round(_A_SECOND * recording.seconds)))
    return JSONResponse([[round(float(value), 4) for value in column] for column in columns], headers=_PRIVATE)


@router.get("/drafts/{draft_id}/pauses.json")
def draft_pauses(draft_id: str, lab: LabOf) -> Response:
    """Return where nobody speaks in the recording, as [[start_s, end_s], …]: by the detector of the clip's checks."""
    from voicelab.clips.speech import pauses

    recording = lab.drafts.recording_clip(draft_id)
    found = [[round(pause.start_s, 3), round(pause.end_s, 3)] for pause in pauses(recording)]
    return JSONResponse(found, headers=_PRIVATE)


@router.get("/drafts/{draft_id}/spectrogram.png")
def draft_spectrogram(draft_id: str, lab: LabOf) -> Response:
    """Return the mel spectrogram of the whole recording."""
    from voicelab.clips.pictures import spectrogram_png

    picture = spectrogram_png(lab.drafts.recording_clip(draft_id))
    return Response(picture, media_type="image/png", headers=_PRIVATE)


@router.get("/takes/{experiment_id}/{take_id}.flac")
def take_flac(experiment_id: str, take_id: str, lab: LabOf) -> FileResponse:
    """Return the audio of a take as it is kept."""
    path = lab.experiments.take_path(experiment_id, take_id)
    return audio_file(path, "audio/flac", _PRIVATE)


@router.get("/takes/{experiment_id}/{take_id}.wav")
def take_wav(experiment_id: str, take_id: str, lab: LabOf) -> Response:
    """Return the audio of a take for players that know no FLAC."""
    from voicelab.clips.wav import read_flac

    clip = read_flac(lab.experiments.take_path(experiment_id, take_id))
    experiment = lab.experiments.get(experiment_id)
    take = next(take for take in experiment.takes if take.id == take_id)
    origin = Origin(experiment.plan.voice, take.engine, take.model, take.seed)
    audio = encoded(clip.samples, clip.sample_rate, FORMATS["wav"], origin)
    return Audio(audio, headers=_PRIVATE)
