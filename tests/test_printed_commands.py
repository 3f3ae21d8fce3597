"""Every command that README and docs print is typed as it is printed, page by page, in a fresh home with two voices.

Only addresses are exchanged (the port of this test's lab), and EXPERIMENT and TEST are the ids that the commands before
have printed. What cannot be typed here stands in `ELSEWHERE`, with the reason.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from tests.printed import activated
from tests.running import Server
from voicelab.clips.clip import Clip
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

PAGES = [
    "README.md",
    *(path.relative_to(CHECKOUT).as_posix() for path in sorted((CHECKOUT / "docs").rglob("*.md"))),
]

ELSEWHERE = {
    r"^pip install": "tests/test_installed.py installs the package",
    r"^make ": "this is `make test`; the others are benchmarks of minutes to hours",
    r"^source \.venv": "the shell of this test has done it",
    r"--scheduler|^dask |worker tcp": "tests/compare/test_cluster_as_printed.py has a scheduler",
    r"macbook\.local|aplay|espeak": "another machine's; tests/api/test_recipes.py tries it on this one",
    r"bench engine": "a benchmark of minutes; tests/engines/qwen3 runs its parts",
    r"^voicelab (?:backup|restore)": "tests/test_backup.py keeps a home and brings it back",
    r"^cp -a|^rm -f \.\./backup|VACUUM|--home \.\./backup": "tests/test_docs_backup.py makes the backup",
    r"^voicelab service (?:install(?! --dry-run)|uninstall|status)": "would change this machine; tests/service",
    r"^voicelab (?:wyoming|mcp)": "go on until Ctrl-C: tests/wyoming_server and tests/mcp_server have their clients",
    r"^voicelab serve --port 7860": "the lab of this test was started so, on a free port",
    r"\[--": "with its choices in brackets: a synopsis",
}
REFUSED = {
    r"models download|models delete|--models qwen3": "no hub and no weights here: a sentence and exit status 1",
    r"verify --model FOLDER": "no weights here: tests/cli/test_verify.py makes a small checkpoint",
    r"experiments remove EXPERIMENT$": "asks, and there is no terminal to answer: it says that --yes is missing",
}
"""What is typed all the same: the lab must say what is missing and what to do."""


@dataclass(frozen=True)
class Typed:
    page: str
    line: str


def commands(page: str) -> Iterator[str]:
    """Yield the lines of a page that are for a shell: fenced bash, and indented lines that begin with a program."""
    text = (CHECKOUT / page).read_text("utf-8")
    fenced = re.findall(r"^```(?:bash|sh|console)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    outside = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    indented = re.findall(r"^ {4}(\S.*)$", outside, re.MULTILINE)
    programs = ("voicelab ", "pip ", "make ", "curl ", "echo ", "cp ", "rm ", "source ", "dask ", "python ", "uvx ")
    lines = [line for block in fenced for line in textwrap.dedent(block).splitlines()]
    for line in [*indented, *lines]:
        if line.startswith(programs):
            yield re.sub(r"\s+#\s.*$", "", line).strip()


ALL = [Typed(page, line) for page in PAGES for line in commands(page)]


def reason(line: str, table: dict[str, str]) -> str:
    return next((why for pattern, why in table.items() if re.search(pattern, line)), "")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, spoken: Callable[[str], Clip]) -> Path:
    """A folder with the files that the pages name, and two voices, none of them called default."""
    folder = tmp_path_factory.mktemp("newcomer")
    for slug in ("sample", "keeper"):
        shutil.copytree(CHECKOUT / "voices" / "sample", folder / "voices" / slug)
    clip = recording(spoken)
    soundfile.write(folder / "recording.wav", clip.samples, clip.sample_rate)
    for name in ("recording.m4a", "interview.m4a"):
        as_m4a(folder / "recording.wav", folder / name)
    take = spoken("The harbor was quiet in the morning.")
    soundfile.write(folder / "take.flac", take.samples, take.sample_rate)
    return folder


def recording(spoken: Callable[[str], Clip]) -> Clip:
    """20 s of a person who pauses at 3.2 s and at 18.1 s, where the README cuts."""
    said = [
        spoken("The old baker opened his window before the first light of the day came over the hills."),
        spoken("Every morning the same man feeds the pigeons in front of the station, and nobody knows his name."),
        spoken("My grandfather repaired clocks in a small shop, and he told me stories about all of them."),
    ]
    rate = said[0].sample_rate
    samples = np.zeros(20 * rate, np.float32)
    at = round(3.4 * rate)
    for clip in said:
        room = min(len(clip.samples), round(18.0 * rate) - at)
        if room < len(clip.samples):
            break
        samples[at : at + room] = clip.samples
        at += room + round(0.3 * rate)
    before = said[0].samples[: round(2.9 * rate)]
    samples[: len(before)] = before
    return Clip(samples, rate)


def as_m4a(source: Path, path: Path) -> None:
    import av

    with av.open(str(source)) as wav, av.open(str(path), "w", format="ipod") as m4a:
        stream = m4a.add_stream("aac", rate=48000, layout="mono")
        resampler = av.AudioResampler("fltp", "mono", 48000)
        for frame in wav.decode(audio=0):
            for resampled in resampler.resample(frame):
                m4a.mux(stream.encode(resampled))
        m4a.mux(stream.encode(None))


@pytest.fixture(scope="module")
def lab(home: Path) -> Iterator[Server]:
    """The lab that the curl lines ask."""
    server = Server.start(home, "--model", "preview", VOICELAB_RECOGNIZER="tiny.en")
    server.wait_for("ready")
    yield server
    server.end()


def typed(line: str, home: Path, lab: Server) -> subprocess.CompletedProcess[str]:
    """Type it into a shell in `home`; ids that were printed before take the place of the pages' placeholders."""
    for placeholder, found in ids(home).items():
        line = re.sub(rf"\b{placeholder}\b", found, line)
    line = line.replace("http://localhost:7860", lab.url).replace("http://127.0.0.1:7860", lab.url)
    variables = activated(home) | {"PYTHONPATH": str(CHECKOUT), "VOICELAB_RECOGNIZER": "tiny.en", "CI": "true"}
    return subprocess.run(
        ["bash", "-uo", "pipefail", "-c", line],
        cwd=home,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def ids(home: Path) -> dict[str, str]:
    """The comparison with takes and the listening test that were made last."""
    found: dict[str, str] = {}
    if not (home / "data" / "experiments").is_dir():
        return found
    experiments = newest(path for path in (home / "data" / "experiments").iterdir() if any(path.glob("takes/*.flac")))
    tests = newest((home / "data" / "listening").glob("*"))
    if experiments:
        found["EXPERIMENT"] = experiments[-1].name
    if tests:
        found["TEST"] = tests[-1].name
    return found


def newest(paths: Iterable[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: path.stat().st_mtime)


def in_an_order_that_can_be_typed() -> list[Typed]:
    """README's list of commands first: it makes the voice and the comparison that its other lines name."""
    here = [each for each in ALL if not reason(each.line, ELSEWHERE)]
    making = [
        each for each in here if each.page == "README.md" and not re.search(r"listen|curl|experiments", each.line)
    ]
    return [*making, *(each for each in here if each not in making)]


def test_every_printed_command_runs(home: Path, lab: Server) -> None:
    failures = []
    for each in in_an_order_that_can_be_typed():
        print(f"{each.page}: {each.line}", flush=True)
        done = typed(each.line, home, lab)
        expected = 1 if reason(each.line, REFUSED) else 0
        if done.returncode != expected or "Traceback" in done.stderr + done.stdout:
            failures.append(
                f"{each.page}: {each.line}\n  exit {done.returncode}: {(done.stderr or done.stdout)[-600:]}"
            )
    assert not failures, "\n".join(failures)
    assert json.loads((home / "voices" / "vixen" / "voice.json").read_text())["consent"] == "my own voice"
    for name in ("hello.wav", "clip.wav", "answers.csv", "report.html", "takes.csv", "long.mp3", "hello.mp3"):
        assert (home / name).stat().st_size > 0, name


def test_what_is_typed_elsewhere_is_still_printed() -> None:
    """An exception that no page needs any more goes."""
    for pattern in (*ELSEWHERE, *REFUSED):
        assert any(re.search(pattern, each.line) for each in ALL), pattern


def test_a_new_command_is_typed_by_itself() -> None:
    assert Typed("README.md", "voicelab doctor") in ALL
    assert len({each.page for each in ALL}) >= 5
