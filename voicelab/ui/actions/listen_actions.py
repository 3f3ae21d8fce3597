"""Blind listening tests for the owner: made in two clicks, shared by a link, read when there are answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.addresses import listening_url
from voicelab.blind_tests import reaches_others, results, source_of, use_setting
from voicelab.errors import InvalidValue
from voicelab.listening.conclusions import agreement_said, elo_said, habits, verdict, waiting
from voicelab.listening.kinds import KINDS, kind_of
from voicelab.listening.plots import plot_names
from voicelab.listening.report import paragraph
from voicelab.listening.screening import RULES
from voicelab.listening.values import Options
from voicelab.text.counted import counted
from voicelab.ui.actions.empty_states import without_takes
from voicelab.ui.actions.updates import KEEP, Notice, Update, choices, notice

if TYPE_CHECKING:
    from voicelab.lab import Lab
    from voicelab.listening.results import Analysis
    from voicelab.listening.values import ListeningTest
    from voicelab.ui.actions.widget_json import Empty, Invitation, ListeningResults, Nothing, ResultsView

KIND_CHOICES = [(kind.title, kind.name) for kind in KINDS.values()]


class Sources(NamedTuple):
    """The outputs of what a test can be made of."""

    experiment: Update
    empty: Empty | Nothing


class Offered(NamedTuple):
    """What an experiment can be asked about."""

    settings: Update
    lines: Update


_UNANSWERED = "Nobody has answered yet. Send the link to listeners, or press “Listen now” and answer yourself."


class Opened(NamedTuple):
    """A test: its link and what it found so far."""

    test: Update | Any
    invitation: Invitation | Nothing
    results: ListeningResults | Nothing
    notes: list[Notice]


def experiments(lab: Lab) -> Sources:
    """Offer the comparisons that have takes, the newest chosen; where there is no test either, say what comes first."""
    found = [each for each in lab.experiments.list() if any(take.failure is None for take in each.takes)]
    options = choices([(each.title, each.id) for each in found], found[0].id if found else None)
    return Sources(options, {} if found or lab.listening.tests.list() else without_takes(lab))


def offer(lab: Lab, experiment: str | None) -> Offered:
    """Offer the settings and lines of an experiment, all of them chosen."""
    if not experiment:
        return Offered(choices([], []), choices([], []))
    source = source_of(lab.experiments, lab.voices, experiment)
    settings = [(setting.label, setting.key) for setting in source.settings]
    lines = [(line, line) for line in source.items]
    return Offered(
        choices(settings, [key for _label, key in settings]), choices(lines, [line for line, _value in lines])
    )


def create(
    lab: Lab, options: dict[str, Any], experiment: str | None, kind: str, settings: list[str], lines: list[str]
) -> Opened:
    """Make a test and show its link. `options` are the fields of Options that the page's form has."""
    if not experiment:
        raise InvalidValue("experiment", "There is no comparison yet. Make one in the tab Compare, then come back.")
    source = source_of(lab.experiments, lab.voices, experiment)
    # The lists may still be those of the comparison that was chosen before.
    known = {setting.key for setting in source.settings}
    chosen = [key for key in settings if key in known] or None
    said = [line for line in lines if line in source.items] or None
    test = lab.listening.tests.create(source, kind_of(kind), Options.of(options), chosen, said)
    return _opened(lab, test.id, [notice("The test is ready: open the link, or send it.", "ok", "Ready")])


def tests(lab: Lab, chosen: str | None) -> Update:
    """Offer the tests, newest first."""
    found = [(_title(test), test.id) for test in lab.listening.tests.list()]
    known = {test for _title, test in found}
    return choices(found, chosen if chosen in known else None)


def look(lab: Lab, chosen: str | None) -> Opened:
    """Show the chosen test when the tab is opened, else the newest, if there is any."""
    found = [test.id for test in lab.listening.tests.list()]
    if not found:
        return Opened(tests(lab, None), {}, {}, [])
    return _opened(lab, chosen if chosen in found else found[0], [])


def show(lab: Lab, test: str | None) -> Opened:
    """Show a test."""
    if not test:
        return Opened(KEEP, {}, {}, [])
    return _opened(lab, test, [])


def look_now(lab: Lab, test: str | None) -> Opened:
    """Show results though the planned listeners are not through; the report says so from then on."""
    looked = lab.listening.tests.look(test or "")
    return _opened(lab, looked.id, [] if looked.answers else [notice(_UNANSWERED, "warn", "Results")])


