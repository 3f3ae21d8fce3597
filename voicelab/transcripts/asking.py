"""Which recognizer a client of the lab may ask for: none is downloaded and no folder is read because it names one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicelab.errors import UnknownModel
from voicelab.transcripts.recognizers import PACKAGED

if TYPE_CHECKING:
    from voicelab.transcripts.transcriber import Transcriber


def on_disk(transcriber: Transcriber) -> list[str]:
    """Return the recognizers that can be asked for by name."""
    return [info.name for info in transcriber.recognizers() if info.on_disk]


def default_recognizer(transcriber: Transcriber) -> str:
    """Return what hears where none is named: the lab's own if it is on disk, else the one that comes with the lab."""
    wanted = transcriber.default_model
    known = {info.name for info in transcriber.recognizers()}
    return PACKAGED if wanted in known and wanted not in on_disk(transcriber) else wanted


def recognizer_named(transcriber: Transcriber, name: str) -> str:
    """Return the recognizer that a client asks for; none named: `default_recognizer`. Raises UnknownModel."""
    default = default_recognizer(transcriber)
    known = on_disk(transcriber)
    if name and name not in {default, *known}:
        raise UnknownModel(f"There is no recognizer {name[:80]!r} on this disk. There are: {', '.join(known)}.")
    return name or default
