"""What a page asks the lab because of one event: held until it is let go, or waited for until its answer is drawn."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Request, Response, Route

JOIN = "**/queue/join*"
_LISTENERS = """([name, event]) => {
  const { components, dependencies } = gradio_config;
  const block = components.find(({ props }) => props.elem_id === name || props.id === name).id;
  const isOf = ([id, each]) => id === block && each === event;
  return dependencies.filter(({ targets }) => targets.some(isOf)).map(({ id }) => id);
}"""
_DRAWN = """() => {
  globalThis.drawn = new Set();
  addEventListener("voicelab:answered", ({ detail }) => {
    requestIdleCallback(() => requestIdleCallback(() => drawn.add(detail.id)));
  });
}"""


class Late:
    """What is held."""

    def __init__(self, page: Page, listeners: list[int]) -> None:
        """Hold what `listeners` of `page` ask from now on."""
        self._page = page
        self._listeners = listeners
        self._held: list[Route] = []
        self._holds = True
        page.route(JOIN, self._take)

    def _take(self, route: Route) -> None:
        if self._holds and self._is_held(route.request):
            self._held.append(route)
        else:
            route.fallback()

    def _is_held(self, request: Request) -> bool:
        return _asked_by(request) in self._listeners

    @contextlib.contextmanager
    def asked(self) -> Iterator[None]:
        """Wait until the page has asked because of what is done within."""
        with self._page.expect_request(self._is_held):
            yield

    def release(self) -> None:
        """Let what was held go, and wait until the page has drawn the answers."""
        self._holds = False
        self._page.evaluate(_DRAWN)
        for route in self._held:
            with self._page.expect_response(partial(_is_answer, route.request)) as joined:
                route.continue_()
            self._page.wait_for_function("id => drawn.has(id)", arg=joined.value.json()["event_id"])


@contextlib.contextmanager
def answered(page: Page, name: str, event: str) -> Iterator[None]:
    """Wait until the page has drawn all that `event`, which happens within, has it ask; `name` as for `late`."""
    # Gradio asks for one after the other.
    last = max(page.evaluate(_LISTENERS, [name, event]))
    page.evaluate(_DRAWN)
    with page.expect_response(lambda answer: _asked_by(answer.request) == last) as joined:
        yield
    page.wait_for_function("id => drawn.has(id)", arg=joined.value.json()["event_id"])


def _asked_by(request: Request) -> int | None:
    """Return which listener has the page ask this; None for any other request."""
    if "/queue/join" not in request.url:
        return None
    return (request.post_data_json or {}).get("fn_index")


def _is_answer(asked: Request, response: Response) -> bool:
    return response.request == asked


def late(page: Page, name: str, event: str) -> Late:
    """Hold from now on what `event` of a block has the page ask; `name` is the block's id, or that of a tab."""
    return Late(page, page.evaluate(_LISTENERS, [name, event]))
