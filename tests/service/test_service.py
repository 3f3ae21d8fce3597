"""The service's files as launchd and systemd read them, and what is done with them."""

from __future__ import annotations

import json
import os
import plistlib
import shlex
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from voicelab.addresses import own_url
from voicelab.cli import main
from voicelab.errors import Failed, InvalidValue
from voicelab.service import units
from voicelab.service.manage import answered, install, status, uninstall
from voicelab.service.units import service, short_lived, unreachable
from voicelab.settings import CHECKOUT, Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.service.units import Kind


class System:
    """Stands in for launchctl and systemctl: remembers what it was told."""

    def __init__(self, *failing: str) -> None:
        self.told: list[tuple[str, ...]] = []
        self._failing = failing

    def __call__(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        self.told.append(tuple(command))
        failed = any(word in command for word in self._failing)
        return subprocess.CompletedProcess(list(command), int(failed), "", "no such domain" if failed else "")


def test_launchd_reads_what_is_meant(tmp_path: Path) -> None:
    home = tmp_path / 'my "lab" <1> & ü'
    made = service("launchd", home, tmp_path, 501, ["--port", "7861"])
    assert made.path == tmp_path / "Library/LaunchAgents/org.voicelab.server.plist"
    job = plistlib.loads(made.content)
    log = str(home / "data/logs/server.log")
    program = [sys.executable, str(CHECKOUT / "app.py"), "--home", str(home), "--port", "7861", "--log-file", log]
    assert job["ProgramArguments"] == program
    assert (job["Label"], job["RunAtLoad"], job["KeepAlive"]) == ("org.voicelab.server", True, True)
    assert job["StandardErrorPath"] != log, "the server turns its own log over; launchd must not hold it open"
    assert made.start == (("launchctl", "bootstrap", "gui/501", str(made.path)),)


def test_systemd_reads_what_is_meant(tmp_path: Path) -> None:
    home = tmp_path / 'my "lab" 100% $HOME \\ ü'
    made = service("systemd", home, tmp_path, 1000, ["--model", "preview"])
    assert made.path == tmp_path / ".config/systemd/user/voicelab.service"
    lines = dict(line.split("=", 1) for line in made.content.decode().splitlines() if "=" in line)
    read = [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(lines["ExecStart"])]
    assert read == [sys.executable, str(CHECKOUT / "app.py"), "--home", str(home), "--model", "preview"]
    assert lines["Restart"] == "always"


@pytest.mark.parametrize("kind", ["launchd", "systemd"])
def test_an_installed_lab_needs_no_checkout(kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "in_checkout", lambda: False)
    monkeypatch.setattr(units, "CHECKOUT", tmp_path / "site-packages")
    content = service(kind, tmp_path / "home", tmp_path, 501).content.decode()
    if kind == "launchd":
        words = plistlib.loads(content.encode())["ProgramArguments"]
    else:
        words = shlex.split(content.split("ExecStart=")[1].splitlines()[0])
    assert words[:6] == [sys.executable, "-P", "-m", "voicelab", "serve", "--home"]
    assert "site-packages" not in content


@pytest.mark.parametrize(
    ("tagged", "prefix", "says"),
    [
        ("uv", "uv/archive-v0/0a1b", True),  # uvx
        ("lab/.venv", "lab/.venv", False),  # made by `uv venv`, which marks the environment itself
        ("cache", "share/uv/tools/voicelab", False),  # uv tool install
    ],
)
def test_a_service_out_of_a_cache_is_warned_of(tagged: str, prefix: str, says: bool, tmp_path: Path) -> None:
    (tmp_path / tagged).mkdir(parents=True)
    (tmp_path / tagged / "CACHEDIR.TAG").touch()
    sentence = short_lived(tmp_path / prefix)
    assert bool(sentence) is says
    if says:
        assert str(tmp_path / prefix) in sentence
        assert "uv tool install" in sentence


def test_pipx_run_keeps_its_environments_in_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "user_cache_path", lambda: tmp_path / "cache")
    assert "pipx install" in short_lived(tmp_path / "cache" / "pipx" / "0a1b")
    assert not short_lived(tmp_path / "share" / "pipx" / "venvs" / "voicelab")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_systemd_itself_finds_nothing_wrong(tmp_path: Path) -> None:
    home = tmp_path / 'my "lab" 100%'
    home.mkdir()
    made = service("systemd", home, tmp_path, 1000)
    path = tmp_path / "voicelab.service"
    path.write_bytes(made.content)
    assert complaints(path) == []
    path.write_bytes(made.content.replace(b"Restart=always", b"Restart=perhaps"))
    assert any("perhaps" in line for line in complaints(path)), "it does look"


def complaints(path: Path) -> list[str]:
    """What systemd says about the unit; it looks at all others of the machine too."""
    command = ["systemd-analyze", "--user", "verify", str(path)]
    variables = os.environ | {"XDG_RUNTIME_DIR": str(path.parent)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
    return [line for line in (done.stdout + done.stderr).splitlines() if path.name in line or "Failed" in line]


def test_a_path_that_would_end_a_line_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="line end"):
        service("systemd", tmp_path / "a\nExecStart=evil", tmp_path, 1000)


@pytest.mark.parametrize("kind", ["launchd", "systemd"])
def test_it_is_installed_looked_at_and_removed(kind: Kind, tmp_path: Path) -> None:
    system = System()
    made = service(kind, tmp_path / "home", tmp_path, 501)
    assert not status(made, system).installed
    install(made, system)
    assert system.told == list(made.start)
    found = status(made, system)
    assert (found.installed, found.current, found.running) == (True, True, True)
    other = service(kind, tmp_path / "elsewhere", tmp_path, 501)
    assert not status(other, system).current
    system.told.clear()
    install(other, system)
    assert system.told == [*other.stop, *other.start], "an older one makes way"
    assert uninstall(other, system)
    assert not made.path.exists()
    assert not uninstall(other, system)


