"""What the engine process works on, and what that means for the job that comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voicelab.engines.jobs import Job


@dataclass
class Work:
    """One thing that the process works on."""

    number: int
    model: str
    job: Job | None
    """None while a model is prepared that no job has asked for."""
    told_to_stop: bool = False
    give_up_at: float | None = None


def is_unwanted(work: Work, head: Job | None) -> bool:
    """Say whether `work` is done for nobody: its text is over, or `head`, the next job, needs another model."""
    if work.job is not None:
        return work.job.over
    return head is not None and head.request.model != work.model


def fit_together(present: Iterable[Work], head: Job | None) -> bool:
    """Say whether `head`, the next job, can be spoken together with the present ones.

    A job under which the process died is spoken alone the second time, so that it takes no other one with it.
    """
    if head is None:
        return False
    jobs = [work.job for work in present]
    return all(job is not None and job.request.model == head.request.model and not job.crashes for job in [*jobs, head])
