"""`voicelab pronounce`: how words are said, by one voice or by all of the lab."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from voicelab.cli.arguments import voices_to_complete
from voicelab.cli.output import Answer, Home, command, examples, open_lab, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.lab import Lab
    from voicelab.voices.pronunciations import Entries

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
        entry = Pronunciation(word, say, match_case)
        return _answer(_changed(lab, voice, lambda entries: with_entry(entries, entry)), voice)


@app.command("remove", epilog=examples("pronounce remove Nguyen"))
@command
def remove(word: Word, voice: Of = None, home: Home = None) -> Answer:
    """Say a word as it is written again."""
    from voicelab.voices.pronunciations import without

    with open_lab(home) as lab:
        return _answer(_changed(lab, voice, lambda entries: without(entries, word)), voice)


def _list_of(lab: Lab, voice: str | None) -> Entries:
    return lab.voices.pronunciations() if voice is None else lab.voices.get(voice).pronunciations


def _changed(lab: Lab, voice: str | None, change: Callable[[Entries], Entries]) -> Entries:
    slug = None if voice is None else lab.voices.get(voice).slug
    return lab.voices.change_pronunciations(slug, change)[1]


def _answer(entries: Entries, voice: str | None) -> Answer:
    rows = [(entry.word, entry.say, "just so" if entry.match_case else "any") for entry in entries]
    shown = table(("WORD", "SAID", "CASE"), rows) if rows else "No word is said in its own way."
    return Answer({"voice": voice, "pronunciations": entries}, shown)
