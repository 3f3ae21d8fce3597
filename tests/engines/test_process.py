"""The engine process: its queue, its stages, its errors. Every process here is real; only what it speaks is a tone."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.engines.conftest import TONES, request
from tests.fakes import script
from voicelab.clips.clip import SAMPLE_RATE
from voicelab.errors import (
    Cancelled,
    EmptyText,
    Failed,
    NothingSpoken,
    NotReady,
    QueueFull,
    TextTooLong,
    UnknownModel,
)
from voicelab.priority import NICE

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.engines.process import EngineProcess
    from voicelab.speech.ports import SpeechJob
from tests.engines.waiting import WAIT_S, wait_for

LONG = (
    "One sentence that is long enough to stand alone. Another sentence that can stand alone as well. "
    "And a third one, which can do so too."
)
"""Three pieces."""


def wait_until_speaking(job: SpeechJob) -> None:
    next(update for update in job.updates(0.02) if update.state == "speaking")


def pid_of(engine: EngineProcess) -> int:
    """Return the process that runs."""
    pid = engine.health().pid
    assert pid is not None, "none runs"
    return pid


def is_alive(pid: int) -> bool:
    """Tell whether the process runs; one that is dead and only waits to be collected does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return state.strip()[:1] not in {"", "Z"}


def test_speaks_in_a_process_of_its_own_and_says_how(engine: EngineProcess) -> None:
    job = engine.submit(request("Say something nice.", seed=7))
    speech = job.result(WAIT_S)
    assert (speech.engine, speech.model, speech.seed, speech.finished) == ("preview", "preview", 7, "end")
    assert speech.duration_s == pytest.approx(0.32)
    assert speech.peak_memory_bytes == 1_000_000
    assert engine.health().pid not in {None, os.getpid()}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no niceness")
def test_stands_back_behind_the_lab(engine: EngineProcess) -> None:
    engine.start()
    wait_for(lambda: engine.health().stage == "ready")
    assert os.getpriority(os.PRIO_PROCESS, engine.health().pid or 0) == os.getpriority(os.PRIO_PROCESS, 0) + NICE


def test_a_text_of_one_piece_is_untouched(engine: EngineProcess) -> None:
    speech = engine.submit(request("Hello.", seed=3)).result(WAIT_S)
    times_s = np.arange(len(speech.samples)) / SAMPLE_RATE
    assert np.array_equal(speech.samples, (0.3 * np.sin(2 * np.pi * 203 * times_s)).astype(np.float32))


def test_pieces_come_one_by_one_and_together_are_the_result(engine: EngineProcess) -> None:
    job = engine.submit(request(LONG, speaker=script(frame_s=0.01)))
    first = next(job.partial())
    assert not any(update.state == "done" for update in [next(job.updates())])
    pieces = list(job.partial())
    assert len(pieces) == 3
    assert np.array_equal(first, pieces[0])
    speech = job.result(WAIT_S)
    assert np.array_equal(np.concatenate(pieces), speech.samples)
    assert speech.first_audio_s is not None
    assert 0 < speech.first_audio_s < speech.elapsed_s


def test_what_is_kept_of_voices_can_be_dropped(engine: EngineProcess) -> None:
    """Also before there is a process, which keeps nothing, and while a text is spoken."""
    engine.forget()
    assert engine.submit(request()).result(WAIT_S).notes == ("load 1",)
    engine.forget()
    assert engine.submit(request()).result(WAIT_S).notes == ("load 1", "forgot 1")
    job = engine.submit(request(LONG, speaker=script(frame_s=0.01)))
    next(job.partial())
    engine.forget()
    job.result(WAIT_S)
    assert engine.submit(request()).result(WAIT_S).notes == ("load 1", "forgot 2")


