"""Results in words, and as files: a paragraph for a report, CSV and JSON with one row per answer."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from voicelab.listening.conclusions import habits, verdict, waiting
from voicelab.listening.screening import RULES
from voicelab.spreadsheets import csv_text
from voicelab.text.counted import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.listening.answers import Answer
    from voicelab.listening.ratings import Mean
    from voicelab.listening.results import Analysis, Results
    from voicelab.listening.values import ListeningTest

_MANY = 3
"""Listeners from one address that are told of, where they are more than half."""
_MADE = "Stimuli were matched in loudness (ITU-R BS.1770, ±0.2 LU, true peak at most -1 dBTP)."
"""Of tests from before this was kept with them."""


def paragraph(test: ListeningTest, results: Results) -> str:
    """Return a paragraph that can be pasted into a report."""
    everything, screened = results.everything, results.screened
    if test.hidden:
        return f"{test.title}: {waiting(test)}"
    if not everything.answers:
        return f"{test.title}: nobody has answered yet."
    when = datetime.fromtimestamp(test.created, UTC).strftime("%Y-%m-%d")
    who = f"{counted(everything.listeners, 'listener')} gave {counted(everything.answers, 'answer')}"
    on = counted(everything.lines, "line")
    lines = [f"Blind listening test of {when} ({test.kind.title}; “{test.question}”): {who} on {on}."]
    lines += test.made or (_MADE,)
    lines.append(_order(test))
    lines.append(_said(test, everything))
    if results.excluded or results.too_fast:
        names = ", ".join(f"listener {each.listener} ({'; '.join(each.reasons)})" for each in results.excluded)
        out = f"{counted(len(results.excluded), 'listener')} left out" + (f": {names}" if names else "")
        lines.append(
            f"After post-screening ({out}; {counted(results.too_fast, 'single answer')} too fast), "
            f"{counted(screened.answers, 'answer')} are left. {_said(test, screened)}"
        )
    else:
        lines.append("Post-screening left nobody and nothing out.")
    if len(everything.pairs) > 1:
        lines.append("The p values are corrected for the number of pairs (Holm).")
    lines.append("Intervals and p values allow for listeners and lines that differ (crossed variance components).")
    lines += [*habits(everything), _crowd(test), _unmoved(results), _fixed(test)]
    return " ".join(line for line in lines if line)


def _unmoved(results: Results) -> str:
    if not results.unmoved:
        return ""
    return (
        f"{counted(results.unmoved, 'rating')} of exactly 50 may not have been given: in labs before this one a tap on "
        "a slider that was still locked stored its middle. The column “unmoved” of the answers says which."
    )


def _order(test: ListeningTest) -> str:
    if not test.made:
        return "They came in a balanced order."
    if test.kind.compared == 1:
        return "They came in an order of chance."
    return "They came in an order of chance, balanced within each session."


def _crowd(test: ListeningTest) -> str:
    """Say where many came from one address: one person may be several listeners, or they share a network."""
    many = test.most_from_one_address
    if many < _MANY or 2 * many <= test.listeners:
        return ""
    return (
        f"Of {counted(test.listeners, 'listener')} who began, {many} came from one network address: they share a "
        "network, or one person began several times."
    )


def _fixed(test: ListeningTest) -> str:
    planned = counted(test.options.listeners, "listener")
    if not test.options.listeners:
        return "How many would listen was not fixed beforehand: p values and intervals hold for a single look."
    if test.looks:
        return (
            f"The results were looked at before the planned {planned} had finished ({counted(test.looks, 'time')}): "
            "p values and intervals hold for a single look."
        )
    return f"It was fixed beforehand that {planned} would finish; later answers are not counted."


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
            "unmoved": results.unmoved,
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
        ratings = dict(answer.ratings) if test.kind.compared != 2 else {}  # noqa: PLR2004 - as above
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
                "unmoved": answer.unmoved,
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
    return csv_text(list(rows[0]) if rows else ["test"], rows)


def _mean(mean: Mean) -> str:
    if mean.mean is None:
        return "unknown"
    if mean.low is None or mean.high is None:
        return f"{mean.mean:.2f} (n = {mean.n})"
    return f"{mean.mean:.2f} (95 % interval {mean.low:.2f} to {mean.high:.2f}, n = {mean.n})"
