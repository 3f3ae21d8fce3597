"""Between Gradio and the actions: the lab goes in first, errors become messages, values become updates.

Actions give the page's widgets dictionaries and lists, which cross as JSON.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import logging
from typing import TYPE_CHECKING, Any, TypeVar

import gradio as gr

from voicelab.errors import Cancelled, EmptyText, InvalidValue, VoiceLabError
from voicelab.ui.actions.updates import IDLE, KEEP, Update
from voicelab.ui.inputs import checker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from voicelab.lab import Lab

T = TypeVar("T")

log = logging.getLogger(__name__)

_FIELD = "field:"
"""Begins the title of an error that is about a field; the page takes it away (static/page/polling.js)."""

_NOTHING = object()

AS_SENT: dict[str, Any] = {"preprocess": False}
"""For events whose input is a file, or was chosen from a list that the page is given later.

Of a file Gradio 6.31 (components/file.py) leaves an empty one in its cache for each that it prepares; that the file was
uploaded is checked before that, and without it. Of a list it refuses what it does not remember to have offered to this
page: a lab that was started again remembers nothing. The actions look for themselves whether there is such a thing."""


def bind(
    action: Callable[..., Any], lab: Lab, event: tuple[str, ...] = (), *, page: bool = False
) -> Callable[..., Any]:
    """Return `action(lab, *event fields, *inputs)` as an event listener of Gradio.

    `event` names the fields of a widget's event that come before the inputs. With `page` the first of all is the name
    of the page's session, which tells one open page from another. A generator action stays one.
    """
    listener = _listener(action, lab)
    if event:
        listener = _with_first(listener, gr.EventData, lambda data: [_field(data, name) for name in event])
    if page:
        listener = _with_first(listener, gr.Request, lambda request: [request.session_hash or ""])
    listener.__name__ = action.__name__
    listener.action = action  # type: ignore[attr-defined]  # the wiring test compares it with inputs and outputs
    listener.event = ("page",) * page + event  # type: ignore[attr-defined]
    return listener


def _listener(action: Callable[..., Any], lab: Lab) -> Callable[..., Any]:
    check = checker(action)

    def stream(*values: Any) -> Iterator[Any]:
        with _errors_for_the_person():
            answer: Any = _NOTHING
            busy: dict[int, bool] = {}
            try:
                for result in action(lab, *check([*map(_from_gradio, values)])):
                    busy |= _busy_in(result)
                    answer = _for_gradio(result)
                    yield answer
            except Exception:
                if any(busy.values()):  # what it shows as going on has ended
                    yield _idle(answer, busy)
                raise
            # Gradio 6.31 (queueing.py, process_events) sends the last answer once more when the action has ended, which
            # may be long after: what the person did meanwhile would be undone on the page.
            if answer is not _NOTHING:
                yield tuple(gr.skip() for _ in answer) if isinstance(answer, tuple) else gr.skip()

    def once(*values: Any) -> Any:
        with _errors_for_the_person():
            return _for_gradio(action(lab, *check([*map(_from_gradio, values)])))

    return stream if inspect.isgeneratorfunction(action) else once


def _busy_in(result: Any) -> dict[int, bool]:
    """Return which outputs of an action are progress, by their places, and whether they say that something goes on."""
    values = list(_flat(result)) if isinstance(result, tuple) else [result]
    return {at: value["busy"] for at, value in enumerate(values) if isinstance(value, dict) and "busy" in value}


def _idle(answer: Any, busy: dict[int, bool]) -> Any:
    """Return outputs as wide as `answer` that end what is `busy` and leave the rest alone."""
    if not isinstance(answer, tuple):
        return json.dumps(IDLE)
    return tuple(json.dumps(IDLE) if busy.get(at) else gr.skip() for at in range(len(answer)))


def _with_first(
    listener: Callable[..., Any], kind: type[T], fields: Callable[[T], Sequence[Any]]
) -> Callable[..., Any]:
    """Return `listener` for Gradio, its first inputs being `fields` of what Gradio gives by its `kind`."""

    def stream(given: T, *values: Any) -> Iterator[Any]:
        yield from listener(*fields(given), *values)

    def once(given: T, *values: Any) -> Any:
        return listener(*fields(given), *values)

    chosen = stream if inspect.isgeneratorfunction(listener) else once
    # Gradio knows what to give by this annotation, and cannot read postponed ones that name what is not imported.
    chosen.__annotations__ = {"given": kind}
    return chosen


def _field(data: gr.EventData, name: str) -> Any:
    """Return a field of a widget's event; None where it does not have it, or is nothing that a widget sends."""
    try:
        return getattr(data, name)
    except (AttributeError, KeyError, TypeError):
        return None


@contextlib.contextmanager
def _errors_for_the_person() -> Iterator[None]:
    try:
        yield
    except Cancelled as error:
        raise _shown(error.message, title="Cancelled") from None
    except VoiceLabError as error:
        raise _shown(error.message, title=_field_of(error)) from None
    except Exception as error:
        # The last line before the person: the log gets the traceback, the page a sentence.
        log.exception("an action failed")
        message = "Something went wrong inside the lab; nothing saved was lost. The terminal shows the details."
        raise _shown(message) from error


def _field_of(error: VoiceLabError) -> str:
    """Return the title by which the page knows the field that an error is about; empty where it is about none."""
    field = error.field if isinstance(error, InvalidValue) else "text" if isinstance(error, EmptyText) else ""
    return field and f"{_FIELD}{field}"


def _shown(message: str, title: str = "") -> gr.Error:
    """Return an error that the page shows itself (static/page/messages.js).

    Not Gradio, which would draw it as HTML, although messages quote what people wrote.
    """
    return gr.Error(message, title=title, print_exception=False, visible=False)


def _from_gradio(value: Any) -> Any:
    """Return the path of an uploaded file, by which an action knows it, and any other value as it is.

    A file comes as it was sent where its event is bound with AS_SENT.
    """
    is_file = isinstance(value, dict) and value.get("meta") == {"_type": "gradio.FileData"}
    return value.get("path") if is_file else value


def _for_gradio(result: Any) -> Any:
    if not isinstance(result, tuple):
        return _value(result)
    values = tuple(_value(value) for value in _flat(result))
    return values if len(values) > 1 else values[0]


def _flat(result: tuple[Any, ...]) -> Iterator[Any]:
    """Yield the outputs of an action, one after the other: its fields may have fields in their turn."""
    for value in result:
        if hasattr(value, "_fields"):
            yield from _flat(value)
        else:
            yield value


def _value(value: Any) -> Any:
    if value is KEEP:
        return gr.skip()
    if isinstance(value, Update):
        return gr.update(**value.properties)
    if isinstance(value, (dict, list)):
        # For a widget. Gradio's client applies the later values of a generator as differences, in place, to the object
        # that the page is about to draw, and leaves a marker in it where an output is skipped. A string stays whole.
        return json.dumps(value)
    return value
