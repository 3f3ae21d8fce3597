"""README and docs point at what is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = (CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md")))
GITHUB_SHOWS_BYTES = 1_000_000
"""A first screen that loads at once: a choice."""


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(CHECKOUT).as_posix())
def test_every_link_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)\s]+)\)", document.read_text())
    broken = []
    for link in links:
        file, _, anchor = link.partition("#")
        target = document.parent / file if file else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_the_first_picture_moves_and_is_light() -> None:
    picture_link = re.search(r"!\[[^]]*\]\(([^)]+)\)", DOCUMENTS[0].read_text())
    assert picture_link is not None
    path = CHECKOUT / picture_link.group(1)
    assert path.stat().st_size < GITHUB_SHOWS_BYTES
    with Image.open(path) as picture:
        assert getattr(picture, "n_frames", 1) > 1
