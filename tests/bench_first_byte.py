"""`make bench-first-byte`: an OpenAI client that streams, beside the lab's own streaming route, in turns on one server.

On the preview engine, with a text of forty sentences: the first byte comes long before the last. It prints a ratio for
each format and fails over the budget.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import httpx2 as httpx
from openai import OpenAI

from tests.running import Server
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable

BUDGET = 1.2
TURNS = 15
FORMATS: tuple[Literal["mp3", "wav", "pcm"], ...] = ("mp3", "wav", "pcm")
TEXT = " ".join(f"This is sentence number {number}, and it is no shorter than the others." for number in range(40))


def _openai_s(client: OpenAI, kind: Literal["mp3", "wav", "pcm"]) -> float:
    began = time.perf_counter()
    speech = client.audio.speech.with_streaming_response
    with speech.create(model="tts-1", voice="sample", input=TEXT, response_format=kind) as answer:
        next(answer.iter_bytes(1))
        return time.perf_counter() - began


def _own_s(client: httpx.Client, kind: str) -> float:
    began = time.perf_counter()
    body = {"text": TEXT, "voice": "sample", "format": kind, "stream": True}
    with client.stream("POST", "/synthesize", json=body) as answer:
        answer.raise_for_status()
        next(answer.iter_bytes(1))
        return time.perf_counter() - began


def _whole_s(client: httpx.Client, kind: str) -> float:
    began = time.perf_counter()
    client.post("/synthesize", json={"text": TEXT, "voice": "sample", "format": kind}).raise_for_status()
    return time.perf_counter() - began


def _in_turns(*sides: Callable[[], float]) -> list[float]:
    """Return the median seconds of each side; what else the machine does falls on both."""
    rounds = [[side() for side in sides] for _ in range(TURNS)]
    return [statistics.median(each) for each in zip(*rounds, strict=True)]


def main() -> int:
    """Print a line for each format; return how many are over the budget."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        shutil.copytree(CHECKOUT / "voices" / "sample", home / "voices" / "sample")
        server = Server.start(home, "--model", "preview")
        try:
            server.wait_for("ready", within_s=120)
            return sum(_compared(server.url, kind) for kind in FORMATS)
        finally:
            server.end()


def _compared(url: str, kind: Literal["mp3", "wav", "pcm"]) -> bool:
    with OpenAI(base_url=f"{url}/v1", api_key="none") as theirs, httpx.Client(base_url=url, timeout=300) as own:
        whole_s = _whole_s(own, kind)
        openai_s, own_s = _in_turns(lambda: _openai_s(theirs, kind), lambda: _own_s(own, kind))
    ratio = openai_s / own_s
    over = ratio > BUDGET
    print(
        f"{kind:4} first byte: OpenAI's client {openai_s:.3f} s, /synthesize?stream=true {own_s:.3f} s: "
        f"{ratio:.2f} x (budget {BUDGET}){'  over budget' if over else ''}; the whole text takes {whole_s:.1f} s",
        flush=True,
    )
    return over


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
