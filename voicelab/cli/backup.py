"""`voicelab backup` and `voicelab restore`: a whole home as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voicelab.cli.output import Answer, Home, command, open_lab, tell
from voicelab.errors import InvalidValue

Package = Annotated[Path, typer.Argument(help="The zip file.")]


@command
def backup(file: Package, home: Home = None) -> Answer:
    """Keep voices, comparisons, listening tests and drafts in one zip file; the lab may go on meanwhile.

    The file holds the lab's token too: keep it where you keep passwords.
    """
    from voicelab.backup import backup as back_up

    with open_lab(home) as lab:
        done = back_up(lab.settings, lab.voices, file, lambda name: tell(f"keeping {name}", "keeping"))
    value = {"path": file, "files": done.files, "bytes": done.bytes, "notes": done.notes}
    return Answer(value, f"{file}: {done.files} files, {done.bytes / 1e6:.1f} MB", notes=done.notes)


@command
def restore(file: Package, home: Home = None) -> Answer:
    """Make a new home of a backup: the folder that --home names must be new or empty. Every file is checked."""
    from voicelab.backup import restore as bring_back

    if home is None:
        raise InvalidValue("home", "Say where to: name a new folder with --home.")
    done = bring_back(file, home.expanduser(), lambda name: tell(f"bringing back {name}", "bringing back"))
    value = {"path": home, "files": done.files, "bytes": done.bytes}
    return Answer(value, f"{home}: {done.files} files, {done.bytes / 1e6:.1f} MB")
