"""Results in words, and as files: a paragraph for a report, CSV and JSON with one row per answer."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from voicelab.listening.pairs import ratings_by_setting
from voicelab.listening.screening import RULES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.listening.answers import Answer
    from voicelab.listening.pairs import Pair
    from voicelab.listening.proportions import Proportion
    from voicelab.listening.ranking import Strength
    from voicelab.listening.ratings import Mean
    from voicelab.listening.results import Analysis, Results
    from voicelab.listening.values import ListeningTest

_MADE = "Stimuli were matched in loudness (ITU-R BS.1770, ±0.2 LU, true peak at most -1 dBTP)."
"""Of tests from before this was kept with them."""
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
        worth = f", worth {_count(round(pair.effective), 'independent answer')}"
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
        f"{said} If {effect}, {_count(pair.plan.listeners, 'listener')} on {_count(pair.plan.lines, 'line')} would "
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


def paragraph(test: ListeningTest, results: Results) -> str:
    """Return a paragraph that can be pasted into a report."""
    everything, screened = results.everything, results.screened
    if test.hidden:
        return f"{test.title}: {waiting(test)}"
    if not everything.answers:
        return f"{test.title}: nobody has answered yet."
    when = datetime.fromtimestamp(test.created, UTC).strftime("%Y-%m-%d")
    who = f"{_count(everything.listeners, 'listener')} gave {_count(everything.answers, 'answer')}"
    on = _count(everything.lines, "line")
    lines = [f"Blind listening test of {when} ({test.kind.title}; “{test.question}”): {who} on {on}."]
    lines += test.made or (_MADE,)
    lines.append(_order(test))
    lines.append(_said(test, everything))
    if results.excluded or results.too_fast:
        names = ", ".join(f"listener {each.listener} ({'; '.join(each.reasons)})" for each in results.excluded)
        out = f"{_count(len(results.excluded), 'listener')} left out" + (f": {names}" if names else "")
        lines.append(
            f"After post-screening ({out}; {_count(results.too_fast, 'single answer')} too fast), "
            f"{_count(screened.answers, 'answer')} are left. {_said(test, screened)}"
        )
    else:
        lines.append("Post-screening left nobody and nothing out.")
    if len(everything.pairs) > 1:
        lines.append("The p values are corrected for the number of pairs (Holm).")
    lines.append("Intervals and p values allow for listeners and lines that differ (crossed variance components).")
    lines += [*habits(everything), _fixed(test)]
    return " ".join(line for line in lines if line)


def _order(test: ListeningTest) -> str:
    if not test.made:
        return "They came in a balanced order."
    if test.kind.compared == 1:
        return "They came in an order of chance."
    return "They came in an order of chance, balanced within each session."


def waiting(test: ListeningTest) -> str:
    """Return why there are no results yet, and what the owner can do."""
    return (
        f"{test.finished} of {_count(test.options.listeners, 'planned listener')} finished. What they say is shown "
        "when all have: who looks again and again finds differences that are not there. You may look now (--look, or "
        "the button on the page); the report will say that you did."
    )


def _fixed(test: ListeningTest) -> str:
    planned = _count(test.options.listeners, "listener")
    if not test.options.listeners:
        return "How many would listen was not fixed beforehand: p values and intervals hold for a single look."
    if test.looks:
        return (
            f"The results were looked at before the planned {planned} had finished ({_count(test.looks, 'time')}): "
            "p values and intervals hold for a single look."
        )
    return f"It was fixed beforehand that {planned} would finish; later answers are not counted."


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


def _said(test: ListeningTest, analysis: Analysis) -> str:
    said = [verdict(test, pair) for pair in analysis.pairs if pair.wins.trials or pair.ties]
    if test.kind.compared != 2:  # noqa: PLR2004 - ratings have means of their own
        said = [
            f"{test.settings[each.setting].label}: mean {_mean(each.ratings)}."
            for each in analysis.overall
            if each.ratings is not None and each.ratings.n
        ] + said
    if analysis.reference is not None and analysis.reference.n:
        said.insert(0, f"The hidden reference: mean {_mean(analysis.reference)}.")
    return " ".join(said)


def as_json(test: ListeningTest, results: Results) -> dict[str, Any]:
    """Return results as JSON gives them: settings by name, each pair with its sentence."""
    return {
        "test": test.id,
        "kind": test.kind.name,
        "question": test.question,
        "settings": [asdict(setting) for setting in test.settings],
        "lines": list(test.items),
        "paragraph": paragraph(test, results),
        "screening": {
            "rules": RULES,
            "excluded": [asdict(each) for each in results.excluded],
            "too_fast": results.too_fast,
        },
        "everything": _analysis(test, results.everything),
        "screened": _analysis(test, results.screened),
    }


def _analysis(test: ListeningTest, analysis: Analysis) -> dict[str, Any]:
    value = asdict(analysis)
    keys = [setting.key for setting in test.settings]
    for raw, pair in zip(value["pairs"], analysis.pairs, strict=True):
        raw |= {"first": keys[pair.first], "second": keys[pair.second], "tells": pair.tells}
        raw["equivalent"] = pair.equivalent
        raw["said"] = verdict(test, pair)
    for raw in (*value["overall"], *value["ranking"]):
        raw["setting"] = keys[raw["setting"]]
    return value


def rows_of(test: ListeningTest, answers: Sequence[Answer]) -> list[dict[str, Any]]:
    """Return one flat row per answer."""
    rows = []
    for answer in answers:
        names = [
            heard.role if heard.setting is None or heard.role != "take" else test.settings[heard.setting].key
            for heard in answer.heard
        ]
        preferred = ""
        if test.kind.name in {"ab", "cmos"} and isinstance(answer.value, int):
            preferred = names[answer.value > 0] if answer.value else "tie"
        ratings = dict(ratings_by_setting(answer)) if test.kind.compared != 2 else {}  # noqa: PLR2004 - as above
        rows.append(
            {
                "test": test.id,
                "listener": answer.listener,
                "name": answer.name,
                "order_seed": answer.seed,
                "position": answer.position,
                "role": answer.role,
                "line": test.items[answer.item],
                "heard": " | ".join(names),
                "takes": " | ".join(heard.take for heard in answer.heard),
                "value": " ".join(map(str, answer.value)) if isinstance(answer.value, list) else answer.value,
                "preferred": preferred,
                "correct": "" if answer.right is None else answer.value == answer.right,
                "failed_catch": "" if answer.failed_catch is None else answer.failed_catch,
                "too_fast": answer.too_fast,
                "heard_s": round(answer.heard_s, 3),
                "plays": " ".join(map(str, answer.plays)),
                "changes": answer.changes,
                "answered": datetime.fromtimestamp(answer.answered, UTC).isoformat(timespec="seconds"),
                **{f"rating {setting.key}": ratings.get(number, "") for number, setting in _rated(test)},
            }
        )
    return rows


def _rated(test: ListeningTest) -> list[tuple[int, Any]]:
    return [] if test.kind.compared == 2 else list(enumerate(test.settings))  # noqa: PLR2004 - as above


def as_csv(test: ListeningTest, answers: Sequence[Answer]) -> str:
    """Return the rows as CSV. What a spreadsheet would take for a formula gets an apostrophe before it."""
    rows = rows_of(test, answers)
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]) if rows else ["test"])
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return file.getvalue()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "@", "-", "\t", "\r")) else value


def probability(p: float) -> str:
    """Return a p as reports write it."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"  # noqa: PLR2004 - the custom


def _share(wins: Proportion) -> str:
    if wins.share is None:
        return "no decided answer"
    interval = f"95 % interval {wins.low:.0%} to {wins.high:.0%}"
    return f"{wins.wins} of {wins.trials} decided answers ({wins.share:.0%}, {interval})"


def _mean(mean: Mean) -> str:
    if mean.mean is None:
        return "unknown"
    if mean.low is None or mean.high is None:
        return f"{mean.mean:.2f} (n = {mean.n})"
    return f"{mean.mean:.2f} (95 % interval {mean.low:.2f} to {mean.high:.2f}, n = {mean.n})"


def _points(mean: Mean) -> str:
    if mean.low is None or mean.high is None:
        return f"{mean.mean:+.2f}"
    return f"{mean.mean:+.2f} (95 % interval {mean.low:+.2f} to {mean.high:+.2f})"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
