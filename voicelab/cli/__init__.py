"""The command line: every capability without a browser. `main` runs it."""

from voicelab.cli.main import main

__all__ = ["main"]
