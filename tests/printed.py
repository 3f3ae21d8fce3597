"""Commands as the pages of docs/ print them, and the shell of a person who types them."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from tests.running import environment
from voicelab.settings import CHECKOUT


def printed(page: str) -> list[str]:
    """Return the commands of a page, in order: its indented lines, without the remarks behind them."""
    lines = (CHECKOUT / page).read_text("utf-8").splitlines()
    return [re.sub(r"\s+#\s.*", "", line).strip() for line in lines if re.match(r" {4}\S", line)]


def printed_once(page: str, part: str) -> str:
    """Return the one command of a page that has `part` in it."""
    (line,) = [line for line in printed(page) if part in line]
    return line


def activated(home: Path, **more: str) -> dict[str, str]:
    """The environment after `source .venv/bin/activate`, with a lab in `home`."""
    variables = environment(home, VOICELAB_HOME=str(home), **more)
    variables.pop("PYTHONPATH", None)
    return variables | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
