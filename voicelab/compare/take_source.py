"""Takes as they come from whoever speaks them: this machine's engine, or the workers of a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.compare.engine_request import speak
from voicelab.errors import Cancelled, VoiceLabError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from voicelab.compare.take import TakeSpecification
    from voicelab.speech.ports import Engine, Speech, SpeechRequest


@dataclass(frozen=True)
class Wanted:
    """A take that is to be made."""

    specification: TakeSpecification
    request: SpeechRequest


@dataclass(frozen=True)
class Spoken:
    """What became of one."""

    specification: TakeSpecification
    result: Speech | VoiceLabError
    engine_memory_bytes: int | None = None
    """Resident size of the engine process afterwards."""
    worker: str = ""
    """Who spoke it; empty: this machine."""


@dataclass(frozen=True)
class Speaking:
    """How far the takes are that are being made."""

    specification: TakeSpecification | None
    """None: several at once."""
    message: str
    fraction: float
    """Of one take."""


def speak_here(
    engine: Engine, wanted: Sequence[Wanted], stopped: Callable[[], bool]
) -> Generator[Speaking | Spoken, None, None]:
    """Yield every take, one after the other, with how far each is; the next begins when it is asked for.

    Raises Cancelled once `stopped`, and when the engine was closed.
    """
    for each in wanted:
        steps = speak(engine, each.request, stopped)
        result: Speech | VoiceLabError
        try:
            while True:
                message, fraction = next(steps)
                yield Speaking(each.specification, message, fraction)
        except StopIteration as ended:
            result = ended.value
        except Cancelled:
            raise
        except VoiceLabError as error:
            result = error
        finally:
            steps.close()
        yield Spoken(each.specification, result, engine.health().memory_bytes)
