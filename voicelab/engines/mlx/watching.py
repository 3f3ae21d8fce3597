"""What the lab uses inside mlx-audio 0.6.2's families beyond `generate`: the call that each makes once per step.

`generate` gives nothing back before the last step and does not say why it stopped. So, while a take is made, one method
of the model is stood in for by one that counts, may raise, and calls the library's: that is how a take is cancelled,
how a take without an end is stopped, and how one that the library broke off is told from one that ended. Hence the
exact pin in pyproject.toml. The models have no type hints of use, so they are Any throughout.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voicelab.errors import NeverEnded, NothingSpoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from voicelab.speech.ports import Reporter


@dataclass
class Pace:
    """How far a take is."""

    report: Reporter
    limit_s: float
    """Longer than the text can take."""
    steps: int = 0

    def step(self, step_s: float) -> None:
        """Count a step of so many seconds of sound. Raises NeverEnded, and what the report raises."""
        self.steps += 1
        seconds = self.steps * step_s
        if seconds > self.limit_s:
            raise never_ended(seconds)
        self.report.spoken(seconds)


def never_ended(seconds: float) -> NeverEnded:
    """Return the error of a take that went on for `seconds`."""
    return NeverEnded(
        f"The model spoke for {seconds:.0f} s and found no end, longer than this text can take. Try another seed or a "
        "shorter text, and another clip if that does not help."
    )


def nothing_spoken() -> NothingSpoken:
    """Return the error of a take without a sound."""
    return NothingSpoken("The model ended before its first sound. Try another seed, or a text with more words.")


@contextmanager
def watched(family: str, model: Any, pace: Pace) -> Iterator[None]:
    """Let `pace` count the steps of what `model` generates within the block; nothing for a family nobody looked into.

    Raises NeverEnded for a take that the library broke off.
    """
    with ExitStack() as stack:
        watch = _WATCHES.get(family)
        ended = watch(model, pace, stack) if watch else _unknown
        yield
    ended()


def _unknown() -> None:
    """Nobody knows whether it ended by itself."""


def _pocket(model: Any, pace: Pace, stack: ExitStack) -> Callable[[], None]:
    """Each sentence has a limit of words and two seconds, at which the library breaks off without a word."""
    ends: list[bool] = []
    step_s = 1 / model.mimi.frame_rate

    def check() -> None:
        if ends and not ends[-1]:
            raise never_ended(pace.steps * step_s)

    def run(own: Callable[..., Any]) -> Callable[..., Any]:
        def one(**given: Any) -> Any:
            if given.get("text_tokens") is not None:  # the next sentence is read
                check()
                ends.append(False)
            out = own(**given)
            if out is not None:
                ends[-1] = ends[-1] or bool(out[1].item())
                pace.step(step_s)
            return out

        return one

    _stand_in(stack, model, "_run_flow_lm", run)
    return check


def _voxcpm2(model: Any, pace: Pace, stack: ExitStack) -> Callable[[], None]:
    step_s = model.patch_size * model.audio_vae.decode_chunk_size / model.sample_rate

    def run(own: Callable[..., Any]) -> Callable[..., Any]:
        def one(**given: Any) -> Any:
            import mlx.core as mx

            out = own(**given)
            mx.eval(out)
            pace.step(step_s)
            return out

        return one

    _stand_in(stack, model.feat_decoder, "sample", run)
    return _unknown  # it is given a limit beyond that of the pace


def _chatterbox(model: Any, pace: Pace, stack: ExitStack) -> Callable[[], None]:
    """The position of each token is asked for once it is drawn."""
    step_s = 1 / 25
    hp = model.t3.hp

    def position(own: Callable[..., Any]) -> Callable[..., Any]:
        def one(number: Any) -> Any:
            if number:  # 0 is that of the beginning
                pace.step(step_s)
            return own(number)

        return one

    def inference(own: Callable[..., Any]) -> Callable[..., Any]:
        def one(**given: Any) -> Any:
            tokens = own(**given)
            if tokens.shape[1] <= 2:  # noqa: PLR2004 - begin and end
                raise nothing_spoken()
            if int(tokens[0, -1]) != hp.stop_speech_token:
                raise never_ended(pace.steps * step_s)
            return tokens

        return one

    _stand_in(stack, model.t3.speech_pos_emb, "get_fixed_embedding", position)
    _stand_in(stack, model.t3, "inference", inference)
    return _unknown


def _stand_in(
    stack: ExitStack, owner: Any, name: str, make: Callable[[Callable[..., Any]], Callable[..., Any]]
) -> None:
    """Put what `make` makes of the method in its place, on this one object, until the stack ends."""
    setattr(owner, name, make(getattr(owner, name)))
    stack.callback(delattr, owner, name)


_WATCHES: dict[str, Callable[[Any, Pace, ExitStack], Callable[[], None]]] = {
    "pocket_tts": _pocket,
    "voxcpm2": _voxcpm2,
    "chatterbox": _chatterbox,
}
