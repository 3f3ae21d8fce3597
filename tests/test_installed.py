"""The lab as a package: built, installed away from the checkout, and doing its main job there."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest

from tests.installing import Built, Installed, build
from tests.running import Server
from voicelab import __version__
from voicelab.clips.decode import decode
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def wheel_files(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("RECORD")}


def test_the_wheel_holds_all_that_the_package_folder_holds(built: Built) -> None:
    folder = CHECKOUT / "voicelab"
    there = {path.relative_to(CHECKOUT).as_posix() for path in folder.rglob("*") if path.is_file()}
    expected = {name for name in there if "__pycache__" not in name}
    expected |= {f"voicelab/sample_voice/{path.name}" for path in (CHECKOUT / "voices" / "sample").iterdir()}
    assert {"voicelab/py.typed", "voicelab/sample_voice/clip.wav"} <= expected
    assert {name for name in wheel_files(built.wheel) if ".dist-info/" not in name} == expected


def test_the_wheel_of_the_source_archive_is_the_same(built: Built, tmp_path: Path) -> None:
    """So what the wheel does, the source archive does too."""
    with tarfile.open(built.sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    build(source, tmp_path / "dist", "wheel")
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    assert wheel_files(wheel) == wheel_files(built.wheel)


def test_the_source_archive_can_be_worked_on(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    needed = {"Makefile", "README.md", "CHANGELOG.md", "LICENSE", "requirements-lock.txt", "tests/conftest.py"}
    assert needed | {"app.py"} <= names
    assert "docs/pictures/speak.png" in names


def test_nobodys_voice_travels(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        names = archive.getnames()
    names += list(wheel_files(built.wheel))
    assert [name for name in names if "anna" in name or "bert" in name or "/data/" in name] == []


def test_what_the_package_says_of_itself(built: Built) -> None:
    files = wheel_files(built.wheel)
    (metadata,) = (content.decode() for name, content in files.items() if name.endswith("/METADATA"))
    fields = dict(re.findall(r"^([\w-]+): (.*)$", metadata.partition("\n\n")[0], re.MULTILINE))
    assert fields["Version"] == __version__
    assert fields["License-Expression"] == "MIT"
    assert fields["Author"] == "Voice Lab maintainers"
    assert fields["Requires-Python"] == ">=3.11"
    assert metadata.endswith((CHECKOUT / "README.md").read_text())
    assert any(name.endswith("licenses/LICENSE") for name in files)


def test_the_version_stands_in_one_place() -> None:
    texts = {path: path.read_text() for path in (CHECKOUT / "voicelab").rglob("*.py")}
    assert [path.name for path, text in texts.items() if f'"{__version__}"' in text] == ["__init__.py"]
    assert f'"{__version__}"' not in (CHECKOUT / "pyproject.toml").read_text()


def test_the_command_speaks_with_the_sample_voice_at_once(installed: Installed) -> None:
    """The engine is a process of its own, which must find the package as the command does."""
    done = installed.run("say", "Hello there, from far away.", "--voice", "sample", "--out", "hello.wav", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["engine"] == "preview"
    assert decode(installed.home / "hello.wav", "hello.wav").clip.seconds > 0.5
    assert (installed.lab_home / "voices" / "sample" / "clip.wav").is_file()
    assert str(CHECKOUT) not in done.stderr


def test_the_installed_lab_says_which_it_is(installed: Installed) -> None:
    done = installed.run("--version")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"voicelab {__version__}\n"


@pytest.fixture(scope="module")
def served(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`voicelab serve` by a user who never started it before."""
    server = replace(installed, home=tmp_path_factory.mktemp("second-user")).serve()
    yield server
    server.end()


def test_the_installed_lab_serves_the_sample_voice(served: Server) -> None:
    health = served.wait_for("ready", "page", within_s=180)
    assert health["version"] == __version__
    with urllib.request.urlopen(f"{served.url}/synthesize?text=Hello+world&voice=sample", timeout=120) as answer:  # noqa: S310
        assert answer.headers["X-Engine"] == "preview"
        assert answer.read(4) == b"RIFF"
    assert "the sample voice is in it" in served.log


def test_the_installed_page_is_there_and_the_listeners_too(served: Server, installed: Installed) -> None:
    served.wait_for("page", within_s=180)
    for path in ("/", "/listen/nobodys"):
        with urllib.request.urlopen(f"{served.url}{path}", timeout=60) as answer:  # noqa: S310
            assert answer.status == 200, path
            page = answer.read().decode()
    scripts = re.findall(r'src="([^"]+\.js)"', page)
    assert scripts, "the listener's page names its module"
    for script in scripts:
        with urllib.request.urlopen(urljoin(f"{served.url}/listen/nobodys", script), timeout=60) as answer:  # noqa: S310
            assert answer.status == 200, script
    done = installed.run("listen", "list", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"tests": []}), done.stderr


def test_the_service_of_an_installed_lab_needs_no_checkout(installed: Installed) -> None:
    """Its command is started as the system would, in the folder that the unit names."""
    done = installed.run("service", "install", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert str(CHECKOUT) not in done.stdout
    assert str(installed.lab_home) in done.stdout
    if sys.platform == "linux":
        (command,) = re.findall(r"^ExecStart=(.*)$", done.stdout, re.MULTILINE)
        (folder,) = re.findall(r"^WorkingDirectory=(.*)$", done.stdout, re.MULTILINE)
        asked = subprocess.run(
            [*shlex.split(command), "--help"],
            cwd=folder,
            env={"HOME": str(installed.home)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (asked.returncode, "Usage: voicelab serve" in asked.stdout) == (0, True), asked.stderr
