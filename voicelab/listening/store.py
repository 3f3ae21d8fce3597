"""The owner's side: making tests, their links, and everything that was answered."""

from __future__ import annotations

import logging
import re
import secrets
import shutil
import time
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from voicelab.clips.wav import write_wav
from voicelab.errors import InvalidValue, UnknownTest
from voicelab.listening.design import Cell, cells_of, session
from voicelab.listening.kinds import kind_of
from voicelab.listening.making import making, put, sweep
from voicelab.listening.session_plan import palette_of
from voicelab.listening.values import ListeningTest, Options, Setting

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

    from voicelab.listening.database import Database
    from voicelab.listening.design import Palette
    from voicelab.listening.kinds import Kind
    from voicelab.listening.tables import TestRow
    from voicelab.listening.values import Source, TakeFile

log = logging.getLogger(__name__)

_ID = re.compile(r"[0-9a-f]{32}")
_DAY_S = 24 * 60 * 60
_DECIDING_S = 5.0
"""What a listener needs per trial besides hearing everything one and a half times."""
_HEARD_TIMES = 1.5


class TestStore:
    """Listening tests, kept in a database, with their stimuli in a folder each."""

    __test__ = False  # no test of pytest's

    def __init__(self, database: Database, folder: Path, clock: Callable[[], float] = time.time) -> None:
        """Keep the stimuli in `folder`, which is made with the first of them."""
        self._database = database
        self._folder = folder
        self._clock = clock

    def create(
        self,
        source: Source,
        kind: Kind,
        options: Options,
        settings: Collection[str] | None = None,
        items: Collection[str] | None = None,
    ) -> ListeningTest:
        """Make a test of `kind` from an experiment: of those `settings` (keys) and `items`, or of all.

        Its takes are copied, so that it goes on when they are removed. Raises InvalidValue when there is nothing to
        compare, StorageFailed, UnreadableFile.
        """
        from voicelab.listening.tables import SampleRow, TestRow

        _check_known("settings", settings, [setting.key for setting in source.settings])
        _check_known("items", items, source.items)
        chosen = [setting for setting in source.settings if settings is None or setting.key in settings]
        lines = [item for item in source.items if items is None or item in items]
        takes = [take for take in source.takes if take.setting in {s.key for s in chosen} and take.item in lines]
        _check(source, kind, chosen, takes)
        test_id = secrets.token_hex(16)
        now = self._clock()
        row = TestRow(
            id=test_id,
            created=now,
            kind=kind.name,
            title=source.title,
            experiment=source.experiment,
            options=asdict(options),
            settings=[[setting.key, setting.label] for setting in chosen],
            items=lines,
            seed=secrets.randbits(62),
            token=secrets.token_urlsafe(24),
            expires=now + options.days * _DAY_S if options.days else None,
            secret=secrets.token_hex(32),
            made=[],
            looks=0,
        )
        keys = [setting.key for setting in chosen]
        self.sweep()
        with making(self._folder / test_id) as staged:
            written, said = self._write_samples(staged, kind, options, takes, source)
            row.made = [*said]
            samples = [
                SampleRow(
                    id=sample,
                    test=test_id,
                    role=role,
                    setting=None if take is None else keys.index(take.setting),
                    item=None if take is None else lines.index(take.item),
                    take=take.id if take is not None and role == "take" else "",
                    seconds=seconds,
                )
                for sample, role, take, seconds in written
            ]
            with self._database.writing() as database:
                database.add(row)
                database.flush()
                database.add_all(samples)
                database.flush()
                put(staged, self._folder / test_id)
        return self.get(test_id)

    def get(self, test_id: str) -> ListeningTest:
        """Return a test. Raises UnknownTest."""
        with self._database.reading() as database:
            return _test(database, _found(database, test_id))

    def list(self) -> Sequence[ListeningTest]:
        """Return every test, the newest first."""
        from sqlalchemy import select

        from voicelab.listening.tables import TestRow

        with self._database.reading() as database:
            rows = database.scalars(select(TestRow).order_by(TestRow.created.desc())).all()
            return [_test(database, row) for row in rows]

    def revoke(self, test_id: str) -> ListeningTest:
        """Close the link at once, also for listeners who began. Raises UnknownTest."""
        with self._database.writing() as database:
            row = _found(database, test_id)
            row.revoked = row.revoked or self._clock()
            return _test(database, row)

    def renew(self, test_id: str, days: float) -> ListeningTest:
        """Give the test a new link that works for `days` (0: for ever); the old one stops. Raises UnknownTest."""
        Options.of({"days": days})
        with self._database.writing() as database:
            row = _found(database, test_id)
            row.token = secrets.token_urlsafe(24)
            row.revoked = None
            row.expires = self._clock() + days * _DAY_S if days else None
            return _test(database, row)

    def look(self, test_id: str) -> ListeningTest:
        """Show results from now on, before the planned listeners are through; that is counted.

        Where nobody has answered there is nothing to see, so that is no look. Raises UnknownTest.
        """
        with self._database.writing() as database:
            row = _found(database, test_id)
            test = _test(database, row)
            if not test.options.listeners or test.complete_at is not None or not test.answers:
                return test
            row.looks += 1
            return replace(test, looks=row.looks)

    def remove(self, test_id: str) -> None:
        """Remove a test with all its answers. Raises UnknownTest."""
        with self._database.writing() as database:
            database.delete(_found(database, test_id))
        shutil.rmtree(self._folder / test_id, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what killed processes left of tests that they were making."""
        sweep(self._folder)

    def _write_samples(
        self, folder: Path, kind: Kind, options: Options, takes: Sequence[TakeFile], source: Source
    ) -> tuple[Sequence[tuple[str, str, TakeFile | None, float]], Sequence[str]]:
        """Write the stimuli; return (id, role, take, seconds that sound) of each, and what was said of them."""
        from voicelab.listening.material import gathered
        from voicelab.listening.stimuli import prepared

        sounds, said = gathered(kind, options, takes, source)
        made = []
        # Written in an order of chance, so that not even the files' times tell what they are.
        secrets.SystemRandom().shuffle(sounds)
        done = prepared([clip for _role, _take, clip in sounds])
        for (role, take, _clip), stimulus, seconds in zip(sounds, done.clips, done.seconds, strict=True):
            sample = secrets.token_hex(16)
            write_wav(folder / f"{sample}.wav", stimulus)
            made.append((sample, role, take, seconds))
        return made, [*done.said, *said]


def _check_known(field: str, chosen: Collection[str] | None, known: Collection[str]) -> None:
    for name in set(chosen or ()) - set(known):
        raise InvalidValue(field, f"{name!r} is not in this experiment. Choose from: {', '.join(known)}.")


def _check(source: Source, kind: Kind, settings: Sequence[Setting], takes: Sequence[TakeFile]) -> None:
    if not takes:
        raise InvalidValue("experiment", "There is no take to hear. Make some in Compare, or choose more of them.")
    if kind.compared == 2 and len(settings) < 2:  # noqa: PLR2004 - a pair
        raise InvalidValue("settings", "This kind of test compares two settings. Choose at least two.")
    if kind.compared is None and source.reference is None:
        raise InvalidValue("kind", "The real clip is not there any more: its voice was removed. Choose another kind.")


def _found(database: Session, test_id: str) -> TestRow:
    from voicelab.listening.tables import TestRow

    row = database.get(TestRow, test_id) if _ID.fullmatch(test_id) else None
    if row is None:
        raise UnknownTest(
            "There is no such listening test, or no longer: the tab Listen and `voicelab listen list` show all."
        )
    return row


def _test(database: Session, row: TestRow) -> ListeningTest:
    from sqlalchemy import func, select

    from voicelab.listening.tables import AnswerRow, ListenerRow, SampleRow, TrialRow

    of_test = select(SampleRow).where(SampleRow.test == row.id)
    samples = database.scalars(of_test.where(SampleRow.role == "take")).all()
    takes = {(sample.setting or 0, sample.item or 0): sample.seconds for sample in samples}
    joined, finished = database.execute(
        select(func.count(), func.count(ListenerRow.finished)).where(ListenerRow.test == row.id)
    ).one()
    answers = database.scalar(
        select(func.count())
        .select_from(AnswerRow)
        .join(TrialRow)
        .join(ListenerRow)
        .where(ListenerRow.test == row.id, TrialRow.role != "practice")
    )
    kind = kind_of(row.kind)
    cells = cells_of(kind, takes)
    options = Options(**row.options)
    ended = select(ListenerRow.finished).where(ListenerRow.test == row.id, ListenerRow.finished.is_not(None))
    last = ended.order_by(ListenerRow.finished).offset(options.listeners - 1).limit(1) if options.listeners else None
    test = ListeningTest(
        id=row.id,
        created=row.created,
        kind=kind,
        title=row.title,
        experiment=row.experiment,
        options=options,
        settings=tuple(Setting(*setting) for setting in row.settings),
        items=tuple(row.items),
        token=row.token,
        expires=row.expires,
        revoked=row.revoked,
        cells=len(cells),
        minutes=0.0,
        listeners=joined,
        finished=finished,
        answers=answers or 0,
        made=tuple(row.made),
        most_from_one_address=_most_from_one(database, row),
        looks=row.looks,
        complete_at=None if last is None else database.scalar(last),
    )
    samples = database.scalars(of_test).all()
    beside = {sample.role: sample.seconds for sample in samples if sample.role != "take"}
    return _with_estimate(test, cells, takes, palette_of(kind, samples), beside)


def _most_from_one(database: Session, row: TestRow) -> int:
    from sqlalchemy import func, select

    from voicelab.listening.tables import ListenerRow

    known = select(func.count(ListenerRow.id)).where(ListenerRow.test == row.id, ListenerRow.origin != "")
    counts = known.group_by(ListenerRow.origin).order_by(func.count(ListenerRow.id).desc()).limit(1)
    return database.scalar(counts) or 0


def _with_estimate(
    test: ListeningTest,
    cells: Sequence[Cell],
    takes: dict[tuple[int, int], float],
    palette: Palette,
    beside: Mapping[str, float],
) -> ListeningTest:
    """Fill in how long a session is, by planning one; `beside` has the seconds of what is no take, by role."""
    trials = session(test.kind, cells, test.options.wishes, seed=0, palette=palette)
    mean_s = sum(takes.values()) / max(1, len(takes))
    labelled_s = beside.get("labelled", 0.0)
    heard_s = sum(
        _HEARD_TIMES * (labelled_s + sum(beside.get(sound.role, mean_s) for sound in trial.sounds)) + _DECIDING_S
        for trial in trials
    )
    mains = sum(trial.role == "main" for trial in trials)
    notes = []
    if mains < test.options.trials:
        why = (
            "there is no more to compare"
            if mains == len(cells)
            else "nobody hears the same take twice running; more lines give longer sessions"
        )
        notes.append(f"A listener gets {mains} of the {test.options.trials} trials that were asked for: {why}.")
    return replace(test, minutes=heard_s / 60, notes=tuple(notes))
