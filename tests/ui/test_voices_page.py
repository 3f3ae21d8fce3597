"""The tab Voices in a real browser: a voice goes out as a zip, comes in, is renamed, removed and brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.ui.conftest import RunningLab


@pytest.fixture
def tab(page: Page) -> Page:
    page.get_by_role("tab", name="Voices").click()
    page.locator("#voices-table", has_text="sample").wait_for()
    page.locator("#voices-voice input").click()
    page.get_by_role("option", name="Sample (synthetic)", exact=True).click()
    page.locator("#voices-about", has_text='voice=sample"').wait_for()
    return page


def test_a_voice_is_exported_imported_renamed_removed_and_brought_back(
    tab: Page, lab_server: RunningLab, tmp_path: Path
) -> None:
    voices = lab_server.home / "voices"
    with tab.expect_download() as download:
        tab.locator("#voices-export").click()
    assert download.value.suggested_filename == "sample.zip", "of the voice that is shown, not of the one before"
    package = tmp_path / "sample.zip"
    download.value.save_as(package)

    before = kept(lab_server)
    told = tab.locator("#voices-notes")
    give(tab, package)
    told.get_by_text("the other one is taken").wait_for()
    (beside,) = kept(lab_server) - before
    assert (beside / "clip.wav").read_bytes() == (voices / "sample" / "clip.wav").read_bytes()

    tab.locator("#voices-about", has_text=f'voice={beside.name}"').wait_for()  # only then is its name in the field
    name = tab.locator("#voices-name input, #voices-name textarea")
    name.fill("Brought")
    tab.locator("#voices-rename").click()
    told.get_by_text("called Brought now").wait_for()
    assert (voices / "brought" / "voice.json").exists()

    remove(tab)
    assert not (voices / "brought").exists()
    tab.locator("#voices-undo").click()
    told.get_by_text("Brought is back").wait_for()
    assert (voices / "brought" / "voice.json").exists()

    remove(tab)


def test_a_file_that_is_no_voice_is_refused_with_a_sentence(tab: Page, lab_server: RunningLab, tmp_path: Path) -> None:
    path = tmp_path / "notes.zip"
    path.write_bytes(b"PK\x03\x04 and nothing that follows")
    before = kept(lab_server)
    give(tab, path)
    tab.locator(".vl-message").get_by_text("zip").wait_for()
    assert kept(lab_server) == before


def remove(tab: Page) -> None:
    tab.locator("#voices-remove").click()
    tab.locator("#voices-sure").click()
    tab.locator("#voices-notes").get_by_text("was removed").wait_for()


def kept(lab: RunningLab) -> set[Path]:
    return {path.parent for path in (lab.home / "voices").glob("*/voice.json")}


def give(tab: Page, path: Path) -> None:
    with tab.expect_file_chooser() as chooser:
        tab.locator("#voices-import").click()
    chooser.value.set_files(path)
