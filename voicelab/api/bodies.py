"""What every JSON body of a request has in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, model_validator


class Body(BaseModel):
    """Fields of a request. null means that an optional one was not given: many clients send every field they know."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {}
    """What is shown to whoever sends something else."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        fields = cls.model_fields
        return {
            name: value
            for name, value in given.items()
            if value is not None or name not in fields or fields[name].is_required()
        }
