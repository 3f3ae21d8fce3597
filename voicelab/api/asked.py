"""One text of an HTTP client on its way through the request service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterator

    import numpy as np
    from fastapi import Request
    from numpy.typing import NDArray

    from voicelab.api.request_metrics import Record
    from voicelab.api.speech_requests import Prepared, SpeechBody
    from voicelab.speech.formats import Origin


_PART_BYTES = 48 * 2**10
"""A second of WAV: 64 KB in an event."""


@dataclass(frozen=True)
class Manner:
    """How a route answers."""

    lenient: bool = False
    """As `prepare` is."""
    as_events: bool = False
    """Bytes of the file as server-sent events."""


@dataclass(frozen=True)
class Asked:
    """What is asked for, by whom, and how it is to be answered."""

    request: Request
    body: SpeechBody
    record: Record
    arrived: float
    """time.monotonic() then."""
    manner: Manner

    @property
    def in_parts(self) -> bool:
        """Whether a player asks for it part by part: then all of them are of one synthesis."""
        return not self.body.stream and "range" in self.request.headers

    def key_of(self, prepared: Prepared) -> str:
        """Return what identical requests share their job by; empty for a job of its own."""
        return prepared.key if prepared.shared or self.in_parts else ""


@dataclass(frozen=True)
class Pieces:
    """What is spoken so far, and what is still to come."""

    first: NDArray[np.float32] | None
    rest: Iterator[NDArray[np.float32]]
    origin: Origin


async def in_parts(content: bytes) -> AsyncGenerator[bytes]:
    """Yield the whole of it, a part after the other."""
    for at in range(0, len(content), _PART_BYTES):
        yield content[at : at + _PART_BYTES]


async def no_parts() -> AsyncIterator[bytes]:
    """Yield nothing."""
    parts: tuple[bytes, ...] = ()
    for part in parts:
        yield part
