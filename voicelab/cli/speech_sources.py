"""Where `say` gets its audio from: a lab in this process, or a server that runs already."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from voicelab.cli.output import tell
from voicelab.errors import InvalidValue, Unavailable, VoiceLabError
from voicelab.speech.checked import DEFAULT_TAKES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from http.client import HTTPMessage, HTTPResponse

    from voicelab.lab import Lab
    from voicelab.speech.formats import Format
    from voicelab.speech.ports import SpeechJob, SpeechRequest
    from voicelab.speech.reading import Reading
    from voicelab.speech.spoken_text import Read

_BUSY = frozenset({429, 503})
_PATIENCE_S = 600.0
"""How long a batch asks again while the server is busy or warming up."""
_TIMEOUT_S = 900.0
"""Of one answer: the longest text takes minutes on a slow machine."""


@dataclass(frozen=True)
class Said:
    """A text as a file."""

    content: bytes
    engine: str
    model: str
    seed: int
    duration_s: float
    elapsed_s: float
    peak_memory_bytes: int | None
    """None where a server does not tell."""
    notes: tuple[str, ...]
    said: str
    """The text as it was really said."""
    checked: Mapping[str, Any] | None = None
    """What hearing it back came to (Checked.counts); None where nobody asked for that."""

    @property
    def rtf(self) -> float:
        """Elapsed seconds per second of audio."""
        return self.elapsed_s / self.duration_s if self.duration_s else 0.0


@dataclass(frozen=True)
class SpeechOptions:
    """How texts are to be said."""

    voice: str
    model: str | None
    seed: int | None
    kind: Format
    reading: Reading
    speed: float = 1.0
    """Times as fast as the voice speaks."""
    check: bool | None = None
    """Whether every sentence is heard back; None: as the voice's recipe says."""
    takes: int = DEFAULT_TAKES
    """Of one checked sentence at most."""

    def of_sentence(self, seed: int | None) -> SpeechOptions:
        """Return them for one sentence of a text, which is sped up and encoded as a whole."""
        from voicelab.speech.formats import FORMATS

        return replace(self, kind=FORMATS["wav"], speed=1.0, seed=self.seed if seed is None else seed)

    def others(self, *, by_recipe: bool) -> tuple[str, ...]:
        """Return what of it makes another file and was not there in older indexes, where it is not as it was then.

        `by_recipe` is whether the voice's recipe has its speech checked.
        """
        checked = by_recipe if self.check is None else self.check
        fields = {f"speed {self.speed:g}": self.speed != 1, f"checked in {self.takes} takes": checked}
        return tuple(name for name, counts in fields.items() if counts)


class Source(Protocol):
    """Says one text after the other."""

    def say(self, text: str, *, patient: bool = False) -> Said:
        """Return `text` as a file; `patient` waits for a place. Raises any VoiceLabError."""

    def sentence(self, text: str, seed: int | None) -> Said:
        """Return `text` as a WAV file at the voice's own speed, from any thread, waiting for a place; None: own seed.

        Raises any VoiceLabError.
        """

    def seed(self) -> int:
        """Return the seed of a text. Raises any VoiceLabError."""

    def language(self) -> str:
        """Return the voice's, as a full lower-case name. Raises any VoiceLabError."""

    def read(self, text: str) -> Read:
        """Return what would really be said. Raises any VoiceLabError."""

    def key(self, text: str) -> str:
        """Return what is the same as long as `text` would sound the same."""


