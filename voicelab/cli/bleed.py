"""`voicelab bleed`: whether a take says words of the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from voicelab.cli.arguments import Audio, Language, Recognizer, read_audio
from voicelab.cli.output import Answer, Home, command, open_lab

if TYPE_CHECKING:
    from voicelab.compare.bleed import Bleed


@command
def bleed(
    *,
    audio: Audio,
    text: Annotated[str, typer.Option("--text", help="The line that the take should say.")],
    reference_text: Annotated[str, typer.Option("--reference-text", help="What is said in the voice's clip.")],
    model: Recognizer = None,
    language: Language = "english",
    home: Home = None,
) -> Answer:
    """Say whether a take begins by finishing the reference text, or says words of it elsewhere."""
    from voicelab.compare.bleed import find_bleed
    from voicelab.languages import language_name

    spoken = language_name(language or "english")
    with open_lab(home) as lab:
        found = find_bleed(lab.transcriber, read_audio(audio).clip, text, reference_text, spoken, model)
    return Answer(found, _text(found))


def _text(found: Bleed) -> str:
    heard = f"Heard by {found.recognizer}: {found.heard}"
    if not found.bleed:
        return f"No bleed.\n{heard}"
    where = {
        "start": f"at the start; the line begins at {found.seconds:.2f} s",
        "end": f"at the end, from {found.start_s:.2f} s on",
        "middle": f"at {found.start_s:.2f} s, for {found.seconds:.2f} s",
    }[found.place]
    return f"Bleed: “{' '.join(found.words)}” {where}.\n{heard}"
