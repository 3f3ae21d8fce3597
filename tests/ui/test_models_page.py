"""The models of the tab Machine: the widget in a real browser, and its actions against a hub on loopback."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes import FakeEngine
from tests.hub.conftest import Hub, hold_a_model, hub
from tests.ui.widget_page import draw, widget_page
from voicelab.bootstrap import build
from voicelab.errors import InvalidValue, ModelInUse
from voicelab.models.catalogue import find
from voicelab.settings import Settings
from voicelab.ui.actions import models_actions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from voicelab.lab import Lab

__all__ = ["hub"]  # the fixture

NAME = "qwen3-tts-0.6b-8bit"
ANSWERS = """() => {
  window.answers = [];
  window.fetch = async () => ({ ok: true, json: async () => window.answers.shift() ?? {} });
}"""
"""What the lab answers from now on."""


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    lab = build(Settings(home=tmp_path))
    return replace(lab, engine=FakeEngine())


def row(value: Mapping[str, Any], name: str = NAME) -> Mapping[str, Any]:
    return next(model for model in value["models"] if model["name"] == name)


def test_what_the_buttons_do(hub: Hub, lab: Lab) -> None:
    hold_a_model(hub, find(NAME).repository)
    assert row(models_actions.machine(lab).models)["on_disk"] == "no"
    hub.pause_s = 0.05
    models_actions.act(lab, "download", NAME)
    with pytest.raises(ModelInUse, match="being downloaded"):
        models_actions.act(lab, "delete", NAME)
    models_actions.act(lab, "pause", NAME)
    hub.pause_s = 0
    end = time.monotonic() + 30
    while row(models_actions.models_value(lab))["on_disk"] != "yes":
        models_actions.act(lab, "download", NAME)
        assert time.monotonic() < end
        time.sleep(0.05)
    # Its last file is there a moment before its download is over, and until then it is not deleted.
    while row(models_actions.models_value(lab))["download"]["status"] != "done":
        assert time.monotonic() < end
        time.sleep(0.01)
    deleted = models_actions.act(lab, "delete", NAME)
    assert "0.00 GB are free again" in deleted.said[0]["text"]
    assert row(deleted.models)["on_disk"] == "no"
    allowed = models_actions.act(lab, "allow", "")
    assert (allowed.models["allow_swap"], allowed.said[0]["level"]) == (True, "warn")
    assert models_actions.act(lab, "forbid", "").models["allow_swap"] is False
    assert models_actions.act(lab, "unload", "").said[0]["label"] == "Unloading"
    with pytest.raises(InvalidValue, match="Reload"):
        models_actions.act(lab, "burn", NAME)


def test_other_machines_choose_from_the_list(hub: Hub, lab: Lab) -> None:
    outside = replace(lab, settings=replace(lab.settings, host="192.0.2.7"))
    assert models_actions.models_value(outside)["free_names"] is False
    with pytest.raises(InvalidValue, match="only the models of the list"):
        models_actions.act(outside, "download", "someone/else")
    assert hub.served_bytes == 0


def value(**first: Any) -> dict[str, Any]:
    common = {
        "repository": "some/one",
        "size_bytes": 1_990_000_000,
        "memory_bytes": 6_000_000_000,
        "disk_bytes": 0,
        "on_disk": "no",
        "fits": True,
        "unsuited": "",
        "too_large": "",
        "in_use": "",
        "note": "<img src=x onerror=alert(1)>",
        "download": None,
    }
    rows = [
        common | {"name": "first"} | first,
        common | {"name": "large", "fits": False, "too_large": "It would swap."},
        common | {"name": "held", "on_disk": "yes", "disk_bytes": 1_710_000_000, "in_use": "the engine holds it."},
        common | {"name": "half", "on_disk": "partly", "disk_bytes": 700_000_000},
    ]
    return {
        "machine_bytes": 8_589_934_592,
        "allow_swap": False,
        "idle_minutes": 30,
        "free_names": True,
        "clone_need": None,
        "recognizers": [],
        "models": rows,
    }


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """The widget's place; a script error fails the test."""
    with widget_page(browser, "models") as page:
        page.evaluate(ANSWERS)
        yield page


def sent(page: Page) -> list[tuple[str, str]]:
    return [(data["action"], data["model"]) for _, data in json.loads(page.evaluate("JSON.stringify(window.sent)"))]


def test_terms_are_read_before_the_download_and_their_address_is_a_link(page: Page) -> None:
    terms = "Agree at https://huggingface.co/some/one (no <img src=x onerror=alert(1)>)."
    draw(page, "models", value(terms=terms))
    first = page.locator("[data-model=first]")
    assert terms in first.inner_text()
    link = first.get_by_role("link")
    assert link.get_attribute("href") == "https://huggingface.co/some/one"
    assert first.locator("img").count() == 0
    draw(page, "models", value(terms=terms, on_disk="yes"))
    assert "Agree" not in first.inner_text()


def test_deleting_asks_first_and_only_what_can_be_done_is_offered(page: Page) -> None:
    draw(page, "models", value(on_disk="yes", disk_bytes=1_990_000_000))
    first = page.locator("[data-model=first]")
    first.get_by_role("button", name="Delete first").click()
    assert sent(page) == []
    assert "Delete 1.99 GB?" in first.inner_text()
    first.get_by_role("button", name="Keep first").click()
    first.get_by_role("button", name="Delete first").click()
    first.get_by_role("button", name="Yes, delete first").click()
    page.locator("[data-model=large]").get_by_role("button").click()
    page.locator("[data-model=half]").get_by_role("button", name="Go on half").click()
    page.get_by_label("Load models that would swap").check()
    page.get_by_role("button", name="Unload the model now").click()
    page.get_by_label("Another repository").fill(" some/where ")
    page.get_by_role("button", name="Download it").click()
    assert sent(page) == [
        ("delete", "first"),
        ("download", "large"),
        ("download", "half"),
        ("allow", ""),
        ("unload", ""),
        ("download", "some/where"),
    ]
    assert page.locator("[data-model=held]").get_by_role("button", name="Delete held").is_disabled()
    assert "would swap here" in page.locator("[data-model=large]").inner_text()
    assert "fits here" in first.inner_text()
    assert "8.59 GB of memory" in page.locator(".vl-models").inner_text()
    assert page.locator("img").count() == 0, "a note is text, not HTML"


def test_a_download_is_followed(page: Page) -> None:
    download = {"status": "downloading", "done_bytes": 500_000_000, "total_bytes": 2_000_000_000, "message": ""}
    draw(page, "models", value(download=download | {"bytes_per_s": 10_000_000}))
    first = page.locator("[data-model=first]")
    assert "500 of 2000 MB, 10.0 MB/s, 3 min left" in first.inner_text()
    assert first.locator("progress").evaluate("bar => bar.value / bar.max") == pytest.approx(0.25)
    first.get_by_role("button", name="Pause first").click()
    assert sent(page) == [("pause", "first")]
    failed = {"status": "failed", "bytes_per_s": None, "message": "The hub does not answer. Try again."}
    page.evaluate("answer => window.answers.push(answer)", value(download=download | failed, on_disk="partly"))
    first.get_by_text("The hub does not answer. Try again.").wait_for()
    assert first.get_by_role("button", name="Go on first").is_visible()
