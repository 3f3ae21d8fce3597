"""What the owner's tab shows of listening tests: plots, the link as a QR code, and the answers as files."""

from __future__ import annotations

import io
from typing import Literal

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from voicelab.addresses import listening_url
from voicelab.api.context import LabOf
from voicelab.blind_tests import refuse_hidden, results
from voicelab.errors import NotFound

router = APIRouter(prefix="/listening", include_in_schema=False)

_NO_STORE = {"Cache-Control": "no-store"}


@router.get("/{test_id}/plots/{name}.png")
def plot(
    test_id: str, name: str, lab: LabOf, view: Literal["everything", "screened"] = "everything", dark: bool = False
) -> Response:
    """Return one of the plots that a test has."""
    from voicelab.listening.plots import plot_names, plot_png
    from voicelab.listening.screening import screened

    test, answers, found = results(lab.listening, test_id)
    if name not in plot_names(test):
        raise NotFound(f"This test has no plot {name!r}: it has {', '.join(plot_names(test))}.")
    if view == "screened":
        answers = screened(test.kind, answers)[0]
    picture = plot_png(name, test, getattr(found, view), answers, dark=dark)
    return Response(picture, media_type="image/png", headers=_NO_STORE)


@router.get("/{test_id}/qr.svg")
def qr_code(test_id: str, lab: LabOf) -> Response:
    """Return the link as a QR code."""
    import segno

    file = io.BytesIO()
    code = segno.make(listening_url(lab.settings, lab.listening.tests.get(test_id).token), micro=False)
    code.save(file, kind="svg", scale=4, dark="#000", light="#fff", border=3)
    return Response(file.getvalue(), media_type="image/svg+xml", headers=_NO_STORE)


@router.get("/{test_id}/answers.csv")
def answers_csv(test_id: str, lab: LabOf) -> Response:
    """Return every answer, unblinded."""
    from voicelab.listening.report import as_csv

    test, answers, _found = results(lab.listening, test_id)
    refuse_hidden(test)
    return Response(as_csv(test, answers), media_type="text/csv; charset=utf-8", headers=_named(test_id, "csv"))


@router.get("/{test_id}/answers.json")
def answers_json(test_id: str, lab: LabOf) -> Response:
    """Return every answer, unblinded, with what they say."""
    from voicelab.listening.report import as_json, rows_of

    test, answers, found = results(lab.listening, test_id)
    refuse_hidden(test)
    content = {"results": as_json(test, found), "answers": rows_of(test, answers)}
    return JSONResponse(content, headers=_named(test_id, "json"))


def _named(test_id: str, ending: str) -> dict[str, str]:
    return _NO_STORE | {"Content-Disposition": f'attachment; filename="listening-{test_id[:8]}.{ending}"'}