def test_what_the_system_refuses_is_said(tmp_path: Path) -> None:
    made = service("launchd", tmp_path / "home", tmp_path, 501)
    with pytest.raises(Failed, match="no such domain"):
        install(made, System("bootstrap"))


@pytest.mark.skipif(sys.platform not in {"linux", "darwin"}, reason="there are no services elsewhere")
@pytest.mark.parametrize("verb", ["install", "uninstall", "status"])
def test_a_dry_run_shows_and_does_nothing(
    verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        main(["service", verb, "--dry-run", "--json", "--home", str(tmp_path / "lab")])
    value = json.loads(capfd.readouterr().out)
    assert ended.value.code == 0
    assert value["path"].startswith(str(tmp_path))
    assert str(CHECKOUT / "app.py") in value["text"]
    assert value["commands"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform not in {"linux", "darwin"}, reason="there are no services elsewhere")
@pytest.mark.parametrize(("given", "minutes"), [((), "0"), (("--idle-minutes", "45"), "45")])
def test_a_service_keeps_its_model_unless_told_otherwise(
    given: tuple[str, ...],
    minutes: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(SystemExit):
        main(["service", "install", "--dry-run", "--json", "--home", str(tmp_path / "lab"), *given])
    content = json.loads(capfd.readouterr().out)["text"].encode()
    words = plistlib.loads(content)["ProgramArguments"] if sys.platform == "darwin" else shlex.split(content.decode())
    assert words[words.index("--idle-minutes") + 1] == minutes


OTHERS = {
    "HF_HOME": "/models",
    "HF_TOKEN": "hf_secret",
    "VOICELAB_RECOGNIZER": 'a "b" 100% $c',
    "VOICELAB_HOME": "/x",
    "PATH": "/bin",
}
CARRIED = {name: OTHERS[name] for name in ("HF_HOME", "HF_TOKEN", "VOICELAB_RECOGNIZER")}


def test_what_the_shell_says_is_carried_over(tmp_path: Path) -> None:
    """And nothing else of it; home is a flag."""
    job = plistlib.loads(service("launchd", tmp_path / "home", tmp_path, 501, environment=OTHERS).content)
    assert job["EnvironmentVariables"] == CARRIED
    assert "EnvironmentVariables" not in plistlib.loads(service("launchd", tmp_path / "home", tmp_path, 501).content)
    unit = service("systemd", tmp_path / "home", tmp_path, 501, environment=OTHERS).content.decode()
    lines = [line.partition("=")[2] for line in unit.splitlines() if line.startswith("Environment=")]
    assert dict(shlex.split(line)[0].replace("%%", "%").split("=", 1) for line in lines) == CARRIED
    with pytest.raises(InvalidValue, match="line end"):
        service("systemd", tmp_path / "home", tmp_path, 501, environment={"HF_HOME": "/a\nExecStart=evil"})


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_systemd_finds_nothing_wrong_with_variables(tmp_path: Path) -> None:
    path = tmp_path / "voicelab.service"
    path.write_bytes(service("systemd", tmp_path, tmp_path, 1000, environment=OTHERS).content)
    assert complaints(path) == []


def test_others_may_not_read_the_file_with_the_token(tmp_path: Path) -> None:
    made = service("systemd", tmp_path / "home", tmp_path, 501, environment=OTHERS)
    install(made, System())
    assert made.path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("{home}/Documents/lab", "is in Documents"),
        ("{home}/Desktop", "is in Desktop"),
        ("{home}/Downloads/a/b", "is in Downloads"),
        ("/Volumes/Stick/lab", "is on another disk"),
        ("{home}/lab", ""),
        ("{home}/Documents2", ""),
        ("/opt/lab", ""),
    ],
)
def test_folders_that_macos_keeps_from_services_are_refused(place: str, why: str, tmp_path: Path) -> None:
    sentence = unreachable([Path("/opt"), Path(place.format(home=tmp_path))], tmp_path)
    assert (why in sentence) if why else sentence == ""


def test_on_a_mac_nothing_is_installed_out_of_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(units, "kind_here", lambda: "launchd")
    with pytest.raises(SystemExit) as ended:
        main(["service", "install", "--home", str(tmp_path / "Documents" / "lab")])
    assert ended.value.code == 1
    assert "macOS keeps from services" in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_token_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    with pytest.raises(SystemExit):
        main(["service", "install", "--dry-run", "--home", str(tmp_path / "lab")])
    out = capfd.readouterr().out
    assert "HF_TOKEN" in out
    assert "hf_secret" not in out


class Answers(BaseHTTPRequestHandler):
    """Says what its server is to say."""

    def do_GET(self) -> None:
        status, body = self.server.says.pop(0)  # type: ignore[attr-defined]  # given to the server below
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_given: object) -> None:
        """Nothing."""


def test_it_is_asked_how_it_is_after_installing(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.says = [(200, b"not yet"), (200, b'{"message": "Loading."}'), (401, b"")]  # type: ignore[attr-defined]  # what it answers, in turn
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    url = own_url(Settings(home=tmp_path, host="0.0.0.0", port=port))  # noqa: S104 - what the lab listens on
    assert answered(url) == f"It answers at http://127.0.0.1:{port}/health: Loading."
    assert "to whoever has its token" in answered(url)
    server.shutdown()
    server.server_close()
    assert "does not answer" in answered(url, 0.5)
