"""Pressing everything there is to press on a page, found in the page itself, and noticing whatever goes wrong."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page, Request, Response

CONTROLS = (
    "button, [role=button], [role=slider], [role=switch], [role=menuitem], a[href], summary, "
    "input[type=checkbox], input[type=radio], input[type=range], input[type=button], input[type=submit]"
)
"""What can be pressed. Tabs are opened one after the other; choosing from lists and writing is tested elsewhere."""
SETTLED_WITHIN_S = 0.6
"""After each press so long for its answer: what takes longer goes on while the next is pressed, as for a person."""
_ELSEWHERE = (
    "[inert], [aria-disabled=true], [aria-hidden=true], "
    ".vl-messages, .toast-wrap, [data-testid=status-tracker], "  # messages, which go by themselves
    "[role=tab], [role=tablist], .overflow-menu, .tab-container"
)
_UNENDING = re.compile(r"/(health|models)$|/queue/data|/heartbeat/")
_CALM_WITHIN_S = 20.0
_TRIES = 5
_TRY_MS = 2_000
_ALIKE = 2
"""So many are pressed of those that are called the same at one place: in the rows of takes, among the words."""
_MOST = 600
"""Presses of one place: a control that makes another for ever is a fault of its own."""

# Names a control for as long as it means the same: without figures, and without what follows a comma or a colon.
_FIND = """([controls, elsewhere, place, alike]) => {
  const within = document.querySelector(place) ?? document.body;
  const seen = new Map();
  const found = [];
  document.querySelectorAll("[data-press]").forEach((node) => node.removeAttribute("data-press"));
  for (const node of within.querySelectorAll(controls)) {
    if (!node.checkVisibility({ visibilityProperty: true }) || !node.getClientRects().length) continue;
    if (node.disabled || node.closest(elsewhere)) continue;
    const said = node.getAttribute("aria-label") || node.innerText || node.closest("label")?.innerText || node.title;
    const called = (said || node.name || node.className || node.tagName).trim();
    const name = called.split(/[:,\\n] ?/)[0].replace(/\\d+/g, "#");
    const area = node.closest("[id]:not([id^=component-]):not([id^=html-])")?.id ?? "";
    const same = `${area} | ${name}`;
    seen.set(same, (seen.get(same) ?? 0) + 1);
    if (seen.get(same) > alike) continue;
    const key = seen.get(same) === 1 ? same : `${same} (${seen.get(same)})`;
    node.dataset.press = key;
    const slider = node.matches("input[type=range], [role=slider]");
    const kind = slider ? "slider" : node.matches("input[type=checkbox]") ? "tick" : "button";
    found.push({ key, kind, stops: node.matches(".stop") });
  }
  return found;
}"""
_TOASTS = """() => [...document.querySelectorAll(".toast-body, .vl-message")].map((toast) => {
  toast.querySelector("button")?.click();
  return toast.innerText;
})"""


@dataclass(frozen=True)
class Control:
    """Something to press."""

    key: str
    """Where it is and what it is called."""
    kind: str
    """button, slider or tick."""
    stops: bool
    """Takes something away."""


@dataclass
class Watch:
    """What goes wrong in any page of a browser window."""

    context: BrowserContext
    expected: tuple[tuple[str, str], ...] = ()
    """Pattern of a fault that is none, and why."""
    faults: list[str] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    open: set[Any] = field(default_factory=set)
    """Requests that are not answered yet, but for sounds, what is asked for ever, and the stream of Gradio's events."""

    def __post_init__(self) -> None:
        """Look at every page from now on."""
        self.context.on("weberror", lambda error: self.note(f"page error: {error.error}"))
        self.context.on("console", lambda said: self.note(f"console: {said.text}") if said.type == "error" else None)
        self.context.on("response", self._answered)
        self.context.on("request", self._opened)
        self.context.on("requestfinished", self._finished)
        self.context.on("requestfailed", self._failed)

    def note(self, fault: str) -> None:
        """Keep a fault, unless it is an expected one."""
        if not any(re.search(pattern, fault) for pattern, _why in self.expected):
            self.faults.append(fault)

    def _opened(self, request: Request) -> None:
        if request.resource_type != "media" and not _UNENDING.search(request.url):
            self.open.add(request)

    def _finished(self, request: Request) -> None:
        self.open.discard(request)

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.note(f"{response.status} {response.request.method} {response.url}")

    def _failed(self, request: Request) -> None:
        self.open.discard(request)
        self.note(f"failed: {request.method} {request.url} {request.failure}")


