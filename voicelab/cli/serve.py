"""`voicelab serve`: the page and the HTTP side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voicelab.cli.arguments import AllowSwap, DateOrderOption
from voicelab.cli.engine_options import asked_on
from voicelab.cli.logs import start_log
from voicelab.cli.output import Home, settings_for
from voicelab.cli.streams import say_aside
from voicelab.errors import InvalidValue, VoiceLabError


def serve(  # noqa: PLR0913 - one parameter per option
    context: typer.Context,
    *,
    host: Annotated[
        str | None,
        typer.Option("--host", help="The address to listen on.", show_default="127.0.0.1: this machine only"),
    ] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, show_default="7860")] = None,
    model: Annotated[str | None, typer.Option("--model", help="What voices speak with.", show_default="auto")] = None,
    default_voice: Annotated[
        str | None, typer.Option("--default-voice", help="The voice of requests that name none.")
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-origin", help="A site whose pages may ask, e.g. https://robot.example.", metavar="ORIGIN"
        ),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", help="A further name this lab goes by, e.g. its proxy's.", metavar="NAME"),
    ] = None,
    trusted_proxy: Annotated[
        list[str] | None,
        typer.Option(
            "--trusted-proxy",
            help="Address of a proxy whose X-Forwarded-For, -Proto, -Host and -Prefix are believed.",
            metavar="ADDRESS",
        ),
    ] = None,
    root_path: Annotated[
        str | None, typer.Option("--root-path", help="A proxy offers the lab below this path, e.g. /lab.")
    ] = None,
    public_url: Annotated[
        str | None,
        typer.Option("--public-url", help="The address that others open, for links: https://voice.example/lab."),
    ] = None,
    voice_alias: Annotated[
        list[str] | None,
        typer.Option(
            "--voice-alias", help="Another name of a voice, e.g. alloy=vixen; may be given again.", metavar="NAME=VOICE"
        ),
    ] = None,
    text_limit: Annotated[
        int | None, typer.Option("--text-limit", min=1, help="Characters of one text.", show_default="20000")
    ] = None,
    rate_limit: Annotated[
        int | None,
        typer.Option(
            "--rate-limit", min=0, help="Texts per minute and client; 0 is any.", show_default="120 from the network"
        ),
    ] = None,
    cache_mb: Annotated[
        int | None,
        typer.Option("--cache-mb", min=0, help="Finished speech kept for requests with a seed; 0 is off."),
    ] = None,
    allow_swap: AllowSwap = False,
    idle_minutes: Annotated[
        float | None,
        typer.Option(
            "--idle-minutes",
            min=0,
            help="Unload the model after so long without a text, so that the next one waits for it; 0 never.",
            show_default="30; with --default-voice or a --host that others reach 0",
        ),
    ] = None,
    date_order: DateOrderOption = None,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", help="Comparisons are rendered by this Dask cluster: tcp://host:8786.")
    ] = None,
    log_json: Annotated[bool, typer.Option("--log-json", help="Write the log as one JSON object per line.")] = False,
    log_file: Annotated[
        Path | None, typer.Option("--log-file", help="Write the log there, five files of 5 MB, and not to stderr.")
    ] = None,
    home: Home = None,
) -> None:
    """Serve the page and the HTTP side until Ctrl-C."""
    from voicelab.bootstrap import serve as serve_lab

    try:
        start_log(log_file, as_json=log_json)
        settings = settings_for(
            home,
            makes=True,
            host=host,
            port=port,
            model=model,
            default_voice=default_voice,
            allow_origins=allow_origin or None,
            allow_hosts=allow_host or None,
            trusted_proxies=trusted_proxy or None,
            root_path=root_path,
            public_url=public_url,
            voice_aliases=voice_alias or None,
            text_limit=text_limit,
            rate_limit=rate_limit,
            cache_mb=cache_mb,
            engine_variants=asked_on(context),
            allow_swap=allow_swap or None,
            idle_minutes=idle_minutes,
            date_order=date_order,
            scheduler=scheduler,
        )
        _check_meant(settings.host, host)
        serve_lab(settings)
    except VoiceLabError as error:
        say_aside(" ".join(error.message.split()) + "\n")
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