def test_every_state_is_told_in_order_even_to_those_who_come_late(engine: EngineProcess) -> None:
    job = engine.submit(request(LONG, speaker=script(frame_s=0.005)))
    updates = list(job.updates(0.02))
    states = [
        state
        for state, before in zip([u.state for u in updates], [None, *[u.state for u in updates]], strict=False)
        if state != before
    ]
    assert states == ["queued", "preparing", "speaking", "done"]
    spoken = [update for update in updates if update.state == "speaking"]
    assert [u.spoken_s for u in spoken] == sorted(u.spoken_s for u in spoken)
    fractions = [u.fraction for u in spoken if u.fraction is not None]
    assert len(fractions) == len(spoken)
    assert fractions == sorted(fractions)
    assert 0 < fractions[len(spoken) // 2] < 1
    assert [update.state for update in job.updates()] == ["queued", "preparing", "speaking", "done"]


def test_one_model_is_resident_and_only_a_change_loads(engine: EngineProcess) -> None:
    notes = [engine.submit(request(model=model)).result(WAIT_S).notes for model in ("preview", "preview", "tests/a")]
    assert notes == [("load 1",), ("load 1",), ("load 1",)], "each engine is built once, and loads once"
    assert engine.health().model == "tests/a"
    again = [engine.submit(request(model=model)).result(WAIT_S).notes for model in ("tests/b", "tests/b", "tests/a")]
    assert again == [("load 2",), ("load 2",), ("load 3",)]


def test_texts_are_spoken_first_in_first_out(engine: EngineProcess) -> None:
    ended: list[int] = []
    jobs = [engine.submit(request(f"Number {n}.", speaker=script(frame_s=0.02))) for n in range(5)]
    assert next(jobs[4].updates()).ahead >= 3

    def wait(n: int) -> None:
        jobs[n].result(WAIT_S)
        ended.append(n)

    threads = [threading.Thread(target=wait, args=(n,)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended == [0, 1, 2, 3, 4]


def test_no_text_is_lost_with_eight_threads_submitting(make_engine: Callable[..., EngineProcess]) -> None:
    engine = make_engine(queue_limit=100)
    said: list[tuple[int, int]] = []

    def submit(thread: int) -> None:
        for n in range(6):
            seed = 10 * thread + n
            said.append((seed, engine.submit(request(seed=seed)).result(WAIT_S).seed))

    threads = [threading.Thread(target=submit, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 48
    assert all(wanted == got for wanted, got in said)


def test_queue_is_bounded_and_says_when_to_come_again(make_engine: Callable[..., EngineProcess]) -> None:
    engine = make_engine(queue_limit=2)
    running = engine.submit(request("A" * 300, speaker=script(frame_s=0.05)))
    wait_until_speaking(running)
    waiting = [engine.submit(request()) for _ in range(2)]
    with pytest.raises(QueueFull, match="2 texts are waiting") as refused:
        engine.submit(request())
    assert refused.value.retry_after_s is not None
    assert 1 <= refused.value.retry_after_s <= 20
    assert (engine.health().queue_length, engine.health().queue_limit) == (2, 2)
    running.cancel()
    assert all(job.result(WAIT_S).duration_s > 0 for job in waiting)
    assert engine.submit(request()).result(WAIT_S).duration_s > 0


@pytest.mark.parametrize("text", ["", "  \n\t", "…", "?! — ***", "\x00\x07"])
def test_nothing_to_say_is_refused_at_once(engine: EngineProcess, text: str) -> None:
    with pytest.raises(EmptyText, match="Type at least one word"):
        engine.submit(request(text))


def test_too_much_to_say_is_refused_at_once(engine: EngineProcess) -> None:
    with pytest.raises(TextTooLong, match=r"50,000 characters .* 20,000"):
        engine.submit(request("a" * 50_000))


def test_errors_arrive_as_they_were_raised_and_the_engine_lives_on(engine: EngineProcess) -> None:
    failing = engine.submit(request(speaker=script(fail="The model ended before its first sound. Try another seed.")))
    with pytest.raises(NothingSpoken, match="Try another seed"):
        failing.result(WAIT_S)
    with pytest.raises(NothingSpoken):
        list(failing.partial())
    assert list(failing.updates())[-1].state == "failed"
    pid = engine.health().pid
    assert engine.submit(request()).result(WAIT_S).notes == ("load 1",)
    assert engine.health().pid == pid


def test_an_unexpected_exception_is_a_sentence_and_its_traceback_goes_to_the_log_only(
    engine: EngineProcess, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Failed, match="does not know \\(ValueError\\)") as raised:
        engine.submit(request(speaker=script(bug="secret detail"))).result(WAIT_S)
    assert "secret" not in raised.value.message
    assert "Traceback" not in raised.value.message
    captured = capfd.readouterr()
    assert "ValueError: secret detail" in captured.err
    assert captured.out == "", "standard output is for the lab's own JSON: what libraries print goes to the log"
    assert engine.submit(request()).result(WAIT_S).duration_s > 0


def test_a_library_that_breaks_while_loading_fails_its_text_only(engine: EngineProcess) -> None:
    with pytest.raises(Failed, match="KeyError"):
        engine.submit(request(model="tests/broken")).result(WAIT_S)
    assert engine.submit(request()).result(WAIT_S).duration_s > 0


def test_an_unknown_model_leaves_the_loaded_one_alone(engine: EngineProcess) -> None:
    engine.submit(request()).result(WAIT_S)
    with pytest.raises(UnknownModel):
        engine.submit(request(model="no such model")).result(WAIT_S)
    assert engine.health().ready
    assert engine.submit(request()).result(WAIT_S).notes == ("load 1",)


def test_an_engine_whose_package_is_missing_says_so(make_engine: Callable[..., EngineProcess]) -> None:
    engine = make_engine(synthesizers={**TONES, "qwen3": "tests.fakes:UnimportableSynthesizer"})
    with pytest.raises(Failed, match="qwen3 engine cannot be used here: No module named 'not_there'"):
        engine.submit(request(model="tests/a")).result(WAIT_S)
    assert engine.submit(request()).result(WAIT_S).duration_s > 0


def test_result_gives_up_waiting_when_asked_to(engine: EngineProcess) -> None:
    job = engine.submit(request(speaker=script(frame_s=0.3)))
    with pytest.raises(TimeoutError, match="not spoken"):
        job.result(timeout_s=0.05)
    assert job.result(WAIT_S).duration_s > 0


def test_close_ends_the_process_and_every_text(engine: EngineProcess) -> None:
    running = engine.submit(request(speaker=script(frame_s=1)))
    waiting = engine.submit(request())
    wait_until_speaking(running)
    pid = pid_of(engine)
    engine.close()
    engine.close()
    assert not is_alive(pid)
    for job in (running, waiting):
        with pytest.raises(Cancelled, match="closing"):
            job.result(WAIT_S)
    assert (engine.health().stage, engine.health().pid) == ("stopped", None)
    assert not any(thread.name == "engine supervisor" for thread in threading.enumerate())
    with pytest.raises(NotReady, match="closed"):
        engine.submit(request())


def test_close_before_start_is_harmless(engine: EngineProcess) -> None:
    engine.close()
    assert engine.health().stage == "stopped"
