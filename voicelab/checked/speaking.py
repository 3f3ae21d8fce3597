"""The way in: a request, spoken and heard back, as a job."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from voicelab.checked.job import CheckedText
from voicelab.checked.judge import RecognizerEar
from voicelab.errors import InvalidValue
from voicelab.models.notes import notes_for
from voicelab.speech.checked import FEWEST_TAKES, MOST_TAKES
from voicelab.speech.reading import as_read
from voicelab.speech.text_pieces import check_text

if TYPE_CHECKING:
    from voicelab.speech.ports import Engine, OnBusy, SpeechJob, SpeechRequest
    from voicelab.transcripts.transcriber import Transcriber


def checked_takes(takes: int) -> int:
    """Return it. Raises InvalidValue."""
    if not FEWEST_TAKES <= takes <= MOST_TAKES:
        raise InvalidValue("takes", f"A sentence may have {FEWEST_TAKES} to {MOST_TAKES} takes, and not {takes}.")
    return takes


def submit_checked(
    engine: Engine,
    transcriber: Transcriber,
    request: SpeechRequest,
    takes: int,
    client: str = "",
    on_busy: OnBusy = "queue",
) -> SpeechJob:
    """Queue `request` to be spoken and heard sentence by sentence, each in at most `takes` takes.

    The result's `checked` tells what came of it. Raises what Engine.submit raises, InvalidValue for the takes, and
    UnsupportedLanguage or ModelUnavailable where no recognizer here can hear it: nothing is spoken unchecked.
    """
    checked_takes(takes)
    check_text(request.text)
    request = as_read(request)
    check_text(request.text)
    ear = RecognizerEar(transcriber, request.language)
    request = replace(request, notes=(*request.notes, *notes_for(request)))
    return CheckedText(engine, ear, request, takes, client, on_busy).job
