"""`voicelab listen …`: blind listening tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voicelab.cli.output import Answer, Home, command, examples, open_lab, plain, table

if TYPE_CHECKING:
    from voicelab.lab import Lab
    from voicelab.listening.values import ListeningTest
    from voicelab.settings import Settings

app = typer.Typer(help="Blind listening tests: create, link, results.", no_args_is_help=True)
TestId = Annotated[str, typer.Argument(help="The test, as create and list print it.", metavar="ID")]


@app.command(
    "create",
    epilog=examples(
        "listen create EXPERIMENT --kind ab --listeners 1", "listen create EXPERIMENT --kind abx --trials 12 --days 7"
    ),
)
@command
def create(  # noqa: PLR0913 - one parameter per option
    *,
    experiment: Annotated[str, typer.Argument(help="The experiment, as compare and experiments list print it.")],
    kind: Annotated[str, typer.Option("--kind", help="ab, abx, cmos, similarity or rate.")] = "ab",
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--setting", help="A setting to compare, e.g. preview/15s; may be given again.", metavar="MODEL/LENGTH"
        ),
    ] = None,
    lines: Annotated[
        list[str] | None, typer.Option("--line", help="A line to use; may be given again.", metavar="TEXT")
    ] = None,
    question: Annotated[str, typer.Option("--question", help="What listeners are asked.")] = "",
    trials: Annotated[int, typer.Option("--trials", help="Trials per listener.")] = 20,
    catches: Annotated[float, typer.Option("--catches", help="Catch trials per trial, 0 to 0.5.")] = 0.4,
    practice: Annotated[bool, typer.Option(help="Begin with a trial that does not count.")] = True,
    anchor: Annotated[bool, typer.Option(help="Similarity: low-passed speech and another speaker too.")] = True,
    back: Annotated[bool, typer.Option(help="Listeners may go back until they finish.")] = False,
    sync: Annotated[bool, typer.Option(help="Switching goes on at the same time, not from the start.")] = False,
    ask_name: Annotated[bool, typer.Option(help="Listeners say who they are.")] = False,
    code: Annotated[str, typer.Option("--code", help="Listeners must know it.")] = "",
    days: Annotated[float, typer.Option("--days", min=0, help="How long the link works; 0: for ever.")] = 14.0,
    max_answers: Annotated[int, typer.Option("--max-answers", min=0, help="Close the link with so many.")] = 0,
    max_listeners: Annotated[
        int, typer.Option("--max-listeners", min=0, help="So many may begin, whether they finish or not; 0: any.")
    ] = 1000,
    listeners: Annotated[
        int, typer.Option("--listeners", min=0, help="Keep results back until so many have finished; 0: never.")
    ] = 8,
    home: Home = None,
) -> Answer:
    """Make a test of an experiment and print the link for listeners, and the test's id."""
    from voicelab.blind_tests import source_of
    from voicelab.listening.kinds import kind_of
    from voicelab.listening.values import Options

    options = Options.of(
        {
            "question": question,
            "trials": trials,
            "catch_share": catches,
            "practice": practice,
            "anchor": anchor,
            "back": back,
            "mode": "sync" if sync else "restart",
            "ask_name": ask_name,
            "code": code,
            "days": days,
            "max_answers": max_answers,
            "max_listeners": max_listeners,
            "listeners": listeners,
        }
    )
    with open_lab(home) as lab:
        source = source_of(lab.experiments, lab.voices, experiment)
        test = lab.listening.tests.create(source, kind_of(kind), options, settings or None, lines or None)
        return _linked(lab, test)


@app.command("list", epilog=examples("listen list"))
@command
def list_tests(*, home: Home = None) -> Answer:
    """List the tests, newest first."""
    with open_lab(home) as lab:
        tests = lab.listening.tests.list()
        rows = [(test.id, test.kind.name, test.title, test.listeners, test.answers) for test in tests]
        shown = table(("TEST", "KIND", "OF", "LISTENERS", "ANSWERS"), rows)
        serving = _serving(lab.settings)
        return Answer({"tests": [_value(lab, test, serving) for test in tests]}, shown)


