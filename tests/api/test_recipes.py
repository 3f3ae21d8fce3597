"""The guide's lines and the recipes of docs/recipes, run as they are written against a real server.

Only where they lead is changed: curl is told by its own configuration file that port 7860 is the test's.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import av
import httpx
import jinja2
import pytest
import soundfile
import yaml

from tests.needs import needs
from tests.running import Server, free_port
from tests.voices.making import words_for
from voicelab.settings import CHECKOUT
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.clips.clip import Clip

RECIPES = CHECKOUT / "docs" / "recipes"
PLAYER = """#!/bin/sh
echo "start $1" >> "$PLAYED"
cp "$1" "$PLAYED.$(date +%s%N).wav"
sleep 0.5
echo "end $1" >> "$PLAYED"
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, spoken: Callable[[str], Clip]) -> Iterator[Server]:
    """A lab on the preview engine with the guide's voice vixen, and one called default."""
    home = tmp_path_factory.mktemp("home")
    clip = spoken("The old baker opened his window before the first light.")
    for name in ("Vixen", "Default", "Sample"):
        VoiceLibrary(home / "voices").save(name, clip, words_for(clip), "english", "Synthetic.", synthetic=True)
    server = Server.start(home, "--model", "preview")
    server.wait_for("ready")
    yield server
    server.end()


