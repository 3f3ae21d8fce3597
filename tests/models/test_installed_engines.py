"""An engine in a wheel of its own, installed beside the lab: true in every list, without a line of the lab changed."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile

from tests.models.installed import built, packed, python_with, run, variables
from tests.running import Server, free_port
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOT_A_CLONE = "This is a tone, as high as the clip is long. It is not a clone."


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with the example engine, one that cannot be imported, and two that took names that are taken."""
    folder = tmp_path_factory.mktemp("packages")
    shutil.copytree(CHECKOUT / "tests" / "example_engine", folder / "project", ignore=shutil.ignore_patterns("__*__"))
    (folder / "project" / "voicelab_tone" / "__init__.py").touch()
    double = (
        "from dataclasses import replace\nfrom voicelab_tone.descriptor import ENGINE as TONE\n"
        "def named(name):\n"
        "    model = replace(TONE.models[0], engine=name)\n"
        "    return replace(TONE, name=name, models=(model, replace(model, name=name + '-own')), variants=())\n"
        "PREVIEW, CHIME = named('preview'), named('chime')\n"
    )
    return python_with(
        folder / "venv",
        built(folder / "project", folder),
        packed(
            folder, "voicelab_broken", "broken", "voicelab_broken:ENGINE", {"voicelab_broken.py": "import not_there"}
        ),
        packed(folder, "voicelab_twin", "preview", "voicelab_twin:PREVIEW", {"voicelab_twin.py": double}),
        packed(folder, "voicelab_zwin", "chime", "voicelab_twin:CHIME", {}),
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(CHECKOUT / "voices" / "sample", tmp_path / "voices" / "sample")
    return tmp_path


def value_of(python: Path, home: Path, *arguments: str) -> Any:
    """Return what a command answers as JSON."""
    done = run(python, home, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_doctor_lists_it_and_says_what_is_wrong_with_the_others(python: Path, home: Path) -> None:
    value = value_of(python, home, "doctor")
    engines = {(row["name"], row["available"]): row["reason"] for row in value["engines"]}
    assert engines["tone", True] == "A tone needs nothing."
    assert "voicelab_broken" in engines["broken", False]
    assert "not_there" in engines["broken", False]
    assert "voicelab_twin has the name of one that is here already" in engines["preview", False]
    assert ("preview", True) in engines
    assert "has a model tone as the engine tone has" in engines["chime", False]
    models = {model["name"]: model for model in value["models"]}
    assert (models["tone"]["on_disk"], models["tone"]["licence"]) == (True, "CC0-1.0")
    assert models["tone"]["not_a_clone"] == NOT_A_CLONE
    assert models["tone"]["engine"] == "tone"
    assert models["chime-own"]["engine"] == "chime"
    assert models["preview"]["engine"] == "preview"
    assert value["default_model"] != "tone", "nobody chose it"


def test_models_lists_it_and_refuses_to_delete_it_with_the_reason(python: Path, home: Path) -> None:
    listed = run(python, home, "models", "list")
    (line,) = [line for line in listed.stdout.splitlines() if line.split()[:1] == ["tone"]]
    assert "comes with its engine" in line
    for action in (("delete", "tone", "--yes"), ("download", "tone")):
        refused = run(python, home, "models", *action)
        assert refused.returncode == 1
        assert "tone comes with its engine, Tones" in refused.stderr


def test_it_speaks_by_name_and_from_a_folder(python: Path, home: Path) -> None:
    out, folder = home / "hello.wav", home / "tones"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "tone"}')
    for model in ("tone", str(folder)):
        said = value_of(python, home, "say", "Hello there.", "--voice", "sample", "--model", model, "--out", str(out))
        assert (said["engine"], said["model"]) == ("tone", model)
        assert said["duration_s"] > 0.5
        assert (NOT_A_CLONE in said["notes"]) == (model == "tone")
        assert soundfile.info(out).duration > 0.5
    (folder / "config.json").write_text('{"model_type": "song"}')
    refused = run(python, home, "say", "Hi.", "--voice", "sample", "--model", str(folder), "--out", str(out))
    assert refused.returncode == 1
    assert "Tones" in refused.stderr
    assert "'song'" in refused.stderr


def test_a_recipe_sets_its_own_sampling(python: Path, home: Path) -> None:
    """Within the bounds that it names; and a model that does not heed the field says so."""
    recipe = home / "voices" / "sample" / "voice.json"

    def say(waver_hz: float, seed: int, model: str = "tone") -> subprocess.CompletedProcess[str]:
        voice = json.loads(recipe.read_text())
        voice["recipe"]["sampling"]["own"] = {"waver_hz": waver_hz}
        recipe.write_text(json.dumps(voice))
        said = ("say", "Hello.", "--voice", "sample", "--model", model, "--seed", str(seed))
        return run(python, home, *said, "--out", str(home / f"{waver_hz}-{seed}.wav"))

    for arguments in ((0.0, 1), (0.0, 2), (20.0, 1), (20.0, 2)):
        done = say(*arguments)
        assert done.returncode == 0, done.stderr
    still, stiller, one, other = (
        soundfile.read(home / name)[0] for name in ("0.0-1.wav", "0.0-2.wav", "20.0-1.wav", "20.0-2.wav")
    )
    assert np.array_equal(still, stiller)
    assert not np.array_equal(one, other)
    refused = say(51.0, 1)
    assert (refused.returncode, "waver_hz is 51. This model takes 0 to 50." in refused.stderr) == (1, True)
    assert "preview does not heed waver_hz" in say(20.0, 3, "preview").stdout


def test_it_is_estimated_and_compared(python: Path, home: Path) -> None:
    arguments = ("compare", "sample", "--text", "Hello there.", "--lengths", "5", "--models", "tone")
    value = value_of(python, home, *arguments, "--estimate")
    assert (value["takes"], value["downloads"], value["unmeasured"]) == (1, [], ["tone"])
    report = home / "report.html"
    made = value_of(python, home, *arguments, "--out", str(home / "takes"), "--report", str(report))
    (take,) = made["takes"]
    assert (take["engine"], take["failure"]) == ("tone", None)
    assert NOT_A_CLONE in take["notes"]
    assert '"voicelab-tone": "0.1.0"' in report.read_text().replace("&quot;", '"')


def test_the_page_shows_it(python: Path, home: Path) -> None:
    """The values of the tab Machine, and what can be chosen where a model is asked for."""
    program = (
        "import json; from voicelab.bootstrap import build; from voicelab.environment import read_settings\n"
        "from voicelab.ui.actions.models_actions import machine, model_choices\n"
        f"lab = build(read_settings(home={str(home)!r}))\n"
        "print(json.dumps({**machine(lab)._asdict(), 'choices': model_choices()}, default=vars)); lab.engine.close()\n"
    )
    done = subprocess.run([str(python), "-c", program], env=variables(home), capture_output=True, text=True, check=True)
    shown = json.loads(done.stdout.splitlines()[-1])
    assert ["tone", "yes", "A tone needs nothing."] in shown["engines"]["rows"]
    assert [row[1] for row in shown["engines"]["rows"] if row[0] == "broken"] == ["no"]
    (tone,) = [model for model in shown["models"]["models"] if model["name"] == "tone"]
    assert (tone["on_disk"], tone["fits"], tone["not_a_clone"]) == ("packaged", True, NOT_A_CLONE)
    assert ["tone: A tone for every text", "tone"] in shown["choices"]


@pytest.fixture
def server(python: Path, home: Path) -> Iterator[Server]:
    port = free_port()
    command = [str(python), str(CHECKOUT / "app.py"), "--home", str(home), "--port", str(port)]
    server = Server.of([*command, "--model", "tone", "--loud-tones"], home, port, PYTHONPATH=str(CHECKOUT))
    server.wait_for("ready")
    yield server
    server.end()


def fetched(server: Server, path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(f"{server.url}{path}", method=method)  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, {}, error.read()


def test_it_is_served(server: Server) -> None:
    """By every route that knows of models, and by the flag that it brings itself."""
    health = server.health()
    assert (health["engine"], health["model"], health["default_model"]) == ("tone", "tone", "tone")
    assert any("voicelab_broken" in problem for problem in health["engine_problems"])
    told = json.loads(fetched(server, "/models")[2])
    (tone,) = [model for model in told["models"] if model["name"] == "tone"]
    assert (tone["engine"], tone["licence"], tone["longest_prompt_s"]) == ("tone", "CC0-1.0", 60)
    assert tone["capabilities"]["clones"] is False
    assert tone["sampling"] == [{"name": "waver_hz", "default": 2.0, "lowest": 0, "highest": 50}]
    assert told["engine_problems"] == health["engine_problems"]
    assert "tone" in {model["id"] for model in json.loads(fetched(server, "/v1/models")[2])["data"]}
    for stream in ("false", "true"):
        path = f"/synthesize?text=Hello+there&voice=sample&model=tone&seed=3&stream={stream}"
        status, headers, content = fetched(server, path)
        assert (status, headers["x-engine"], headers["x-model"]) == (200, "tone", "tone")
        assert NOT_A_CLONE in headers["x-notes"]
    samples, _rate = soundfile.read(io.BytesIO(content))
    assert np.abs(samples).max() > 0.8, "--loud-tones"
    status, _headers, content = fetched(server, "/models/tone", "DELETE")
    assert (status, "comes with its engine" in content.decode()) == (422, True)


def test_its_flag_is_in_the_help(python: Path, home: Path) -> None:
    done = subprocess.run(
        [str(python), "-m", "voicelab", "serve", "--help"],
        env=variables(home),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--loud-tones" in done.stdout
