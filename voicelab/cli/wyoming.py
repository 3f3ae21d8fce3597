"""`voicelab wyoming`: the lab as a Wyoming service, as Home Assistant asks for one."""

from __future__ import annotations

from typing import Annotated

import typer

from voicelab.cli.arguments import AllowSwap
from voicelab.cli.logs import start_log
from voicelab.cli.output import Home, settings_for
from voicelab.cli.streams import answer_stream, deliver, say_aside
from voicelab.errors import VoiceLabError


def wyoming(  # noqa: PLR0913 - one parameter per option
    *,
    uri: Annotated[
        str, typer.Option("--uri", help="The address to listen on.", metavar="TCP-ADDRESS")
    ] = "tcp://127.0.0.1:10200",
    open_to_network: Annotated[
        bool,
        typer.Option(
            "--open-to-network",
            help="Let an address be listened on that other machines reach: Wyoming has no token, so everybody may ask.",
        ),
    ] = False,
    default_voice: Annotated[
        str | None, typer.Option("--default-voice", help="The voice of requests that name none.")
    ] = None,
    model: Annotated[str | None, typer.Option("--model", help="What voices speak with.", show_default="auto")] = None,
    recognizer: Annotated[
        str | None,
        typer.Option(
            "--recognizer",
            help="Whisper size or folder that hears where the client names none.",
            show_default="the lab's if it is on disk, else tiny.en",
        ),
    ] = None,
    allow_swap: AllowSwap = False,
    log_json: Annotated[bool, typer.Option("--log-json", help="Write the log as one JSON object per line.")] = False,
    home: Home = None,
) -> None:
    """Speak and hear for Home Assistant, and any other client of the Wyoming protocol, until Ctrl-C."""
    from voicelab.bootstrap import serve_wyoming
    from voicelab.wyoming_server.server import address_of, check_opened

    try:
        start_log(None, as_json=log_json)
        host, port = address_of(uri)
        settings = settings_for(
            home,
            host=host,
            port=port,
            default_voice=default_voice,
            model=model,
            recognizer=recognizer,
            allow_swap=allow_swap or None,
        )
        check_opened(settings, opened=open_to_network)
        serve_wyoming(settings, _announce)
    except VoiceLabError as error:
        say_aside(" ".join(error.message.split()) + "\n")
        raise typer.Exit(1) from error


def _announce(address: str) -> None:
    with answer_stream() as stdout:
        deliver(stdout, f"Voice Lab speaks Wyoming at {address} (Ctrl-C ends it)\n".encode())