class InProcess:
    """Says texts with the engine of a lab in this process."""

    def __init__(self, lab: Lab, options: SpeechOptions, tell: Callable[[str, str], None] = tell) -> None:
        """Nothing starts before the first text; `tell` is told how far a text is."""
        self._lab = lab
        self._options = options
        self._tell = tell

    def say(self, text: str, *, patient: bool = False) -> Said:  # noqa: ARG002 - nobody else is in this queue
        """Say it, telling how far it is; Ctrl-C cancels."""
        from voicelab.speech.formats import Origin, encoded
        from voicelab.speech.tempo import at_speed

        job = self._submit(self._request(text))
        try:
            for update in job.updates():
                self._tell(update.message, update.state)
            speech = job.result()
        finally:
            job.cancel()  # a no-op once it is done; after Ctrl-C it ends the work
        slug = self._lab.voices.get(self._options.voice).slug
        origin = Origin(slug, speech.engine, speech.model, speech.seed, self._options.speed)
        samples = at_speed(speech.samples, speech.sample_rate, self._options.speed)
        return Said(
            encoded(samples, speech.sample_rate, self._options.kind, origin),
            speech.engine,
            speech.model,
            speech.seed,
            len(samples) / speech.sample_rate,
            speech.elapsed_s,
            speech.peak_memory_bytes,
            (*speech.notes, *(speech.checked.notes if speech.checked else ())),
            speech.said,
            speech.checked.counts if speech.checked else None,
        )

    def sentence(self, text: str, seed: int | None) -> Said:
        """Say it with the same lab."""
        return InProcess(self._lab, self._options.of_sentence(seed), _untold).say(text)

    def seed(self) -> int:
        """Return the person's, else the recipe's."""
        own = self._options.seed
        return self._lab.voices.get(self._options.voice).recipe.seed if own is None else own

    def language(self) -> str:
        """Return what the library says."""
        return self._lab.voices.get(self._options.voice).language

    def _submit(self, request: SpeechRequest) -> SpeechJob:
        from voicelab.checked.speaking import submit_checked

        if not self._checks:
            return self._lab.engine.submit(request)
        return submit_checked(self._lab.engine, self._lab.transcriber, request, self._options.takes)

    @property
    def _by_recipe(self) -> bool:
        return self._lab.voices.get(self._options.voice).recipe.check

    @property
    def _checks(self) -> bool:
        return self._by_recipe if self._options.check is None else self._options.check

    def read(self, text: str) -> Read:
        """Return it without the engine."""
        from voicelab.speech.spoken_text import read

        voice = self._lab.voices.get(self._options.voice)
        return read(text, voice.language, self._lab.voices.read_as(voice, self._options.reading))

    def key(self, text: str) -> str:
        """Return everything of the request, and the clip by its digest."""
        from voicelab.speech.reading import as_read

        request = as_read(self._request(text))
        prompt = request.prompt.key if request.prompt else ""
        recipe = (request.model, request.language, request.seed, request.sampling, request.speaker, request.instruct)
        return repr(
            (
                text,
                request.text,
                prompt,
                recipe,
                self._options.kind.name,
                *self._options.others(by_recipe=self._by_recipe),
            )
        )

    def _request(self, text: str) -> SpeechRequest:
        from voicelab.voices.request import request_for

        return request_for(
            self._lab.voices,
            self._options.voice,
            text,
            default_model=self._lab.engine.default_model()[0],
            model=self._options.model,
            seed=self._options.seed,
            reading=self._options.reading,
        )


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
        more: dict[str, Any] = {"format": options.kind.name, "client": "say", "takes": options.takes}
        more |= {} if options.check is None else {"check": options.check}
        body = json.dumps(self._reading_of(text) | wanted | more).encode()
        said = self.read(text).said
        until = time.monotonic() + (_PATIENCE_S if patient else 0)
        while True:
            self._tell(f"asking {self._url}", "asking")
            try:
                with self._open("/synthesize", body) as answer:
                    return _said(answer.read(), answer.headers, said)
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

        if self._last is None or self._last[0] != text:  # a line is asked for its name, and then said
            with self._open("/read", json.dumps(self._reading_of(text)).encode()) as answer:
                told = json.load(answer)
            pieces = tuple(Piece(**piece) for piece in told["pieces"])
            self._last = text, Read(told["said"], tuple(told["notes"]), pieces)
        return self._last[1]

    def key(self, text: str) -> str:
        """Return what the server says it serves the voice with, and the wishes."""
        options, recipe = self._options, self._recipe()
        served = sorted(((name, value) for name, value in recipe.items() if name != "check"), key=str)
        others = options.others(by_recipe=bool(recipe.get("check")))
        return repr((text, self.read(text).said, served, options.model, options.seed, options.kind.name, *others))

    def sentence(self, text: str, seed: int | None) -> Said:
        """Ask the same server."""
        return Server(self._url, self._token, self._options.of_sentence(seed), _untold).say(text, patient=True)

    def seed(self) -> int:
        """Return the person's, else what the server says."""
        own = self._options.seed
        return int(self._recipe()["seed"]) if own is None else own

    def language(self) -> str:
        """Return what the server says."""
        return str(self._voice()["language"])

    def _recipe(self) -> dict[str, Any]:
        recipe: dict[str, Any] = self._voice()["served"]
        return recipe

    def _voice(self) -> dict[str, Any]:
        if not self._known_voice:
            path = f"/voices/{urllib.parse.quote(self._options.voice, safe='')}"
            with self._open(path, None) as answer:
                self._known_voice = json.load(answer)
        return self._known_voice

    def _reading_of(self, text: str) -> dict[str, Any]:
        reading = self._options.reading
        body = {"text": text, "voice": self._options.voice, "markup": reading.markup, "figures": reading.figures}
        return body | ({"date_order": reading.date_order} if reading.date_order else {})

    def _open(self, path: str, body: bytes | None) -> HTTPResponse:
        headers = self._headers | ({"Content-Type": "application/json"} if body else {})
        request = urllib.request.Request(self._url + path, body, headers)  # noqa: S310 - the scheme is checked
        try:
            answer: HTTPResponse = urllib.request.urlopen(request, timeout=_TIMEOUT_S)  # noqa: S310 - the same
        except urllib.error.HTTPError as error:
            raise _refused(error) from error
        except OSError as error:
            reason = getattr(error, "reason", error)
            raise Unavailable(f"No lab answers at {self._url} ({reason}). Check the address, or start it.") from error
        return answer


def _untold(_message: str, _about: str) -> None:
    """Tell nobody."""


def _refused(error: urllib.error.HTTPError) -> VoiceLabError:
    """Return the server's sentence as an error; one with a time to ask again where it gave one."""
    try:
        told = json.load(error)
        message, code = str(told["error"]), str(told["code"])
    except (ValueError, KeyError, TypeError):
        message, code = f"The server answered {error.code}, which no lab says. Check the address.", "error"
    wait = error.headers.get("Retry-After", "")
    if error.code in _BUSY:
        refusal: VoiceLabError = Unavailable(message, float(wait) if wait.isdecimal() else None)
    else:
        refusal = VoiceLabError(message)
    refusal.code = code
    return refusal


def _said(content: bytes, headers: HTTPMessage, said: str) -> Said:
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
