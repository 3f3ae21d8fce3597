"""Engines are found, joined and asked; whatever a stranger's package does, the lab goes on and says so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.checkpoints import write_checkpoint
from voicelab.cli import main
from voicelab.errors import InvalidCheckpoint, UnknownModel
from voicelab.models import catalogue, model_choice
from voicelab.models import registry as registries
from voicelab.models.catalogue import find, on_disk, stand_in
from voicelab.models.missing_model import to_download, what_is_missing
from voicelab.models.model_choice import choose, engines
from voicelab.models.registry import Plugin, Registry, registry
from voicelab.speech.engine_descriptor import Availability, EngineDescriptor, Model, Variant

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FINE = Availability(available=True, reason="It works.")
WEIGHTY = Model(name="a", engine="odd", size_bytes=cast("int", "1 GB"))


def descriptor(name: str, **more: Any) -> EngineDescriptor:
    """A whole one of the least that there can be."""
    models = (Model(name=f"{name}-model", engine=name),)
    given: dict[str, Any] = {
        "title": name.title(),
        "synthesizer": "a.b:C",
        "models": models,
        "availability": lambda: FINE,
    } | more
    return EngineDescriptor(name=name, **given)


def plugin(made: EngineDescriptor) -> Plugin:
    return Plugin(made.name, f"the package of {made.name}", lambda: made)


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Registry]:
    """Make these the engines of this process."""

    def use(*made: EngineDescriptor) -> Registry:
        found = Registry([plugin(each) for each in made])
        for module in (catalogue, model_choice, registries):
            monkeypatch.setattr(module, "registry", lambda: found)
        monkeypatch.setattr("voicelab.models.missing_model.registry", lambda: found)
        return found

    return use


def failing(*given: object) -> Any:
    raise ZeroDivisionError(f"asked {len(given)}")


def leaving() -> Any:
    raise SystemExit(3)


def test_the_labs_own_are_found_by_their_folders() -> None:
    """Each with everything that the lab asks for; whichever is chosen first comes first."""
    found = registry()
    assert [engine.name for engine in found.engines] == ["qwen3", "pocket", "preview", "mlx"]
    assert not found.problems
    assert found.stand_in is found.engine("preview")
    assert stand_in() == "preview"


@pytest.mark.parametrize(
    ("load", "why"),
    [
        (failing, "ZeroDivisionError"),
        (leaving, "SystemExit"),
        (lambda: 3, "gives a int"),
        (lambda: descriptor("other"), "is called 'other'"),
        (lambda: descriptor("odd", models=()), "no model"),
        (lambda: descriptor("odd", synthesizer="os.system"), "module:Class"),
        (lambda: descriptor("odd", models=(Model(name="auto", engine="odd"),)), "'auto' cannot be"),
        (lambda: descriptor("odd", models=(Model(name="a", engine="even"),)), "belongs to 'even'"),
        (lambda: descriptor("odd", models=2 * (Model(name="a", engine="odd"),)), "the same name"),
        (lambda: descriptor("odd", models=(WEIGHTY,)), "size_bytes is a str"),
        (lambda: descriptor("odd", models=("a",)), "str"),
        (lambda: descriptor("odd", priority="high"), "priority is a str"),
        (lambda: descriptor("odd", availability=True), "availability is no function"),
        (lambda: descriptor("odd", variants=(Variant("b", "a.b:C", "loud", "X"),)), "--on/--off"),
    ],
)
def test_a_broken_plugin_is_left_out_and_said(load: Callable[[], Any], why: str) -> None:
    found = Registry([Plugin("odd", "the package odd", load), plugin(descriptor("fine"))])
    assert [engine.name for engine in found.engines] == ["fine"]
    (problem,) = found.problems
    assert "The engine plug-in odd of the package odd cannot be used" in problem.message
    assert why in problem.message
    assert problem.message.endswith("the other engines work.")


def test_of_two_with_a_name_the_first_is_used() -> None:
    first, second = descriptor("same"), descriptor("same", title="Other")
    found = Registry([plugin(first), plugin(second)])
    assert found.engine("same").title == "Same"
    assert "has the name of one that is here already" in found.problems[0].message


def test_of_two_models_with_a_name_the_first_is_used() -> None:
    twin = descriptor("b", models=(Model(name="a-model", engine="b"), Model(name="b-model", engine="b")))
    found = Registry([plugin(descriptor("a")), plugin(twin)])
    assert [(model.name, model.engine) for model in found.models] == [("a-model", "a"), ("b-model", "b")]
    assert "has a model a-model as the engine a has" in found.problems[0].message


def test_auto_goes_by_priority_suitability_and_availability(use: Callable[..., Registry]) -> None:
    slow = replace(FINE, suitable=False, reason="It is slow.")
    away = Availability(available=False, reason="It is not there.", device="")
    use(
        descriptor("low", priority=1, default_reason="Low it is."),
        descriptor("high", priority=9, availability=lambda: slow),
        descriptor("never", availability=lambda: FINE),
        descriptor("away", priority=5, availability=lambda: away),
    )
    chosen = choose("auto")
    assert (chosen.model, chosen.engine) == ("low-model", "low")
    assert chosen.reason == "It is slow. It is not there. Low it is."
    assert choose("never-model").engine == "never", "whoever names it gets it"


def test_auto_is_what_is_slow_before_what_is_not_there(use: Callable[..., Registry]) -> None:
    away = Availability(available=False, reason="It is not there.", device="")
    slow = replace(FINE, suitable=False)
    use(
        descriptor("slow", priority=9, availability=lambda: slow),
        descriptor("away", priority=5, availability=lambda: away),
    )
    assert choose("auto").engine == "slow"
    use(descriptor("away", priority=5, availability=lambda: away))
    assert choose("auto").reason == "It is not there."
    use(descriptor("never"))
    with pytest.raises(UnknownModel, match="Name a model"):
        choose("auto")


def test_a_function_that_fails_is_said_and_fails_nobody_else(use: Callable[..., Registry], tmp_path: Path) -> None:
    real = registry().engine("qwen3")
    bad = dict.fromkeys(
        ("availability", "on_disk", "describe_folder", "describe_repository", "guess_repository", "missing_files"),
        failing,
    )
    found = use(descriptor("bad", priority=200, **bad), real)
    folder = write_checkpoint(tmp_path / "model")
    assert find(str(folder)).engine == "qwen3"
    assert find("somebody/anything").engine == "qwen3"
    assert on_disk(find("bad-model")) is None
    assert choose("bad-model").device == ""
    assert choose("auto").engine == "qwen3"
    row = next(row for row in engines() if row["name"] == "bad")
    assert (row["available"], "ZeroDivisionError" in row["reason"]) == (False, True)
    assert "ZeroDivisionError" in what_is_missing("bad-model")
    assert {problem.name for problem in found.problems} == {"bad"}


@pytest.mark.parametrize("answer", [None, 3, "yes"])
def test_an_answer_of_another_kind_is_said_too(answer: object, use: Callable[..., Registry], tmp_path: Path) -> None:
    def answering(*_given: object) -> object:
        return answer

    asked = ("availability", "on_disk", "describe_folder", "describe_repository")
    found = use(descriptor("bad", **dict.fromkeys(asked, answering)), registry().engine("qwen3"))
    assert find(str(write_checkpoint(tmp_path / "model"))).engine == "qwen3"
    assert find("somebody/anything").engine == "qwen3"
    assert on_disk(find("bad-model")) is None
    row = next(row for row in engines() if row["name"] == "bad")
    assert (row["available"], f"gives a {type(answer).__name__}" in row["reason"]) == (False, True)
    assert found.problems


def test_a_flag_that_is_taken_is_said(use: Callable[..., Registry], capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a flag of the command, nor that of another engine, changes its meaning."""
    mine = Variant("loud", "a.b:C", "--log-json/--quiet", "LOUD")
    found = use(descriptor("noisy", variants=(mine,)))
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--help"])
    assert not ended.value.code
    assert "--quiet" not in capsys.readouterr().out
    assert "Set LOUD=1 instead" in found.problems[0].message


