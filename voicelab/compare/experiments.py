"""Experiments on disk: <id>/experiment.json, <id>/records/<take id>.json and <id>/takes/<take id>.flac."""

from __future__ import annotations

import contextlib
import logging
import re
import secrets
import shutil
import threading
from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from voicelab.compare.experiment import Experiment
from voicelab.compare.open_experiment import OpenExperiment
from voicelab.errors import ExperimentInUse, InvalidValue, UnknownExperiment, VoiceLabError
from voicelab.files import storage_errors, whole_or_not_there, write_atomically
from voicelab.voices.lock import locked, locked_at_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from voicelab.clips.clip import Clip
    from voicelab.compare.open_experiment import Changes
    from voicelab.compare.plan import SettledPlan
    from voicelab.compare.search import Search
    from voicelab.compare.take import Take
    from voicelab.compare.variants import Variant
    from voicelab.speech.ports import Speech
    from voicelab.voices.voice import Voice

log = logging.getLogger(__name__)

MAX_COMMENT = 2000
RATINGS = range(1, 10)
"""What a person may give a take: 9 is best."""
_MOST_TAKES = 10_000
"""So many are kept in memory, some 4 KB each; of experiments that nobody asked for lately none are."""
_RENDERING = ".rendering"
"""Locked by whoever makes takes: the system lets go of it when that process dies."""
_ID = re.compile(r"[0-9a-f]{32}")


