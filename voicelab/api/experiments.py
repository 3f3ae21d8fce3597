"""What the page links to of a comparison: takes that are equally loud, the report, the figures."""

from __future__ import annotations

from fastapi import APIRouter, Response

from voicelab.api.context import LabOf
from voicelab.errors import UnknownExperiment

router = APIRouter(include_in_schema=False)


@router.get("/takes/{experiment_id}/{take_id}/matched.wav")
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
    headers = {"Cache-Control": "no-store"}
    return Response(wav_bytes(copy.samples, copy.sample_rate), media_type="audio/wav", headers=headers)


@router.get("/experiments/{experiment_id}/report.html")
def report_file(experiment_id: str, lab: LabOf) -> Response:
    """Return the whole comparison as one HTML file."""
    from voicelab.compare.report import report

    experiment = lab.experiments.get(experiment_id)
    return _download(report(experiment, lab.experiments), "text/html", f"comparison-{experiment_id[:8]}.html")


@router.get("/experiments/{experiment_id}/takes.csv")
def csv_file(experiment_id: str, lab: LabOf) -> Response:
    """Return one row per take."""
    from voicelab.compare.rows import as_csv

    return _download(as_csv(lab.experiments.get(experiment_id)), "text/csv", f"comparison-{experiment_id[:8]}.csv")


@router.get("/experiments/{experiment_id}/experiment.json")
def json_file(experiment_id: str, lab: LabOf) -> Response:
    """Return everything that is known of the comparison."""
    from voicelab.compare.rows import as_json

    name = f"comparison-{experiment_id[:8]}.json"
    return _download(as_json(lab.experiments.get(experiment_id)), "application/json", name)


def _download(content: str, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)
