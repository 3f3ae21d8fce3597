"""`voicelab mcp`: the lab's tools for assistants that speak the Model Context Protocol."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated

import typer

from voicelab.cli.arguments import AllowSwap
from voicelab.cli.logs import start_log
from voicelab.cli.output import Home, settings_for
from voicelab.cli.streams import answer_stream, deliver, say_aside
from voicelab.errors import Unavailable, VoiceLabError


def mcp(  # noqa: PLR0913 - one parameter per option
    *,
    http: Annotated[
        bool, typer.Option("--http", help="Answer over HTTP (streamable) in place of standard input and output.")
    ] = False,
    host: Annotated[
        str,
        typer.Option("--host", help="With --http: where to listen; an address that others reach asks for the token."),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="With --http.")] = 7862,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", help="A further name it goes by, e.g. its proxy's.", metavar="NAME"),
    ] = None,
    default_voice: Annotated[
        str | None, typer.Option("--default-voice", help="The voice of requests that name none.")
    ] = None,
    model: Annotated[str | None, typer.Option("--model", help="What voices speak with.", show_default="auto")] = None,
    allow_swap: AllowSwap = False,
    home: Home = None,
) -> None:
    """Offer assistants the tools speak, list_voices, transcribe and compare, until they go away or Ctrl-C."""
    from voicelab.bootstrap import serve_mcp

    try:
        if find_spec("mcp") is None:
            raise Unavailable('This needs the package mcp: pip install "voicelab[mcp]", then start it again.')
        start_log(None, as_json=False)
        settings = settings_for(
            home,
            host=host,
            port=port,
            allow_hosts=allow_host or None,
            default_voice=default_voice,
            model=model,
            allow_swap=allow_swap or None,
        )
        serve_mcp(settings, _announce if http else None)
    except VoiceLabError as error:
        say_aside(" ".join(error.message.split()) + "\n")
        raise typer.Exit(1) from error


def _announce(text: str) -> None:
    with answer_stream() as stdout:
        deliver(stdout, f"{text}\n".encode())
