"""Write voicelab/static/values.d.ts, what the scripts are given as JSON: python -m tests.javascript.declarations.

The Python side is the only source: TypedDicts, and dataclasses that cross by `asdict`.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Sequence
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

from voicelab import static
from voicelab.compare.board import BoardChanges
from voicelab.compare.take import Details, Take
from voicelab.hub.downloads import DownloadState
from voicelab.listening import views
from voicelab.listening.values import Options
from voicelab.speech.engine_descriptor import Capabilities, SamplingField
from voicelab.speech.ports import EngineHealth
from voicelab.ui.actions import updates, widget_json

PATH = static.ROOT / "values.d.ts"
HEAD = """// Written by python -m tests.javascript.declarations, from the Python behind these values; not by hand.
"""
ROOTS: tuple[type, ...] = (
    *(updates.Notice, updates.Progress, EngineHealth, Options, Take, Details),
    *(
        widget_json.Table,
        widget_json.Empty,
        widget_json.Trimmer,
        widget_json.SpokenTake,
        widget_json.Editor,
        widget_json.Repairs,
        widget_json.Best,
        widget_json.Board,
        BoardChanges,
        widget_json.Figure,
        widget_json.Pictures,
        widget_json.Models,
    ),
    *(
        widget_json.Invitation,
        widget_json.ListeningResults,
        views.Welcome,
        views.SessionState,
        views.Joined,
        views.ShownTrial,
    ),
)
ALIASES = {
    "Level": 'Notice["level"]',
    # compare/export_rows.row; tests/javascript/test_scripts.py holds them against each other.
    "TakeRow": 'Omit<Take, "details"> & Partial<Omit<Details, "notes">> & '
    "{ measure_notes: string[]; dnsmos_overall: number | null }",
    "MeasuredSetting": 'BoardChanges["settings"][number]',
}
_LATE = {"DownloadState": DownloadState, "Capabilities": Capabilities, "SamplingField": SamplingField}
"""What a module names without importing it."""
_PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null", Any: "unknown"}


def declarations() -> str:
    """Return the whole file."""
    written: dict[str, str] = {}
    for root in ROOTS:
        _declare(root, written)
    aliases = [f"export type {name} = {meaning};" for name, meaning in ALIASES.items()]
    return "\n".join([HEAD, *(written[name] for name in sorted(written)), *aliases, ""])


def _declare(made: type, written: dict[str, str]) -> str:
    """Write `made` and everything it holds down once; return its name. Raises ValueError for two of one name."""
    name = made.__name__
    if name not in written:
        written[name] = ""  # so that what holds itself ends
        hints = get_type_hints(made, localns=_LATE, include_extras=True)
        left_out: frozenset[str] = getattr(made, "__optional_keys__", frozenset())
        fields = [_field(field, hint, field in left_out, written) for field, hint in hints.items()]
        written[name] = f"// {made.__module__}\nexport interface {name} {{\n{''.join(fields)}}}\n"
    elif written[name] and not written[name].startswith(f"// {made.__module__}\n"):
        message = f"There are two types called {name}: rename one."
        raise ValueError(message)
    return name


def _field(name: str, hint: Any, left_out: bool, written: dict[str, str]) -> str:
    if get_origin(hint) is NotRequired:
        return _field(name, get_args(hint)[0], True, written)
    return f"  {name}{'?' if left_out else ''}: {_said(hint, written)};\n"


def _said(hint: Any, written: dict[str, str]) -> str:  # noqa: PLR0911 - one for each kind of type
    """Return a type as TypeScript says it."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return " & ".join(each if isinstance(each, str) else _declare(each, written) for each in inner[1:])
    if origin in {Union, types.UnionType}:
        return " | ".join(_said(each, written) for each in inner)
    if origin is Literal:
        return " | ".join(f'"{each}"' for each in inner)
    if origin is tuple and inner[-1] is not Ellipsis:
        return f"[{', '.join(_said(each, written) for each in inner)}]"
    if origin in {list, tuple, Sequence}:
        return f"({_said(inner[0], written)})[]" if _is_compound(inner[0]) else f"{_said(inner[0], written)}[]"
    if is_typeddict(hint) or dataclasses.is_dataclass(hint) or hasattr(hint, "_fields"):
        return _declare(hint, written)
    return _PLAIN[hint]


def _is_compound(hint: Any) -> bool:
    """Say whether it needs brackets before []."""
    many = get_origin(hint) in {Union, types.UnionType, Literal}
    return many or (get_origin(hint) is Annotated and len(get_args(hint)) > 2)


if __name__ == "__main__":
    PATH.write_text(declarations(), encoding="utf-8")