@app.command("link", epilog=examples("listen link TEST", "listen link TEST --renew 14"))
@command
def link_of(
    *,
    test_id: TestId,
    renew: Annotated[
        float | None, typer.Option("--renew", help="Make a new link for so many days; the old one stops.")
    ] = None,
    revoke: Annotated[bool, typer.Option("--revoke", help="Close the link.")] = False,
    home: Home = None,
) -> Answer:
    """Print the link for listeners, renew it, or close it."""
    if revoke and renew is not None:
        raise typer.BadParameter("give one of --renew and --revoke, not both")
    with open_lab(home) as lab:
        tests = lab.listening.tests
        test = tests.revoke(test_id) if revoke else tests.get(test_id) if renew is None else tests.renew(test_id, renew)
        return _linked(lab, test)


@app.command("results", epilog=examples("listen results TEST --out answers.csv"))
@command
def results(
    *,
    test_id: TestId,
    out: Annotated[Path | None, typer.Option("--out", help="Write every answer there: .csv or .json.")] = None,
    look: Annotated[bool, typer.Option("--look", help="Look before the planned listeners have finished.")] = False,
    home: Home = None,
) -> Answer:
    """Print what the answers say, with and without post-screening."""
    from voicelab.blind_tests import refuse_hidden
    from voicelab.blind_tests import results as results_of
    from voicelab.errors import InvalidValue
    from voicelab.files import write_atomically
    from voicelab.listening.report import as_csv, as_json, paragraph, rows_of

    if out is not None and out.suffix.lower() not in {".csv", ".json"}:
        raise InvalidValue("out", f"{out.name} does not say what is written: end it in .csv or .json.")
    with open_lab(home) as lab:
        if look:
            lab.listening.tests.look(test_id)
        test, answers, found = results_of(lab.listening, test_id)
    if out is not None:
        refuse_hidden(test)
    if out is not None:
        content = (
            as_csv(test, answers) if out.suffix.lower() == ".csv" else json.dumps(rows_of(test, answers), indent=2)
        )
        write_atomically(out, content.encode())
    return Answer({"test": test.id, "results": as_json(test, found)}, paragraph(test, found))


@app.command("use", epilog=examples("listen use TEST preview/15s"))
@command
def use(
    *,
    test_id: TestId,
    setting: Annotated[str, typer.Argument(help="model/length, as results --json names it.")],
    home: Home = None,
) -> Answer:
    """Let the voice speak with a setting of the test from now on."""
    from voicelab.blind_tests import use_setting

    with open_lab(home) as lab:
        voice = use_setting(lab.listening, lab.experiments, lab.voices, test_id, setting)
    return Answer(
        {"test": test_id, "voice": voice.slug, "recipe": plain(voice.recipe)},
        f"{voice.name} speaks with {setting} now.",
    )


def _linked(lab: Lab, test: ListeningTest) -> Answer:
    from voicelab.blind_tests import reaches_others

    serving = _serving(lab.settings)
    value = _value(lab, test, serving)
    shown = value["url"] if value["served"] else value["path"]
    lines = [shown if value["open"] else "The link is closed; --renew DAYS makes a new one.", *test.notes, *test.made]
    lines.append(f"About {max(1, round(test.minutes))} min per listener.")
    lines.append(f"Test {test.id}")
    if not value["served"]:
        lines.append(
            f"No lab serves {lab.settings.home} just now. Start it with `voicelab serve` (with the same --home): it "
            "prints its address, and the link is that with this path behind it."
        )
    elif not reaches_others(serving or lab.settings):
        lines.append("Only this machine can open it. For others, serve with --host 0.0.0.0.")
    return Answer(value, "\n".join(lines))


def _serving(settings: Settings) -> Settings | None:
    """Return `settings` with the address of the lab that serves their home; None where none does."""
    from voicelab.api.running_lab import lab_at

    lab = lab_at(settings)
    return lab.as_reached(settings) if lab else None


def _value(lab: Lab, test: ListeningTest, serving: Settings | None) -> dict[str, Any]:
    from voicelab.addresses import listening_url

    return {
        "test": test.id,
        "url": listening_url(serving or lab.settings, test.token),
        "path": f"/listen/{test.token}",
        "served": serving is not None,
        "open": test.revoked is None,
        "kind": test.kind.name,
        "experiment": test.experiment,
        "question": test.question,
        "settings": [setting.key for setting in test.settings],
        "lines": test.items,
        "minutes": round(test.minutes, 1),
        "listeners": test.listeners,
        "finished": test.finished,
        "answers": test.answers,
        "created": test.created,
        "expires": test.expires,
        "revoked": test.revoked,
        "notes": test.notes,
        "made": test.made,
    }