def test_repositories_go_to_the_engine_that_knows_them(use: Callable[..., Registry]) -> None:
    """By its name first; what nobody knows by name to one that guesses."""

    def by_name(repository: str) -> Model | None:
        return Model(name=repository, engine="kiwi", repository=repository) if "kiwi" in repository.lower() else None

    use(registry().engine("qwen3"), descriptor("kiwi", describe_repository=by_name))
    assert find("somebody/Kiwi-TTS").engine == "kiwi"
    assert find("somebody/Qwen3-TTS-fine").engine == "qwen3"
    assert find("somebody/anything").engine == "qwen3"
    use(descriptor("kiwi", describe_repository=by_name))
    with pytest.raises(UnknownModel, match="none of the engines here, Kiwi"):
        find("somebody/anything")


def test_a_folder_of_no_engine_is_told_with_what_there_is(use: Callable[..., Registry], tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "kiwi"}')
    with pytest.raises(InvalidCheckpoint, match=r"none of the engines here, Qwen3-TTS.*'kiwi'"):
        find(str(tmp_path))
    for damaged in ("{", "[]"):
        (tmp_path / "config.json").write_text(damaged)
        with pytest.raises(InvalidCheckpoint, match="damaged"):
            find(str(tmp_path))


def test_what_is_packaged_is_never_downloaded(use: Callable[..., Registry]) -> None:
    use(descriptor("half", on_disk=lambda _model: None), registry().engine("qwen3"))
    assert to_download(["half-model", "qwen3-tts-0.6b-8bit"]) == ["qwen3-tts-0.6b-8bit"]
    assert "whose package is not whole" in what_is_missing("half-model")
    assert "downloads" in what_is_missing("qwen3-tts-0.6b-8bit")


def test_an_engine_that_nobody_has_set_up_is_no_problem() -> None:
    found = Registry([Plugin("unset", "a package", lambda: None), plugin(descriptor("first"))])
    assert [engine.name for engine in found.engines] == ["first"]
    assert found.problems == ()
