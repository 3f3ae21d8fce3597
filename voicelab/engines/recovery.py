"""What becomes of texts when the engine process dies under them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from voicelab.errors import EngineCrashed
from voicelab.speech.ports import JobUpdate

if TYPE_CHECKING:
    from voicelab.engines.child import Death
    from voicelab.engines.job_queue import JobQueue
    from voicelab.engines.jobs import Job

_HALVED = (
    "Memory ran out over this text, so the rest of it was said in pieces of half the length. Choose a smaller model or "
    "close other programs."
)
"""For the person, with the speech."""
_RERUNS = 1
"""How often a job is tried again because the process died under it."""


def lose(queue: JobQueue, job: Job, death: Death, again: str) -> None:
    """Try `job`, under which the process died, once more, unless that was the second time or nobody wants it.

    Where memory ran out, what is left of its text is said in pieces of half the length. `again` is what the person is
    told. The engine's lock must be held.
    """
    job.crashes += 1
    how = death.how
    if job.over:
        queue.end(job, None)
    elif job.crashes > _RERUNS:
        message = (
            f"The engine process ended {job.crashes} times while it worked on this text ({how}). Try a "
            "smaller model or another text, or close other programs if memory is short. Other texts go on."
        )
        queue.end(job, EngineCrashed(message))
    else:
        if death.out_of_memory:
            again = f"{again} The text goes on in pieces of half the length."
            job.request = replace(job.request, halved_from=job.pieces_done, notes=(*job.request.notes, _HALVED))
        queue.put_back(job)
        job.update(JobUpdate("queued", f"Next. {again}"))


def gave_up(starts: int, how: str) -> EngineCrashed:
    """Return the error for everybody who waits for a process that ended `starts` times before a model was ready."""
    return EngineCrashed(
        f"The engine process ended {starts} times before a model was ready ({how}). It is "
        "started again with the next text; if that fails too, choose another model and see the lab's log."
    )
