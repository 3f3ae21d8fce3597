"""Gradio's page, made to serve for days and to give nothing of this machine away. Made for Gradio 6.31."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicelab.errors import IncompatibleLibrary, VoiceLabError, WrongInput
from voicelab.third_party.patching import replace, require

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import NoReturn

    from gradio.state_holder import SessionState
    from starlette.types import ASGIApp

log = logging.getLogger(__name__)

PAGE_QUEUE_LIMIT = 256
"""Events of all open pages that may wait: a page has at most a few."""
PLACE_EVERY_S = 5
"""How often a page that waits is told its place."""
LOOKS_EVERY_S = 0.01
"""How often Gradio looks whether an event waits. Its own thousand times a second were 7 % of an idle processor."""
PAGE_SESSIONS = 512
"""Pages that Gradio remembers, those used last, open or not: each takes 0.3 MB, and Gradio's own limit is 10,000."""
EVENTS_KEPT = 100
"""Events whose times Gradio remembers for a page of statistics, which is off; its own limit is 10,000."""
AT_ONCE = 8
"""Events of one kind that are worked on at once: what takes long in one page must not keep another one waiting."""
_CHECK = "upload_check"
"""The name of the event by which a page is asked for a file that nobody uploaded."""
_SECRET_BYTES = 32
_NOT_TAKEN = "The lab cannot take what the page sent: it may have been open for long. Reload it and try again."


def keep_private(environment: Any = os.environ) -> None:
    """Have Gradio call nobody. Before it is imported: that is when it reads the environment."""
    environment["GRADIO_ANALYTICS_ENABLED"] = "False"


def prepare(page: Any) -> None:
    """Bound what `page`, a gr.Blocks, takes and keeps, before it is mounted. Raises IncompatibleLibrary."""
    import gradio as gr
    from gradio import processing_utils, state_holder

    # Gradio refuses to fetch only addresses of this network; the lab calls nobody because a client says so.
    replace(processing_utils, "async_ssrf_protected_get", _refuse)
    replace(state_holder, "SessionState", _session())
    replace(page, "preprocess_data", _told(page.preprocess_data, Exception))
    replace(page, "call_function", _told(page.call_function, gr.Error))
    _add_upload_check(page)
    os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = str(EVENTS_KEPT)  # read by queue()
    # Gradio's queue has no end by itself, and its endpoints can be called past it, each call taking a thread.
    # Nor may each event that ends write to every page that waits: a page that is gone never reads it.
    page.queue(
        max_size=PAGE_QUEUE_LIMIT,
        api_open=False,
        status_update_rate=PLACE_EVERY_S,
        default_concurrency_limit=AT_ONCE,
    )
    require(page, "_queue")
    queue = page._queue  # noqa: SLF001 - Queue.start_processing has no option
    replace(queue, "sleep_when_free", LOOKS_EVERY_S)
    replace(queue, "push", _known_alone(page, queue.push))
    require(queue, "ANALYTICS_MAX_EVENTS")
    if queue.ANALYTICS_MAX_EVENTS != EVENTS_KEPT:
        raise IncompatibleLibrary("The installed Gradio remembers every event for ever. Install the pinned version.")
    replace(page, "state_session_capacity", PAGE_SESSIONS)


