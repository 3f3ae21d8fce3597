"""The commands, put together. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from voicelab.cli import (
    backup,
    bench,
    bleed,
    clip,
    compare,
    doctor,
    experiments,
    listen,
    mcp,
    models,
    pronounce,
    say,
    serve,
    service,
    transcript,
    verify,
    voice,
    worker,
    wyoming,
)
from voicelab.cli.engine_options import WithEngineOptions
from voicelab.cli.output import examples
from voicelab.cli.streams import answer_stream, deliver, open_streams

if TYPE_CHECKING:
    from collections.abc import Sequence

SECTIONS = {
    "A recording becomes a voice": ("clip", "transcript", "voice"),
    "A voice speaks": ("say", "pronounce", "serve", "wyoming", "mcp", "service"),
    "Settings are compared, and judged by ear": ("compare", "experiments", "bleed", "listen", "worker"),
    "This machine": ("doctor", "verify", "models", "backup", "restore", "bench"),
}


class Sections(TyperGroup):
    """The commands under headings, in the order in which a person comes to them."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # typer's own, of another name
        """Return the names in the order of the sections."""
        del ctx
        return [name for names in SECTIONS.values() for name in names]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write a section for each heading."""
        del ctx
        width = max(map(len, self.commands))
        for heading, names in SECTIONS.items():
            rows = [(name.ljust(width), self.commands[name].get_short_help_str(120)) for name in names]
            with formatter.section(heading):
                formatter.write_dl(rows)


app = typer.Typer(
    name="voicelab",
    cls=Sections,
    help="Voice Lab: from a recording to a voice that speaks, on your own machine.",
    epilog=examples(
        'voice add Vixen recording.m4a --start-s 3.2 --end-s 18.1 --consent "my own voice"',
        'say "Hello there." --voice vixen --out hello.wav',
        "serve",
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        from voicelab import __version__

        with answer_stream() as stdout:
            deliver(stdout, f"voicelab {__version__}\n".encode())
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


COMPARED = (
    'compare vixen --text "The universe is so vast." --lengths 5,10,15 --out takes',
    "compare vixen --sentences 10 --out takes --report report.html --export takes.csv",
    "compare vixen --sentences 10 --estimate",
)
app.command("doctor", epilog=examples("doctor", "doctor --deep --repair"))(doctor.doctor)
app.command("verify", epilog=examples("verify", "verify --report report.json"))(verify.verify)
app.add_typer(clip.app, name="clip")
app.add_typer(transcript.app, name="transcript")
app.add_typer(voice.app, name="voice")
app.command(
    "say",
    epilog=examples(
        'say "Hello there." --voice vixen --out hello.wav',
        "say - --voice vixen --out - --format mp3 < letter.txt > letter.mp3",
        "say --lines script.txt --voice vixen --out takes",
    ),
)(say.say)
app.add_typer(pronounce.app, name="pronounce")
app.command("compare", epilog=examples(*COMPARED))(compare.compare)
app.add_typer(experiments.app, name="experiments")
app.command("worker", epilog=examples("worker tcp://host:8786 --name studio"))(worker.worker)
app.command(
    "bleed",
    epilog=examples('bleed take.flac --text "what it should say" --reference-text "what the clip says"'),
)(bleed.bleed)
app.add_typer(listen.app, name="listen")
app.add_typer(models.app, name="models")
app.command("serve", cls=WithEngineOptions, epilog=examples("serve", "serve --port 7861 --default-voice vixen"))(
    serve.serve
)
app.command("wyoming", epilog=examples("wyoming", "wyoming --uri tcp://0.0.0.0:10200 --open-to-network"))(
    wyoming.wyoming
)
app.command("mcp", epilog=examples("mcp", "mcp --http --host 0.0.0.0"))(mcp.mcp)
app.add_typer(service.app, name="service")
app.command("backup", epilog=examples("backup ../voicelab-backup.zip"))(backup.backup)
app.command("restore", epilog=examples("restore ../voicelab-backup.zip --home ../another-home"))(backup.restore)
app.add_typer(bench.app, name="bench")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0 done, 1 failed with a one-line reason on stderr, 2 wrong usage.

    141 where whoever reads the answer went away, as shells call it.
    """
    os.umask(0o077)  # voices, recordings and the database are private: nobody else on this machine reads them
    open_streams()
    app(args=arguments, prog_name="voicelab")
