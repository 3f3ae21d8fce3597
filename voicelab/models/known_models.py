"""Whom the model of a recipe may come from: the catalogues, `--model`, and whoever chose it on this machine."""

from __future__ import annotations

from voicelab.models.catalogue import catalogue
from voicelab.models.model_choice import AUTO


def is_known(model: str, started_with: str) -> bool:
    """Say whether `model`, as a stranger's package names it, may be used unasked: without a look at disk or hub.

    Any other name could be a folder of this machine, whose existence an answer would tell, or weights of a stranger's.
    """
    wanted = model.strip()
    names = {AUTO, *(known.name for known in catalogue()), *(known.repository.lower() for known in catalogue())}
    return wanted == started_with or wanted.lower() in names - {""}
