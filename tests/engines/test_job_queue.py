"""Who comes next, who makes way, and when to ask again: the queue by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from voicelab.engines.job_queue import JobQueue
from voicelab.engines.jobs import Job
from voicelab.engines.messages import PieceSpoken
from voicelab.errors import QueueFull, Replaced
from voicelab.speech.ports import SpeechRequest

LOCK = threading.Condition()
"""The engine's one lock, which whoever uses the queue holds."""


@pytest.fixture(autouse=True)
def _held() -> Iterator[None]:
    with LOCK:
        yield


def job(text: str, client: str = "") -> Job:
    return Job(SpeechRequest(text, "preview"), LOCK, lambda job: None, client)


def spoken(queue: JobQueue) -> list[str]:
    """Take everything, in order."""
    order = []
    while (taken := queue.take()) is not None:
        order.append(taken.request.text)
    return order


def test_clients_take_turns_and_each_is_first_in_first_out() -> None:
    queue = JobQueue(10)
    for text, client in [("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b"), ("c1", "c"), ("b2", "b")]:
        queue.put(job(text, client))
    assert len(queue) == 6
    assert spoken(queue) == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_the_place_that_is_told_is_the_turn_that_comes() -> None:
    queue = JobQueue(10)
    jobs = [job(text, client) for text, client in [("a1", "a"), ("a2", "a"), ("b1", "b")]]
    for each in jobs:
        queue.put(each)
    assert [next(each.updates()).ahead for each in jobs] == [0, 2, 1]


def test_replace_drops_the_same_clients_waiting_jobs_and_no_others() -> None:
    queue = JobQueue(10)
    running, old, others = job("running", "a"), job("old", "a"), job("others", "b")
    queue.put(running)
    queue.take()
    queue.put(old)
    queue.put(others)
    queue.put(job("new", "a"), "replace")
    assert not running.over
    with pytest.raises(Replaced, match="newer text"):
        old.result(0)
    assert spoken(queue) == ["others", "new"]


def test_replace_frees_the_place_it_needs() -> None:
    queue = JobQueue(1)
    queue.put(job("old", "a"))
    queue.put(job("new", "a"), "replace")
    assert spoken(queue) == ["new"]


def test_reject_waits_behind_nobody() -> None:
    queue = JobQueue(10)
    queue.put(job("first", "a"), "reject")
    with pytest.raises(QueueFull, match="somebody else"):
        queue.put(job("second", "b"), "reject")
    queue.take()
    with pytest.raises(QueueFull):
        queue.put(job("second", "b"), "reject")


def test_one_client_cannot_keep_the_others_out() -> None:
    queue = JobQueue(3)
    greedy = [job(f"a{number}", "a") for number in range(3)]
    for each in greedy:
        queue.put(each)
    with pytest.raises(QueueFull):
        queue.put(job("a3", "a"))
    queue.put(job("b0", "b"))
    with pytest.raises(QueueFull):
        greedy[2].result(0)
    with pytest.raises(QueueFull):
        queue.put(job("b1", "b"))  # two of a, one of b: nobody has too many
    assert len(queue) == 3
    assert spoken(queue) == ["a0", "b0", "a1"]


def test_the_person_at_the_lab_makes_way_for_nobody() -> None:
    queue = JobQueue(2)
    queue.put(job("page 1"))
    queue.put(job("page 2"))
    with pytest.raises(QueueFull):
        queue.put(job("b", "b"))


def test_when_to_ask_again_follows_the_measured_speed() -> None:
    queue = JobQueue(1)
    measured = job("x" * 100, "a")
    queue.put(measured)
    queue.take()
    measured.add(PieceSpoken(1, np.zeros(24_000, np.float32), 24_000, "preview", 50.0, 0, ()))
    queue.end(measured, None)  # half a second per character
    queue.put(job("y" * 40, "a"))
    with pytest.raises(QueueFull) as refused:
        queue.put(job("z", "a"))
    assert refused.value.retry_after_s == pytest.approx(20)
    with pytest.raises(QueueFull) as refused:
        queue.put(job("z", "b"), "reject")
    assert refused.value.retry_after_s == pytest.approx(20)


def test_a_job_that_was_lost_comes_first_again_and_can_be_removed() -> None:
    queue = JobQueue(3)
    lost = job("lost", "a")
    queue.put(lost)
    queue.put(job("next", "b"))
    queue.take()
    queue.put_back(lost)
    assert queue.head is lost
    assert len(queue) == 2
    assert queue.remove(lost)
    assert not queue.remove(lost)
    assert spoken(queue) == ["next"]


def test_waiting_is_measured() -> None:
    queue = JobQueue(3)
    waiting = job("one", "a")
    queue.put(waiting)
    time.sleep(0.02)
    queue.take()
    waited_s = waiting.waited_s
    assert waited_s >= 0.02
    time.sleep(0.01)
    assert waiting.waited_s == waited_s


def test_parts_of_a_piece_count_as_finished_once_it_ends() -> None:
    """What is told of the present piece is all of it: parts that were handed out must not count a second time."""
    job_ = job("Two pieces.")

    def add(seconds: float, *, ends: bool) -> float:
        samples = np.zeros(round(seconds * 1000), np.float32)
        job_.add(PieceSpoken(1, samples, 1000, "preview", 0.1, 0, (), ends=ends))
        return job_.finished_s

    assert add(1.0, ends=True) == 1.0
    assert add(0.5, ends=False) == 1.0
    assert add(0.25, ends=False) == 1.0
    assert add(0.25, ends=True) == 2.0
    assert job_.spoken_s == 2.0
