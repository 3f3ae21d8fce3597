"""The engine's default model, found out in the background."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from voicelab.errors import Failed, NotReady, VoiceLabError

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.models.model_choice import Choice

_log = logging.getLogger(__name__)


class DefaultModel:
    """What `choose` says about `model`, asked once, on a thread of its own: it may take seconds."""

    def __init__(
        self, model: str, choose: Callable[[str], Choice], changed: threading.Condition, told: Callable[[], None]
    ) -> None:
        """`changed` is the engine's lock; `told` is called, with it held, when the answer is there."""
        self._model = model
        self._choose = choose
        self._changed = changed
        self._told = told
        self._asked = False
        self.choice: Choice | None = None
        """The answer, once it is known."""
        self.error: VoiceLabError | None = None
        """Why there is no answer."""

    def ask(self) -> None:
        """Begin to find out; harmless when begun."""
        with self._changed:
            if self._asked:
                return
            self._asked = True
        threading.Thread(target=self._find_out, name="engine choice", daemon=True).start()

    def wait(self, timeout_s: float) -> Choice:
        """Return the answer. Raises NotReady when it is not known in time, UnknownModel and InvalidCheckpoint."""
        self.ask()
        with self._changed:
            self._changed.wait_for(lambda: self.choice or self.error, timeout_s)
            if self.error is not None:
                raise self.error
            if self.choice is None:
                message = "The lab is still finding out which model this machine can run. Try again in a few seconds."
                raise NotReady(message, retry_after_s=3.0)
            return self.choice

    def _find_out(self) -> None:
        choice, error = None, None
        try:
            choice = self._choose(self._model)
        except VoiceLabError as raised:
            error = raised
        except Exception as raised:  # noqa: BLE001 - whatever goes wrong, those who wait must hear of it
            _log.exception("The default model cannot be chosen")
            error = Failed(f"The lab could not find out which model this machine can run ({type(raised).__name__}).")
        with self._changed:
            self.choice, self.error = choice, error
            self._told()
            self._changed.notify_all()
