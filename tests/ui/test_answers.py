"""The answers that a page gets from Gradio: none is left lying on the server (ui/static/answers.js says why)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ui.conftest import SLOW_MS, bring

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import APIResponse, Page, Route

    from voicelab.clips.clip import Clip

STREAM = "**/gradio_api/queue/data*"


def test_an_event_that_joins_while_the_stream_closes_is_answered(page: Page, tmp_path: Path, speech_clip: Clip) -> None:
    """The end of a stream is held back until another event has joined: to the page the stream is open then."""
    bring(page, tmp_path / "keeper.wav", speech_clip)
    page.wait_for_timeout(1000)  # its stream is closed by then

    held: list[tuple[Route, APIResponse]] = []
    page.route(STREAM, lambda route: held.append((route, route.fetch())), times=1)
    set_field(page, "#make-start", "0.5")
    with page.expect_response(
        lambda answer: "/queue/join" in answer.url and ",10]" in (answer.request.post_data or "")
    ):
        until(page, lambda: bool(held))
        set_field(page, "#make-end", "10")
    (route, ended) = held[0]
    assert "close_stream" in ended.text()
    route.fulfill(response=ended)
    page.locator("#make-trimmer", has_text="0.50 s – 10.00 s").wait_for(timeout=SLOW_MS)


def until(page: Page, true: Callable[[], bool]) -> None:
    for _ in range(SLOW_MS // 50):
        if true():
            return
        page.wait_for_timeout(50)
    pytest.fail("nothing came")


def set_field(page: Page, name: str, text: str) -> None:
    page.locator(f"{name} input").fill(text)
    page.locator(f"{name} input").press("Enter")
