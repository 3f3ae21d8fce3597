"""A server as vLLM-Omni publishes its speech route, and servers that are none: each fault is asked for by the text.

Fields and rules are those of OpenAICreateSpeechRequest in vllm_omni/entrypoints/openai/protocol/audio.py: `stream`
without `stream_format="audio"` sends events, a stream needs wav or pcm, the Base task needs `ref_audio`.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import struct
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import soundfile

KEY = "sk-secret"
KNOWN = {
    *("input", "model", "voice", "instructions", "response_format", "speed", "stream_format", "stream"),
    *("task_type", "language", "ref_audio", "ref_text", "x_vector_only_mode", "max_new_tokens", "seed"),
}
LANGUAGES = {"Auto", "English", "German", "French"}
CHARACTER_S = 0.06


class StandIn(ThreadingHTTPServer):
    """Keeps what it was asked, and how many texts it had at once."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.at_once = self.most_at_once = 0
        self.gone = threading.Event()
        """Somebody closed the connection in the middle."""
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no fault."""


@contextlib.contextmanager
def standing_in() -> Iterator[StandIn]:
    """Answer during the block."""
    server = StandIn()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


_WRONG: dict[str, tuple[int, bytes, str, dict[str, str]]] = {
    "html": (200, b"<html><body>Welcome to nginx!</body></html>", "text/html", {}),
    "mp3": (200, b"ID3\x04" + b"\xff\xfb" * 500, "audio/wav", {}),
    "json": (200, b'{"error": "out of memory"}', "application/json", {}),
    "empty": (200, b"", "audio/wav", {}),
    "error": (500, b'{"error":{"message":"CUDA out of memory"}}', "application/json", {}),
    "busy": (503, b'{"error":"queue full"}', "application/json", {"Retry-After": "7"}),
    "redirect": (302, b"", "text/plain", {"Location": "http://127.0.0.1:9/"}),
}


def tone(text: str, seed: int, rate: int = 24_000) -> np.ndarray[Any, np.dtype[np.float32]]:
    times_s = np.arange(round(max(0.2, CHARACTER_S * len(text)) * rate)) / rate
    return (0.3 * np.sin(2 * np.pi * (200 + seed % 100) * times_s)).astype(np.float32)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StandIn

    def log_message(self, *_given: object) -> None:
        """Nothing is printed."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.asked.append(body)
            self.server.headers.append(dict(self.headers))
            self.server.at_once += 1
            self.server.most_at_once = max(self.server.most_at_once, self.server.at_once)
        try:
            self._answer(body)
        except OSError:
            self.server.gone.set()
        finally:
            with self.server.lock:
                self.server.at_once -= 1

    def _answer(self, body: dict[str, Any]) -> None:
        if self.path != "/v1/audio/speech":
            self._send(404, b'{"detail":"Not Found"}', "application/json")
        elif self.headers.get("Authorization") != f"Bearer {KEY}":
            self._send(401, b'{"error":"Unauthorized"}', "application/json")
        elif refusal := _refusal(body):
            self._send(400, json.dumps({"error": {"message": refusal}}).encode(), "application/json")
        else:
            self._speak(body)

    def _speak(self, body: dict[str, Any]) -> None:
        text, seed = body["input"], int(body.get("seed") or 0)
        fault = text.split()[0].strip(".,").lower()
        rate = {"slow": 16_000, "high": 48_000}.get(fault, 24_000)
        file = io.BytesIO()
        soundfile.write(file, tone(text, seed, rate), rate, "PCM_16", format="WAV")
        wav = file.getvalue()
        if fault in _WRONG:
            status, content, kind, headers = _WRONG[fault]
            self._send(status, content, kind, **headers)
        elif fault == "hang":
            time.sleep(30)
        elif fault == "liar":
            self._send(200, wav[:24] + struct.pack("<I", 192_000) + wav[28:], "audio/wav")
        elif fault == "odd":
            self._send(200, wav[:24] + struct.pack("<I", 7) + wav[28:], "audio/wav")
        else:
            self._stream(wav, fault)

    def _stream(self, wav: bytes, fault: str) -> None:
        """Send it in parts, as it is spoken: with no length in the header."""
        self.send_response(200)
        self.send_header("Content-Type", "audio/wav")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        open_ended = wav[:4] + b"\xff\xff\xff\xff" + wav[8:40] + b"\xff\xff\xff\xff" + wav[44:]
        step = 9601  # not a whole number of samples
        for at in range(0, len(open_ended), step):
            part = open_ended[at : at + step]
            self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            self.wfile.flush()
            time.sleep(0.05)
            if fault == "cut" and at > step:
                self.close_connection = True
                self.connection.close()
                return
        while fault == "endless":
            self.wfile.write(f"{step:x}\r\n".encode() + wav[44 : 44 + step].ljust(step, b"\0") + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def _send(self, status: int, content: bytes, kind: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def _refusal(body: dict[str, Any]) -> str:
    """Return why vLLM-Omni would refuse the request; empty where it would not."""
    rules = {
        f"unknown fields {set(body) - KNOWN}": not set(body) <= KNOWN,
        "input is required": not isinstance(body.get("input"), str),
        "that would be a stream of events": body.get("stream") and body.get("stream_format") != "audio",
        "streaming requires pcm or wav": body.get("stream") and body.get("response_format") not in {"wav", "pcm"},
        f"language {body.get('language')!r}": body.get("language") not in {None, *LANGUAGES},
    }
    if broken := [rule for rule, is_broken in rules.items() if is_broken]:
        return broken[0]
    if body.get("task_type") == "Base":
        reference = str(body.get("ref_audio", ""))
        if not reference.startswith("data:audio/wav;base64,") or not body.get("ref_text"):
            return "Base task requires ref_audio and ref_text"
        soundfile.read(io.BytesIO(base64.b64decode(reference.partition(",")[2])))
    return ""
