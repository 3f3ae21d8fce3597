"""Which variants of engines are asked for: by a flag of the command line, else by an environment variable."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from voicelab.errors import InvalidValue
from voicelab.models.registry import registry

if TYPE_CHECKING:
    from collections.abc import Mapping


def asked_variants(flags: Mapping[str, bool]) -> dict[str, bool]:
    """Return, for each "engine.variant", whether it is asked for; `flags` are those that somebody gave.

    Raises InvalidValue for a variable that is neither 0 nor 1.
    """
    asked = {}
    for key, variant in registry().variants():
        value = os.environ.get(variant.variable)
        if value is not None and value not in {"0", "1"}:
            raise InvalidValue(variant.variable, f"{variant.variable} is {value!r}. Set it to 0 or 1, or unset it.")
        by_variable = value is not None and (value == "1") == variant.variable_asks
        asked[key] = flags.get(key, by_variable)
    return asked
