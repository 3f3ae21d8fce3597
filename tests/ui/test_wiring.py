"""Every listener takes as many inputs as its action, and the action returns as many values as there are outputs."""

from __future__ import annotations

import inspect
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from voicelab.bootstrap import build
from voicelab.settings import CHECKOUT, Settings
from voicelab.ui.app import build_page

if TYPE_CHECKING:
    from pathlib import Path

    import gradio as gr
    from gradio.block_function import BlockFunction


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> gr.Blocks:
    home: Path = tmp_path_factory.mktemp("home")
    shutil.copytree(CHECKOUT / "voices" / "sample", home / "voices" / "sample")
    page: gr.Blocks = build_page(build(Settings(home=home)))
    return page


def listeners(page: gr.Blocks) -> list[tuple[BlockFunction, Any, tuple[str, ...]]]:
    """Every listener with its action and the names of its event's fields."""
    found: list[tuple[BlockFunction, Any, tuple[str, ...]]] = []
    for function in page.fns.values():
        bound: Any = function.fn
        if hasattr(bound, "action"):
            found.append((function, bound.action, bound.event))
    return found


def outputs_of(action: Any) -> int:
    returned = action.__annotations__["return"].removeprefix("Iterator[").removesuffix("]")
    return fields_of(inspect.getmodule(action), returned)


def fields_of(module: Any, name: str) -> int:
    """How many outputs a type stands for: a NamedTuple for those of all its fields."""
    returned = vars(module).get(name)
    if not hasattr(returned, "_fields"):
        return 1
    return sum(
        fields_of(inspect.getmodule(returned), returned.__annotations__[field].__forward_arg__)
        for field in returned._fields
    )


def test_the_page_has_listeners(page: gr.Blocks) -> None:
    assert len(listeners(page)) >= 25


def test_inputs_match_the_actions_parameters(page: gr.Blocks) -> None:
    for function, action, event in listeners(page):
        parameters = list(inspect.signature(action).parameters)
        assert parameters[0] == "lab", action
        assert parameters[1 : 1 + len(event)] == list(event), action
        assert len(parameters) == 1 + len(event) + len(function.inputs), action


def test_outputs_match_the_actions_fields(page: gr.Blocks) -> None:
    for function, action, _event in listeners(page):
        assert outputs_of(action) == len(function.outputs), action


def test_no_action_takes_more_than_five_inputs(page: gr.Blocks) -> None:
    for function, action, _event in listeners(page):
        assert len(function.inputs) <= 5, action


def test_no_listener_is_public_api(page: gr.Blocks) -> None:
    """Every event would be a public endpoint, with its file inputs, unless it says otherwise."""
    for function in page.fns.values():
        assert function.api_visibility == "private", function.fn


def test_actions_know_nothing_of_gradio() -> None:
    import subprocess
    import sys

    code = (
        "import sys, pkgutil, importlib, voicelab.ui.actions as actions;"
        "[importlib.import_module('voicelab.ui.actions.' + m.name) for m in pkgutil.iter_modules(actions.__path__)];"
        "print('gradio' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.strip() == "False"


def test_a_voice_is_chosen_before_the_page_has_loaded(page: gr.Blocks) -> None:
    fields = {block.elem_id: block.value for block in page.blocks.values() if hasattr(block, "value")}
    assert fields["speak-voice"] == fields["compare-voice"] == "sample"


def test_no_page_holds_a_connection(page: gr.Blocks) -> None:
    """A browser has six for all its tabs on the lab; Gradio's heartbeat would take one for each."""
    assert page.config is not None
    assert page.get_config_file()["connect_heartbeat"] is False


def test_no_handler_that_goes_past_the_queue_can_raise(page: gr.Blocks) -> None:
    """Its error would be an answer 500, which the page does not show: everything that may be refused waits in line."""
    past = [(function, action) for function, action, _event in listeners(page) if not function.queue]
    assert len(past) >= 3
    for function, action in past:
        assert function.inputs == [], action
        assert list(inspect.signature(action).parameters) == ["lab"], action
        assert function.fn is not None
        function.fn()
