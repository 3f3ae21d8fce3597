"""`voicelab worker`: this machine speaks takes for a comparison that runs on another one."""

from __future__ import annotations

from typing import Annotated

import typer

from voicelab.cli.arguments import AllowSwap
from voicelab.cli.output import Answer, Home, command, settings_for, tell


@command
def worker(
    *,
    scheduler: Annotated[str, typer.Argument(help="The Dask scheduler, e.g. tcp://host:8786.")],
    name: Annotated[str | None, typer.Option("--name", help="What this machine is called in tables.")] = None,
    allow_swap: AllowSwap = False,
    home: Home = None,
) -> Answer:
    """Join a Dask cluster with one engine, one take at a time, until Ctrl-C.

    Whoever reaches the scheduler can run code here: join only one of your own network.
    """
    from voicelab.bootstrap import work

    settings = settings_for(home, allow_swap=allow_swap or None)
    work(settings, scheduler, name, lambda text: tell(text, text))
    return Answer({"scheduler": scheduler}, "The scheduler ended, and so did this worker.")
