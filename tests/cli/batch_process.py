"""`say --lines` or `say --book` as a process that can be killed, with a synthesizer that counts what it spoke.

python -m tests.cli.batch_process HOME --lines FILE|--book FILE OUT SPOKEN
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fakes import ToneSynthesizer
from tests.labs import lab_of
from voicelab.cli.batch import Kind, read_lines, say_lines
from voicelab.cli.book import say_book
from voicelab.cli.book_text import read_book
from voicelab.cli.speech_sources import InProcess, SpeechOptions
from voicelab.engines.process import EngineProcess
from voicelab.models.model_choice import Choice
from voicelab.settings import Settings
from voicelab.speech.formats import FORMATS
from voicelab.speech.reading import Reading

if TYPE_CHECKING:
    from voicelab.speech.ports import Reporter, Speech, SpeechRequest

SPOKEN = "VOICELAB_TEST_SPOKEN"
WORD_S = 0.03


class CountingTones(ToneSynthesizer):
    """Writes down each sentence that it has spoken."""

    def speak(self, request: SpeechRequest, report: Reporter) -> Speech:
        import time

        speech = super().speak(request, report)
        time.sleep(WORD_S * len(request.text.split()))
        with Path(os.environ[SPOKEN]).open("a") as file:
            file.write(f"{request.text}\n")
        return speech


def main(home: str, what: str, file: str, out: str, spoken: str) -> None:
    """Say it."""
    os.environ[SPOKEN] = spoken
    engine = EngineProcess(
        {"preview": "tests.cli.batch_process:CountingTones"},
        model="preview",
        choose=lambda _model: Choice("preview", "preview", "CPU", "A test."),
    )
    kind = FORMATS["flac"]
    source = InProcess(lab_of(Settings(home=Path(home)), engine), SpeechOptions("anna", None, 3, kind, Reading()))
    as_kind = Kind(kind, "anna", 1.0)
    if what == "--lines":
        say_lines(read_lines(Path(file)), source, Path(out), as_kind)
    else:
        say_book(read_book(Path(file)), source, Path(out), as_kind)
    engine.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
