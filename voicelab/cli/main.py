"""The commands, put together. Nothing heavy is imported before a command runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from voicelab.cli import (
    bench,
    bleed,
    clip,
    compare,
    doctor,
    listen,
    models,
    say,
    serve,
    service,
    transcript,
    voice,
    worker,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(
    name="voicelab",
    help="Voice Lab: from a recording to a voice that speaks, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        from voicelab import __version__

        typer.echo(f"voicelab {__version__}")
        raise typer.Exit


@app.callback()
def lab(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Voice Lab: from a recording to a voice that speaks, on your own machine."""
    del version


app.command("doctor")(doctor.doctor)
app.add_typer(clip.app, name="clip")
app.add_typer(transcript.app, name="transcript")
app.add_typer(voice.app, name="voice")
app.command("say")(say.say)
app.command("compare")(compare.compare)
app.command("worker")(worker.worker)
app.command("bleed")(bleed.bleed)
app.add_typer(listen.app, name="listen")
app.add_typer(models.app, name="models")
app.command("serve")(serve.serve)
app.add_typer(service.app, name="service")
app.add_typer(bench.app, name="bench")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0 done, 1 failed with a one-line reason on stderr, 2 wrong usage."""
    app(args=arguments, prog_name="voicelab")