def renew(lab: Lab, test: str | None) -> Opened:
    """Give the test a new link; the old one stops."""
    chosen = lab.listening.tests.get(test or "")
    lab.listening.tests.renew(chosen.id, chosen.options.days)
    return _opened(lab, chosen.id, [notice("This is a new link. The old one no longer works.", "ok", "Link")])


def revoke(lab: Lab, test: str | None) -> Opened:
    """Close the link."""
    lab.listening.tests.revoke(test or "")
    return _opened(lab, test or "", [notice("The link is closed. Its answers stay.", "ok", "Link")])


def use(lab: Lab, setting: str, test: str | None) -> list[Notice]:
    """Write a setting into the voice, and say how sure the test is of it."""
    voice = use_setting(lab.listening, lab.experiments, lab.voices, test or "", setting)
    said = [notice(f"{voice.name} now speaks with {voice.recipe.model}, seed {voice.recipe.seed}.", "ok", "In use")]
    found, _answers, result = results(lab.listening, test or "")
    if found.hidden:
        return [*said, notice(waiting(found), "warn", "Not sure")]
    if not result.everything.answers:
        return [*said, notice("Nobody has answered yet, so the test says nothing of it.", "warn", "Not sure")]
    analysis = result.screened if result.screened.answers else result.everything
    keys = [each.key for each in found.settings]
    mine = [pair for pair in analysis.pairs if setting in {keys[pair.first], keys[pair.second]}]
    return said + [notice(verdict(found, pair), "warn", "Not sure") for pair in mine if not pair.tells]


def _opened(lab: Lab, test_id: str, notes: list[Notice]) -> Opened:
    test, answers, found = results(lab.listening, test_id)
    notes = notes + [notice(note, "warn", "Note") for note in test.notes]
    notes += [notice(said, "info", "Made") for said in test.made]
    if test.hidden:
        notes.append(notice(waiting(test), "info", "Not yet"))
    return Opened(tests(lab, test_id), _invitation(lab, test), _results(test, found, len(answers)), notes)


def _invitation(lab: Lab, test: ListeningTest) -> Invitation:
    open_ = test.revoked is None
    return {
        "test": test.id,
        "url": listening_url(lab.settings, test.token) if open_ else "",
        "path": f"listen/{test.token}" if open_ else "",
        "alone": not reaches_others(lab.settings),
        "facts": (
            f"{test.kind.title}: “{test.question}” About {max(1, round(test.minutes))} min per listener. "
            f"{test.listeners} began, {test.finished} finished, {counted(test.answers, 'answer')}."
        ),
    }


def _results(test: ListeningTest, found: Any, rows: int) -> ListeningResults | Nothing:
    if not found.everything.answers:
        return {}
    views = [("With every answer", "everything", found.everything)]
    if (found.excluded or found.too_fast) and found.screened.answers:
        views.insert(0, ("After post-screening", "screened", found.screened))
    return {
        "test": test.id,
        "rows": rows,
        "paragraph": paragraph(test, found),
        "rules": RULES,
        "excluded": [f"Listener {each.listener}: {'; '.join(each.reasons)}." for each in found.excluded],
        "settings": [{"key": setting.key, "label": setting.label} for setting in test.settings],
        "plots": list(plot_names(test)),
        "views": [_view(test, title, name, analysis) for title, name, analysis in views],
    }


def _view(test: ListeningTest, title: str, name: str, analysis: Analysis) -> ResultsView:
    labels = [setting.label for setting in test.settings]
    return {
        "title": title,
        "name": name,
        "said": " ".join(
            (
                f"Answers: {analysis.answers}. Listeners: {analysis.listeners}. Lines: {analysis.lines}.",
                agreement_said(analysis),
                *habits(analysis),
            )
        ).replace("  ", " "),
        "pairs": [
            {"text": verdict(test, pair), "tells": pair.tells}
            for pair in analysis.pairs
            if pair.wins.trials or pair.ties
        ],
        "ranking": [elo_said(labels[each.setting], each) for each in analysis.ranking],
        "groups": [
            {
                "title": heading,
                "columns": ["", "Answers", *(labels if test.kind.name != "abx" else ["Hits"])],
                "rows": [
                    [each.name, str(each.answers), *(_value(test, value) for value in each.values)] for each in of
                ],
            }
            for heading, of in (("By line", analysis.by_line), ("By listener", analysis.by_listener))
        ],
    }


def _value(test: ListeningTest, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0%}" if test.kind.compared == 2 else f"{value:.1f}"  # noqa: PLR2004 - shares, or ratings


def _title(test: ListeningTest) -> str:
    return f"{test.title}: {test.kind.title}, {counted(test.answers, 'answer')}"
