"""What a page sent, checked against what an action takes: anybody who may open the page can send anything."""

from __future__ import annotations

import inspect
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError

from voicelab.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def checker(action: Callable[..., Any]) -> Callable[[Sequence[Any]], list[Any]]:
    """Return what checks the inputs of `action`, all its parameters but the lab, by their annotations.

    It returns them as they are annotated: a whole number for 2.0, "?" for half of a surrogate pair, which no file can
    hold. It raises InvalidValue for a value of another kind, for NaN and infinity, and for too few or too many.
    """
    names = list(inspect.signature(action).parameters)[1:]
    # Those alone: what else is annotated, the lab for one, is not there when the program runs.
    asked = SimpleNamespace(__annotations__={name: action.__annotations__.get(name, Any) for name in names})
    kinds = get_type_hints(asked, vars(inspect.getmodule(action)))
    adapters = {name: _adapter(kinds[name]) for name in names}

    def check(values: Sequence[Any]) -> list[Any]:
        if len(values) != len(names):
            raise InvalidValue("inputs", "The page sent other fields than the lab takes. Reload the page.")
        return [_checked(name, adapters[name], value) for name, value in zip(names, values, strict=True)]

    return check


def _checked(name: str, adapter: TypeAdapter[Any], value: Any) -> Any:
    if isinstance(value, str):
        value = value.encode(errors="replace").decode()
    try:
        return adapter.validate_python(value)
    except (ValidationError, OverflowError) as error:
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else "It is too large"
        message = f"{name.replace('_', ' ').capitalize()}: {reason}. Change it, or reload the page."
        raise InvalidValue(name, message) from error


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind, config=ConfigDict(allow_inf_nan=False, arbitrary_types_allowed=True))
