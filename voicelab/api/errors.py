"""Errors as JSON: {"error": a sentence, "code": a stable word}. The one place where the error tree meets HTTP."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from voicelab.api.proxy import path_of
from voicelab.errors import (
    AudioTooLong,
    Cancelled,
    Conflict,
    EmptyText,
    Forbidden,
    InvalidValue,
    NotFound,
    QueueFull,
    RateLimited,
    TextTooLong,
    TooManyTries,
    Unavailable,
    VoiceLabError,
    WrongInput,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi import Request

STATUSES: tuple[tuple[type[VoiceLabError], int], ...] = (
    (EmptyText, 400),
    (TextTooLong, 413),
    (AudioTooLong, 413),
    (WrongInput, 422),
    (NotFound, 404),
    (Conflict, 409),
    (Forbidden, 403),
    (QueueFull, 429),
    (TooManyTries, 429),
    (RateLimited, 429),
    (Unavailable, 503),
    (Cancelled, 503),
    (VoiceLabError, 500),
)
"""The first class that an error belongs to gives its status."""

OPENAI = "/v1/"
"""Where OpenAI's routes are."""

FAULT = "Something went wrong inside the lab. Its terminal or log file shows the details."
"""What is said of a fault of the lab, whose traceback is in the log."""

_SERVER_FAULT = 500
_CONFLICT = 409

RETRY_AFTER_S = 2.0
"""Sent with 429 and 503 where nobody knows better."""

_UNPARSED = "There was an error parsing the body"
"""FastAPI's words for a body that is not even text (fastapi/routing.py)."""

_TOO_LARGE_A_FIELD = "exceeded maximum size"
"""In Starlette's words for a part of a form that is no file and has more than 1 MB (starlette/formparsers.py)."""

_HTTP = {
    404: ("There is nothing at this address.", "not_found"),
    405: ("This address does not take that method.", "method_not_allowed"),
}


def status_of(error: VoiceLabError) -> int:
    """Return the HTTP status of `error`."""
    return next(status for kind, status in STATUSES if isinstance(error, kind))


def error_answer(
    status: int, message: str, code: str, headers: Mapping[str, str] | None = None, *, path: str = "", **more: Any
) -> JSONResponse:
    """Return the one shape that every error has; `more` are further keys.

    Below OPENAI, as `path` tells, the sentence is where OpenAI's clients look for it.
    """
    error: Any = message
    if path.startswith(OPENAI):
        kind = "invalid_request_error" if status < _SERVER_FAULT else "server_error"
        error = {"message": message, "type": kind, "param": more.get("field"), "code": code}
    told = dict(headers or {})
    if status == _CONFLICT or (status >= _SERVER_FAULT and "Retry-After" not in told):
        # OpenAI's clients ask again by themselves after these: an older text would take the place of the one that
        # replaced it, and the same seed would fail the same way.
        told["X-Should-Retry"] = "false"
    return JSONResponse({"error": error, "code": code, **more}, status, told)


def answer_of(error: VoiceLabError, path: str = "") -> JSONResponse:
    """Return what a client is told about `error`, with Retry-After where asking again helps."""
    headers = {}
    if isinstance(error, Unavailable):
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after_s or RETRY_AFTER_S)))
    more = {"field": error.field} if isinstance(error, InvalidValue) else {}
    return error_answer(status_of(error), error.message, error.code, headers, path=path, **more)


async def on_lab_error(request: Request, error: Exception) -> JSONResponse:
    """Answer an error of the lab's own tree."""
    assert isinstance(error, VoiceLabError)  # noqa: S101 - registered for this class only
    return answer_of(error, path_of(request.scope))


async def on_invalid_request(request: Request, error: Exception) -> JSONResponse:
    """Answer a missing or malformed parameter with the field and pydantic's reason."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    first = error.errors()[0]
    if first["loc"][0] == "body" and (len(first["loc"]) == 1 or first["type"] == "json_invalid"):
        return no_json(request)
    field = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
    return error_answer(422, f"{field}: {first['msg']}.", InvalidValue.code, path=path_of(request.scope), field=field)


def no_json(request: Request) -> JSONResponse:
    """Answer a body that is no JSON object, with one that would be: of the fields that the route needs."""
    body = getattr(request.scope.get("route"), "body_field", None)
    model = body.field_info.annotation if body is not None else None
    example = dict(getattr(model, "EXAMPLE", {}))
    message = (
        "The body of this request is no JSON object in UTF-8. Send one with the header "
        f"'Content-Type: application/json', for example {json.dumps(example)}."
    )
    return error_answer(422, message, InvalidValue.code, path=path_of(request.scope), field="body")


async def on_http_error(request: Request, error: Exception) -> JSONResponse:
    """Answer what the router refuses. `detail` stays for Gradio's own clients, which read it."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    if error.status_code == 400 and error.detail == _UNPARSED:  # noqa: PLR2004 - the one that FastAPI gives it
        return no_json(request)
    if error.status_code == 400 and request.headers.get("content-type", "").startswith("multipart/"):  # noqa: PLR2004
        return answer_of(_no_form(str(error.detail)), path_of(request.scope))
    message, code = _HTTP.get(error.status_code, (str(error.detail), "http_error"))
    return error_answer(
        error.status_code, message, code, error.headers, path=path_of(request.scope), detail=error.detail
    )


def _no_form(reason: str) -> VoiceLabError:
    """Return what is wrong with a form that Starlette refused for `reason`."""
    if _TOO_LARGE_A_FIELD in reason:
        return TextTooLong(
            "A text field of this form has more than 1 MB, and none here needs that. A recording is sent as a file, "
            "with a file name: -F audio=@recording.wav with curl."
        )
    return InvalidValue("body", f"The form of this request cannot be read: {reason.rstrip('.')}. Send it again.")


async def on_fault(request: Request, _error: Exception) -> JSONResponse:
    """Answer a fault of the lab: the server logs the traceback, the client gets a sentence."""
    return error_answer(500, FAULT, "internal_error", path=path_of(request.scope))


HANDLERS: dict[int | type[Exception], Callable[[Request, Exception], Any]] = {
    VoiceLabError: on_lab_error,
    RequestValidationError: on_invalid_request,
    HTTPException: on_http_error,
    Exception: on_fault,
}
"""For FastAPI(exception_handlers=...), of the API and of the page mounted on it."""
