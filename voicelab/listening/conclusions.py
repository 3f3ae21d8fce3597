"""What is concluded, in sentences: of one pair, of agreement and habits, of results that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicelab.text.counted import counted

if TYPE_CHECKING:
    from voicelab.listening.pairs import Pair
    from voicelab.listening.proportions import Proportion
    from voicelab.listening.ranking import Strength
    from voicelab.listening.ratings import Mean
    from voicelab.listening.results import Analysis
    from voicelab.listening.values import ListeningTest

_EFFECTS = {
    "ab": "the preference really is {share:.0%}",
    "abx": "people really tell them apart {share:.0%} of the time",
    "cmos": "the difference really is {size:g} points",
    "similarity": "the difference really is {size:g} points",
    "rate": "the difference really is {size:g} points",
}


def verdict(test: ListeningTest, pair: Pair) -> str:
    """Return what is known of a pair in a few sentences: for whom and what it holds, and what it takes to know more."""
    first, second = (test.settings[setting].label for setting in (pair.first, pair.second))
    answers = pair.wins.trials if pair.difference is None else pair.wins.trials + pair.ties
    worth = ""
    if 0 < round(pair.effective) < answers:
        worth = f", worth {counted(round(pair.effective), 'independent answer')}"
    if test.kind.name == "abx":
        said = f"{first} and {second} were told apart in {_share(pair.wins)}{worth}"
    elif pair.difference is not None and pair.difference.mean.mean is not None:
        mean = pair.difference.mean
        said = f"{first} was rated {_points(mean)} against {second} over {mean.n} answers{worth}"
    else:
        said = f"{first} was preferred to {second} in {_share(pair.wins)}{worth}"
        if pair.ties:
            said += f"; {pair.ties} said no difference"
    said += f"; p = {probability(pair.p)}."
    if not pair.tells:
        said += f" {_not_told(test, pair)}"
    return f"{said} {_scope(pair)}".rstrip()


def _not_told(test: ListeningTest, pair: Pair) -> str:
    kind = test.kind.name
    effect = _EFFECTS[kind].format(share=0.5 + pair.margin, size=pair.margin)
    if pair.equivalent:
        return _equivalent(kind, pair)
    said = "This does not tell them apart."
    if pair.plan is None:
        return f"{said} If {effect}, no test of a feasible size would tell it: choose fewer settings, or more lines."
    if pair.plan.listeners <= pair.listeners and pair.plan.lines <= pair.lines:
        return f"{said} If {effect}, as many answers would have told it 8 times in 10."
    return (
        f"{said} If {effect}, {counted(pair.plan.listeners, 'listener')} on {counted(pair.plan.lines, 'line')} would "
        "tell it 8 times in 10."
    )


def _equivalent(kind: str, pair: Pair) -> str:
    margin = f"{pair.margin:g} points"
    if kind in {"ab", "abx"}:
        margin = f"{0.5 + pair.margin:.0%} of hits" if kind == "abx" else f"{0.5 + pair.margin:.0%} of preferences"
    halves = ", “no difference” as half for each" if kind == "ab" and pair.ties else ""
    return (
        f"There is no difference that matters: it is surely less than {margin} "
        f"(equivalence, two one-sided tests{halves}, p = {probability(pair.equivalence_p)})."
    )


def _scope(pair: Pair) -> str:
    """Say whom and what a conclusion holds for, where that is less than listeners and settings in general."""
    who = what = ""
    if pair.these_listeners:
        who = "for this listener" if pair.listeners == 1 else "for these two listeners"
    if pair.these_takes:
        what = "of these takes, not of these settings"
    limits = " and ".join(limit for limit in (who, what) if limit)
    return f"This holds {limits}." if limits else ""


def waiting(test: ListeningTest) -> str:
    """Return why there are no results yet, and what the owner can do."""
    return (
        f"{test.finished} of {counted(test.options.listeners, 'planned listener')} finished. What they say is shown "
        "when all have: who looks again and again finds differences that are not there. You may look now (--look, or "
        "the button on the page); the report will say that you did."
    )


def habits(analysis: Analysis) -> list[str]:
    """Return sentences on answers that follow the place, or are always the same."""
    said = []
    place = analysis.first_place
    if analysis.prefers_a_place and place is not None:
        said.append(
            f"Note: A was chosen in {place.wins} of {place.trials} decided answers, more one-sided than a balanced "
            f"order explains (p = {probability(place.p)}): some answers follow the place."
        )
    if analysis.always_same:
        who = ", ".join(str(number) for number in analysis.always_same)
        said.append(f"Note: all answers of listener {who} are the same.")
    return said


def agreement_said(analysis: Analysis) -> str:
    """Return how much listeners agree, with its interval."""
    if analysis.agreement is None:
        return ""
    if analysis.agreement_interval is None:
        return f"Agreement between listeners (alpha): {analysis.agreement:.2f}."
    low, high = analysis.agreement_interval
    return f"Agreement between listeners (alpha): {analysis.agreement:.2f} (95 % interval {low:.2f} to {high:.2f})."


def elo_said(label: str, strength: Strength) -> str:
    """Return how strong a setting is, with its interval where there is one."""
    if strength.low is None or strength.high is None:
        return f"{label}: {strength.elo:+.0f} Elo (too few answers for an interval)"
    return f"{label}: {strength.elo:+.0f} Elo (95 % interval {strength.low:+.0f} to {strength.high:+.0f})"


def probability(p: float) -> str:
    """Return a p as reports write it."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"  # noqa: PLR2004 - the custom


def _share(wins: Proportion) -> str:
    if wins.share is None:
        return "no decided answer"
    interval = f"95 % interval {wins.low:.0%} to {wins.high:.0%}"
    return f"{wins.wins} of {wins.trials} decided answers ({wins.share:.0%}, {interval})"


def _points(mean: Mean) -> str:
    if mean.low is None or mean.high is None:
        return f"{mean.mean:+.2f}"
    return f"{mean.mean:+.2f} (95 % interval {mean.low:+.2f} to {mean.high:+.2f})"
