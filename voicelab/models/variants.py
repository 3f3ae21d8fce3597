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
    for a variable that is neither 0 nor 1.
    """
    asked = {}
    for key, variant in registry().variants():
        value = os.environ.get(variant.variable)
        if value is not None and value not in {"0", "1"}:
            raise InvalidValue(variant.variable, f"{variant.variable} is {value!r}. Set it to 0 or 1, or unset it.")
        if key in flags:
            asked[key] = flags[key]
        elif value is not None:
            asked[key] = (value == "1") == variant.variable_asks
    return asked
