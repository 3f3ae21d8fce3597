"""Comparisons: listed, told and removed; and what the page links to: takes equally loud, the report, the figures."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from voicelab.api.audio import Audio
from voicelab.api.context import LabOf
from voicelab.errors import ExperimentInUse, UnknownExperiment

_NO_STORE = {"Cache-Control": "no-store"}
"""Takes are added while somebody looks."""

router = APIRouter()


@router.get("/experiments")
def list_experiments(lab: LabOf) -> JSONResponse:
    """Return every experiment, the newest first: voice, lines, lengths, models, and how far it is."""
    from voicelab.compare.experiment_json import summary

    found = [summary(each, lab.experiments, lab.comparisons) for each in lab.experiments.list()]
    return JSONResponse({"experiments": found}, headers=_NO_STORE)


@router.get("/experiments/{experiment_id}")
def show(experiment_id: str, lab: LabOf) -> Response:
    """Return one experiment with its takes; `audio` is the address of a take. 404 when there is none."""
    from voicelab.compare.experiment_json import details, summary

    experiment = lab.experiments.get(experiment_id)
    value = summary(experiment, lab.experiments, lab.comparisons) | details(experiment)
    for take in value["takes"]:
        del take["path"]
        take["audio"] = None if take["failure"] else f"/takes/{experiment_id}/{take['id']}.flac"
    return JSONResponse(value, headers=_NO_STORE)


@router.get("/experiments/{experiment_id}/board.json", include_in_schema=False)
def board(experiment_id: str, lab: LabOf, since: str = "") -> JSONResponse:
    """Return what the page's board shows: all of it, or what changed since the revision `since`."""
    from voicelab.compare.board import board_changes

    return JSONResponse(board_changes(lab.experiments, experiment_id, since), headers=_NO_STORE)


@router.delete("/experiments/{experiment_id}")
def remove(experiment_id: str, lab: LabOf, anyway: bool = False) -> dict[str, Any]:
    """Remove one with its takes. 409 while it runs or waits, and where a listening test came of it, unless `anyway`."""
    from voicelab.blind_tests import remove_experiment

    if lab.comparisons.state(lab.experiments.get(experiment_id)).active:
        raise ExperimentInUse("Its takes are being made, or are to be. Cancel the comparison first.")
    freed = remove_experiment(lab.listening, lab.experiments, experiment_id, anyway=anyway)
    return {"experiment": experiment_id, "freed_bytes": freed}


@router.get("/takes/{experiment_id}/{take_id}/matched.wav", include_in_schema=False)
def matched_take(experiment_id: str, take_id: str, lab: LabOf) -> Response:
    """Return a take as loud as the other takes of its line, within 0.2 LU, quieter than it was made."""
    from voicelab.clips.loudness import matched
    from voicelab.clips.wav import read_flac, wav_bytes

    experiment = lab.experiments.get(experiment_id)
    made = {take.id: take for take in experiment.takes if take.failure is None}
    if take_id not in made:
        raise UnknownExperiment("This take is not there: it failed, or its experiment was removed.")
    beside = [take.id for take in made.values() if take.line == made[take_id].line]
    copies = matched([read_flac(lab.experiments.take_path(experiment_id, each)) for each in beside])
    copy = copies[beside.index(take_id)]
    # Not kept by browsers: a new take of the line may be quieter, and then all of them are.
    return Audio(wav_bytes(copy.samples, copy.sample_rate), headers=_NO_STORE)


@router.get("/experiments/{experiment_id}/report.html", include_in_schema=False)
def report_file(experiment_id: str, lab: LabOf) -> Response:
    """Return the whole comparison as one HTML file."""
    from voicelab.compare.report import report

    experiment = lab.experiments.get(experiment_id)
    return _download(report(experiment, lab.experiments), "text/html", f"comparison-{experiment_id[:8]}.html")


@router.get("/experiments/{experiment_id}/takes.csv", include_in_schema=False)
def csv_file(experiment_id: str, lab: LabOf) -> Response:
    """Return one row per take."""
    from voicelab.compare.export_rows import as_csv

    return _download(as_csv(lab.experiments.get(experiment_id)), "text/csv", f"comparison-{experiment_id[:8]}.csv")


@router.get("/experiments/{experiment_id}/experiment.json", include_in_schema=False)
def json_file(experiment_id: str, lab: LabOf) -> Response:
    """Return everything that is known of the comparison."""
    from voicelab.compare.export_rows import as_json

    name = f"comparison-{experiment_id[:8]}.json"
    return _download(as_json(lab.experiments.get(experiment_id)), "application/json", name)


def _download(content: str, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'} | _NO_STORE
    return Response(content, media_type=media_type, headers=headers)
