"""How large the head of a request may be: counted as it comes in, before anything of it is understood.

What is larger costs more to take apart than a stranger may cost: header lines and cookies are split, decoded and copied
by everything that they pass.
"""

from __future__ import annotations

import re

HEADERS_LIMIT = 16 * 2**10
"""Bytes of all header lines together; a browser with a year of cookies sends a quarter of it."""
LINES_LIMIT = 100
"""Header lines; browsers send twenty."""
LINE_LIMIT = 8 * 2**10
"""Bytes of a request's first line."""
LONG_LINE_LIMIT = 256 * 2**10
"""Bytes of a first line that carries a text: 20,000 characters of Chinese take nine bytes each."""
_LONG_LINE = re.compile(rb"(?:GET|HEAD) [^ ?]*/synthesize\b")
_START = 256
"""Bytes that tell it; a path of a proxy may stand before it."""
_END = b"\r\n\r\n"


class HeaderCounter:
    """Counts the bytes and lines of one head after the other on a connection."""

    def __init__(self) -> None:
        """Begin with the first head."""
        self._begin()

    def _begin(self) -> None:
        self._start = b""
        """The first bytes, which tell what may be long."""
        self._line_bytes = 0
        self._header_bytes = 0
        self._lines = 0
        self._tail = b""
        """The last bytes, so that an end is found that came in two parts."""

    def feed(self, data: bytes) -> str:
        """Count `data`, which begins within a head. Return why the head is refused, else an empty string."""
        at = (self._tail + data).find(_END)
        head = data if at < 0 else data[: at + len(_END) - len(self._tail)]
        self._count(head)
        refusal = self._refusal()
        self._tail = (self._tail + head)[-len(_END) + 1 :]
        if at >= 0:
            self._begin()
        return refusal

    def _count(self, head: bytes) -> None:
        if len(self._start) < _START:
            self._start = (self._start + head)[:_START]
        if not self._lines:
            first = head.find(b"\n")
            self._line_bytes += len(head) if first < 0 else first + 1
            self._header_bytes += 0 if first < 0 else len(head) - first - 1
        else:
            self._header_bytes += len(head)
        self._lines += head.count(b"\n")

    def _refusal(self) -> str:
        allowed = LONG_LINE_LIMIT if _LONG_LINE.match(self._start) else LINE_LIMIT
        if self._line_bytes > allowed:
            return f"The address of a request may have {allowed // 2**10} KB here. Send a long text with POST."
        if self._header_bytes > HEADERS_LIMIT:
            return f"The headers of a request may have {HEADERS_LIMIT // 2**10} KB here."
        if self._lines > LINES_LIMIT:
            return f"A request may have {LINES_LIMIT} header lines here."
        return ""
