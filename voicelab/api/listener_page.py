"""The listener's page and its calls: /listen/<token>. Nothing here needs, or gives, access to the rest of the lab.

The token in the address is that of the test; X-Listener is the key of one listener's session, which only the browser
that joined has.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import FileResponse
from pydantic import ConfigDict, Field

from voicelab import static
from voicelab.api.audio import Audio
from voicelab.api.bodies import Body
from voicelab.api.context import LabOf
from voicelab.api.guard import OPEN_PREFIX
from voicelab.errors import NotFound, UnknownTest
from voicelab.listening.answering import Reply
from voicelab.listening.guess_limit import Guesses
from voicelab.listening.sessions import Sessions
from voicelab.settings import is_loopback

_OPEN_PARTS = ("listen/", "shared/")
"""What the page is made of; the rest of the scripts is the lab's."""
_guesses = Guesses()


def _sessions(lab: LabOf, request: Request) -> Iterator[Sessions]:
    """Give the listeners' side, and count links that do not exist."""
    address = request.client.host if request.client else ""
    _guesses.check(address)
    try:
        yield lab.listening.sessions
    except UnknownTest:
        _guesses.wrong(address)
        raise


router = APIRouter(prefix=OPEN_PREFIX.rstrip("/"), include_in_schema=False)
SessionsOf = Annotated[Sessions, Depends(_sessions)]
Key = Annotated[str, Header(alias="X-Listener", max_length=100)]


class Joining(Body):
    """What the page sends to begin."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field("", max_length=200)
    code: str = Field("", max_length=200)


class Answered(Body):
    """One answer."""

    model_config = ConfigDict(extra="forbid")

    trial: str = Field(max_length=64)
    value: Any
    plays: list[Any] = Field(max_length=64)
    heard_s: float


@router.get("/static/{name:path}")
def part(name: str) -> Response:
    """Return a part of the page."""
    found = static.parts().get(name)
    if found is None or not name.startswith(_OPEN_PARTS):
        raise NotFound("There is nothing at this address.")
    return Response(found.content, media_type=found.media_type)


@router.get("/{token}")
def page(token: str) -> FileResponse:  # noqa: ARG001 - the page reads it from its address
    """Return the page, the same bytes for every link; it asks for the rest."""
    return FileResponse(static.ROOT / "listen" / "listen.html", media_type="text/html; charset=utf-8")


@router.get("/{token}/welcome")
def welcome(token: str, sessions: SessionsOf) -> dict[str, Any]:
    """Return what there is to know before joining."""
    return {**sessions.welcome(token)}


@router.post("/{token}/join")
def join(request: Request, token: str, joining: Joining, sessions: SessionsOf, key: Key = "") -> dict[str, Any]:
    """Begin a session, or find again the one that began with this key."""
    key = sessions.join(token, joining.name, joining.code, _address(request), key)
    return {"key": key, **sessions.state(token, key)}


def _address(request: Request) -> str:
    """Return where a listener joins from; "" for this machine: behind a proxy that was not named, all are there."""
    host = request.client.host if request.client else ""
    return "" if is_loopback(host) else host


@router.get("/{token}/state")
def state(token: str, sessions: SessionsOf, key: Key) -> dict[str, Any]:
    """Return how far a session is."""
    return {**sessions.state(token, key)}


@router.get("/{token}/trial")
def trial(token: str, sessions: SessionsOf, key: Key, number: int | None = None) -> dict[str, Any]:
    """Return the next trial, or an earlier one."""
    return {**sessions.trial(token, key, number)}


@router.get("/{token}/audio/{stimulus}")
def audio(token: str, stimulus: str, sessions: SessionsOf, key: Key) -> Response:
    """Return a stimulus. All of a test have the same headers and the same length."""
    return Audio(sessions.audio(token, key, stimulus), tag=False)


@router.post("/{token}/answers")
def answer(token: str, answered: Answered, sessions: SessionsOf, key: Key) -> dict[str, Any]:
    """Keep an answer: with 200 it is on the disk."""
    reply = Reply(answered.trial, answered.value, answered.plays, answered.heard_s)
    return {**sessions.answer(token, key, reply)}


@router.post("/{token}/finish")
def finish(token: str, sessions: SessionsOf, key: Key) -> dict[str, Any]:
    """End a session."""
    return {**sessions.finish(token, key)}
