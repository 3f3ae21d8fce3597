"""One text at one server: sent, listened to, given up when it takes too long or says something odd."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from voicelab.clips.clip import SAMPLE_RATE
from voicelab.engines.remote.requests import post_of
from voicelab.engines.remote.servers import KEYS
from voicelab.engines.remote.wav_stream import WavStream
from voicelab.errors import Failed, NeverEnded, NothingSpoken, Unavailable, VoiceLabError

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2
    import numpy as np
    from numpy.typing import NDArray

    from voicelab.engines.remote.servers import Server
    from voicelab.speech.ports import SpeechRequest

_CONNECT_S = 10.0
_MOST_REASON = 4096
"""Bytes of an error's answer that are read."""
_LONGEST_S, _S_PER_CHARACTER = 10.0, 0.6
"""Speech of more than this much for its text has no end: nine times as long as it is read (15 characters a second)."""
_FASTEST = 100
"""Characters per second: four times what the fastest speaker says (transcripts/transcriber.py). What seems faster says
a wrong sample rate, or is a part of the text."""
_FAST_FROM = 40
"""Characters from which that is looked at."""
_DENIED = frozenset({401, 403})
_BUSY = frozenset({429, 503})
_NOT_THERE = frozenset({404, 405})


@dataclass(frozen=True)
class Told:
    """What the server says of itself, for the notes."""

    notes: tuple[str, ...] = ()


async def talk(server: Server, request: SpeechRequest, heard: Callable[[NDArray[np.float32]], None]) -> Told:
    """Have `request` spoken; `heard` is given its samples at 24 kHz, shape (n,), as they come.

    Raises VoiceLabError in words for the person: of a server that is not there, refuses, hangs, lies, or breaks off.
    """
    import httpx2

    post = post_of(server, request)
    timeout = httpx2.Timeout(server.wait_s, connect=min(_CONNECT_S, server.wait_s))
    began = time.monotonic()
    try:
        async with (
            httpx2.AsyncClient(timeout=timeout, trust_env=False) as client,
            client.stream("POST", post.url, json=post.body, headers=post.headers) as answer,
        ):
            await _refuse(server, answer)
            await _listen(server, request, answer, heard)
            return _told(server, answer)
    except httpx2.TimeoutException as error:
        waited_s = time.monotonic() - began
        message = f"{_who(server)} gave nothing for {server.wait_s:g} s ({waited_s:.0f} s in all) and was given up."
        raise Unavailable(f"{message} Look whether it hangs; try again.") from error
    except (httpx2.ConnectError, httpx2.UnsupportedProtocol) as error:
        message = (
            f"{_who(server)} does not answer ({str(error)[:80] or 'no connection'}). Start it, or check its address."
        )
        raise Unavailable(message) from error
    except httpx2.HTTPError as error:
        message = f"{_who(server)} was gone in the middle of the speech ({str(error)[:80]})."
        raise Failed(f"{message} Nothing of it is used; try again.") from error


def _who(server: Server) -> str:
    return f"The server {server.name} ({server.host})"


async def _refuse(server: Server, answer: httpx2.Response) -> None:
    """Raise what an answer means that is no speech."""
    status = answer.status_code
    kind = answer.headers.get("content-type", "")
    if status == 200 and not kind.startswith(("text/", "application/json")):  # noqa: PLR2004
        return
    reason = await _reason(answer)
    if status in _DENIED:
        raise Failed(f"{_who(server)} refuses the lab ({status}): {reason} Set {KEYS}={server.name}=… to its key.")
    if status in _NOT_THERE:
        raise Failed(
            f"{_who(server)} has no such route or model ({status}): {reason} Check its address, kind and model."
        )
    if status in _BUSY:
        wait = answer.headers.get("retry-after", "")
        raise Unavailable(f"{_who(server)} is busy ({status}): {reason}", float(wait) if wait.isdecimal() else None)
    if status == 200:  # noqa: PLR2004
        raise Failed(f"{_who(server)} answers {kind[:40]!r} and no audio: {reason} Check its address and kind.")
    raise Failed(f"{_who(server)} answers {status}: {reason} Its own log says more.")


async def _reason(answer: httpx2.Response) -> str:
    """Return the server's own words as one bounded line that ends in a full stop."""
    content = b""
    async for chunk in answer.aiter_bytes():
        content += chunk
        if len(content) > _MOST_REASON:
            break
    text = content[:_MOST_REASON].decode("utf-8", errors="replace")
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    shown = " ".join(plain.split())[:200].rstrip(".")
    return f"{shown}." if shown else "it says no more."


async def _listen(
    server: Server, request: SpeechRequest, answer: httpx2.Response, heard: Callable[[NDArray[np.float32]], None]
) -> None:
    stream = WavStream(_who(server))
    longest = round((_LONGEST_S + _S_PER_CHARACTER * len(request.text)) * SAMPLE_RATE)
    count = 0
    async with asyncio.timeout(10 * server.wait_s):  # a byte now and then is no speech, either
        async for chunk in answer.aiter_bytes():
            samples = stream.add(chunk)
            count += len(samples)
            if count > longest:
                seconds = count / SAMPLE_RATE
                raise NeverEnded(
                    f"{_who(server)} speaks on after {seconds:.0f} s for {request.text[:40]!r}. Try another seed."
                )
            if len(samples):
                heard(samples)
    rest = stream.end()
    count += len(rest)
    if not count:
        raise NothingSpoken(f"{_who(server)} made no sound for {request.text[:60]!r}. Try another seed.")
    if len(request.text) >= _FAST_FROM and len(request.text) * SAMPLE_RATE > _FASTEST * count:
        raise Failed(
            f"{_who(server)} sent {count / SAMPLE_RATE:.1f} s for {len(request.text)} characters, at {stream.rate} "
            "samples per second as it says: that is too short to be all of it, or its sample rate is wrong. Nothing of "
            "it is used."
        )
    if len(rest):
        heard(rest)


def _told(server: Server, answer: httpx2.Response) -> Told:
    model, notes = (unquote(answer.headers.get(name, ""))[:300] for name in ("x-model", "x-notes"))
    by = f"{server.host} spoke it with {model}." if model else ""
    return Told(tuple(each for each in (by, notes) if each))


def as_error(error: BaseException) -> VoiceLabError:
    """Return what a text at a server ended with as an error for the person."""
    if isinstance(error, VoiceLabError):
        return error
    if isinstance(error, TimeoutError):
        return Unavailable("The server sends its speech too slowly and was given up. Try again, or raise its wait_s.")
    return Failed(f"Asking the server failed in a way the lab does not know ({type(error).__name__}). Try again.")
