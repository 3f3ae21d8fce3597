"""Which variants of engines are asked for: by a flag of the command line, else by an environment variable."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from voicelab.errors import InvalidValue
from voicelab.models.registry import registry

if TYPE_CHECKING:
    from collections.abc import Mapping


def asked_variants(flags: Mapping[str, bool]) -> dict[str, bool]:
    """Return, for each "engine.variant" that somebody decided on, whether it is asked for; `flags` are those given.

    What neither a flag nor a variable says is left out: then it is used where a verdict proves it. Raises InvalidValue
    for a variable that is neither yes nor no.
    """
    asked = {}
    for key, variant in registry().variants():
        said = _switch(variant.variable)
        if key in flags:
            asked[key] = flags[key]
        elif said is not None:
            asked[key] = said == variant.variable_asks
    return asked


def _switch(variable: str) -> bool | None:
    """Return what a variable says, as pydantic reads yes and no; None where it is not set, or empty."""
    from pydantic import TypeAdapter, ValidationError

    value = os.environ.get(variable)
    if not value:
        return None
    try:
        return TypeAdapter(bool).validate_python(value)
    except ValidationError as error:
        raise InvalidValue(variable, f"{variable} is {value!r}. Set it to 0 or 1, or unset it.") from error
