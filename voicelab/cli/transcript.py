"""`voicelab transcript`: hear what is said, and check a text against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from voicelab.cli.arguments import (
    Audio,
    Channel,
    Language,
    Recognizer,
    Text,
    TextFile,
    Track,
    given_text,
    hearing,
    read_audio,
)
from voicelab.cli.output import Answer, Home, command, examples, open_lab, table

if TYPE_CHECKING:
    from voicelab.transcripts.words import Match

_SHOWN_WORDS = 8
"""Of what was heard instead: a text that fits nowhere has all of it."""

app = typer.Typer(help="Hear what is said in a recording, and check a text against it.", no_args_is_help=True)


@app.command(
    "hear", epilog=examples("transcript hear clip.wav > clip.txt", "transcript hear clip.wav --model small --json")
)
@command
def hear(
    *,
    audio: Audio,
    model: Recognizer = None,
    language: Language = None,
    track: Track = None,
    channel: Channel = None,
    home: Home = None,
) -> Answer:
    """Write down what is said, with the time and probability of each word."""
    from voicelab.languages import language_name

    spoken = language_name(language) if language else None
    with open_lab(home) as lab:
        clip = read_audio(audio, track, channel).clip
        transcript = lab.transcriber.hear(clip, model=model, language=spoken, report=hearing)
    value = {
        "model": transcript.author,
        "language": transcript.language,
        "text": transcript.text,
        "words": transcript.words,
        "notes": transcript.notes,
    }
    return Answer(value, transcript.text, notes=transcript.notes)


@app.command(
    "check",
    epilog=examples(
        'transcript check clip.wav --text "what you think is said"',
        "transcript check clip.wav --text-file - < clip.txt",
    ),
)
@command
def check(  # noqa: PLR0913 - one parameter per option
    *,
    audio: Audio,
    text: Text = None,
    text_file: TextFile = None,
    model: Recognizer = None,
    language: Language = "english",
    track: Track = None,
    channel: Channel = None,
    home: Home = None,
) -> Answer:
    """Say of each word of a text how well it fits what is said."""
    from voicelab.languages import language_name

    written = given_text(text, text_file)
    if written is None:
        raise typer.BadParameter("give --text or --text-file")
    spoken = language_name(language or "english")
    with open_lab(home) as lab:
        clip = read_audio(audio, track, channel).clip
        match = lab.transcriber.check(clip, written, model=model, language=spoken)
    return Answer(match_value(match), match_text(match))


def match_value(match: Match) -> dict[str, object]:
    """Return the JSON keys of a check."""
    uncovered = [{"start_s": start_s, "end_s": end_s} for start_s, end_s in match.uncovered]
    return {
        "model": match.model,
        "verdict": match.verdict,
        "words": match.words,
        "uncovered": uncovered,
        "notes": match.notes,
    }


def match_text(match: Match) -> str:
    """Return what a person should look at: words that do not fit or should be spelled out, speech without words."""
    before = ["", *(word.heard for word in match.words)]
    rows: list[tuple[str, ...]] = [
        (word.text, word.verdict, f"{word.score:.2f}", f"{word.start_s:.2f}", _once(word.heard, last), word.suggestion)
        for word, last in zip(match.words, before, strict=False)
        if word.verdict != "ok" or word.suggestion
    ]
    rows += [("(no word)", "uncovered", "", f"{start_s:.2f}", "", "") for start_s, _end_s in match.uncovered]
    verdict = f"Verdict: {match.verdict} ({len(match.words)} words, heard by {match.model})"
    shown = [table(("WORD", "VERDICT", "SCORE", "AT (S)", "HEARD", "SPELL OUT AS"), rows)] if rows else []
    return "\n".join((*shown, *match.notes, verdict))


def _once(heard: str, before: str) -> str:
    """Return what was heard, its first words where it is long; a ditto mark where the word before says it already."""
    if heard and heard == before:
        return "″"
    words = heard.split()
    return heard if len(words) <= _SHOWN_WORDS else f"{' '.join(words[:_SHOWN_WORDS])} …"
