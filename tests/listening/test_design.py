"""The order that a listener meets: balanced, even, seeded, never the same take twice running."""

from __future__ import annotations

import functools
import random
from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from voicelab.errors import InvalidValue
from voicelab.listening.design import Cell, Palette, PlannedTrial, Sound, Wishes, cells_of, session
from voicelab.listening.kinds import KINDS, caught, checked_value, kind_of

GRID = [(setting, item) for setting in range(3) for item in range(8)]
WISHES = Wishes(trials=20)
BESIDE = Palette((Sound("reference", None, None), Sound("anchor", None, None)))


def of(name: str, wishes: Wishes = WISHES, seed: int = 1, takes: list[tuple[int, int]] = GRID) -> list[PlannedTrial]:
    kind = KINDS[name]
    return session(kind, cells_of(kind, takes), wishes, seed)


def first_setting(trial: PlannedTrial) -> int | None:
    return trial.sounds[0].setting


def test_everything_that_can_be_asked() -> None:
    assert len(cells_of(KINDS["ab"], GRID)) == 3 * 8
    assert len(cells_of(KINDS["rate"], GRID)) == 3 * 8
    assert cells_of(KINDS["similarity"], GRID)[0] == Cell((0, 1, 2), 0)
    assert cells_of(KINDS["ab"], [(0, 0), (1, 1)]) == []


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("seed", range(25))
def test_no_take_is_met_twice_running(name: str, seed: int) -> None:
    trials = of(name, seed=seed)
    assert len(trials) > 8
    for trial, following in pairwise(trials):
        assert not trial.takes & following.takes


@pytest.mark.parametrize("seed", range(25))
def test_each_pair_is_as_often_the_one_way_round_as_the_other(seed: int) -> None:
    trials = [trial for trial in of("ab", seed=seed) if trial.role == "main"]
    ways = Counter((trial.cell.settings, first_setting(trial) == trial.cell.settings[0]) for trial in trials)
    for settings in {trial.cell.settings for trial in trials}:
        assert abs(ways[settings, True] - ways[settings, False]) <= 1
    assert abs(sum(first_setting(trial) == trial.cell.settings[0] for trial in trials) - len(trials) / 2) <= 1


def test_x_is_as_often_a_as_b() -> None:
    for seed in range(25):
        trials = of("abx", Wishes(trials=24), seed)
        assert {len(trial.sounds) for trial in trials} == {3}
        for trial in trials:
            assert trial.sounds[2] == trial.sounds[0 if trial.right == -1 else 1]
        mains = [trial for trial in trials if trial.role == "main"]
        assert abs(sum(trial.right == 1 for trial in mains) - len(mains) / 2) <= 1


def test_seven_obvious_trials_catch_and_others_come_after_them() -> None:
    roles = Counter(trial.role for trial in of("ab"))
    assert roles == {"practice": 1, "main": 20, "obvious": 7, "identical": 1}
    assert Counter(trial.role for trial in of("ab", Wishes(20, 0.5))) == roles + Counter({"repeat": 1, "identical": 1})
    assert Counter(trial.role for trial in of("abx"))["obvious"] == 8
    assert Counter(trial.role for trial in of("rate"))["repeat"] == 1
    old = session(KINDS["ab"], cells_of(KINDS["ab"], GRID), WISHES, 1, palette=Palette(obvious=None))
    assert Counter(trial.role for trial in old) == {"practice": 1, "main": 20, "identical": 4, "repeat": 4}
    assert {trial.role for trial in of("ab", Wishes(20, catch_share=0, practice=False))} == {"main"}


def test_identical_trials_play_one_take_twice_and_obvious_ones_a_spoilt_one() -> None:
    identical = next(trial for trial in of("cmos") if trial.role == "identical")
    assert identical.sounds[0] == identical.sounds[1]
    obvious = next(trial for trial in of("abx") if trial.role == "obvious")
    assert {sound.role for sound in obvious.sounds[:2]} == {"take", "spoilt"}
    for trial in of("ab") + of("cmos"):
        if trial.role == "obvious":
            assert trial.sounds[0 if trial.right == -1 else 1].role == "take"
    assert [trial.sounds[0].role for trial in of("rate") if trial.role == "obvious"] == ["spoilt"] * 7


