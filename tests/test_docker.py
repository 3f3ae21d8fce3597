"""The Dockerfile of the docs: read, and its commands run without Docker, in an environment of their own."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from dockerfile_parse import DockerfileParser

from tests.running import STARTS_WITHIN_S, Server, environment, free_port
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = CHECKOUT / "docs" / "docker"
SECRET = re.compile(r"(?i)(token|password|secret|api_?key|hf_)[a-z_]*\s*[=:]\s*\S{8}")


@pytest.fixture(scope="module")
def steps() -> list[dict[str, Any]]:
    """Its instructions, in order."""
    return list(DockerfileParser(path=str(FOLDER / "Dockerfile")).structure)


def values(steps: list[dict[str, Any]], instruction: str) -> list[str]:
    return [str(step["value"]) for step in steps if step["instruction"] == instruction]


def last_stage(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return steps[max(at for at, step in enumerate(steps) if step["instruction"] == "FROM") :]


def test_the_base_is_pinned_and_of_a_python_that_the_lab_runs_on(steps: list[dict[str, Any]]) -> None:
    (python, extras) = values(steps, "ARG")
    assert re.fullmatch(r"PYTHON=3\.1[1-4]\.\d+-slim-[a-z]+", python)
    assert extras == "EXTRAS=cpu"
    assert [base.split()[0] for base in values(steps, "FROM")] == ["python:${PYTHON}"] * 2


def test_it_runs_as_nobody_special_with_its_data_outside(steps: list[dict[str, Any]]) -> None:
    final = last_stage(steps)
    order = [step["instruction"] for step in final]
    (user,) = values(final, "USER")
    assert user not in {"root", "0"}
    assert f"--create-home {user}" in values(final, "RUN")[0]
    assert order.index("USER") < order.index("CMD")
    assert json.loads(values(final, "VOLUME")[0]) == ["/data", "/models"]
    for wanted in ("VOICELAB_HOME=/data", "HF_HOME=/models"):
        assert wanted in values(final, "ENV")[0].split()


def test_it_has_a_health_check_and_begins_what_it_says(steps: list[dict[str, Any]]) -> None:
    (check,) = values(steps, "HEALTHCHECK")
    assert "lab_at" in check, "which asks /health, with the token"
    assert json.loads(values(steps, "CMD")[-1]) == ["voicelab", "serve", "--host", "0.0.0.0"]  # noqa: S104


def test_no_secret_and_nothing_from_the_network_is_in_it(steps: list[dict[str, Any]]) -> None:
    for name in ("Dockerfile", "compose.yaml"):
        assert not SECRET.search((FOLDER / name).read_text())
    assert "ADD" not in {step["instruction"] for step in steps}
    assert not any("curl" in run or "wget" in run or "sudo" in run for run in values(steps, "RUN"))


def copied(steps: list[dict[str, Any]]) -> list[tuple[list[str], str]]:
    """The sources and the goal of each COPY from the checkout."""
    plain = [value for value in values(steps, "COPY") if not value.startswith("--from=")]
    return [(parts[:-1], parts[-1]) for parts in map(str.split, plain)]


def let_through(path: str) -> bool:
    """Say whether the builder is given `path`: the last rule that fits counts, as in Docker."""
    given = True
    for line in (FOLDER / "Dockerfile.dockerignore").read_text().splitlines():
        rule = line.strip()
        if not rule or rule.startswith("#"):
            continue
        pattern = rule.removeprefix("!").removeprefix("**/")
        parts = path.split("/")
        heads = ["/".join(parts[: at + 1]) for at in range(len(parts))]
        fits = any(fnmatch.fnmatchcase(head, pattern) for head in heads)
        if rule.removeprefix("!").startswith("**/"):
            fits = fits or any(fnmatch.fnmatchcase(part, pattern) for part in parts)
        if fits:
            given = rule.startswith("!")
    return given


def test_every_source_is_there_and_let_through_and_nobodys_data_is(steps: list[dict[str, Any]]) -> None:
    for sources, _goal in copied(steps):
        for source in sources:
            assert (CHECKOUT / source).exists(), source
            assert let_through(source), source
    assert let_through("voices/sample/clip.wav")
    assert let_through("voicelab/cli/main.py")
    for private in (
        "voices/anna/clip.wav",
        "data/token",
        ".git/config",
        ".venv/bin/python",
        "voicelab/__pycache__/x.pyc",
    ):
        assert not let_through(private), private


def test_compose_says_the_same(steps: list[dict[str, Any]]) -> None:
    told = yaml.safe_load((FOLDER / "compose.yaml").read_text())
    build = told["services"]["voicelab"]["build"]
    assert (FOLDER / build["context"]).resolve() == CHECKOUT
    assert (CHECKOUT / build["dockerfile"]).is_file()
    assert set(build["args"]) < {value.split("=")[0] for value in values(steps, "ARG")}
    volumes = set(json.loads(values(last_stage(steps), "VOLUME")[0]))
    for service in told["services"].values():
        assert {volume.split(":")[1] for volume in service["volumes"]} == volumes
        assert {volume.split(":")[0] for volume in service["volumes"]} == set(told["volumes"])
        assert service["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in told["services"]["voicelab"]["ports"])


@pytest.fixture(scope="module")
def image(steps: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the commands that build it, where the builder would have only what is let through to it."""
    root = tmp_path_factory.mktemp("image")
    source = root / "src"
    source.mkdir()
    for sources, goal in copied(steps):
        for name in sources:
            into = source / goal / (name if goal == "./" else "")
            if (CHECKOUT / name).is_dir():
                ignored = shutil.ignore_patterns("__pycache__", "node_modules")
                shutil.copytree(CHECKOUT / name, into, ignore=ignored)
            else:
                shutil.copy2(CHECKOUT / name, into)
    for line in values(steps, "RUN")[:2]:
        assert "/opt/voicelab" in line
        command = [part.replace("/opt/voicelab", str(root / "voicelab")) for part in shlex.split(line)]
        if command[0] == "python":
            command = [sys.executable, *command[1:]]
        else:  # what the lab needs is seen from this environment: the resolving of it is test_requirements' business
            command = [part.replace("${EXTRAS}", "cpu") for part in command]
            command += ["--no-deps", "--no-build-isolation"]
            own = next((root / "voicelab" / "lib").glob("python*/site-packages"))
            (own / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n")
        subprocess.run(command, cwd=source, check=True, capture_output=True, text=True)
    return root / "voicelab"


@pytest.fixture
def container(image: Path, steps: list[dict[str, Any]], tmp_path: Path) -> Iterator[Server]:
    """The image's command, in a home of its own and with the image's variables."""
    (tmp_path / "data").mkdir()
    kept = environment(tmp_path)
    for word in values(last_stage(steps), "ENV")[0].split():
        name, _equals, value = word.partition("=")
        told = value.replace("/opt/voicelab", str(image)).replace("$PATH", os.environ["PATH"])
        kept[name] = str(tmp_path / told.lstrip("/")) if told in {"/data", "/models"} else told
    port = free_port()
    command = [*json.loads(values(steps, "CMD")[-1]), "--port", str(port), "--model", "preview"]
    command[0] = str(image / "bin" / command[0])
    kept.pop("PYTHONPATH", None)
    server = Server.of(command, tmp_path, port, **kept)
    yield server
    server.end()


def test_the_image_answers_its_own_health_check(container: Server, image: Path, steps: list[dict[str, Any]]) -> None:
    command = json.loads(values(steps, "HEALTHCHECK")[0].partition("CMD ")[2])
    data = container.home / "data"
    variables = environment(container.home, VOICELAB_HOME=str(data))
    variables.pop("PYTHONPATH", None)

    def healthy() -> bool:
        check = [str(image / "bin" / command[0]), *command[1:]]
        return subprocess.run(check, env=variables, cwd=data, check=False, capture_output=True).returncode == 0

    end = time.monotonic() + STARTS_WITHIN_S
    while not healthy():
        assert time.monotonic() < end, container.log
    assert (data / "voices" / "sample" / "voice.json").is_file(), "a new volume gets the sample voice"
    assert (data / "data" / "token").read_text().strip() in container.log
    container.end()
    assert not healthy()
