"""`python -m voicelab …`."""

from __future__ import annotations

if __name__ == "__main__":  # the engine process imports this file under another name
    from voicelab.cli import main

    main()
