"""Texts said by a lab that runs elsewhere, over HTTP."""

from __future__ import annotations

import base64
import contextlib
import json
import time
import urllib.parse
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from voicelab.cli.output import tell
from voicelab.cli.speech_sources import Said, untold
from voicelab.errors import InvalidValue, Unavailable, VoiceLabError
from voicelab.speech.checked import DEFAULT_TAKES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import httpx2

    from voicelab.cli.speech_sources import SpeechOptions
    from voicelab.speech.spoken_text import Read

_BUSY = frozenset({429, 503})
_PATIENCE_S = 600.0
"""How long a batch asks again while the server is busy or warming up."""
_TIMEOUT_S = 900.0
"""Of one answer: the longest text takes minutes on a slow machine."""


class Server:
    """Says texts with a lab that runs elsewhere, over HTTP."""

    def __init__(self, url: str, token: str, options: SpeechOptions, tell: Callable[[str, str], None] = tell) -> None:
        """`url` is the lab's address; `token` is empty where none is needed. Raises InvalidValue, Unavailable."""
        self._tell, self._token = tell, token
        try:
            parts = urllib.parse.urlsplit(url)
            usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:  # half an IPv6 address, a port that is no number
            usable = False
        if not usable or any(character.isspace() or not character.isprintable() for character in url):
            raise InvalidValue("server", f"{url!r} is no address of a lab. Give one like http://127.0.0.1:7860.")
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._options = options
        self._known_voice: dict[str, Any] = {}
        self._last: tuple[str, Read] | None = None
        """The text that was read last, and what came of it."""

    def say(self, text: str, *, patient: bool = False) -> Said:
        """Say it; a patient one asks again while the server is busy or warming up."""
        options = self._options
        wanted = {"model": options.model or "", "seed": options.seed, "speed": options.speed}
        more: dict[str, Any] = {"format": options.kind.name, "client": "say"}
        more |= {} if options.check is None else {"check": options.check}  # older labs know no such parameters
        more |= {} if options.takes == DEFAULT_TAKES else {"takes": options.takes}
        more |= {"timestamps": "word"} if options.captions else {}
        body = json.dumps(self._reading_of(text) | wanted | more).encode()
        said = self.read(text).said
        until = time.monotonic() + (_PATIENCE_S if patient else 0)
        while True:
            self._tell(f"asking {self._url}", "asking")
            try:
                answer = self._ask("/synthesize", body)
                with _of_a_lab(self._url):
                    return _answered(answer, said, options.captions)
            except Unavailable as error:
                wait_s = error.retry_after_s or 2.0
                if error.retry_after_s is None or time.monotonic() + wait_s > until:
                    raise
                self._tell(f"{error.message} Asking again in {wait_s:.0f} s.", "waiting")
                time.sleep(wait_s)

    def read(self, text: str) -> Read:
        """Ask the server."""
        from voicelab.speech.spoken_text import Read
        from voicelab.speech.text_pieces import Piece

        last = self._last  # other threads ask as well
        if last is None or last[0] != text:  # a line is asked for its name, and then said
            answer = self._ask("/read", json.dumps(self._reading_of(text)).encode())
            with _of_a_lab(self._url):
                told = answer.json()
                pieces = tuple(Piece(**piece) for piece in told["pieces"])
                last = self._last = text, Read(told["said"], tuple(told["notes"]), pieces)
        return last[1]

    def key(self, text: str) -> str:
        """Return what the server says it serves the voice with, and the wishes."""
        options, recipe = self._options, self._recipe()
        served = sorted(((name, value) for name, value in recipe.items() if name not in {"check", "speed"}), key=str)
        others = options.others(self.speed(), by_recipe=bool(recipe.get("check")))
        return repr((text, self.read(text).said, served, options.model, options.seed, options.kind.name, *others))

    def sentence(self, text: str, seed: int | None) -> Said:
        """Ask the same server."""
        return Server(self._url, self._token, self._options.of_sentence(seed), untold).say(text, patient=True)

    def seed(self) -> int:
        """Return the person's, else what the server says."""
        own = self._options.seed
        return int(self._recipe()["seed"]) if own is None else own

    def speed(self) -> float:
        """Return the person's, else what the server says; older labs say none."""
        own = self._options.speed
        return float(self._recipe().get("speed", 1.0)) if own is None else own

    def language(self) -> str:
        """Return what the server says."""
        return str(self._voice()["language"])

    def _recipe(self) -> dict[str, Any]:
        recipe: dict[str, Any] = self._voice()["served"]
        return recipe

    def _voice(self) -> dict[str, Any]:
        if not self._known_voice:
            path = f"/voices/{urllib.parse.quote(self._options.voice, safe='')}"
            answer = self._ask(path, None)
            with _of_a_lab(self._url):
                told = answer.json()
                self._known_voice = {**told, "served": dict(told["served"])}
        return self._known_voice

    def _reading_of(self, text: str) -> dict[str, Any]:
        reading = self._options.reading
        body = {"text": text, "voice": self._options.voice, "markup": reading.markup, "figures": reading.figures}
        return body | ({"date_order": reading.date_order} if reading.date_order else {})

    def _ask(self, path: str, body: bytes | None) -> httpx2.Response:
        import httpx2

        headers = self._headers | ({"Content-Type": "application/json"} if body else {})
        try:
            answer = httpx2.request(
                "POST" if body else "GET",
                self._url + path,
                content=body,
                headers=headers,
                timeout=_TIMEOUT_S,
                follow_redirects=True,
            )
        except httpx2.HTTPError as error:
            why = str(error) or type(error).__name__
            raise Unavailable(f"No lab answers at {self._url} ({why}). Check the address, or start it.") from error
        if answer.is_error:
            raise _refused(answer)
        return answer


