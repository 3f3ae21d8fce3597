"""JSON files of the lab's own: fields and a schema version, read into a dataclass with every field checked."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

from voicelab.errors import InvalidValue, StorageFailed, UnreadableFile
from voicelab.files import read_plain, write_json

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")
MOST_BYTES = 64 * 2**20
"""Of any of these files: an experiment of thousands of takes has some megabytes."""

_VERSION = "schema_version"
_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def write_document(path: Path, fields: dict[str, Any], schema_version: int) -> None:
    """Write `fields` and their version as readable JSON, atomically. Raises StorageFailed."""
    write_json(path, {_VERSION: schema_version, **fields})


def read_document(path: Path, kind: type[T], schema_version: int, most_bytes: int = MOST_BYTES, **given: Any) -> T:
    """Return a `kind` of the fields that `write_document` wrote; `given` ones win over those of the file.

    Raises FileNotFoundError when there is none, UnreadableFile when it is damaged or of a newer lab, StorageFailed when
    it cannot be read at all. The messages name the file. A link, a fifo or more than `most_bytes` is damage.
    """
    from pydantic import ValidationError
    from pydantic_core import from_json

    try:
        content = read_plain(path, most_bytes)
        fields = _adapter(dict[str, Any]).validate_json(content)
        from_json(content, allow_inf_nan=False)  # raises where there is a NaN
        version = fields.pop(_VERSION, None)
        if not isinstance(version, int):
            raise UnreadableFile(f"{path} is damaged: it has no {_VERSION}. Mend it or put back a copy.")
        if version > schema_version:
            raise UnreadableFile(
                f"{path} was written by a newer Voice Lab: it has version {version}, and this one knows "
                f"{schema_version}. Update Voice Lab to use it; the file is left as it is."
            )
        value: T = _adapter(kind).validate_python(fields | given)
    except ValidationError as error:
        raise UnreadableFile(f"{path} is damaged: {_first_reason(error)}. Mend it or put back a copy.") from error
    except ValueError as error:  # a NaN, which no browser reads
        raise UnreadableFile(f"{path} is damaged: {error}. Mend it or put back a copy.") from error
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StorageFailed(f"{path} cannot be read: {error.strerror}. Check its permissions.") from error
    return value


def checked_fields(value: T) -> T:
    """Return a dataclass whose fields are of the types and within the bounds that it declares. Raises InvalidValue."""
    from pydantic import ValidationError

    try:
        _adapter(type(value)).validate_python(asdict(value))  # type: ignore[call-overload]  # every T here is one
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise InvalidValue(field, f"This cannot be kept: {_first_reason(error)}.") from error
    return value


def _adapter(kind: Any) -> TypeAdapter[Any]:
    """Return the checker of `kind`: built once, since that takes milliseconds."""
    from pydantic import TypeAdapter

    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def _first_reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    return f"{field}: {first['msg']}" if field else first["msg"]
