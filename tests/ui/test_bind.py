"""What stands between Gradio and the actions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr
import pytest
from gradio.helpers import special_args

from voicelab.errors import Cancelled, EmptyText, InvalidValue, UnknownVoice, VoiceLabError
from voicelab.ui.actions.updates import IDLE, KEEP, Update, busy, choices, said
from voicelab.ui.bind import bind

if TYPE_CHECKING:
    from collections.abc import Iterator


class Two(NamedTuple):
    first: Any
    second: Any


LAB: Any = "the lab"
EVENT = gr.EventData(None, {"start_s": 1.0, "end_s": 2.0})


def as_gradio_calls(listener: Any) -> list[Any]:
    """The arguments that Gradio makes of one input, "d", and the event: it finds the event's place by annotation."""
    return list(special_args(listener, inputs=["d"], event_data=EVENT)[0])


def test_the_lab_comes_first() -> None:
    assert bind(Two, LAB)(7) == ("the lab", 7)


def test_updates_become_gradios_own() -> None:
    first, second = bind(lambda lab: Two(choices([("A", "a")], "a"), KEEP), LAB)()
    assert first == gr.update(choices=[("A", "a")], value="a")
    assert second == gr.skip()


def test_widgets_get_json() -> None:
    rows, value = bind(lambda lab: Two([{"text": "“ä”"}], {"busy": True}), LAB)()
    assert json.loads(rows) == [{"text": "“ä”"}]
    assert json.loads(value) == {"busy": True}


@pytest.mark.parametrize("is_stream", [False, True])
def test_the_page_comes_first_to_actions_of_both_kinds(is_stream: bool) -> None:
    """An answer that is given once is one answer, and not a stream of its letters."""

    def once(_lab: object, page: str, text: str) -> list[dict[str, str]]:
        return [{"page": page, "text": text}]

    def stream(lab: object, page: str, text: str) -> Iterator[list[dict[str, str]]]:
        yield once(lab, page, text)

    listener = bind(stream if is_stream else once, LAB, page=True)
    given = special_args(listener, inputs=["d"], request=gr.Request(session_hash="tab"))[0]
    answer = next(listener(*given)) if is_stream else listener(*given)
    assert json.loads(answer) == [{"page": "tab", "text": "d"}]


def test_a_generator_ends_with_nothing_that_gradio_would_send_again() -> None:
    """Gradio sends the last answer once more at the end, seconds later, and would undo what was typed meanwhile."""

    def hearing(lab: object) -> Iterator[Two]:
        yield Two("heard", [1])
        yield Two(KEEP, [2])

    steps = list(bind(hearing, LAB)())
    assert [json.loads(rows) for _text, rows in steps[:2]] == [[1], [2]]
    assert steps[2] == (gr.skip(), gr.skip())

    def nested(lab: object) -> Iterator[Two]:
        yield Two(Two("a", "b"), "c")

    assert list(bind(nested, LAB)()) == [("a", "b", "c"), (gr.skip(), gr.skip(), gr.skip())]

    def single(lab: object) -> Iterator[int]:
        yield 1

    assert list(bind(single, LAB)()) == [1, gr.skip()]


def test_what_was_going_on_ends_with_an_error() -> None:
    """A bar that is left behind would tell for ever that something is done."""

    def failing(lab: object) -> Iterator[Two]:
        yield Two("text", busy("Looking…"))
        raise UnknownVoice("There is no such voice.")

    steps = bind(failing, LAB)()
    assert next(steps)[0] == "text"
    assert next(steps) == (gr.skip(), json.dumps(IDLE))
    with pytest.raises(gr.Error, match="no such voice"):
        next(steps)

    def told(lab: object) -> Iterator[Two]:
        yield Two("text", busy("Looking…"))
        yield Two(KEEP, said("Nothing found."))
        raise UnknownVoice("There is no such voice.")

    steps = bind(told, LAB)()
    assert len([next(steps), next(steps)]) == 2
    with pytest.raises(gr.Error):
        next(steps)


