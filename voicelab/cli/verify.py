"""`voicelab verify`: the lab proves itself on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicelab.cli.output import Answer, Home, command, open_lab, tell
from voicelab.cli.streams import say_aside
from voicelab.errors import Cancelled, NotReady

if TYPE_CHECKING:
    from voicelab.lab import Lab
    from voicelab.speech.engine_descriptor import Model


@command
def verify(
    *,
    model: Annotated[
        str | None, typer.Option("--model", help="A model on disk, or a folder.", show_default="this machine's own")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Also write everything there, to attach to an issue.")
    ] = None,
    home: Home = None,
) -> Answer:
    """Check a model on this machine, from its files to what is heard; exit 1 when a check fails. Ctrl-C stops it."""
    from voicelab.files import write_atomically
    from voicelab.verify.report import as_json, line, report_bytes
    from voicelab.verify.run import concluded, subject
    from voicelab.verify.run import verify as checks_of

    with open_lab(home) as lab:
        chosen = subject(model or lab.engine.default_model()[0])
        _check_alone(lab, chosen)
        found, whole = [], True
        try:
            for check in checks_of(chosen, lab.verifier.tools, lambda what: tell(f"{chosen.name}: {what}", what)):
                found.append(check)
                say_aside(f"{line(check)}\n")
        except KeyboardInterrupt:
            whole = False
        verdict, why = concluded(chosen, found, whole=whole)
        places = [lab.settings.home, *([chosen.folder] if chosen.folder else [])]
    if report is not None:
        write_atomically(report, report_bytes(verdict, places))
    if not whole:
        raise Cancelled(f"Stopped after {len(found)} checks. {'The report has those.' if report else ''}".strip())
    failure = f"{len(verdict.failed)} of {len(found)} checks failed; the lines say which." if verdict.failed else ""
    notes = (*((why,) if why else ()), *((f"The report is in {report}.",) if report else ()))
    return Answer(as_json(verdict, places), verdict.sentence, failure, notes)


def _check_alone(lab: Lab, model: Model) -> None:
    """Raise NotReady while a lab that serves this home holds the device."""
    from voicelab.api.running_lab import lab_at

    running = lab_at(lab.settings)
    health = running.get("/health") if running else {}
    if health.get("pid") and health.get("engine") == model.engine:
        raise NotReady(
            "The lab that runs here holds the device, which has one owner at a time. Press Verify in its tab Machine, "
            "or end that lab first.",
            retry_after_s=60.0,
        )
