"""A worker process for tests, whose engine speaks tones: python -m tests.compare.cluster_worker ADDRESS NAME CLASS."""

from __future__ import annotations

import sys

from tests.engines.conftest import choose_at_once
from voicelab.compare.cluster import work
from voicelab.engines.process import EngineProcess

if __name__ == "__main__":
    engine = EngineProcess({"preview": f"tests.fakes:{sys.argv[3]}"}, choose=choose_at_once)
    try:
        work(engine, sys.argv[1], sys.argv[2], lambda text: print(text, flush=True))
    finally:
        engine.close()