def _known_alone(page: Any, push: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Return Gradio's `push`, which ends in a KeyError, and an answer 500, for a function that `page` does not have."""

    async def known_alone(*, body: Any, **options: Any) -> Any:
        if body.fn_index is not None and body.fn_index not in page.fns:
            return False, _NOT_TAKEN, "error"
        return await push(body=body, **options)

    return known_alone


def _told(work: Callable[..., Awaitable[Any]], refusals: type[Exception]) -> Callable[..., Awaitable[Any]]:
    """Return `work`, a method of gr.Blocks, whose `refusals` of what a page sent are sentences.

    Gradio 6.31 (queueing.py, process_events) prints a traceback of every input that a component cannot take, and of
    every event that names a file, and its own message quotes what was sent. What a page sends is no fault of the lab's:
    one line says that it came.
    """
    import gradio as gr

    async def told(function: Any, *inputs: Any, **options: Any) -> Any:
        try:
            return await work(function, *inputs, **options)
        except VoiceLabError as error:
            raise gr.Error(error.message, print_exception=False, visible=False) from None
        except refusals as error:
            if isinstance(error, gr.Error) and not error.print_exception:
                raise  # the lab's own, of an action
            if function.api_name != _CHECK:  # which is asked for that
                log.warning("a page sent %s what it does not take: %s", function.api_name, type(error).__name__)
            raise gr.Error(_NOT_TAKEN, print_exception=False, visible=False) from None

    return told


def protect_files(page: Any) -> None:
    """Have Gradio check, of each file that a client names, that it was uploaded. Raises IncompatibleLibrary.

    Once it is mounted. processing_utils._check_allowed looks at `has_launched`, which only launch() sets: without it a
    client may name any file of this machine as an upload of his, and gets it back.
    """
    replace(page, "has_launched", True)


async def check_files_are_refused(application: ASGIApp) -> None:
    """Ask the page of `application` for a file that was never uploaded. Raises IncompatibleLibrary if it comes.

    Its lifespan must have been entered: the answer comes by Gradio's queue.
    """
    with tempfile.TemporaryDirectory() as folder:
        secret = os.urandom(_SECRET_BYTES).hex()
        file = Path(folder) / "private.txt"
        file.write_text(secret, encoding="ascii")
        # Gradio prints a traceback of what it refuses; that it refuses is what is hoped for.
        with contextlib.redirect_stderr(io.StringIO()):
            answers = await _asked_for(application, file)
    if secret in "".join(answers) or "event: error" not in answers[-1]:
        raise IncompatibleLibrary(
            "The installed Gradio hands out files of this machine that nobody uploaded, so the page is not served. "
            "Install the version that the lab was made for."
        )


async def _asked_for(application: ASGIApp, file: Path) -> list[str]:
    """Return the texts of the answers to a client that names `file`: by address, and as an upload."""
    import httpx2 as httpx

    logging.getLogger("httpx2").setLevel(logging.WARNING)  # it would tell of each call of a page that asks itself
    transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        by_address = await client.get(f"/gradio_api/file={file}")
        body = {"data": [{"path": str(file), "meta": {"_type": "gradio.FileData"}}]}
        joined = await client.post(f"/gradio_api/call/{_CHECK}", json=body)
        event = joined.json().get("event_id", "") if joined.is_success else ""
        as_upload = await client.get(f"/gradio_api/call/{_CHECK}/{event}")
    return [by_address.text, as_upload.text]


def _add_upload_check(page: Any) -> None:
    """Give `page` the event that `check_files_are_refused` calls: it tells a client what that client uploaded."""
    import gradio as gr

    with page:
        upload, text = gr.File(type="filepath", visible=False), gr.Textbox(visible=False)
        upload.change(_read, upload, text, api_name=_CHECK, show_progress="hidden")


def _read(path: str | None) -> str:
    return Path(path).read_bytes()[: 2 * _SECRET_BYTES].decode("latin-1") if path else ""


@cache
def _session() -> type[SessionState]:
    """Return what Gradio is to remember of an open page: each component once.

    Gradio 6.31, Blocks.preprocess_data: a component that an answer changed (its choices, say) is a new one with a
    number of its own, and is remembered under that too when its value is sent again: an open page never stops growing.
    """
    from gradio.blocks import Block
    from gradio.state_holder import SessionState

    class Session(SessionState):
        def __setitem__(self, key: int, value: Any) -> None:
            if isinstance(value, Block):
                replace(value, "_id", key)  # the number it was given by being made is nobody's
            super().__setitem__(key, value)

    return Session


async def _refuse(url: str) -> NoReturn:
    message = f"Addresses are not fetched here ({url[:80]}). Download the file and bring it."
    raise WrongInput(message)