@dataclass
class Presser:
    """Presses everything of a page once, whatever appears by pressing among it."""

    page: Page
    watch: Watch
    late: str = r"$^"
    """Pattern of what is pressed when nothing else is left, besides what takes something away."""
    never: tuple[tuple[str, str], ...] = ()
    """Pattern of what is not pressed, and why."""
    pressed: list[str] = field(default_factory=list)
    opener: dict[str, str] = field(default_factory=dict)
    """What had just been pressed when a control was seen for the first time."""

    def controls(self, place: str) -> list[Control]:
        """Return what can be pressed now, in the order of the page."""
        self.watch.toasts += self.page.evaluate(_TOASTS)
        found = [Control(**each) for each in self.page.evaluate(_FIND, [CONTROLS, _ELSEWHERE, place, _ALIKE])]
        return [each for each in found if not any(re.search(pattern, each.key) for pattern, _why in self.never)]

    def press_all(self, place: str = "body", stay: Callable[[], None] = lambda: None) -> None:
        """Press everything within `place`; after each press `stay` comes back from where it may have led."""
        last = ""
        calm = False
        for _ in range(_MOST):
            found = self.controls(place)
            for each in found:
                self.opener.setdefault(each.key, last)
            fresh = [each for each in found if each.key not in self.pressed]
            if not fresh:
                fresh, calm = self._again(found), True
            if not fresh and self._led_away(stay):
                continue
            if not fresh:
                return
            chosen = min(fresh, key=self._rank)
            if any(self._rank(chosen)) and not calm:
                calm = self.calm()  # what was begun may still show something to press
                continue
            calm = False
            self.press(chosen)
            if chosen.kind == "tick" and chosen.key in {each.key for each in self.controls(place)}:
                self.press(chosen)  # and back: a filter may hide what is still to be pressed
            last = chosen.key
            stay()
        message = f"there is no end of what can be pressed: {self.pressed[-20:]}"
        raise AssertionError(message)

    def _led_away(self, stay: Callable[[], None]) -> bool:
        """Come back from where an answer may have led after `stay` had looked; say whether there was anything new."""
        before = self.page.url
        self.settle(_CALM_WITHIN_S)
        stay()
        return self.page.url != before

    def _again(self, found: list[Control]) -> list[Control]:
        """Return a control that shows one more time what went away before it was pressed."""
        missed = [key for key in self.opener if key not in self.pressed]
        for key in missed:
            opener = self.opener.pop(key)
            again = [each for each in found if each.key == opener]
            if again:
                return again
        return []

    def _rank(self, control: Control) -> tuple[bool, bool]:
        return control.stops, bool(re.search(self.late, control.key, re.IGNORECASE))

    def press(self, control: Control) -> None:
        """Press one as a person does: a click, or an arrow key for what slides. It may be drawn anew meanwhile."""
        place = self.page.locator(f'[data-press="{_quoted(control.key)}"]')
        self.pressed.append(control.key)
        error: Error | None = None
        for _ in range(_TRIES):
            try:
                if control.kind == "slider":
                    place.press("ArrowLeft", timeout=_TRY_MS)
                else:
                    place.click(timeout=_TRY_MS)
                break
            except Error as failed:
                error = failed
                if control.key not in {each.key for each in self.controls("body")}:
                    break  # gone: an answer to the press before took it away
        else:
            self.watch.note(f"cannot be pressed: {control.key}: {error}")
        self.settle()

    def calm(self) -> bool:
        """Wait until nothing is being worked on, as the page tells, or long enough."""
        end = time.monotonic() + _CALM_WITHIN_S
        while time.monotonic() < end and self.page.locator(".vl-progress progress").locator("visible=true").count():
            self.page.wait_for_timeout(200)
        return True

    def settle(self, within_s: float = SETTLED_WITHIN_S) -> None:
        """Wait until nothing is asked any more, or for so long."""
        end = time.monotonic() + within_s
        while time.monotonic() < end:
            self.page.wait_for_timeout(60)  # events of the browser come in here
            if not self.watch.open:
                return

    def press_key(self, key: str, focus: str) -> None:
        """Press a key while the first visible element of `focus` has the focus."""
        self.page.locator(focus).locator("visible=true").first.focus()
        self.page.keyboard.press(key)
        self.pressed.append(f"{focus} | {key}")
        self.settle()


def _quoted(key: str) -> str:
    return key.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\a ")
