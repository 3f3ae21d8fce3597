"""Speech as server-sent events, in OpenAI's shapes: what its clients ask for with stream_format=sse."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from voicelab.errors import VoiceLabError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

MEDIA_TYPE = "text/event-stream"

_NO_TOKENS = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
"""Nothing is billed here, and clients that add them up want numbers."""


async def as_events(parts: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    """Return the parts of a file as events, and one that says that it is whole.

    What fails on the way is an event too, in the shape at which OpenAI's clients raise; nothing follows it.
    """
    try:
        async for part in parts:
            if part:
                yield _event("speech.audio.delta", audio=base64.b64encode(part).decode())
    except VoiceLabError as error:
        yield _event("error", error={"message": error.message, "type": "server_error", "code": error.code})
        return
    yield _event("speech.audio.done", usage=_NO_TOKENS)


def _event(kind: str, **more: Any) -> bytes:
    return f"data: {json.dumps({'type': kind, **more})}\n\n".encode()
