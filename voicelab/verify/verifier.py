"""Verifying in the background: one model at a time, once after its first download, stopped when somebody has a text."""

from __future__ import annotations

import contextlib
import logging
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voicelab.background_jobs import WENT_WRONG
from voicelab.errors import Cancelled, NotReady, VoiceLabError
from voicelab.models.verdict import Verdict, path_for, read_verdict
from voicelab.verify.run import Tools, concluded, subject, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from voicelab.speech.engine_descriptor import Model
    from voicelab.speech.ports import Engine
    from voicelab.speech.proof import Check

log = logging.getLogger(__name__)

_LOOK_S = 0.5


@dataclass(frozen=True)
class VerifyState:
    """Where verifying is."""

    model: str = ""
    running: bool = False
    doing: str = ""
    """What is done now, for the person."""
    checks: tuple[Check, ...] = ()
    """So far, or at the end."""
    verdict: Verdict | None = None
    """Once it is over."""
    message: str = ""
    """Why there is no verdict, or it is not kept; for the person."""


class Verifier:
    """Any thread may ask. The engine rests meanwhile, for the device has one owner; a text comes first and stops it."""

    def __init__(self, engine: Engine, tools: Tools) -> None:
        """Start nothing yet."""
        self.tools = tools
        self._engine = engine
        self._changed = threading.Condition()
        self._state = VerifyState()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._waiting: list[str] = []
        self._closed = False

    def state(self) -> VerifyState:
        """Return where it is, at once."""
        with self._changed:
            return self._state

    def start(self, name: str) -> VerifyState:
        """Begin to verify a model. Raises NotReady while another one is, and what `subject` raises."""
        model = subject(name)
        with self._changed:
            if self._closed:
                raise NotReady("The lab is ending. Start it again, and verify then.")
            if self._state.running:
                raise NotReady(f"{self._state.model} is being verified. Stop that first, or wait for it.", 30.0)
            self._begin(model)
            return self._state

    def stop(self) -> None:
        """Stop within a second; harmless when nothing runs."""
        self._stop.set()

    def close(self) -> None:
        """Stop, and wait until nothing runs: the lab ends."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
        self._stop.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(2.0)

    def watch(self) -> Iterator[VerifyState]:
        """Yield every change until nothing runs, and the last state."""
        shown: VerifyState | None = None
        while True:
            with self._changed:
                if self._state is shown:
                    self._changed.wait(1.0)
                state = self._state
            if state is not shown:
                shown = state
                yield state
            if not state.running:
                return

    def downloaded(self, name: str) -> None:
        """A model was downloaded: verify it in the background, unless that was done once. Raises nothing."""
        try:
            model = subject(name)
            kept = path_for(model)
            if kept is None or kept.exists():
                return
        except VoiceLabError:  # of an engine that proves nothing of itself, or half a model
            return
        with self._changed:
            if self._state.running:
                self._waiting.append(name)
            elif not self._closed:
                self._begin(model)

    def busy_with(self) -> str:
        """Return the name of the model that is being verified, or an empty text."""
        state = self.state()
        return state.model if state.running else ""

    def kept(self, name: str) -> Verdict | None:
        """Return the verdict that counts for a model, found in this run of the lab or an earlier one."""
        try:
            return read_verdict(subject(name))
        except VoiceLabError:
            return None

    def _begin(self, model: Model) -> None:
        self._stop.clear()
        self._state = VerifyState(model.name, running=True, doing="beginning")
        self._changed.notify_all()
        self._thread = threading.Thread(target=self._run, args=(model,), name="verify", daemon=True)
        self._thread.start()

    def _run(self, model: Model) -> None:
        checks: list[Check] = []
        message, whole, was_warm = "", False, self._holds_a_model()
        verdict = None
        try:
            for check in verify(model, self.tools, self._doing, self._wanted_elsewhere()):
                checks.append(check)
                self._set(checks=tuple(checks))
            whole = True
        except Cancelled:
            text_came = not self._stop.is_set()
            message = "A text came first. Verify again when the engine has nothing to say." if text_came else "Stopped."
        except VoiceLabError as error:
            message = error.message
        except Exception:
            log.exception("verifying failed")
            message = WENT_WRONG
        try:
            if checks:
                verdict, why = concluded(model, checks, whole=whole)
                message = message or why
                log.info("%s", verdict.sentence)
        except OSError as error:  # the model's files went away meanwhile
            message = f"What was found of {model.name} cannot be kept: {error.strerror or error}."
        finally:
            self._end(verdict, message, was_warm=was_warm)

    def _end(self, verdict: Verdict | None, message: str, *, was_warm: bool) -> None:
        """Say that nothing runs any more, once what was warm is warm again; go on with what waits."""
        if was_warm and not self._closed:
            with contextlib.suppress(NotReady):  # the lab ends
                self._engine.start()
        with self._changed:
            self._state = replace(self._state, running=False, doing="", verdict=verdict, message=message)
            self._changed.notify_all()
            following = self._waiting.pop(0) if self._waiting else ""
        if following:
            self.downloaded(following)

    def _wanted_elsewhere(self) -> Callable[[], bool]:
        """Let the engine rest, and return what says whether to stop: the person wants it, or a text came."""
        self._doing("waiting until the engine gives its memory back")
        self._engine.rest()
        while self._holds_a_model() and not self._stop.wait(_LOOK_S):
            pass
        return lambda: self._stop.is_set() or self._holds_a_model()

    def _holds_a_model(self) -> bool:
        """Say whether the engine process has a model, or is loading one: then the device is in its hands."""
        health = self._engine.health()
        return health.pid is not None and bool(health.model)

    def _doing(self, what: str) -> None:
        self._set(doing=what)

    def _set(self, **fields: object) -> None:
        with self._changed:
            self._state = replace(self._state, **fields)  # type: ignore[arg-type]  # its own fields
            self._changed.notify_all()
