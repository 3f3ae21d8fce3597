"""What Qwen3-TTS proves of itself for `voicelab verify`: a Proof of speech/proof.py, for a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicelab.engines.qwen3.proof.bench import Bench
from voicelab.engines.qwen3.proof.codec import codec_checks
from voicelab.engines.qwen3.proof.folder import folder_checks
from voicelab.engines.qwen3.proof.loading import loaded, room_check
from voicelab.engines.qwen3.proof.pace import growth_check, pace_checks
from voicelab.engines.qwen3.proof.speech import takes
from voicelab.engines.qwen3.proof.tokenizer import tokenizer_check
from voicelab.engines.qwen3.proof.tokens import token_checks
from voicelab.engines.qwen3.random_model import NAMES as RANDOM
from voicelab.errors import VoiceLabError
from voicelab.speech.proof import Check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from voicelab.speech.proof import Orders, Spoken

CHECKS = (
    "config",
    "weights",
    "room",
    "load",
    "tokenizer",
    "codec",
    "windows",
    "sliding windows",
    "as the library",
    "fast engine",
    "speed",
    "memory",
    "growth",
    "speech",
)
"""The names of what it finds out, in order."""
MODELS = tuple(RANDOM)
"""Of full size, made without weights: what needs speech fails with them."""


def prove(orders: Orders, tell: Callable[[str], None]) -> Iterator[Check | Spoken]:
    """Yield what is found. Once the model cannot be loaded, what needs it is skipped."""
    made = orders.model in RANDOM
    before = [] if made else list(folder_checks(orders.folder))
    yield from before
    if not made:
        yield room_check(orders.folder, orders.working_set_bytes)
    failed = next((check for check in before if check.outcome == "fail"), None)
    if failed is not None:
        yield from _skipped(CHECKS[3:], f"not tried: {failed.name} failed")
        return
    tell("loading the model")
    try:
        synthesizer, check = loaded(orders)
    except VoiceLabError as error:
        yield Check("load", "fail", error.message)
        yield from _skipped(CHECKS[4:], "not tried: the model could not be loaded")
        return
    yield check
    yield from _with_model(Bench(synthesizer, orders), tell)


def _with_model(bench: Bench, tell: Callable[[str], None]) -> Iterator[Check | Spoken]:
    steps: tuple[tuple[tuple[str, ...], str, Callable[[], Iterator[Check | Spoken]]], ...] = (
        (("tokenizer",), "reading the tokenizer", lambda: iter([tokenizer_check(bench.model, bench.orders.sentences)])),
        (("codec", "windows", "sliding windows"), "sending the clip through the codec", lambda: codec_checks(bench)),
        (("as the library", "fast engine"), "comparing tokens", lambda: token_checks(bench)),
        (("speed", "memory"), "measuring speed and memory", lambda: pace_checks(bench)),
        (("growth",), "looking whether memory grows", lambda: iter([growth_check(bench)])),
        (("speech",), "speaking", lambda: takes(bench, tell)),
    )
    for names, what, step in steps:
        tell(what)
        given = set()
        try:
            for found in step():
                given.add(found.name)
                yield found
        except VoiceLabError as error:
            yield from (Check(name, "fail", error.message) for name in names if name not in given)
        except Exception as error:  # noqa: BLE001 - a check that breaks is a check that failed, and the next ones go on
            why = f"it broke: {type(error).__name__}: {' '.join(str(error).split())[:200]}"
            yield from (Check(name, "fail", why) for name in names if name not in given)


def _skipped(names: tuple[str, ...], why: str) -> Iterator[Check]:
    return (Check(name, "skip", why) for name in names)
