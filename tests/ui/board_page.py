"""The board without a lab behind it: a comparison is given as the lab would tell it, and sounds are tones."""

from __future__ import annotations

import contextlib
import json
import math
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.ui.widget_page import widget_page
from voicelab.clips.wav import wav_bytes
from voicelab.compare.export_rows import row
from voicelab.compare.measure_guide import MEASURES
from voicelab.compare.plan import Plan
from voicelab.compare.take import Details, Take

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser, Page, Route

EXPERIMENT = "a" * 32
RATE = 24_000


def take_of(specification: Any, number: int, **fields: Any) -> Take:
    """A take of the plan with measures that differ from take to take, the same on every run."""
    wave = (1 + math.sin(12.9898 * number)) / 2
    measures: dict[str, Any] = {"duration_s": 2.0, "rtf": 0.2 + wave, "likeness": 0.95 - 0.3 * wave, "noise": 3 + wave}
    measures |= {"word_error_rate": round(0.3 * wave, 2), "engine": "preview", "details": Details(insertions=0)}
    return Take(
        specification.id,
        specification.line,
        specification.length_s,
        specification.model,
        specification.seed,
        5.0,
        "words of the clip",
        **(measures | fields),
    )


def tone(hertz: float, seconds: float = 2.0) -> bytes:
    """A WAV file."""
    times = np.arange(round(seconds * RATE)) / RATE
    return wav_bytes((0.3 * np.sin(2 * np.pi * hertz * times)).astype(np.float32), RATE)


@dataclass
class Told:
    """What the board is told, and what it asked for."""

    plan: Plan
    takes: list[Take]
    settings: Sequence[dict[str, Any]] = ()
    asked: list[str] = field(default_factory=list)
    revision: int = 1

    def whole(self) -> dict[str, Any]:
        """Everything."""
        about = [each._asdict() for each in MEASURES]
        frame = {
            "voice_name": "Anna",
            "total": len(self.plan.specifications()),
            "plan": asdict(self.plan),
            "yardstick": None,
            "about": about,
        }
        takes = [row(take) for take in self.takes]
        named = {"revision": f"x.{self.revision}", "whole": True, "frame": frame, "takes": takes, "gone": []}
        return named | {"settings": list(self.settings)}

    def answer(self, route: Route) -> None:
        """Answer as the lab's routes do."""
        self.asked.append(route.request.url.split("/", 3)[3])
        if "board.json" in route.request.url:
            route.fulfill(json=self.whole())
        elif "sounds.json" in route.request.url:
            ids = route.request.url.split("takes=")[1].split(".")
            sound = {"outline": [20, 60, 40] * 20, "loudness_lufs": -20.0, "headroom_db": 0.0}
            route.fulfill(json=dict.fromkeys(ids, sound))
        else:
            route.fulfill(body=tone(440), content_type="audio/wav")


@contextlib.contextmanager
def board_page(browser: Browser, told: Told, **look: Any) -> Iterator[Page]:
    """Open a page with the board of `told`; what it sends is in `sent`. `look` is for the browser's window."""
    with widget_page(browser, "board", **look) as page:
        page.route("**/experiments/**", told.answer)
        page.route("**/takes/**", told.answer)
        tell(page, told)
        yield page


_TELL = """async ([value]) => {
  window.sent ??= [];
  if (!window.told) {
    const page = await import("/page/widgets.js");
    window.told = { value: "" };
    await page.draw("board", document.querySelector("#root"), window.told,
      (event, data) => sent.push(data), (_name, then) => { window.drawBoard = then; });
  }
  window.told.value = value;
  window.drawBoard();
}"""


def tell(page: Page, told: Told, *, active: bool = False) -> None:
    """Give the board what Gradio would: where the comparison is."""
    value = {"experiment": EXPERIMENT, "revision": f"x.{told.revision}", "active": active}
    page.evaluate(_TELL, [json.dumps(value)])
    page.locator(".vl-grid-line").first.wait_for()


def sent(page: Page) -> list[tuple[str, str, str]]:
    """What was sent: the action, the end of the take's id, and what came with it."""
    return [(each["action"], each["take"], each["extra"]) for each in page.evaluate("sent")]
