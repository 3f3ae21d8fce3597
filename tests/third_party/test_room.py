"""What is private of Gradio, uvicorn and huggingface_hub is named in one room only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from voicelab.settings import CHECKOUT

ROOM = CHECKOUT / "voicelab/third_party"
PRIVATE = re.compile(
    r"gradio\.(?:state_holder|processing_utils|routes\b(?! import mount_gradio_app)|blocks)"
    r"|gradio import (?:state_holder|processing)"
    r"|uvicorn\.protocols|uvicorn\.server|huggingface_hub\.(?:utils|file_download|_)|sleep_when_free|has_launched"
    r"|GRADIO_[A-Z_]+|state_session_capacity"
)
OUTSIDE = sorted(path for path in (CHECKOUT / "voicelab").rglob("*.py") if ROOM not in path.parents)


def test_the_pattern_finds_what_it_is_for() -> None:
    assert sum(bool(PRIVATE.search(path.read_text())) for path in ROOM.glob("*.py")) == 3


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_nothing_private_is_named_elsewhere(path: Path) -> None:
    assert PRIVATE.findall(path.read_text()) == []
