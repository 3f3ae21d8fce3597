"""Sentences for the lab to listen to, and what is said of those that do not come to an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicelab.engines.qwen3.proof.bench import Until
from voicelab.errors import NeverEnded, NothingSpoken
from voicelab.speech.proof import Check, Spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from voicelab.engines.qwen3.proof.bench import Bench


def takes(bench: Bench, tell: Callable[[str], None]) -> Iterator[Check | Spoken]:
    """Yield a take of each sentence and seed; of one without an end or a beginning a failed check."""
    cells = [(text, seed) for text in bench.orders.sentences for seed in bench.orders.seeds]
    for number, (text, seed) in enumerate(cells, 1):
        tell(f"speaking, {number} of {len(cells)}")
        try:
            speech = bench.synthesizer.speak(bench.request(text, seed=seed), Until())
        except (NeverEnded, NothingSpoken) as error:
            yield Check("speech", "fail", f"seed {seed}: {error.message}", {"seed": seed})
            continue
        yield Spoken("speech", speech.samples, speech.sample_rate, text, seed, speech.elapsed_s)
