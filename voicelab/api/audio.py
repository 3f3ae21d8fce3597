"""Audio that a player may ask for piece by piece: Safari asks for two bytes first, and may play nothing else."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from starlette.types import Receive, Scope, Send

_ONE_RANGE = re.compile(r"bytes\s*=\s*(?:([0-9]{1,15})-([0-9]{1,15})?|-([0-9]{1,15}))\s*", re.IGNORECASE)


class Audio(Response):
    """A whole file in memory, or the range of it that is asked for (RFC 9110, 14): for files, see `audio_file`.

    What is asked for in several ranges, or in no range that can be understood, is sent whole, as the RFC allows.
    """

    def __init__(
        self,
        content: bytes,
        media_type: str = "audio/wav",
        headers: Mapping[str, str] | None = None,
        *,
        tag: bool = True,
    ) -> None:
        """`tag` is whether the answer tells one content from another, so that a player can ask for the rest of it."""
        super().__init__(content, media_type=media_type, headers=headers)
        self._content = content
        self.headers["accept-ranges"] = "bytes"
        if tag:
            self.headers["etag"] = f'"{hashlib.sha256(content).hexdigest()[:32]}"'

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with 200, 206 or 416."""
        content = self._content
        if scope["method"] == "GET" and (wanted := self._wanted(Headers(scope=scope))) is not None:
            size = len(content)
            first, end = wanted
            self.status_code, shown, content = 206, f"{first}-{end - 1}", content[first:end]
            if not content:
                self.status_code, shown = 416, "*"
            self.headers["content-range"] = f"bytes {shown}/{size}"
            self.headers["content-length"] = str(len(content))
        self.body = content
        await super().__call__(scope, receive, send)

    def _wanted(self, headers: Headers) -> tuple[int, int] | None:
        """Return first byte and end of the range that is asked for, end <= first for one that is not there."""
        found = _ONE_RANGE.fullmatch(headers.get("range", ""))
        condition = headers.get("if-range")
        if found is None or (condition is not None and condition != self.headers.get("etag")):
            return None
        size, (first, last, tail) = len(self._content), found.groups()
        if tail is not None:
            return max(0, size - int(tail)), size
        if last is not None and int(last) < int(first):
            return None
        return int(first), min(size, int(last) + 1) if last is not None else size


def audio_file(path: str | PathLike[str], media_type: str, headers: Mapping[str, str]) -> FileResponse:
    """Return a file on disk, or the ranges of it that are asked for."""
    return FileResponse(path, media_type=media_type, headers=headers)