@pytest.mark.parametrize("seed", range(25))
def test_a_repeat_comes_later_and_the_other_way_round(seed: int) -> None:
    trials = of("ab", Wishes(trials=20, catch_share=0.5), seed)
    repeats = [(position, trial) for position, trial in enumerate(trials) if trial.role == "repeat"]
    assert repeats
    for position, trial in repeats:
        assert trial.repeats is not None
        assert trial.repeats < position - 1
        original = trials[trial.repeats]
        assert original.role == "main"
        assert original.sounds[::-1] == trial.sounds


def test_the_same_seed_gives_the_same_session_and_another_another() -> None:
    assert of("ab", seed=7) == of("ab", seed=7)
    assert of("ab", seed=7) != of("ab", seed=8)


def test_pairs_with_the_fewest_answers_come_first() -> None:
    """Forty listeners of six trials each: all 24 cells end within one answer of each other, and so do the pairs."""
    kind = KINDS["ab"]
    cells = cells_of(kind, GRID)
    answered = Counter[Cell]()
    for listener in range(40):
        trials = session(kind, cells, Wishes(6, catch_share=0, practice=False), listener, (answered, {}))
        answered.update(trial.cell for trial in trials)
    assert max(answered.values()) - min(answered.values()) <= 1
    pairs = Counter[tuple[int, ...]]()
    for cell, count in answered.items():
        pairs[cell.settings] += count
    assert max(pairs.values()) - min(pairs.values()) <= 1


def test_who_rates_single_takes_hears_every_setting_on_a_line() -> None:
    for seed in range(20):
        mains = [trial.cell for trial in of("rate", Wishes(12), seed) if trial.role == "main"]
        heard = Counter(cell.item for cell in mains)
        assert set(heard.values()) == {3}
        assert len(heard) == 4


def test_what_others_were_given_counts_where_nothing_is_answered_yet() -> None:
    kind = KINDS["ab"]
    cells = cells_of(kind, [(0, 0), (1, 0), (0, 1), (1, 1)])
    given = {cells[0]: 1}
    trials = session(kind, cells, Wishes(1, practice=False), 3, ({}, given))
    assert trials[0].cell == cells[1]


def test_similarity_plays_the_reference_and_the_anchor_among_the_takes() -> None:
    places = set()
    for seed in range(20):
        trials = session(KINDS["similarity"], cells_of(KINDS["similarity"], GRID), Wishes(8), seed, palette=BESIDE)
        for trial in trials:
            assert sorted(sound.role for sound in trial.sounds) == ["anchor", "reference", "take", "take", "take"]
        places |= {[sound.role for sound in trial.sounds].index("reference") for trial in trials}
    assert places == {0, 1, 2, 3, 4}


def test_one_line_and_three_settings_end_rather_than_repeat_a_take() -> None:
    trials = of("ab", takes=[(0, 0), (1, 0), (2, 0)])
    assert len([trial for trial in trials if trial.role == "main"]) == 1


def test_answers_are_what_was_offered() -> None:
    ab, similarity = KINDS["ab"], KINDS["similarity"]
    assert checked_value(ab, 0, 2) == 0
    assert checked_value(similarity, [0, 100, 55], 3) == [0, 100, 55]
    for kind, value in ((ab, 2), (ab, "1"), (ab, True), (ab, None), (similarity, [1, 2]), (similarity, [1, 2, 101])):
        with pytest.raises(InvalidValue):
            checked_value(kind, value, 3 if kind.rated else 2)


def test_kinds_go_by_their_other_names() -> None:
    assert kind_of("MUSHRA").name == "similarity"
    assert kind_of("acr").name == "rate"
    with pytest.raises(InvalidValue, match="abx"):
        kind_of("duel")


