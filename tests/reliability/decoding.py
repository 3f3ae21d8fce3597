"""Decode many files as the lab does, in a child that may crash, hang or eat memory without hurting the one who counts.

`python -m tests.reliability.decoding FOLDER` is the child: it decodes the files whose paths come on its standard input
and answers each with one line of JSON.
"""

from __future__ import annotations

import json
import resource
import selectors
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.reliability.hostile_file import HostileFile

CAP_S = 10.0
"""A file that takes longer hangs."""
STARTS_WITHIN_S = 60.0
MEMORY_MB = 450
"""Half an hour of samples twice (173 MB each) with room for the libraries: what no file may go beyond."""


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    file: HostileFile
    how: str
    """audio, refused, fault (an exception that is none of the lab's), crash or hang."""
    detail: str
    """The sentence, the exception, or how the child ended."""
    seconds: float
    """Wall time."""
    grown_mb: float
    """How much the child's peak memory grew."""
    likeness: float
    """Of the audio with the source: 1 is the same."""
    audio_s: float

    @property
    def held(self) -> bool:
        """Whether the lab did what it must."""
        if self.grown_mb > MEMORY_MB or self.how not in {"audio", "refused"}:
            return False
        if self.file.expected == "audio":
            return self.how == "audio" and self.likeness > LIKE
        return self.file.expected in {self.how, "either"}


LIKE = 0.85
"""Correlation with the source of every good file here; MP3 and AAC at their default bit rates give 0.97 and more."""


class Decoder:
    """The child, started again after it crashed or hung."""

    def __init__(self, folder: Path) -> None:
        """Write the files into `folder`, one at a time."""
        self._folder = folder
        self._child: subprocess.Popen[str] | None = None

    def outcomes(self, files: Iterable[HostileFile]) -> Iterator[Outcome]:
        """Decode each of `files`."""
        try:
            for number, file in enumerate(files):
                yield self._outcome(number, file)
        finally:
            self._end()

    def _outcome(self, number: int, file: HostileFile) -> Outcome:
        folder = self._folder / str(number)
        folder.mkdir()
        path = folder / file.name.replace("/", "_")
        with path.open("wb") as writing:
            writing.write(file.content)
            if file.size:
                writing.truncate(file.size)
        child = self._ready()
        began = time.monotonic()
        assert child.stdin is not None
        child.stdin.write(f"{path}\n")
        child.stdin.flush()
        line = _line(child, CAP_S)
        seconds = time.monotonic() - began
        path.unlink()
        if line:
            answer: dict[str, Any] = json.loads(line)
            return Outcome(file, seconds=seconds, **answer)
        how = "hang" if child.poll() is None else "crash"
        detail = f"exit status {self._end()}" if how == "crash" else f"no answer in {CAP_S:g} s"
        self._end()
        return Outcome(file, how, detail, seconds, 0, 0, 0)

    def _ready(self) -> subprocess.Popen[str]:
        if self._child is None or self._child.poll() is not None:
            command = [sys.executable, "-m", "tests.reliability.decoding"]
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                cwd=CHECKOUT,
            )
            assert _line(self._child, STARTS_WITHIN_S), "the child does not start"
        return self._child

    def _end(self) -> int | None:
        child, self._child = self._child, None
        if child is None:
            return None
        child.kill() if child.poll() is None else None
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        return child.wait()


def _line(child: subprocess.Popen[str], within_s: float) -> str:
    assert child.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        return child.stdout.readline() if selector.select(within_s) else ""


def _answer(path: Path) -> dict[str, Any]:
    from tests.reliability.hostile_audio import likeness_to_source
    from voicelab.clips.decode import decode
    from voicelab.errors import VoiceLabError

    before = _peak_mb(reset=True)
    answer = {"how": "audio", "detail": "", "likeness": 0.0, "audio_s": 0.0}
    try:
        recording = decode(path)
    except VoiceLabError as error:
        answer |= {"how": "refused", "detail": error.message}
    except BaseException as error:  # noqa: BLE001 - counted as a fault
        answer |= {"how": "fault", "detail": repr(error)}
    else:
        import numpy as np

        samples = recording.clip.samples
        answer |= {"detail": " ".join(recording.notes), "audio_s": recording.clip.seconds}
        if not len(samples) or not np.isfinite(samples).all() or np.abs(samples).max() > 1:
            answer |= {"how": "fault", "detail": f"{len(samples)} samples, finite: {np.isfinite(samples).all()}"}
        elif recording.clip.seconds < 60:
            answer["likeness"] = likeness_to_source(samples, recording.clip.sample_rate)
    return answer | {"grown_mb": _peak_mb() - before}


def _peak_mb(*, reset: bool = False) -> float:
    """Return the peak of resident memory; Linux can count it anew, elsewhere it is that of the whole life."""
    status = Path("/proc/self/status")
    if not status.exists():
        unit = 2**20 if sys.platform == "darwin" else 2**10
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(fields["VmHWM"].split()[0]) / 1024


def main() -> None:
    """Answer each path on standard input."""
    import av  # noqa: F401 - the memory of the libraries is nobody's fault
    import numpy as np
    import soxr

    soxr.resample(np.zeros(100), 2, 1)
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(_answer(Path(line.rstrip("\n")))), flush=True)


if __name__ == "__main__":
    main()
