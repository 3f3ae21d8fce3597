"""An experiment that was read: kept until its files change, with what changed when."""

from __future__ import annotations

import secrets
import threading
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from voicelab.compare.experiment import Experiment
from voicelab.compare.take_records import TakeRecords, stamp_of
from voicelab.voices.document import read_document, write_document

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from voicelab.compare.plan import Plan
    from voicelab.compare.take import Take
    from voicelab.compare.take_records import Stamp

SCHEMA_VERSION = 2
"""1 had every take inside the one file. What is there of it stays inside, and files of their own win over it."""


@dataclass(frozen=True)
class Changes:
    """What became of an experiment since a revision."""

    experiment: Experiment
    revision: str
    """What it is now: to ask with the next time."""
    takes: frozenset[str] | None
    """Ids of the takes that came, changed or went; None when that revision is not known, so that all may have."""
    beside: bool
    """Whether anything changed that is no take's."""


class OpenExperiment:
    """The experiment of one folder. Every method may be called from any thread."""

    def __init__(self, folder: Path) -> None:
        """Read nothing yet."""
        self._id = folder.name
        self._file = folder / "experiment.json"
        self._records = TakeRecords(folder / "records")
        self._lock = threading.Lock()
        self._stamp: Stamp | None = None
        self._anew = False
        """Whether the file was read anew since the last revision was counted."""
        self._head: Experiment | None = None
        """As the file has it: with the takes that an older lab wrote into it."""
        self._whole: Experiment | None = None
        self._whole_of: tuple[Plan, tuple[Take, ...]] | None = None
        """Of the file, what every take depends on."""
        self._name = secrets.token_hex(4)
        """Of what counts the revisions: another process counts its own."""
        self._revision = 0
        self._changed: dict[str, int] = {}
        """The revision that each take changed with last."""
        self._read_anew = 0
        """The revision that the file itself changed with last."""
        self._void = 0
        """The revision that it changed with last in a way that may concern every take."""

    @property
    def size(self) -> int:
        """How many takes are kept."""
        return len(self._whole.takes) if self._whole else 0

    @property
    def revision(self) -> str:
        """Of what was read last."""
        return f"{self._name}.{self._revision}"

    def read(self) -> Experiment:
        """Return the experiment as it is on disk now. Raises FileNotFoundError, UnreadableFile, StorageFailed."""
        with self._lock:
            return self._read()

    def changes(self, since: str) -> Changes:
        """Return what changed since the revision `since`; "" is none. Raises what `read` raises."""
        with self._lock:
            experiment = self._read()
            name, _, number = since.partition(".")
            if name != self._name or not number.isdecimal() or int(number) < self._void:
                return Changes(experiment, self.revision, None, beside=True)
            changed = frozenset(take for take, at in self._changed.items() if at > int(number))
            return Changes(experiment, self.revision, changed, beside=self._read_anew > int(number))

    def write(self, experiment: Experiment) -> None:
        """Keep `experiment`: files of takes that changed, and the file itself where anything else did.

        Only for who holds the lock of the folder. Raises StorageFailed.
        """
        before = self._whole
        head = replace(experiment, takes=self._head.takes if self._head else ())
        if not self._records.is_there or head != self._head:
            # With the new version first: an older lab would miss the takes that come after it.
            write_document(self._file, asdict(head), SCHEMA_VERSION)
            self._records.make()
        known = {take.id: take for take in before.takes} if before else {}
        for take in experiment.takes:
            old = known.get(take.id)
            if old is not take and old != take:
                self._records.write(take)

    def _read(self) -> Experiment:
        # Remembered until it is counted: reading a record may fail in between.
        self._anew = self._read_head() or self._anew
        changed = self._records.read()
        if self._head is None:  # never: reading it has not failed
            raise FileNotFoundError(self._file)
        if self._whole is None or self._anew or changed:
            self._revision += 1
            self._changed |= dict.fromkeys(changed, self._revision)
            if self._anew:
                self._anew = False
                self._read_anew = self._revision
                before = self._whole_of
                self._whole_of = (self._head.plan, self._head.takes)
                self._void = self._void if before == self._whole_of else self._revision
            takes = {take.id: take for take in self._head.takes} | dict(self._records.takes)
            self._whole = replace(self._head, takes=_ordered(self._head, takes.values()))
        return self._whole

    def _read_head(self) -> bool:
        """Read the file again where it changed; say whether it did."""
        stamp = stamp_of(self._file.stat())
        if stamp == self._stamp:
            return False
        self._head = read_document(self._file, Experiment, SCHEMA_VERSION, id=self._id)
        self._stamp = stamp
        return True


def _ordered(experiment: Experiment, takes: Iterable[Take]) -> tuple[Take, ...]:
    """Return the takes that the plan asks for in its order, each followed by those that mend it."""
    places = {specification.id: place for place, specification in enumerate(experiment.specifications())}
    kept = [(places.get(take.repaired_from or take.id), take) for take in takes]
    planned = [(place, bool(take.repaired_from), take) for place, take in kept if place is not None]
    return tuple(take for *_, take in sorted(planned, key=lambda each: each[:2]))
