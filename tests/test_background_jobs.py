"""One thread for what is done in the background, whatever happens to a job."""

from __future__ import annotations

import threading

from voicelab.background_jobs import BackgroundJobs

WAIT_S = 10


def test_jobs_are_done_in_order_and_outlive_one_that_fails() -> None:
    done: list[str] = []
    go, over = threading.Event(), threading.Event()

    def work(job: str) -> None:
        go.wait(WAIT_S)
        if job == "broken":
            raise KeyError(job)
        done.append(f"{job} on {threading.current_thread().name}")
        if job == "last":
            over.set()

    jobs = BackgroundJobs("test jobs", work)
    assert [jobs.add(job) for job in ("first", "broken", "unwanted", "last")] == [0, 1, 2, 3]
    assert jobs.take_out("unwanted")
    assert not jobs.take_out("unwanted")
    go.set()
    assert over.wait(WAIT_S)
    assert done == ["first on test jobs", "last on test jobs"]
    assert jobs.first_waiting() is None


def test_a_thread_is_there_only_while_there_is_work() -> None:
    begun, over = threading.Event(), threading.Event()

    def work(_job: str) -> None:
        begun.set()
        over.wait(WAIT_S)

    jobs = BackgroundJobs("short lived", work)
    for _ in range(2):
        begun.clear()
        over.clear()
        assert jobs.add("job") == 0
        assert begun.wait(WAIT_S)
        (thread,) = [each for each in threading.enumerate() if each.name == "short lived"]
        jobs.add("cleared")
        jobs.clear()
        over.set()
        thread.join(WAIT_S)
        assert not thread.is_alive()
