"""A model comes from a hub, is verified by itself, and the page says what was found; the button does it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checkpoints import write_checkpoint
from tests.hub.conftest import Hub, serving
from tests.ui.conftest import RunningLab, running_lab, wide_page
from voicelab.models.catalogue import find

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

NAME = "qwen3-tts-0.6b-8bit"
LONG_MS = 600_000
"""Loading and checking a small checkpoint on a processor that does much else."""


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[RunningLab]:
    """A lab whose hub has a small checkpoint in the place of the published weights."""
    folder = write_checkpoint(tmp_path / "small", 8, dtype="bfloat16")
    held = Hub()
    held.repository, held.large = find(NAME).repository, "model.safetensors"
    held.files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with serving(held) as address:
        home = tmp_path / "home"
        home.mkdir()
        with running_lab(home, "--model", "preview", hub=address) as running:
            yield running


@pytest.fixture
def machine(lab: RunningLab, browser: Browser) -> Iterator[Page]:
    """The tab Machine."""
    with wide_page(browser, lab.url) as page:
        page.get_by_role("tab", name="Machine").click()
        page.locator(f'.vl-model[data-model="{NAME}"]').wait_for()
        yield page


def test_a_download_is_verified_and_told(machine: Page, lab: RunningLab) -> None:
    card = machine.locator(f'.vl-model[data-model="{NAME}"]')
    card.get_by_role("button", name=f"Download… {NAME}").click()
    card.get_by_role("button", name=f"Yes, download {NAME}").click()
    card.get_by_text("✓ On disk").wait_for(timeout=LONG_MS)
    card.get_by_text("Being verified…").wait_for(timeout=LONG_MS)
    said = card.locator(".vl-model-verified", has_text="checks pass")
    said.wait_for(timeout=LONG_MS)
    # Its files are not the published ones, and random weights say nothing: both are told.
    assert "fail" in said.inner_text()
    machine.get_by_role("tab", name="Speak").click()
    machine.get_by_role("tab", name="Machine").click()
    machine.locator("#verify-found .vl-notice", has_text="tokenizer").first.wait_for(timeout=LONG_MS)
    machine.locator("#verify-start:not([disabled])").click()
    machine.locator("#verify-progress", has_text=f"{NAME}: ").wait_for(timeout=LONG_MS)
    machine.locator("#verify-stop:not([disabled])").click()
    machine.locator("#verify-found").get_by_text("Stopped").wait_for(timeout=LONG_MS)
    assert "Traceback" not in (lab.home / "lab.log").read_text()
