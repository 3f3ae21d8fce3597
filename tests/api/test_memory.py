"""What keeps the lab from pausing for garbage: nothing imported is searched, and everything else still is."""

from __future__ import annotations

import subprocess
import sys

PROOF = """
import gc, sys, weakref
from voicelab.api.memory import serve_for_days

class Ring:
    pass

def forgotten():
    ring = Ring()
    ring.self = ring
    return weakref.ref(ring)

serve_for_days()
gc.collect()
first = gc.get_freeze_count()
gc.collect()
assert gc.get_freeze_count() == first, "nothing was imported since"
import librosa.core, scipy.signal
gc.collect()
assert gc.get_freeze_count() > first + 10_000, (first, gc.get_freeze_count())
ring = forgotten()
gc.collect()
assert ring() is None, "garbage is found as before"
print(first)
"""


def test_what_was_imported_is_not_searched_for_garbage() -> None:
    proof = subprocess.run([sys.executable, "-c", PROOF], capture_output=True, text=True, check=False)
    assert proof.returncode == 0, proof.stderr
    assert int(proof.stdout) > 1_000
