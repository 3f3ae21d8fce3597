"""`voicelab pronounce`: how words are said, by one voice or by all of the lab."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from voicelab.cli.arguments import voices_to_complete
from voicelab.cli.output import Answer, Home, command, examples, open_lab, table

if TYPE_CHECKING:
    from voicelab.lab import Lab
    from voicelab.speech.reading import Pronunciation

app = typer.Typer(help="How words are said, by one voice or by all.", no_args_is_help=True)

Of = Annotated[
    str | None,
    typer.Option(
        "--voice", help="Of this voice only.", show_default="of all voices", autocompletion=voices_to_complete
    ),
]
Word = Annotated[str, typer.Argument(help="The word as it is written.")]


@app.command("list", epilog=examples("pronounce list", "pronounce list --voice vixen"))
@command
def list_words(voice: Of = None, home: Home = None) -> Answer:
    """Show how words are said; with --voice the words of that voice, which win over those of the lab."""
    with open_lab(home) as lab:
        return _answer(_list_of(lab, voice), voice)


@app.command("set", epilog=examples("pronounce set Nguyen win", "pronounce set SQL sequel --voice vixen"))
@command
def set_word(
    word: Word,
    say: Annotated[str, typer.Argument(help="How it is said, in plain letters.")],
    *,
    match_case: Annotated[
        bool, typer.Option("--match-case", help="Only where it is written in just this case.")
    ] = False,
    voice: Of = None,
    home: Home = None,
) -> Answer:
    """Say a word so from now on. Whole words only; a second time changes it."""
    from voicelab.speech.reading import Pronunciation
    from voicelab.voices.pronunciations import with_entry

    with open_lab(home) as lab:
        entries = with_entry(_list_of(lab, voice), Pronunciation(word, say, match_case))
        return _answer(_kept(lab, voice, entries), voice)


@app.command("remove", epilog=examples("pronounce remove Nguyen"))
@command
def remove(word: Word, voice: Of = None, home: Home = None) -> Answer:
    """Say a word as it is written again."""
    from voicelab.voices.pronunciations import without

    with open_lab(home) as lab:
        return _answer(_kept(lab, voice, without(_list_of(lab, voice), word)), voice)


def _list_of(lab: Lab, voice: str | None) -> tuple[Pronunciation, ...]:
    return lab.voices.pronunciations() if voice is None else lab.voices.get(voice).pronunciations


def _kept(lab: Lab, voice: str | None, entries: tuple[Pronunciation, ...]) -> tuple[Pronunciation, ...]:
    if voice is None:
        return lab.voices.set_pronunciations(None, entries)
    found = lab.voices.get(voice)
    return lab.voices.set_pronunciations(found.slug, entries, found.revision)


def _answer(entries: tuple[Pronunciation, ...], voice: str | None) -> Answer:
    rows = [(entry.word, entry.say, "just so" if entry.match_case else "any") for entry in entries]
    shown = table(("WORD", "SAID", "CASE"), rows) if rows else "No word is said in its own way."
    return Answer({"voice": voice, "pronunciations": entries}, shown)