@pytest.fixture
def shell(server: Server, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a line of bash in an empty folder, where port 7860 is the server's and players write down what they play."""
    return shell_for(tmp_path, server.url.rpartition(":")[2])


def shell_for(folder: Path, port: str, **variables: str) -> Callable[..., subprocess.CompletedProcess[str]]:
    tools = folder / "bin"
    tools.mkdir()
    for player in ("afplay", "aplay"):
        (tools / player).write_text(PLAYER)
        (tools / player).chmod(0o755)
    (folder / ".curlrc").write_text(f'connect-to = "::127.0.0.1:{port}"\n')
    environment = (
        os.environ
        | variables
        | {
            "PATH": f"{tools}:{os.environ['PATH']}",
            "PLAYED": str(folder / "played"),
            "CURL_HOME": str(folder),
            "TMPDIR": str(folder),
        }
    )

    def run(line: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = ["bash", "-euo", "pipefail", "-c", line]
        return subprocess.run(
            command, cwd=folder, env=environment, input=stdin, capture_output=True, text=True, timeout=90, check=False
        )

    return run


def is_speech(path: Path) -> bool:
    info = soundfile.info(path)
    return (info.format, info.subtype, info.samplerate, info.channels) == (
        "WAV",
        "PCM_16",
        24_000,
        1,
    ) and info.duration > 0.3


GUIDE = (
    (
        'curl "http://localhost:7860/synthesize?text=Hello+world&voice=vixen" -o hello.wav\nafplay hello.wav',
        "hello.wav",
    ),
    ('curl "http://localhost:7860/synthesize?text=This+is+a+test" -o test.wav\nafplay test.wav', "test.wav"),
    # From the Pi. A name of this machine stands for the guide's macbook.local.
    ('curl "http://localhost:7860/synthesize?text=Hello+from+the+robot" -o speech.wav\naplay speech.wav', "speech.wav"),
)


@pytest.mark.parametrize(("lines", "file"), GUIDE)
def test_the_guides_curl_lines(
    shell: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, lines: str, file: str
) -> None:
    done = shell(lines)
    assert done.returncode == 0, done.stderr
    assert is_speech(tmp_path / file)
    assert (tmp_path / "played").read_text().startswith(f"start {file}")


def test_the_guides_python_lines(server: Server, tmp_path: Path) -> None:
    code = (
        'import urllib.request\nurl = "http://localhost:7860/synthesize?text=Hello+from+Python"\n'
        'urllib.request.urlretrieve(url, "hello.wav")\n'
    )
    port = server.url.rpartition(":")[2]
    subprocess.run([sys.executable, "-c", code.replace("7860", port)], cwd=tmp_path, check=True, timeout=60)
    assert is_speech(tmp_path / "hello.wav")


def test_the_guides_look_at_health(shell: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    health = json.loads(shell("curl --silent http://localhost:7860/health  # verify").stdout)
    assert (health["status"], health["ready"], health["model"]) == ("ok", True, "preview")
    assert health["recipe"]["voice"] == "default"


GUIDES_HOOK = """
TEXT=$(jq -r '.last_assistant_message // empty' 2>/dev/null | head -c 400)
[ -z "$TEXT" ] && exit 0
ENCODED=$(python3 -c "import sys,urllib.parse; print(urllib.parse.quote(sys.argv[1]))" "$TEXT")
WAV="/tmp/claude-tts-$$.wav"
curl -s --max-time 90 "http://localhost:7860/synthesize?text=${ENCODED}" -o "$WAV" \\
    && afplay "$WAV"
rm -f "$WAV"
"""


def test_the_guides_hook(shell: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    needs("jq")
    done = shell(GUIDES_HOOK, json.dumps({"last_assistant_message": "I'm done & it's 100% green."}))
    assert done.returncode == 0, done.stderr
    (played,) = tmp_path.glob("played.*.wav")
    assert is_speech(played)


def blocks(language: str) -> list[str]:
    """The blocks of the page in one language, in order."""
    return re.findall(rf"```{language}\n(.*?)```", (RECIPES / "README.md").read_text(), re.DOTALL)


@pytest.mark.parametrize("line", blocks("bash"))
def test_the_shell_recipes(shell: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, line: str) -> None:
    done = shell(line.replace("macbook.local", "localhost").replace("$VOICELAB_TOKEN", "not-needed-here"))
    assert done.returncode == 0, done.stderr
    (out,) = [tmp_path / name for name in re.findall(r"-o (\S+)", line)]
    with av.open(str(out)) as file:
        assert sum(frame.samples for frame in file.decode(audio=0)) > 10_000


@pytest.mark.parametrize("code", blocks("python"))
def test_the_python_recipes(server: Server, tmp_path: Path, code: str) -> None:
    code = code.replace("7860", server.url.rpartition(":")[2])
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=90, check=True
    )
    (out,) = tmp_path.iterdir()
    with av.open(str(out)) as file:
        assert sum(frame.samples for frame in file.decode(audio=0)) > 10_000
    assert "error" not in done.stdout


def test_the_hooks_settings_are_json() -> None:
    (settings,) = blocks("json")
    assert json.loads(settings)["hooks"]["Stop"][0]["hooks"][0]["command"].endswith("speak.sh")


def test_the_hook_plays_one_at_a_time_and_drops_what_is_stale(
    shell: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    needs("jq")
    messages = [json.dumps({"last_assistant_message": f"Message number {number}."}) for number in range(5)]
    feed = "\n".join(f"bash {RECIPES / 'speak.sh'} <<'EOF' &\n{message}\nEOF\nsleep 0.15" for message in messages)
    done = shell(f"{feed}\nwait")
    assert done.returncode == 0, done.stderr
    events = [line.split()[0] for line in (tmp_path / "played").read_text().splitlines()]
    assert events == ["start", "end"] * (len(events) // 2), "never two at once"
    assert 1 <= len(events) // 2 < len(messages), "stale ones were dropped"
    (state,) = tmp_path.glob("voicelab-speak-*")
    assert {path.name for path in state.iterdir()} == {"newest"}, "nothing is left behind"
    newest = (state / "newest").read_text()
    assert newest in (tmp_path / "played").read_text().splitlines()[-1], "the newest one was heard"


def test_the_hook_takes_the_lock_of_a_dead_one_and_says_nothing_for_nothing(
    shell: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    needs("jq")
    lock = tmp_path / f"voicelab-speak-{os.getuid()}" / "playing"
    lock.mkdir(parents=True)
    (lock / "owner").write_text("999999999")
    done = shell(f"bash {RECIPES / 'speak.sh'}", json.dumps({"last_assistant_message": "Still here."}))
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.glob("played.*.wav"))) == 1
    assert shell(f"bash {RECIPES / 'speak.sh'}", "{}").returncode == 0
    assert len(list(tmp_path.glob("played.*.wav"))) == 1


@pytest.fixture(scope="module")
def two_voices(tmp_path_factory: pytest.TempPathFactory, spoken: Callable[[str], Clip]) -> Iterator[Server]:
    """A lab with two voices, none of them called default."""
    home = tmp_path_factory.mktemp("two")
    clip = spoken("The old baker opened his window before the first light.")
    for name in ("Sample", "Vixen"):
        VoiceLibrary(home / "voices").save(name, clip, words_for(clip), "english", "Synthetic.", synthetic=True)
    server = Server.start(home, "--model", "preview")
    server.wait_for("ready")
    yield server
    server.end()


def the_hook_as_printed(tmp_path: Path) -> str:
    """Return the command of the printed settings, and put the script where it looks for it."""
    hooks = tmp_path / ".claude" / "hooks"
    hooks.mkdir(parents=True)
    shutil.copy(RECIPES / "speak.sh", hooks)
    (settings,) = blocks("json")
    return str(json.loads(settings)["hooks"]["Stop"][0]["hooks"][0]["command"])


def test_the_hook_as_printed_speaks_in_a_lab_of_two_voices(two_voices: Server, tmp_path: Path) -> None:
    needs("jq")
    command = the_hook_as_printed(tmp_path)
    shell = shell_for(tmp_path, two_voices.url.rpartition(":")[2], HOME=str(tmp_path))
    done = shell(command, json.dumps({"last_assistant_message": "Two voices live here."}))
    assert (done.returncode, done.stderr) == (0, "")
    (played,) = tmp_path.glob("played.*.wav")
    assert is_speech(played)


@pytest.mark.parametrize(
    ("voice", "said"),
    [("", "Say which voice speaks: add voice= with one of sample, vixen"), ("alloy", "no voice 'alloy'")],
)
def test_a_hook_that_cannot_speak_says_why(two_voices: Server, tmp_path: Path, voice: str, said: str) -> None:
    needs("jq")
    shell = shell_for(tmp_path, two_voices.url.rpartition(":")[2], VOICELAB_VOICE=voice)
    done = shell(f"bash {RECIPES / 'speak.sh'}", json.dumps({"last_assistant_message": "Who am I?"}))
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert ("VOICELAB_VOICE" in done.stderr) is (not voice)
    assert said in (tmp_path / f"voicelab-speak-{os.getuid()}" / "error.log").read_text()
    assert not list(tmp_path.glob("played.*.wav"))


def test_a_hook_without_a_lab_says_so(tmp_path: Path) -> None:
    needs("jq")
    done = shell_for(tmp_path, str(free_port()))(
        f"bash {RECIPES / 'speak.sh'}", json.dumps({"last_assistant_message": "Anybody there?"})
    )
    assert done.returncode == 1
    assert "no lab answers at http://localhost:7860" in done.stderr


def test_home_assistants_commands(server: Server) -> None:
    (text,) = blocks("yaml")
    config = yaml.safe_load(text)
    filters = jinja2.Environment(autoescape=False)  # noqa: S701 - as Home Assistant renders its templates
    message = "The \"washing machine\" is done & it's 5 o'clock"

    def rendered(template: str) -> str:
        return filters.from_string(template).render(message=message).replace("http://macbook.local:7860", server.url)

    command = config["rest_command"]["say_to_the_lab"]
    headers = command["headers"] | {"content-type": command["content_type"]}
    answer = httpx.request(
        command["method"], rendered(command["url"]), content=rendered(command["payload"]), headers=headers, timeout=60
    )
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/mpeg")
    (step,) = config["script"]["announce"]["sequence"]
    address = rendered(step["data"]["media_content_id"])
    assert urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)["text"] == [message]
    played = httpx.get(address, timeout=60)
    assert (played.status_code, played.headers["content-type"]) == (200, "audio/mpeg")


@pytest.fixture(scope="module")
def reachable(tmp_path_factory: pytest.TempPathFactory, spoken: Callable[[str], Clip]) -> Iterator[Server]:
    """A lab that listens on every address and goes by a proxy's name too."""
    home = tmp_path_factory.mktemp("reachable")
    clip = spoken("The old baker opened his window before the first light.")
    VoiceLibrary(home / "voices").save("Sample", clip, words_for(clip), "english", "Synthetic.", synthetic=True)
    names = ("--allow-host", "voice.example", "--trusted-proxy", "127.0.0.1")  # as nginx.conf says
    server = Server.start(home, "--model", "preview", "--host", "0.0.0.0", *names)  # noqa: S104
    while "kept in" not in server.log:
        assert time.monotonic() - server.started < 60, server.log
        time.sleep(0.05)
    yield server
    server.end()


def test_the_token_is_printed_once_with_the_address_and_opens_the_lab(reachable: Server, tmp_path: Path) -> None:
    token = (reachable.home / "data" / "token").read_text().strip()
    assert reachable.log.count(f"need this token: {token}") == 1
    assert httpx.get(f"{reachable.url}/health").status_code == 401
    assert httpx.get(f"{reachable.url}/", headers={"accept": "text/html"}).status_code == 401
    bearer = {"authorization": f"Bearer {token}"}
    end = time.monotonic() + 60
    health: dict[str, object] = {}
    while not (health.get("page") and health.get("ready")):
        assert time.monotonic() < end
        health = httpx.get(f"{reachable.url}/health", headers=bearer, timeout=30).json()
        time.sleep(0.1)
    with httpx.Client(base_url=reachable.url, follow_redirects=True, timeout=30) as browser:
        page = browser.get(f"/?token={token}", headers={"accept": "text/html"})
        assert (page.status_code, "gradio" in page.text, token in str(page.url)) == (200, True, False)
        assert browser.get("/config").status_code == 200
    for path in ("/config", "/gradio_api/info"):
        assert httpx.get(f"{reachable.url}{path}").status_code == 401
    assert "gradio" not in httpx.get(f"{reachable.url}/listen/config").text
    shell = shell_for(tmp_path, reachable.url.rpartition(":")[2], VOICELAB_TOKEN=token)
    (line,) = [block for block in blocks("bash") if "speech.wav" in block]
    done = shell(line.replace("macbook.local", "localhost"))
    assert done.returncode == 0, done.stderr
    assert is_speech(tmp_path / "speech.wav")
