"""A page with one widget and no lab behind it: its value is given, and what it would send is kept."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from voicelab.static import parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

ADDRESS = "http://widget.test/"
_HTML = """<!doctype html><link rel="icon" href="data:,"><link rel="stylesheet" href="page/lab.css">
<link rel="stylesheet" href="page/board.css">
<div id="root"><div class="vl-{name}"></div></div>"""
_DRAW = """async ([name, value]) => {
  window.sent = [];
  const page = await import("/page/widgets.js");
  const props = { value: JSON.stringify(value) };
  const watch = (_, then) => {
    window.redraw = (later) => {
      props.value = JSON.stringify(later);
      then();
    };
  };
  await page.draw(name, document.querySelector("#root"), props, (event, data) => sent.push([event, data]), watch);
}"""


@contextlib.contextmanager
def widget_page(browser: Browser, name: str, **look: Any) -> Iterator[Page]:
    """Open a page with the place of the widget `name`; a script error fails the test. `look` is for the window."""

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path.removeprefix("/")
        part = parts().get(path)
        if part:
            route.fulfill(body=part.content, content_type=part.media_type)
        else:
            route.fulfill(body=_HTML.format(name=name), content_type="text/html; charset=utf-8")

    page = browser.new_page(**look)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route(f"{ADDRESS}**", answer)
    page.goto(ADDRESS)
    yield page
    page.close()
    assert errors == []


def draw(page: Page, name: str, value: Any) -> None:
    """Draw the widget as Gradio would; what it triggers is in `sent`."""
    page.evaluate(_DRAW, [name, value])


def draw_again(page: Page, value: Any) -> None:
    """Give the widget that was drawn another value, as Gradio does with an answer."""
    page.evaluate("value => window.redraw(value)", value)


def sent(page: Page) -> list[Any]:
    """Return what the widget triggered so far: names and fields."""
    return list(page.evaluate("window.sent"))
