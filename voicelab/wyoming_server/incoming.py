"""Events as a stranger may send them: bounded in size and time, checked before anything is done.

The package's own reader allocates whatever length a client names, waits for ever, and stumbles over JSON of other types
(wyoming/event.py, async_read_event, 1.10.2): only what it writes is used here.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, Field, StringConstraints, ValidationError
from wyoming.event import Event

from voicelab.errors import InvalidValue, WrongInput

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_LINE = 2**16
"""Bytes of the line that an event begins with."""
MOST_DATA = 2**18
"""Bytes of an event's data: the longest text, in six bytes for each of its characters, has less than half of that."""
MOST_PAYLOAD = 2**18
"""Bytes of one piece of audio: eight seconds of what Home Assistant sends, which are 0.06 s a piece."""
MOST_HELD = 2**20
"""Bytes of events that wait for their turn; then no more is read."""
IDLE_S = 300.0
"""How long a client that is owed nothing may be silent."""
EVENT_S = 30.0
"""How long the rest of an event may take."""
_EACH = 256
"""Bytes that an event is counted at besides its own: thousands of empty ones cost memory, too."""

Fields = TypeVar("Fields", bound=BaseModel)
_Name = Annotated[str, StringConstraints(max_length=400)]


class VoiceFields(BaseModel):
    """Which voice is wanted."""

    name: _Name | None = None
    language: _Name | None = None
    speaker: _Name | None = None


class StartFields(BaseModel):
    """Of `synthesize-start`."""

    voice: VoiceFields | None = None
    text_format: Literal["text"] | None = None


class TextFields(BaseModel):
    """Of `synthesize-chunk`."""

    text: str


class SynthesizeFields(StartFields, TextFields):
    """Of `synthesize`."""


class TranscribeFields(BaseModel):
    """Of `transcribe`."""

    name: _Name | None = None
    language: _Name | None = None


class AudioFields(BaseModel):
    """Of `audio-start` and `audio-chunk`."""

    rate: int = Field(ge=8000, le=192_000)
    width: Literal[2]
    channels: Literal[1, 2]


class PingFields(BaseModel):
    """Of `ping`."""

    text: Annotated[str, StringConstraints(max_length=LONGEST_LINE)] | None = None


def fields_of(event: Event, kind: type[Fields]) -> Fields:
    """Return what an event says. Raises InvalidValue."""
    try:
        return kind.model_validate(event.data, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise InvalidValue(field, f"The event {event.type[:40]!r} has a wrong {field}: {first['msg']}.") from error


class Inbox:
    """Events of one client in their order, read ahead as far as MOST_HELD. Lives on the event loop."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self._events: asyncio.Queue[tuple[Event | None, int]] = asyncio.Queue()
        self._held = 0
        self._room = asyncio.Event()
        self._room.set()

    async def fill(self, reader: asyncio.StreamReader, busy: Callable[[], bool]) -> None:
        """Take what comes until the client sends its last, or is silent for IDLE_S and not `busy` with an answer.

        Raises WrongInput for what is no event.
        """
        while True:
            await self._room.wait()
            line = await _line(reader, lambda: busy() or bool(self._held))
            if not line.endswith(b"\n"):
                break
            try:
                async with asyncio.timeout(EVENT_S):
                    event, size = await _rest(line, reader)
            except TimeoutError as error:
                raise WrongInput(f"An event was begun and not ended within {EVENT_S:.0f} s.") from error
            except asyncio.IncompleteReadError:
                break
            self._events.put_nowait((event, size))
            self._count(size)
            await asyncio.sleep(0)  # what was read ahead is had without waiting: others have their turn in between
        self._events.put_nowait((None, 0))

    async def take(self) -> Event | None:
        """Wait for the next event; None after the last one."""
        event, size = await self._events.get()
        self._count(-size)
        return event

    def _count(self, size: int) -> None:
        self._held += size
        if self._held > MOST_HELD:
            self._room.clear()
        else:
            self._room.set()


async def _line(reader: asyncio.StreamReader, owed: Callable[[], bool]) -> bytes:
    """Return the line that an event begins with; less where the client sends no more or sleeps. Raises WrongInput."""
    while True:
        try:
            async with asyncio.timeout(IDLE_S):
                return await reader.readline()
        except TimeoutError:
            if not owed():
                return b""
        except ValueError as error:
            raise WrongInput(f"An event begins with a line of at most {LONGEST_LINE} bytes.") from error


async def _rest(line: bytes, reader: asyncio.StreamReader) -> tuple[Event, int]:
    head = _object(line)
    kind, data = head.get("type"), head.get("data") or {}
    if not isinstance(kind, str) or not isinstance(data, dict):
        raise WrongInput('An event is a line of JSON with a "type", as {"type": "describe"}.')
    data_bytes = _length(head, "data_length", MOST_DATA)
    payload_bytes = _length(head, "payload_length", MOST_PAYLOAD)
    if data_bytes:
        data = data | _object(await reader.readexactly(data_bytes))
    payload = await reader.readexactly(payload_bytes) if payload_bytes else None
    return Event(kind, data, payload), len(line) + data_bytes + payload_bytes + _EACH


def _object(content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise WrongInput("What came is no event: it is not JSON in UTF-8. This port speaks Wyoming.") from error
    if not isinstance(value, dict):
        raise WrongInput("What came is no event: it is no JSON object. This port speaks Wyoming.")
    return value


def _length(head: dict[str, Any], name: str, most: int) -> int:
    length = head.get(name) or 0
    if type(length) is not int or not 0 <= length <= most:
        raise InvalidValue(name, f"The {name} of an event is 0 to {most} here. Send larger ones in pieces.")
    return length