@contextlib.contextmanager
def _of_a_lab(url: str) -> Iterator[None]:
    """Say so where something else answers at the address: another program's page, another version's fields."""
    try:
        yield
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable(f"What answers at {url} is no lab, or one of another version. Check the address.") from error


def _refused(answer: httpx2.Response) -> VoiceLabError:
    """Return the server's sentence as an error; one with a time to ask again where it gave one."""
    try:
        told = answer.json()
        message, code = str(told["error"]), str(told["code"])
    except (ValueError, KeyError, TypeError):
        message, code = f"The server answered {answer.status_code}, which no lab says. Check the address.", "error"
    wait = answer.headers.get("Retry-After", "")
    if answer.status_code in _BUSY:
        refusal: VoiceLabError = Unavailable(message, float(wait) if wait.isdecimal() else None)
    else:
        refusal = VoiceLabError(message)
    refusal.code = code
    return refusal


def _answered(answer: httpx2.Response, said: str, captions: str) -> Said:
    """Return what a server answered: a file, or JSON with the file and the captions that were asked for."""
    if not captions:
        return _said(answer.content, answer.headers, said)
    if not answer.headers.get("Content-Type", "").startswith("application/json"):
        raise Unavailable("The server sent no captions: it is older than this command. Update it.")
    timed: Mapping[str, str] = answer.json()
    made = _said(base64.b64decode(timed["audio"]), answer.headers, said)
    return replace(made, captions=timed[captions], uncaptioned=timed.get("untimed", ""))  # older labs say none


def _said(content: bytes, headers: httpx2.Headers, said: str) -> Said:
    notes = [urllib.parse.unquote(headers[name]) for name in ("X-Notes", "X-Fallback") if headers.get(name)]
    return Said(
        content,
        headers["X-Engine"],
        urllib.parse.unquote(headers["X-Model"]),
        int(headers["X-Seed"]),
        float(headers["X-Duration"]),
        float(headers["X-Synthesis-Time"]),
        None,
        tuple(notes),
        said,
        _counts(headers.get("X-Checked", "")),
    )


def _counts(header: str) -> dict[str, Any] | None:
    """Return what X-Checked says as Checked.counts; None without it."""
    fields = dict(part.split("=", 1) for part in header.split("; ") if "=" in part)
    counts = {name: int(value) if value.isdecimal() else urllib.parse.unquote(value) for name, value in fields.items()}
    return counts or None
