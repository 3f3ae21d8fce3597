"""`python app.py`: the page and the HTTP side at http://127.0.0.1:7860, the same as `python -m voicelab serve`."""

from __future__ import annotations

import sys

if __name__ == "__main__":  # the engine process imports this file under another name
    from voicelab.cli import main

    main(["serve", *sys.argv[1:]])
