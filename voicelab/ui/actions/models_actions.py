"""What can be chosen where a model is asked for, and what this machine has."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from voicelab.errors import InvalidValue, VoiceLabError
from voicelab.models.catalogue import catalogue
from voicelab.models.clone_need import clone_need
from voicelab.models.model_choice import engines
from voicelab.ui.actions.updates import Notice, notice

if TYPE_CHECKING:
    from voicelab.lab import Lab
    from voicelab.models.clone_need import CloneNeed
    from voicelab.ui.actions.widget_json import Models, Table

RECOGNIZERS = ("large-v3-turbo", "large-v3", "medium", "small", "base", "tiny", "tiny.en")


_OLD_PAGE = "This button is of an older page. Reload it."


class Machine(NamedTuple):
    """The outputs of a look at this machine."""

    engines: Table
    models: Models
    recognizers: Models


def model_choices() -> list[tuple[str, str]]:
    """Every catalogue model: what is shown, and its name."""
    return [(f"{model.name}: {model.note.split('.')[0]}", model.name) for model in catalogue()]


def machine(lab: Lab) -> Machine:
    """Say which engines, models and recognizers there are, on disk or not, and why."""
    default_model, reason = lab.engine.default_model()
    rows = [
        [str(engine["name"]), "yes" if engine["available"] else "no", str(engine["reason"])] for engine in engines()
    ]
    rows.append(["default model", default_model, reason])
    health = lab.engine.health()
    if health.variant_reason:
        rows.append([f"{health.engine} speaks", health.variant or "as it is", health.variant_reason])
    models = models_value(lab)
    return Machine({"columns": ["Engine", "Available", "Why"], "rows": rows}, models, models)


class Acted(NamedTuple):
    """The outputs of what was done with a model."""

    models: Models
    said: list[Notice]


def models_value(lab: Lab) -> Models:
    """The models widget's value; what changes of it GET /models tells, too."""
    settings = lab.settings
    return {
        **lab.models.told(),
        "idle_minutes": settings.unloads_after,
        "free_names": settings.local,
        "clone_need": _clone_need(lab),
    }


def _clone_need(lab: Lab) -> CloneNeed | None:
    try:
        return clone_need(lab.engine.default_model()[0])
    except VoiceLabError:  # what speaks here is not known yet, or damaged: the banner says so
        return None


def act(lab: Lab, action: str, model: str) -> Acted:
    """Do what a button of the models asks: download, pause, delete, unload, or allow and forbid what would swap."""
    said: list[Notice] = []
    if action == "download":
        _check_name(lab, model)
        lab.models.download(model)
    elif action == "pause":
        lab.models.pause(model)
    elif action == "delete":
        said = [_deleted(model, lab.models.delete(model))]
    elif action == "unload":
        lab.engine.rest()
        text = "The engine ends as soon as no text is left, and gives its memory back. The next text loads the model."
        said = [notice(text, "ok", "Unloading")]
    elif action in {"allow", "forbid"}:
        lab.models.guard.anyway = action == "allow"
        if lab.models.guard.anyway:
            text = "Until the lab ends, it loads what it is asked for, whatever the memory. A model may take very long."
            said = [notice(text, "warn", "Memory")]
    else:
        raise InvalidValue("action", _OLD_PAGE)
    return Acted(models_value(lab), said)


def act_on_recognizer(lab: Lab, action: str, model: str) -> Acted:
    """Do what a button of the recognizers asks: download, pause or delete."""
    said: list[Notice] = []
    if action == "download":
        lab.models.recognizers.download(model)
    elif action == "pause":
        lab.models.recognizers.pause(model)
    elif action == "delete":
        said = [_deleted(model, lab.models.recognizers.delete(model))]
    else:
        raise InvalidValue("action", _OLD_PAGE)
    return Acted(models_value(lab), said)


def _deleted(model: str, freed: int) -> Notice:
    return notice(f"{model} is deleted: {freed / 1e9:.2f} GB are free again.", "ok", "Deleted")


def _check_name(lab: Lab, model: str) -> None:
    """Let other machines ask only for what the lab knows already."""
    if not lab.settings.local and model not in {known.name for known in lab.models.models()}:
        raise InvalidValue("model", "From another machine only the models of the list can be downloaded.")
