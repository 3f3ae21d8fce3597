"""Audio as an answer: its headers, whole or growing."""

from __future__ import annotations

import base64
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.responses import JSONResponse, StreamingResponse

from voicelab.models.catalogue import find
from voicelab.models.notes import notes_for
from voicelab.speech.captions import cues_of, srt, vtt
from voicelab.speech.formats import Origin

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from starlette.types import Receive, Scope, Send

    from voicelab.api.speech_requests import Prepared
    from voicelab.speech.captions import Cue
    from voicelab.speech.checked import Checked
    from voicelab.speech.ports import Speech, SpeechJob, SpeechRequest

EXPOSED = (
    *("X-Duration", "X-Synthesis-Time", "X-Engine", "X-Model", "X-Seed", "X-Voice", "X-Notes", "X-Synthetic"),
    *("X-Checked", "X-Cache", "X-Speed", "X-Fallback", "Retry-After", "X-Should-Retry"),
)
"""What a page of an allowed origin may read."""

CHECKED = "X-Checked"

_ASCII = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) != "%")


class SpokenStream(StreamingResponse):
    """A file that grows while it is spoken; `closed` is called when it is over, one way or the other."""

    def __init__(self, content: AsyncIterator[bytes], closed: Callable[[], None], **options: Any) -> None:
        """Send `content` as it comes."""
        super().__init__(content, **options)
        self._closed = closed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, then tell that it is over."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._closed()


def headers_of(
    origin: Origin, speech: Speech, *, cache: str, fallback: str, notes: tuple[str, ...] = ()
) -> dict[str, str]:
    """Return what is known of finished speech, with the guide's X-Duration and X-Synthesis-Time in seconds.

    `notes` are the request's; those of the speech follow.
    """
    times = {"X-Duration": f"{speech.duration_s:.2f}", "X-Synthesis-Time": f"{speech.elapsed_s:.2f}"}
    checked = speech.checked
    told = _headers(origin, " ".join((*notes, *speech.notes, *(checked.notes if checked else ()))), cache, fallback)
    return times | told | ({CHECKED: checked_header(checked)} if checked else {})


def stream_headers(
    voice: str, request: SpeechRequest, speed: float, *, cache: str, fallback: str, notes: tuple[str, ...] = ()
) -> tuple[Origin, dict[str, str]]:
    """Return where the speech comes from and what is known of it before it is spoken; `notes` are the request's."""
    model = find(request.model)
    origin = Origin(voice, model.engine, request.model, request.seed, speed)
    return origin, _headers(origin, " ".join((*notes, *request.notes, *notes_for(request))), cache, fallback)


def checked_header(checked: Checked) -> str:
    """Return takes, sentences and word errors of a checked text as fields."""
    return "; ".join(f"{name}={header_text(str(value))}" for name, value in checked.counts.items())


def stream_checked(job: SpeechJob) -> str:
    """Return what is known of a checked text when its first sentence is sent, and by how much that put it off."""
    checked = job.checked
    if checked is None:  # it went by without a sentence
        return "by=sentence"
    by = f"takes={checked.sentences[0].takes}; recognizer={header_text(checked.recognizer)}"
    return f"by=sentence; delay_s={checked.delay_s:.2f}; {by}"


@dataclass(frozen=True)
class Timed:
    """When each word of a file is said."""

    words: tuple[Cue, ...] = ()
    why_not: str = ""
    """Why that could not be found, in a sentence: the file is worth having all the same."""


def timed_answer(
    content: bytes, prepared: Prepared, speech: Speech, timed: Timed, headers: Mapping[str, str]
) -> JSONResponse:
    """Return a file together with when each of its words is said, in seconds of the file, and captions of it."""
    words, cues = timed.words, cues_of(timed.words, prepared.request.language)
    return JSONResponse(
        {
            "audio": base64.b64encode(content).decode(),
            "format": prepared.kind.name,
            "duration_s": round(speech.duration_s, 3),
            "said": speech.said,
            "words": [{"text": w.text, "start_s": round(w.start_s, 3), "end_s": round(w.end_s, 3)} for w in words],
            "srt": srt(cues),
            "vtt": vtt(cues) if words else "",
            "untimed": timed.why_not,
            "checked": asdict(speech.checked) if speech.checked else None,
        },
        headers=dict(headers),
    )


def _headers(origin: Origin, notes: str, cache: str, fallback: str) -> dict[str, str]:
    headers = {
        "X-Engine": origin.engine,
        "X-Model": header_text(origin.model),
        "X-Seed": str(origin.seed),
        "X-Voice": origin.voice,
        "X-Speed": f"{origin.speed:g}" if origin.speed != 1 else "",
        "X-Synthetic": "true",
        "X-Notes": header_text(notes),
        "X-Cache": cache,
        "X-Fallback": header_text(fallback),
    }
    return {name: value for name, value in headers.items() if value}


def header_text(text: str) -> str:
    """Return `text` as a header can carry it: printable ASCII as it is, anything else percent-encoded UTF-8."""
    return quote(text, safe=_ASCII)
