"""What takes long has a lower priority than what is to answer at once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from voicelab.priority import NICE, lowered_priority

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a priority for each thread")


LEAST = 19
"""The niceness that cannot be raised."""


def niceness(thread: int) -> int:
    return os.getpriority(os.PRIO_PROCESS, thread)


def test_threads_of_what_is_made_stand_back_and_the_maker_does_not() -> None:
    started = threading.Event()
    ended = threading.Event()

    def stay() -> None:
        started.set()
        ended.wait()

    def make() -> threading.Thread:
        thread = threading.Thread(target=stay)
        thread.start()
        return thread

    before = niceness(threading.get_native_id())
    thread = lowered_priority(make)
    assert started.wait(5)
    assert niceness(thread.native_id or 0) == min(before + NICE, LEAST)
    assert niceness(threading.get_native_id()) == before
    ended.set()
    thread.join()


def test_a_recognizers_threads_stand_back() -> None:
    """In a process of its own, which has no others that do."""
    code = (
        "import os\n"
        "from voicelab.transcripts.recognizers import PACKAGED, Recognizers, recognizer_folder\n"
        "loaded = Recognizers().load(PACKAGED, recognizer_folder(PACKAGED))\n"
        "print(*(os.getpriority(os.PRIO_PROCESS, int(thread)) for thread in os.listdir('/proc/self/task')))\n"
    )
    root = Path(__file__).parent.parent
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, timeout=60)
    own = niceness(threading.get_native_id())
    assert min(own + NICE, LEAST) in map(int, printed.stdout.split())


LOADING = {
    "recognizer": "from voicelab.transcripts.recognizers import PACKAGED, Recognizers, recognizer_folder\n"
    "Recognizers().load(PACKAGED, recognizer_folder(PACKAGED))",
    "speech": "import numpy\nfrom voicelab.clips.clip import Clip\nfrom voicelab.clips.speech import speech_stretches\n"
    "speech_stretches(Clip(numpy.zeros(24_000, numpy.float32)))",
}


@pytest.mark.parametrize("code", LOADING.values(), ids=LOADING)
def test_threads_that_wait_for_each_other_sleep(code: str) -> None:
    """As OpenMP itself tells when it is loaded: spinning, they would take the processor from the one they wait for."""
    told = {name: value for name, value in os.environ.items() if "OMP_" not in name} | {"OMP_DISPLAY_ENV": "verbose"}
    root = Path(__file__).parent.parent
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, cwd=root, env=told, capture_output=True, text=True, check=True, timeout=120)
    assert "GOMP_SPINCOUNT = '0'" in printed.stderr, printed.stderr


def test_what_is_made_wrong_says_so() -> None:
    with pytest.raises(ZeroDivisionError):
        lowered_priority(lambda: 1 / 0)
