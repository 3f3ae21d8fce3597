"""What claims hours, or is, and pictures of 50 MB, cost no more than any recording."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reliability.decoding import Decoder
from tests.reliability.hostile_claims import claims
from tests.reliability.hostile_file import CONTAINERS, encoded

if TYPE_CHECKING:
    from pathlib import Path


def test_hours_and_large_pictures_are_bounded(tmp_path: Path) -> None:
    outcomes = list(Decoder(tmp_path).outcomes(claims({name: encoded(name) for name in CONTAINERS})))
    for outcome in outcomes:
        print(f"{outcome.file.name}: {outcome.how}, {outcome.seconds:.1f} s, {outcome.grown_mb:.0f} MB")
    assert [outcome for outcome in outcomes if not outcome.held] == []
