"""`voicelab serve`: the page and the HTTP side."""

from __future__ import annotations

import logging
import sys
from typing import Annotated

import typer

from voicelab.cli.answers import Answer, Home, print_answer
from voicelab.errors import InvalidValue, VoiceLabError


def serve(
    host: Annotated[
        str | None,
        typer.Option("--host", help="The address to listen on.", show_default="127.0.0.1: this machine only"),
    ] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, show_default="7860")] = None,
    model: Annotated[str | None, typer.Option("--model", help="What voices speak with.", show_default="auto")] = None,
    plain_engine: Annotated[
        bool | None, typer.Option("--plain-engine", help="Speak the way mlx-audio does, one text at a time.")
    ] = None,
    home: Home = None,
) -> None:
    """Serve the page and the HTTP side until Ctrl-C."""
    from voicelab.bootstrap import serve as serve_lab
    from voicelab.settings import Settings

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    settings = Settings.from_environment(home=home, host=host, port=port, model=model, plain_engine=plain_engine)
    try:
        _check_meant(settings.host, host)
        serve_lab(settings)
    except VoiceLabError as error:
        print_answer(Answer(None, "", error.message), sys.stdout, as_json=False)
        raise typer.Exit(1) from error


def _check_meant(listening: str, flag: str | None) -> None:
    """Refuse to be reached from the network because of a variable that somebody set and forgot."""
    from voicelab.settings import is_loopback

    if flag is None and not is_loopback(listening):
        message = (
            f"VOICELAB_HOST is {listening}, which other machines can reach. If you mean that, start with "
            f"--host {listening}; otherwise take the variable away."
        )
        raise InvalidValue("host", message)
