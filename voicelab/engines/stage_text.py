"""The stages of the engine in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voicelab.engines.messages import Staged

_MB = 1_000_000


def describe(staged: Staged) -> tuple[str, float | None]:
    """Return a sentence for the person, and the fraction, 0..1, where one is known."""
    if staged.stage != "downloading":
        sentences = {
            "loading": f"Loading {staged.model}.",
            "warming up": f"Warming up {staged.model} with a line that nobody hears.",
            "ready": f"{staged.model} is ready.",
        }
        return sentences.get(staged.stage, f"{staged.stage.capitalize()} {staged.model}."), None
    if not staged.total_bytes:
        return f"Downloading {staged.model}.", None
    done, total = staged.done_bytes, staged.total_bytes
    return f"Downloading {staged.model}: {done / _MB:,.0f} of {total / _MB:,.0f} MB.", min(1.0, done / total)
