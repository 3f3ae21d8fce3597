"""Who is left out: listeners who click at random, and none who is honest, whatever his style; simulated."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from voicelab.listening.answers import Answer, Heard
from voicelab.listening.design import cells_of, session
from voicelab.listening.kinds import KINDS, caught
from voicelab.listening.screening import screened
from voicelab.listening.values import Options

LISTENERS = 300


def simulated(name: str, style: Callable[[np.random.Generator, int | None, str], int], options: Options) -> float:
    """Return which share of listeners with one style is left out."""
    kind = KINDS[name]
    cells = cells_of(kind, [(setting, item) for setting in range(2) for item in range(20)])
    chance = np.random.default_rng(6)
    answers = []
    for listener in range(LISTENERS):
        for position, trial in enumerate(session(kind, cells, options.wishes, listener)):
            value = style(chance, trial.right if trial.role == "obvious" else None, trial.role)
            failed = None
            if trial.role not in {"main", "practice"}:
                failed = caught(kind, trial.role, value, trial.right, None)
            heard = tuple(Heard(sound.role, sound.setting, "", 1.0) for sound in trial.sounds)
            answers.append(
                Answer(
                    listener,
                    "",
                    0,
                    position,
                    trial.role,
                    trial.cell.item,
                    heard,
                    value,
                    trial.right,
                    (1,),
                    9.0,
                    0.0,
                    0,
                    failed,
                )
            )
    return len(screened(kind, answers)[1]) / LISTENERS


def clicking(values: list[int]) -> Callable[[np.random.Generator, int | None, str], int]:
    """Any answer, whatever was heard."""
    return lambda chance, _right, _role: int(chance.choice(values))


def listening(values: list[int], obvious: list[int]) -> Callable[[np.random.Generator, int | None, str], int]:
    """Any of `values` where there is little to hear; what is obvious is heard, but for one slip in a hundred."""

    def answer(chance: np.random.Generator, right: int | None, role: str) -> int:
        if role != "obvious":
            return int(chance.choice(values))
        heard = int(chance.choice(obvious)) * (1 if right is None else right)
        return heard if chance.random() > 0.01 else int(chance.choice(values))

    return answer


@pytest.mark.parametrize(
    ("name", "values"),
    [("ab", [-1, 0, 1]), ("ab", [-1, 1]), ("abx", [-1, 1]), ("cmos", list(range(-3, 4))), ("rate", [1, 2, 3, 4, 5])],
)
def test_who_clicks_at_random_is_left_out_nine_times_in_ten(name: str, values: list[int]) -> None:
    assert simulated(name, clicking(values), Options()) >= 0.9


@pytest.mark.parametrize(
    ("name", "values", "obvious"),
    [
        ("ab", [-1, 1], [1]),  # always chooses, even where nothing is to hear
        ("ab", [0], [1]),  # hears no difference
        ("ab", [-1], [1]),  # prefers A where nothing is to hear
        ("ab", [-1, 0, 1], [1]),
        ("abx", [-1, 1], [1]),
        ("cmos", [-1, 1], [1, 2, 3]),
        ("cmos", [-3, 3], [3]),
        ("rate", [3, 4, 5], [1, 2]),
    ],
)
def test_honest_listeners_of_every_style_stay(name: str, values: list[int], obvious: list[int]) -> None:
    """All who always choose were left out once, and half of those who hear no difference."""
    assert simulated(name, listening(values, obvious), Options()) <= 0.02
