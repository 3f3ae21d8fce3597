"""`voicelab experiments …` and the same over HTTP: listed, shown, removed, and refused while somebody needs them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.cli.conftest import Done
from tests.fakes import FakeEngine
from tests.listening_lab import LINES, with_comparison
from tests.running import Server
from voicelab.compare.experiments import ExperimentStore
from voicelab.compare.plan import Plan
from voicelab.compare.render import render
from voicelab.errors import ExperimentInUse
from voicelab.settings import Settings
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_experiments_from_the_command_line(run: Callable[..., Done], home: Path) -> None:
    assert "`voicelab compare` makes one" in run("experiments", "list").out
    experiment = with_comparison(home)
    (listed,) = run("experiments", "list", "--json").value["experiments"]
    assert listed == {
        "experiment": experiment.id,
        "created": experiment.created,
        "voice": "anna",
        "voice_name": "Anna",
        "lines": list(LINES),
        "lengths_s": [3.0, None],
        "models": ["preview"],
        "made": 8,
        "failed": 0,
        "total": 8,
        "status": "done",
        "message": "",
    }
    assert experiment.id in run("experiments", "list").out
    shown = run("experiments", "show", experiment.id, "--json").value
    assert shown["experiment"] == experiment.id
    assert {"takes", "cuts", "notes", "settings", "yardstick", "voice", "status"} <= set(shown)
    for take in shown["takes"]:
        assert (home / "data" / "experiments" / experiment.id / "takes" / f"{take['id']}.flac").samefile(take["path"])
    told = run("experiments", "show", experiment.id).out
    assert all(f"“{line}”" in told for line in LINES)
    assert told.count(".flac") == 8

    asked = run("experiments", "remove", experiment.id, "--json")
    assert (asked.code, "add --yes" in asked.err) == (1, True), "nobody is there to answer"
    gone = run("experiments", "remove", experiment.id, "--yes", "--json").value
    assert gone["experiment"] == experiment.id
    assert gone["freed_bytes"] > 10_000
    assert list((home / "data" / "experiments").iterdir()) == []
    for command in ("show", "remove"):
        again = run("experiments", command, experiment.id, "--json")
        assert (again.code, again.value["code"]) == (1, "unknown_experiment")


def test_one_that_a_listening_test_came_of_stays_unless_it_is_to_go_anyway(
    run: Callable[..., Done], home: Path
) -> None:
    experiment = with_comparison(home)
    test = run("listen", "create", experiment.id, "--json").value["test"]
    refused = run("experiments", "remove", experiment.id, "--yes", "--json")
    assert (refused.code, refused.value["code"]) == (1, "experiment_in_use")
    assert test in refused.err
    assert run("experiments", "remove", experiment.id, "--yes", "--anyway").code == 0
    assert run("listen", "results", test).code == 0, "it goes on with its copies"
    assert run("listen", "use", test, "preview/3s").code == 1, "what it finds out has nothing to be written from"


def test_one_whose_takes_are_made_by_another_process_stays(run: Callable[..., Done], home: Path) -> None:
    """The lock is the file system's: of a process that died nothing is left."""
    with_comparison(home)
    settings = Settings(home=home)
    library, store = VoiceLibrary(settings.voices), ExperimentStore(settings.experiments)
    steps = render(Plan("anna", ("One.", "Two."), (None,), ("preview",)), library, FakeEngine(), store)
    running = next(steps).experiment
    (found,) = [each for each in run("experiments", "list", "--json").value["experiments"] if each["total"] == 2]
    assert (found["experiment"], found["status"]) == (running.id, "running")
    refused = run("experiments", "remove", running.id, "--yes", "--json")
    assert (refused.code, refused.value["code"]) == (1, "experiment_in_use")
    with pytest.raises(ExperimentInUse):
        ExperimentStore(settings.experiments).remove(running.id)
    steps.close()
    assert run("experiments", "remove", running.id, "--yes").code == 0


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A lab that other machines could reach, with a comparison."""
    home = tmp_path_factory.mktemp("served")
    experiment = with_comparison(home)
    server = Server.start(home, "--model", "preview", "--host", "0.0.0.0")  # noqa: S104
    try:
        ready = threading.Event()
        while "kept in" not in server.log:
            assert server.process.poll() is None, server.log
            ready.wait(0.05)
        yield server, experiment.id
    finally:
        server.end()


def test_over_http_as_the_other_routes(served: tuple[Server, str]) -> None:
    server, experiment = served
    address = f"{server.url}/experiments/{experiment}"
    assert httpx.get(f"{server.url}/experiments").status_code == 401
    assert httpx.delete(address).status_code == 401
    token = {"authorization": f"Bearer {(server.home / 'data' / 'token').read_text().strip()}"}
    with httpx.Client(headers=token, timeout=30) as client:
        (listed,) = client.get(f"{server.url}/experiments").json()["experiments"]
        assert (listed["experiment"], listed["status"], listed["made"]) == (experiment, "done", 8)
        shown = client.get(address).json()
        assert len(shown["takes"]) == 8
        assert client.get(server.url + shown["takes"][0]["audio"]).headers["content-type"] == "audio/flac"
        assert str(server.home) not in json.dumps(shown), "no paths of the machine"
        elsewhere = client.delete(address, headers={"origin": "https://elsewhere.example"})
        assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "cross_origin")
        assert client.get(f"{server.url}/experiments/{'f' * 32}").status_code == 404
        gone = client.delete(address)
        assert (gone.status_code, gone.json()["experiment"]) == (200, experiment)
        assert client.delete(address).status_code == 404


def test_a_link_names_the_port_that_the_lab_is_on(
    served: tuple[Server, str], run: Callable[..., Done], home: Path
) -> None:
    """`listen create` in the home of a running lab gives its address; elsewhere the path, and how to start one."""
    server, _experiment = served
    port = server.url.rpartition(":")[2]
    experiment = with_comparison(home)
    alone = run("listen", "create", experiment.id)
    first = alone.out.splitlines()[0]
    assert first.startswith("/listen/")
    assert f"No lab serves {home} just now. Start it with `voicelab serve`" in alone.out
    value = run("listen", "list", "--json").value["tests"][0]
    assert (value["path"], value["served"]) == (first, False)
    (home / "data" / "serving.json").write_text((server.home / "data" / "serving.json").read_text())
    (home / "data" / "token").write_text((server.home / "data" / "token").read_text())
    linked = run("listen", "link", value["test"], "--json").value
    assert linked["served"] is True
    assert f":{port}/listen/" in linked["url"]
    assert run("listen", "link", value["test"]).out.startswith("http://")
    (home / "data" / "serving.json").write_text(json.dumps({"host": "127.0.0.1", "port": int(port), "pid": 2**22 + 1}))
    assert run("listen", "link", value["test"], "--json").value["served"] is False, "that one was killed"