@pytest.mark.parametrize(
    ("name", "role", "value", "right", "first", "fails"),
    [
        ("ab", "identical", 1, None, None, None),
        ("cmos", "identical", 2, None, None, None),
        ("ab", "obvious", 1, 1, None, False),
        ("ab", "obvious", 0, 1, None, True),
        ("ab", "obvious", 1, -1, None, True),
        ("cmos", "obvious", 3, 1, None, False),
        ("cmos", "obvious", 0, -1, None, True),
        ("rate", "obvious", 2, None, None, False),
        ("rate", "obvious", 3, None, None, True),
        ("abx", "obvious", 1, 1, None, False),
        ("abx", "obvious", -1, 1, None, True),
        ("ab", "repeat", 1, None, 1, False),
        ("ab", "repeat", 1, None, -1, True),
        ("ab", "repeat", 0, None, -1, False),
        ("rate", "repeat", 3, None, 4, False),
        ("rate", "repeat", 2, None, 4, True),
        ("ab", "repeat", 1, None, None, None),
    ],
)
def test_what_fails_a_catch(
    name: str, role: str, value: int, right: int | None, first: int | None, fails: bool | None
) -> None:
    assert caught(KINDS[name], role, value, right, first) is fails


SESSIONS = 2000


def foretold(sequences: list[list[int]], memory: int) -> float:
    """How often the best rule on the last `memory` of a sequence names the next right, the rule learned on the rest."""
    learn, judge = sequences[::2], sequences[1::2]
    seen: dict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
    for sequence in learn:
        for at in range(memory, len(sequence)):
            seen[tuple(sequence[at - memory : at])][sequence[at]] += 1
    right = total = 0
    for sequence in judge:
        for at in range(memory, len(sequence)):
            following = seen[tuple(sequence[at - memory : at])]
            right += bool(following) and following.most_common(1)[0][0] == sequence[at]
            total += 1
    return right / total


def as_balance_allows(length: int, memory: int) -> float:
    """The same of lists that are balanced and shuffled, and nothing else: what counting alone foretells."""
    chance = random.Random(9)
    lists = [[0] * (length // 2) + [1] * (length - length // 2) for _ in range(SESSIONS)]
    for each in lists:
        chance.shuffle(each)
    return foretold(lists, memory)


@functools.cache
def twenty_each() -> tuple[list[list[int]], list[list[int]]]:
    """Of many sessions with 20 trials: which setting was at A in each, and whether X was B."""
    takes = [(setting, item) for setting in range(2) for item in range(20)]
    ways, xs = [], []
    for seed in range(SESSIONS):
        ab = [trial for trial in of("ab", Wishes(20), seed, takes) if trial.role == "main"]
        abx = [trial for trial in of("abx", Wishes(20), seed, takes) if trial.role == "main"]
        ways.append([int(first_setting(trial) or 0) for trial in ab])
        xs.append([int(trial.right == 1) for trial in abx])
    return ways, xs


@pytest.mark.parametrize("memory", [1, 2, 3])
def test_no_way_round_foretells_the_next(memory: int) -> None:
    """A strict alternation was told right every time. In a list of 20, n/2 of n-1 (52.6 %) come of balance alone."""
    ways, xs = twenty_each()
    assert {sum(way) for way in ways} == {10}
    allowed = as_balance_allows(20, memory) + 0.02
    assert foretold(ways, memory) <= allowed
    assert foretold(xs, memory) <= allowed


def test_no_place_of_a_session_foretells_x_or_a_catch() -> None:
    """Over all sessions every place has either X, and a catch trial, as often as chance has it."""
    takes = [(setting, item) for setting in range(2) for item in range(20)]
    hits, caught_at = Counter[int](), Counter[int]()
    for seed in range(SESSIONS):
        trials = of("abx", Wishes(20, practice=False), seed, takes)
        for place, trial in enumerate(trials):
            hits[place] += trial.right == 1
            caught_at[place] += trial.role == "obvious"
    length = max(hits) + 1
    within = 4.5 * (0.25 / SESSIONS) ** 0.5
    assert all(abs(hits[place] / SESSIONS - 0.5) < within for place in range(length))
    share = sum(caught_at.values()) / SESSIONS / length
    assert all(abs(caught_at[place] / SESSIONS - share) < within for place in range(length))


@pytest.mark.parametrize("memory", [1, 2, 3])
def test_no_slider_foretells_where_the_next_reference_is(memory: int) -> None:
    places = []
    for seed in range(SESSIONS):
        cells = cells_of(KINDS["similarity"], GRID)
        trials = session(KINDS["similarity"], cells, Wishes(8, practice=False), seed, palette=BESIDE)
        places.append([[sound.role for sound in trial.sounds].index("reference") for trial in trials])
    assert foretold(places, memory) <= 1 / 5 + 0.02
