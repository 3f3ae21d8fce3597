"""The voice that comes with the lab, so that one that was just installed can speak at once."""

from __future__ import annotations

import errno
import logging
import tempfile
from pathlib import Path

from voicelab.clips.wav import read_wav
from voicelab.errors import StorageFailed
from voicelab.files import read_json, storage_errors, sync_folder, write_atomically
from voicelab.settings import CHECKOUT, PACKAGE
from voicelab.speech.ports import Prompt

log = logging.getLogger(__name__)

SAMPLE = "sample"
"""Its slug."""

_PLACES = (PACKAGE / "sample_voice", CHECKOUT / "voices" / SAMPLE)
"""Where it lies: in an installed package, in a checkout."""
_MADE_MEANWHILE = frozenset({errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR})


def install_sample_voice(voices: Path) -> bool:
    """Put the sample voice into the library `voices` if there is no such folder at all, and say whether it was done.

    A folder of voices, an empty one too, is left as it is: who removed the sample does not get it back. The new folder
    is there with the whole sample or not at all. Where nothing can be written there is no sample, and the log says why.
    """
    if voices.exists():
        return False
    source = sample_folder()
    if source is None:  # a checkout whose sample was removed
        return False
    try:
        return _copied(source, voices)
    except StorageFailed as error:
        log.warning("%s The lab has no sample voice.", error.message)
        return False


def sample_folder() -> Path | None:
    """Return where the sample voice lies that comes with the lab; None in a checkout whose sample was removed."""
    return next((place for place in _PLACES if place.is_dir()), None)


def sample_prompt() -> Prompt | None:
    """Return its clip and what is said in it, as an engine needs them; None where there is no sample."""
    folder = sample_folder()
    if folder is None:
        return None
    text = str(read_json(folder / "transcript.json")["text"])
    return Prompt(read_wav(folder / "clip.wav").samples, text, str(read_json(folder / "voice.json")["language"]))


def _copied(source: Path, voices: Path) -> bool:
    with storage_errors("the sample voice"):
        voices.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{voices.name}.", dir=voices.parent) as staging:
            staged = Path(staging) / voices.name
            for path in source.iterdir():
                write_atomically(staged / SAMPLE / path.name, path.read_bytes())
            try:
                staged.rename(voices)
            except OSError as error:
                if error.errno in _MADE_MEANWHILE:
                    return False
                raise
            sync_folder(voices.parent)
    log.info("%s is new; the sample voice is in it.", voices)
    return True