class ExperimentStore:
    """Experiments under one folder. Ids are checked before a path is made of them."""

    def __init__(self, folder: Path) -> None:
        """Keep the experiments in `folder`, which is made with the first of them."""
        self._folder = folder
        self.news = threading.Condition()
        """Notified whenever this process changed an experiment."""
        self._opened: OrderedDict[str, OpenExperiment] = OrderedDict()
        self._opening = threading.Lock()

    def create(
        self,
        settled: SettledPlan,
        voice: Voice,
        voice_key: str,
        *,
        variants: tuple[Variant, ...] = (),
        search: Search | None = None,
    ) -> Experiment:
        """Start an experiment without takes. Raises StorageFailed."""
        experiment = Experiment(
            id=secrets.token_hex(16),
            created=datetime.now(UTC).isoformat(timespec="milliseconds"),
            plan=settled.plan,
            voice_name=voice.name,
            voice_key=voice_key,
            sampling=voice.recipe.sampling,
            notes=settled.notes,
            variants=variants,
            search=search,
        )
        with whole_or_not_there(self._folder / experiment.id):
            with storage_errors("the experiment"):
                (self._folder / experiment.id / "takes").mkdir(parents=True)
            self._open(experiment.id).write(experiment)
        return experiment

    def get(self, experiment_id: str) -> Experiment:
        """Return an experiment. Raises UnknownExperiment, UnreadableFile."""
        self._found(experiment_id)
        with _known():
            return self._open(experiment_id).read()

    def changes(self, experiment_id: str, since: str = "") -> Changes:
        """Return an experiment and which takes changed since a revision, whoever changed them.

        Raises UnknownExperiment, UnreadableFile.
        """
        self._found(experiment_id)
        with _known():
            return self._open(experiment_id).changes(since)

    def told(self, experiment_id: str) -> str:
        """Return the revision that was read last, without a look at the disk; "" for what nobody reads."""
        with self._opening:
            kept = self._opened.get(experiment_id)
        return kept.revision if kept else ""

    def list(self) -> Sequence[Experiment]:
        """Return every readable experiment, the newest first; the log names the others."""
        experiments = []
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            try:
                experiments.append(self.get(folder.name))
            except UnknownExperiment:
                continue
            except VoiceLabError as error:
                log.warning("%s", error.message)
        return sorted(experiments, key=lambda experiment: experiment.created, reverse=True)

    def add_take(self, experiment_id: str, take: Take, speech: Speech | Clip | None) -> Experiment:
        """Keep a take, in place of one with its id: first its audio, then the record of it, each durable.

        `speech` is None for one that failed, and for one whose audio is kept already. Raises UnknownExperiment,
        StorageFailed.
        """
        from voicelab.speech.formats import FORMATS, Origin, encoded

        folder = self._found(experiment_id)
        if speech is not None:
            origin = Origin(self.get(experiment_id).plan.voice, take.engine, take.model, take.seed)
            audio = encoded(speech.samples, speech.sample_rate, FORMATS["flac"], origin)
            write_atomically(folder / take.path, audio)

        def added(experiment: Experiment) -> Experiment:
            takes = {other.id: other for other in experiment.takes}
            before = takes.get(take.id, take)
            # A star or a note may have been given while it was measured: the record at hand is older than that.
            takes[take.id] = replace(take, favourite=before.favourite, comment=before.comment, rating=before.rating)
            return replace(experiment, takes=tuple(takes.values()))

        return self.change(experiment_id, added)

    def change(self, experiment_id: str, changed: Callable[[Experiment], Experiment]) -> Experiment:
        """Keep what `changed` makes of an experiment, while nobody else changes it.

        Raises UnknownExperiment, StorageFailed, and what `changed` raises.
        """
        with locked(self._found(experiment_id) / ".lock", exclusive=True), _known():
            kept = self._open(experiment_id)
            kept.write(changed(kept.read()))
            experiment = kept.read()
        with self.news:
            self.news.notify_all()
        return experiment

    def remark(
        self,
        experiment_id: str,
        take_id: str,
        *,
        favourite: bool | None = None,
        comment: str | None = None,
        rating: int | None = None,
    ) -> Experiment:
        """Keep what the person thinks of a take; None leaves what was said before, and a rating of 0 takes it away.

        Raises UnknownExperiment, InvalidValue (also for a take that is not there), StorageFailed.
        """
        if comment is not None and len(comment) > MAX_COMMENT:
            raise InvalidValue("comment", f"A note holds at most {MAX_COMMENT} characters. Shorten it.")
        if rating and rating not in RATINGS:
            raise InvalidValue("rating", f"A take is rated from {RATINGS[0]} to {RATINGS[-1]}.")

        def remarked(experiment: Experiment) -> Experiment:
            if all(take.id != take_id for take in experiment.takes):
                raise InvalidValue("take", "This take is not there any more. Choose the comparison again.")
            takes = tuple(
                _remarked(take, favourite, comment, rating) if take.id == take_id else take for take in experiment.takes
            )
            return replace(experiment, takes=takes)

        return self.change(experiment_id, remarked)

    def take_path(self, experiment_id: str, take_id: str) -> Path:
        """Return the FLAC file of a take. Raises UnknownExperiment when either is not there."""
        folder = self._found(experiment_id)
        path = folder / "takes" / f"{take_id}.flac"
        if not _ID.fullmatch(take_id) or not path.is_file():
            raise UnknownExperiment("This take is not there: it failed, or its experiment was removed.")
        return path

    def rendering(self, experiment_id: str) -> AbstractContextManager[None]:
        """Say to every process that takes are being made, during the block. Raises UnknownExperiment."""
        return locked(self._found(experiment_id) / _RENDERING, exclusive=False)

    def is_rendered(self, experiment_id: str) -> bool:
        """Say whether takes are being made, in this process or another one. Raises UnknownExperiment."""
        with locked_at_once(self._found(experiment_id) / _RENDERING) as free:
            return not free

    def remove(self, experiment_id: str) -> int:
        """Remove an experiment with its takes; return how many bytes are free again.

        Raises UnknownExperiment, StorageFailed; ExperimentInUse while takes are being made.
        """
        folder = self._found(experiment_id)
        gone = folder.with_name(f".{experiment_id}.removed")
        with locked_at_once(folder / _RENDERING) as free:
            if not free:
                raise ExperimentInUse("Its takes are being made just now. Cancel or finish the comparison first.")
            freed = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
            with storage_errors("that the experiment is removed"):
                folder.rename(gone)  # at once and whole: removing its files one by one would leave half of it
        shutil.rmtree(gone, ignore_errors=True)
        with self._opening:
            self._opened.pop(experiment_id, None)
        with self.news:
            self.news.notify_all()
        return freed

    def _open(self, experiment_id: str) -> OpenExperiment:
        with self._opening:
            kept = self._opened.pop(experiment_id, None) or OpenExperiment(self._folder / experiment_id)
            self._opened[experiment_id] = kept
            takes = sum(each.size for each in self._opened.values())
            while takes > _MOST_TAKES and len(self._opened) > 1:
                _, oldest = self._opened.popitem(last=False)
                takes -= oldest.size
            return kept

    def _found(self, experiment_id: str) -> Path:
        if not _ID.fullmatch(experiment_id) or not (self._folder / experiment_id).is_dir():
            raise _unknown()
        return self._folder / experiment_id


@contextlib.contextmanager
def _known() -> Iterator[None]:
    """Say of an experiment whose file is not there that it is not."""
    try:
        yield
    except FileNotFoundError as error:
        raise _unknown() from error


def _unknown() -> UnknownExperiment:
    return UnknownExperiment(
        "There is no such experiment, or no longer. The tab Compare and `voicelab experiments list` show what there is."
    )


def _remarked(take: Take, favourite: bool | None, comment: str | None, rating: int | None) -> Take:
    if favourite is not None:
        take = replace(take, favourite=favourite)
    if rating is not None:
        take = replace(take, rating=rating or None)
    return take if comment is None else replace(take, comment=comment.strip())
