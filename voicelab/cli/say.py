"""`voicelab say`: a text, spoken by a voice, in a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voicelab.cli.answers import Answer, Home, command, open_lab, tell
from voicelab.cli.arguments import wav_path

if TYPE_CHECKING:
    from voicelab.speech.ports import Engine, Speech, SpeechRequest

Model = Annotated[str | None, typer.Option("--model", help="Catalogue name, repository, folder or preview.")]
Seed = Annotated[int | None, typer.Option("--seed", min=0, max=2**32 - 1, help="The same seed sounds the same again.")]


@command
def say(
    *,
    text: Annotated[str, typer.Argument(help="What to say.")],
    voice: Annotated[str, typer.Option("--voice", help="Name or slug of a voice.")],
    out: Annotated[Path, typer.Option("--out", help="The WAV file to write.")],
    model: Model = None,
    seed: Seed = None,
    home: Home = None,
) -> Answer:
    """Say a text with a voice, as its recipe says unless --model or --seed are given. Ctrl-C cancels."""
    from voicelab.clips.wav import wav_bytes
    from voicelab.files import write_atomically
    from voicelab.voices.request import request_for

    path = wav_path(out)
    with open_lab(home) as lab:
        default_model, _reason = lab.engine.default_model()
        request = request_for(lab.voices, voice, text, default_model=default_model, model=model, seed=seed)
        speech = _speech(lab.engine, request)
    write_atomically(path, wav_bytes(speech.samples, speech.sample_rate))
    return Answer(_value(speech, path), _text(speech, path))


def _speech(engine: Engine, request: SpeechRequest) -> Speech:
    job = engine.submit(request)
    try:
        for update in job.updates():
            tell(update.message, update.state)
        return job.result()
    finally:
        job.cancel()  # a no-op once it is done; after Ctrl-C it ends the work


def _value(speech: Speech, path: Path) -> dict[str, Any]:
    return {
        "path": path,
        "engine": speech.engine,
        "model": speech.model,
        "seed": speech.seed,
        "duration_s": speech.duration_s,
        "elapsed_s": speech.elapsed_s,
        "rtf": speech.rtf,
        "peak_memory_bytes": speech.peak_memory_bytes,
        "finished": speech.finished,
        "notes": speech.notes,
    }


def _text(speech: Speech, path: Path) -> str:
    made = (
        f"{path}: {speech.duration_s:.1f} s of audio in {speech.elapsed_s:.1f} s (RTF {speech.rtf:.2f}) "
        f"by {speech.model}, seed {speech.seed}, peak memory {speech.peak_memory_bytes / 1e9:.2f} GB"
    )
    return "\n".join((*speech.notes, made))
