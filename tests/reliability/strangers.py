"""Single requests by which a stranger, who has no token, might keep the event loop busy: each of at most a megabyte."""

from __future__ import annotations

_HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
_POST = b"POST /%s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
_END = b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
_MEGABYTE = 2**20


def shapes() -> dict[str, bytes]:
    """Return the requests, as they are on the wire, by what they are."""
    quotes = b'\\"' * 40_000
    keys = b"{" + b",".join(b'"k%d":1' % number for number in range(70_000)) + b"}"
    chunks = b"1\r\nx\r\n" * (_MEGABYTE // 6)
    listen = b"listen/x/sessions"
    return {
        "quotation marks in a cookie": _HEAD + b'Cookie: voicelab_token="' + quotes + b'"\r\n\r\n',
        "80,000 cookies": _HEAD + b"Cookie: " + b"a=b; " * 80_000 + b"\r\n\r\n",
        "180,000 header lines": _HEAD + b"a: b\r\n" * 170_000 + b"\r\n",
        "one header of a megabyte": _HEAD + b"X-Long: " + b"x" * (_MEGABYTE - 100) + b"\r\n\r\n",
        "250,000 parameters": b"GET /synthesize?" + b"a=&" * 250_000 + b"token=x" + _END,
        "80,000 parameters": b"GET /synthesize?" + b"a=&" * 80_000 + b"token=x" + _END,
        "a long text without a token": b"GET /synthesize?token=x&text=" + b"%E5%A4%A9" * 20_000 + _END,
        "a path of a megabyte": b"GET /" + b"a/" * (_MEGABYTE // 2 - 50) + _END,
        "70,000 JSON keys": _POST % listen + b"Content-Length: %d\r\n\r\n" % len(keys) + keys,
        "chunks of a byte": _POST % b"synthesize" + b"Transfer-Encoding: chunked\r\n\r\n" + chunks,
        "chunks of a byte for a listener": _POST % listen + b"Transfer-Encoding: chunked\r\n\r\n" + chunks,
        "a megabyte of JSON": _POST % b"synthesize" + b"Content-Length: 1048000\r\n\r\n" + b"[" * 1_048_000,
        "20,000 requests on one connection": (_HEAD + b"\r\n") * 20_000,
        "a nested bearer": _HEAD + b"Authorization: Bearer " + b"x " * 8000 + b"\r\n\r\n",
    }  # fmt: skip
