"""What a search came to: a ranking with intervals, and what can be said of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from voicelab.errors import InvalidValue
from voicelab.tuning.halving import Ranked, grid, is_last, ranking
from voicelab.tuning.tune import objective_of, scores_of, spent_s

if TYPE_CHECKING:
    from voicelab.compare.experiment import Experiment
    from voicelab.compare.take import SettingKey
    from voicelab.voices.library import VoiceLibrary

CANDIDATES = 2
"""So many are sent to a blind test against today's setting."""


@dataclass(frozen=True)
class Outcome:
    """What a search came to, finished or not."""

    ranking: tuple[Ranked, ...]
    """Every setting that was spoken, the best first."""
    today: SettingKey
    ended: bool
    settled: bool
    """Whether the first is surely better than every other setting of the last round."""
    verdict: str
    """For the person."""
    parts: tuple[str, ...]
    """Of the objective, those that counted."""
    takes: int
    grid: int
    """Takes of the whole grid: every setting with every line and seed."""
    spent_s: float


def outcome_of(experiment: Experiment, library: VoiceLibrary) -> Outcome:
    """Return what a search came to so far. Raises UnknownVoice; InvalidValue for a comparison that is no search."""
    search = experiment.search
    if search is None:
        raise InvalidValue("experiment", "This comparison is no search: it has no ranking. `voice tune` makes one.")
    found = ranking(search, scores_of(experiment, library))
    last = bool(search.rounds) and is_last(search, search.rounds[-1])
    finalists = [each for each in found if last and each.round == len(search.rounds)]
    if experiment.lacking or len(finalists) < len(search.rounds[-1].settings if search.rounds else ()):
        finalists = []  # the budget ended in the middle: some have more takes than others
    settled = len(finalists) > 1 and all(each.apart for each in finalists[1:])
    planned = [take for take in experiment.takes if not take.repaired_from]
    return Outcome(
        ranking=tuple(found),
        today=search.today,
        ended=search.ended,
        settled=settled,
        verdict=_verdict(experiment, finalists, ended=search.ended, settled=settled),
        parts=tuple(objective_of(experiment, library).measured(planned)),
        takes=len(planned),
        grid=grid(search),
        spent_s=spent_s(experiment),
    )


def candidates(outcome: Outcome) -> list[SettingKey]:
    """Return what a blind test should decide between: the two best of the last round, and today's setting."""
    last = max((each.round for each in outcome.ranking), default=0)
    best = [each.setting for each in outcome.ranking if each.round == last and each.setting != outcome.today]
    return [*best[:CANDIDATES], outcome.today]


def takes_to_hear(experiment: Experiment, outcome: Outcome) -> list[str]:
    """Return the ids of the candidates' takes of the last round. Raises InvalidValue where no two compare."""
    wanted = set(candidates(outcome))
    search = experiment.search
    blocks = set(search.rounds[-1].blocks) if search and search.rounds else set()
    takes = [
        take
        for take in experiment.takes
        if take.failure is None
        and not take.repaired_from
        and take.setting in wanted
        and (take.line, take.seed) in blocks
    ]
    if len({take.setting for take in takes}) < 2:  # noqa: PLR2004 - a test compares
        raise InvalidValue("experiment", "There are no two settings to compare by ear yet. Let the search go on first.")
    return [take.id for take in takes]


def winning_take(experiment: Experiment, outcome: Outcome) -> str:
    """Return the id of a take of the first setting, with its best seed. Raises InvalidValue where there is none."""
    if not outcome.ranking:
        raise InvalidValue("experiment", "The search has no takes yet, so nothing has won. Let it go on first.")
    best = outcome.ranking[0]
    for take in reversed(experiment.takes):
        if take.setting == best.setting and take.seed == best.seed and take.failure is None and not take.repaired_from:
            return take.id
    raise InvalidValue("experiment", "Every take of the best setting failed. Look at their reasons first.")


def named(setting: SettingKey) -> str:
    """Return what a setting is called, for the person."""
    clip = setting.variant or ("whole clip" if setting.length_s is None else f"first {setting.length_s:g} s")
    return f"{setting.model}, {clip}"


def outcome_json(experiment: Experiment, outcome: Outcome) -> dict[str, Any]:
    """Return it as JSON tells it: settings by model, length_s, variant and window."""

    def told(setting: SettingKey) -> dict[str, Any]:
        variant = experiment.variant(setting.variant)
        window = asdict(variant.window) if variant and variant.window else None
        return {**setting._asdict(), "window": window, "name": named(setting)}

    search = experiment.search
    return {
        "experiment": experiment.id,
        "voice": experiment.plan.voice,
        "ended": outcome.ended,
        "best": told(outcome.ranking[0].setting) if outcome.settled else None,
        "verdict": outcome.verdict,
        "today": told(outcome.today),
        "ranking": [
            {**told(each.setting), **{key: value for key, value in asdict(each).items() if key != "setting"}}
            for each in outcome.ranking
        ],
        "candidates": [told(each) for each in candidates(outcome)] if outcome.ranking else [],
        "weights": search.weights if search else {},
        "parts": outcome.parts,
        "takes": outcome.takes,
        "grid": outcome.grid,
        "rounds": [{"settings": len(each.settings), "blocks": len(each.blocks)} for each in search.rounds]
        if search
        else [],
        "spent_s": round(outcome.spent_s, 1),
        "budget_s": search.budget_s if search else None,
        "notes": experiment.notes,
    }


def _verdict(experiment: Experiment, finalists: list[Ranked], *, ended: bool, settled: bool) -> str:
    search = experiment.search
    if search is None or not finalists:
        if ended:
            return (
                "The budget ended before the last round, so the ranking is of few takes. Search again with more time."
            )
        return "The search is not over."
    best, others = finalists[0], finalists[1:]
    name = named(best.setting)
    if settled and ended:
        beaten = "today's setting too" if search.today != best.setting else "it is today's setting already"
        return f"{name} is best by these measures, surely better than the other finalists, {beaten}."
    if not others:
        return f"{name} is the only one of the last round."
    alike = [each for each in others if not each.apart]
    with_today = ", today's setting among them" if any(each.setting == search.today for each in alike) else ""
    return (
        f"{name} comes out first, but {len(alike)} of {len(others)} other finalists cannot be told apart from it by "
        f"these measures{with_today}. Let a blind test decide."
    )