def test_a_generator_stays_one_and_closing_it_reaches_the_action() -> None:
    closed: list[bool] = []

    def count(lab: object) -> Iterator[Update | int]:
        try:
            yield 1
            yield 2
        finally:
            closed.append(True)

    steps = bind(count, LAB)()
    assert next(steps) == 1
    steps.close()
    assert closed == [True]


def test_an_error_of_the_lab_becomes_its_sentence() -> None:
    def fail(lab: object) -> None:
        raise UnknownVoice("There is no voice called vixen.")

    with pytest.raises(gr.Error, match="no voice called vixen") as caught:
        bind(fail, LAB)()
    assert caught.value.print_exception is False
    assert caught.value.visible is False, "Gradio would draw it as HTML"


def test_an_error_about_a_field_names_it() -> None:
    def fail(lab: object, error: VoiceLabError) -> None:
        raise error

    for error, title in (
        (InvalidValue("voice", "Choose a voice first."), "field:voice"),
        (EmptyText("There is nothing to say."), "field:text"),
        (UnknownVoice("Gone."), ""),
    ):
        with pytest.raises(gr.Error) as caught:
            bind(fail, LAB)(error)
        assert caught.value.title == title


def test_cancelling_says_so() -> None:
    def fail(lab: object) -> None:
        raise Cancelled("Cancelled.")

    with pytest.raises(gr.Error) as caught:
        bind(fail, LAB)()
    assert caught.value.title == "Cancelled"


def test_an_unexpected_error_shows_no_traceback_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def fail(lab: object) -> None:
        secret = "/home/someone/secret"  # noqa: S105 - a path that must not reach the page
        raise RuntimeError(secret)

    with pytest.raises(gr.Error) as caught:
        bind(fail, LAB)()
    assert "secret" not in str(caught.value.message)
    assert "secret" in caplog.text


def test_an_events_fields_come_before_the_inputs() -> None:
    def use(lab: object, start_s: float, end_s: float, draft: str) -> Two:
        return Two((start_s, end_s), draft)

    listener = bind(use, LAB, ("start_s", "end_s"))
    assert listener(*as_gradio_calls(listener)) == ((1.0, 2.0), "d")


def test_a_generators_event_fields_come_first_too() -> None:
    def use(lab: object, start_s: float, draft: str) -> Iterator[Two]:
        yield Two(start_s, draft)

    listener = bind(use, LAB, ("start_s",))
    assert list(listener(*as_gradio_calls(listener))) == [(1.0, "d"), (gr.skip(), gr.skip())]


def asked(lab: object, text: str, seconds: float | None, names: list[str], ticked: bool) -> Two:
    """Give back what came."""
    del lab
    return Two((text, seconds), (*names, ticked))


@pytest.mark.parametrize(
    "values",
    [
        (7, 1.0, [], True),
        (None, 1.0, [], True),
        ({"path": "x"}, 1.0, [], True),
        ({"meta": {"_type": "gradio.FileData"}}, 1.0, [], True),
        ("x", "soon", [], True),
        ("x", float("nan"), [], True),
        ("x", float("-inf"), [], True),
        ("x", 10**400, [], True),
        ("x", 1.0, "x", True),
        ("x", 1.0, [None], True),
        ("x", 1.0, [["x"]], True),
        ("x", 1.0, [], {}),
        ("x", 1.0, []),
        ("x", 1.0, [], True, True),
    ],
)
def test_a_value_of_another_kind_is_a_sentence_and_no_traceback(
    values: tuple[Any, ...], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(gr.Error, match="eload the page"):
        bind(asked, LAB)(*values)
    assert not caplog.records


def test_values_come_as_they_are_annotated() -> None:
    assert bind(asked, LAB)("a\ud800b", 2, ["x"], 1) == (("a?b", 2.0), ("x", True))


@pytest.mark.parametrize("sent", [None, 7, "start_s", [], {"start_s": 1.0}, {"start_s": {}, "end_s": 2.0}])
def test_a_widgets_event_without_its_fields_is_a_sentence(sent: object) -> None:
    def trim(lab: object, start_s: float, end_s: float) -> float:
        del lab
        return end_s - start_s

    with pytest.raises(gr.Error, match="eload the page"):
        bind(trim, LAB, ("start_s", "end_s"))(gr.EventData(None, sent))
