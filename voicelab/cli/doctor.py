"""`voicelab doctor`: what this machine can do, and why not the rest."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voicelab.cli.output import Answer, Home, command, open_lab, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.lab import Lab
    from voicelab.settings import Settings
    from voicelab.speech.engine_descriptor import Model
    from voicelab.voices.integrity import Finding


@command
def doctor(
    *,
    deep: Annotated[
        bool,
        typer.Option(
            "--deep", help="Also look through all that is kept, file by file: voices, drafts, experiments, tests."
        ),
    ] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="With --deep: mend what the rest allows. Nothing is removed.")
    ] = False,
    home: Home = None,
) -> Answer:
    """Say which engines, models and recognizers work here, which is the default, and why."""
    from voicelab.models.catalogue import catalogue
    from voicelab.models.model_choice import engines

    if repair and not deep:
        raise typer.BadParameter("--repair mends what --deep finds: give both")
    with open_lab(home) as lab:
        default_model, reason = lab.engine.default_model()
        value = {
            "engines": engines(),
            "recognizers": lab.transcriber.recognizers(),
            "models": [_model(model) for model in catalogue()],
            "default_model": default_model,
            "default_reason": reason,
            "python": platform.python_version(),
            "platform": platform.platform(),
            "home": lab.settings.home,
            "address": _address(lab.settings),
        }
        findings = list(findings_of(lab, repair=repair)) if deep else []
    if not deep:
        return Answer(value, _text(value))
    unmended = [finding for finding in findings if finding.level == "fail" and not finding.repaired]
    shown = "\n".join(f"{finding.level}: {finding.message}" for finding in findings) or "Everything kept here is whole."
    failure = f"{len(unmended)} of the things kept here are damaged; the list says which." if unmended else ""
    return Answer(value | {"findings": findings, "whole": not unmended}, f"{_text(value)}\n\n{shown}", failure)


def findings_of(lab: Lab, *, repair: bool) -> Iterator[Finding]:
    """Look through everything that `lab` keeps, file by file, and with `repair` mend what the rest allows."""
    from voicelab.api.token import examine_token
    from voicelab.compare.integrity import examine_experiments
    from voicelab.listening.integrity import examine_listening
    from voicelab.voices.integrity import examine_drafts, examine_voices

    yield from examine_voices(lab.voices, lab.settings.voices, repair=repair)
    yield from examine_drafts(lab.settings.drafts, repair=repair)
    yield from examine_experiments(lab.experiments, lab.settings.experiments, repair=repair)
    file = None if lab.settings.database_url else lab.settings.data / "voicelab.db"
    yield from examine_listening(lab.listening.database, file, lab.settings.listening)
    yield from examine_token(lab.settings.token_file)


def _model(model: Model) -> dict[str, Any]:
    from voicelab.models.catalogue import on_disk

    return {
        "name": model.name,
        "engine": model.engine,
        "size_bytes": model.size_bytes,
        "memory_bytes": model.memory_bytes,
        "on_disk": on_disk(model) is not None,
        "languages": model.languages,
        "licence": model.licence,
        "terms": model.terms,
        "not_a_clone": model.not_a_clone,
    }


def _address(settings: Settings) -> dict[str, Any]:
    """Return which address others open: of the lab that serves this home, else of one with these settings."""
    from voicelab.addresses import own_url, public_url
    from voicelab.api.running_lab import lab_at

    serving = lab_at(settings)
    found = serving.as_reached(settings) if serving else settings
    return {
        "serving": serving is not None,
        "own": own_url(found),
        "others": "" if found.local else public_url(found),
    }


def _address_said(address: dict[str, Any]) -> str:
    if address["others"]:
        return f"Other machines open {address['others']}, with the token."
    begins = "A lab serves this home at" if address["serving"] else "No lab serves this home. One would be at"
    return f"{begins} {address['own']}, for this machine only; --host 0.0.0.0 lets others in."


def _text(value: dict[str, Any]) -> str:
    engines = table(
        ("ENGINE", "WORKS", "WHY"), [(row["name"], _yes(row["available"]), row["reason"]) for row in value["engines"]]
    )
    models = table(
        ("MODEL", "ON DISK", "DOWNLOAD", "MEMORY"),
        [
            (row["name"], _yes(row["on_disk"]), _gigabytes(row["size_bytes"]), _gigabytes(row["memory_bytes"]))
            for row in value["models"]
        ],
    )
    recognizers = table(
        ("RECOGNIZER", "ON DISK", "WHY"),
        [(info.name, _yes(info.on_disk), info.reason) for info in value["recognizers"]],
    )
    machine = f"Python {value['python']} on {value['platform']}, data in {value['home']}"
    default = f"Voices speak with {value['default_model']}. {value['default_reason']}"
    address = _address_said(value["address"])
    return f"{machine}\n{address}\n\n{default}\n\n{engines}\n\n{models}\n\n{recognizers}"


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def _gigabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.2f} GB" if size_bytes else "-"
