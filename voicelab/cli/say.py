"""`voicelab say`: a text, or a file of lines, spoken by a voice into files."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voicelab.cli.arguments import AllowSwap, DateOrderOption, VoiceOption
from voicelab.cli.output import Answer, Home, command, open_lab
from voicelab.cli.streams import STANDARD, Reads, Writes, text_brought
from voicelab.errors import InvalidValue
from voicelab.speech.checked import DEFAULT_TAKES, FEWEST_TAKES, MOST_TAKES, summary
from voicelab.speech.reading import Figures, Markup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.cli.batch import Batch
    from voicelab.cli.book import SpokenBook
    from voicelab.cli.speech_sources import Said, Source, SpeechOptions
    from voicelab.speech.formats import Format
    from voicelab.speech.spoken_text import Read

Model = Annotated[str | None, typer.Option("--model", help="Catalogue name, repository or folder.")]
Seed = Annotated[int | None, typer.Option("--seed", min=0, max=2**32 - 1, help="The same seed sounds the same again.")]


@command
def say(  # noqa: PLR0913 - one parameter per option
    *,
    text: Annotated[str | None, typer.Argument(help="What to say; - is stdin.", show_default=False)] = None,
    voice: VoiceOption,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The file to write, e.g. hello.wav; - is stdout; with --lines a folder."),
        Writes,
    ] = None,
    lines: Annotated[
        Path | None, typer.Option("--lines", help="Say each line of this text file; - is stdin."), Reads
    ] = None,
    book: Annotated[
        Path | None,
        typer.Option("--book", help="Say a book, .txt or .epub: chapters as files, and one M4B with chapter marks."),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="With --lines, --book or --out -: wav, mp3, opus, flac, aac, m4a.",
            show_default="wav; of a book m4a",
        ),
    ] = None,
    captions: Annotated[
        Path | None,
        typer.Option("--captions", help="Write captions of the text beside it: a file that ends in .srt or .vtt."),
    ] = None,
    model: Model = None,
    seed: Seed = None,
    speed: Annotated[
        float | None,
        typer.Option(
            "--speed",
            help="0.5 to 2 times as fast as the model speaks, at the same pitch.",
            show_default="as the voice's recipe says",
        ),
    ] = None,
    server: Annotated[
        str | None, typer.Option("--server", help="Ask a lab that runs, e.g. http://127.0.0.1:7860.")
    ] = None,
    token: Annotated[
        str, typer.Option("--token", envvar="VOICELAB_TOKEN", help="Its token, if it is not on this machine.")
    ] = "",
    markup: Annotated[
        Markup, typer.Option("--markup", help="Leave marks of Markdown and HTML and emoji out, or hand them on.")
    ] = "strip",
    figures: Annotated[
        Figures, typer.Option("--figures", help="Write numbers and abbreviations out first, or hand them on.")
    ] = "words",
    date_order: DateOrderOption = None,
    check: Annotated[
        bool | None,
        typer.Option(
            "--check/--no-check",
            help="Hear every sentence back, and say those again that went wrong.",
            show_default="as the voice's recipe says",
        ),
    ] = None,
    takes: Annotated[
        int, typer.Option("--takes", min=FEWEST_TAKES, max=MOST_TAKES, help="Of one checked sentence at most.")
    ] = DEFAULT_TAKES,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would really be said.")] = False,
    allow_swap: AllowSwap = False,
    home: Home = None,
) -> Answer:
    """Say a text with a voice, as its recipe says unless --model or --seed are given. Ctrl-C cancels.

    With --lines one file per line is written to the folder --out, with captions (SRT and WebVTT) and an index; with
    --book one per chapter, and an M4B of all. What is there already, and would sound the same, is not said again.
    """
    from voicelab.cli.batch import Kind, read_lines, say_lines
    from voicelab.cli.speech_sources import SpeechOptions
    from voicelab.speech.formats import FORMATS, format_named
    from voicelab.speech.reading import Reading
    from voicelab.speech.tempo import checked_speed

    if [text, lines, book].count(None) != 2:  # noqa: PLR2004 - one of three
        raise typer.BadParameter("give a text, a file with --lines, or one with --book")
    if speed is not None:
        checked_speed(speed)
    reading = Reading(markup, figures, date_order)
    if dry_run:
        options = SpeechOptions(voice, model, seed, FORMATS["wav"], reading)
        with _source(server, token, options, home, allow_swap=allow_swap) as source:
            texts = _texts(text, lines, book)
            return _dry_answer([source.read(each) for each in texts])
    if out is None:
        raise typer.BadParameter("say where the audio goes with --out, or give --dry-run")
    if (lines is not None or book is not None) and out == STANDARD:
        raise typer.BadParameter("with --lines and --book --out is a folder")
    several = lines is not None or book is not None
    if several and captions is not None:
        raise typer.BadParameter("--lines writes captions of all lines by itself, --book none: leave --captions out")
    made_as = format_named(kind or ("m4a" if book else "wav")) if several or out == STANDARD else _format_of(out)
    written_as = _captions_of(captions) if captions else ""
    options = SpeechOptions(voice, model, seed, made_as, reading, speed, written_as, check, takes)
    if lines is not None:
        wanted = read_lines(lines)
        with _source(server, token, options, home, allow_swap=allow_swap) as source:
            return _batch_answer(say_lines(wanted, source, out, Kind(options.kind, voice, source.speed())), out)
    if book is not None:
        from voicelab.cli.book import say_book
        from voicelab.cli.book_text import read_book

        whole = read_book(book)
        with _source(server, token, options, home, allow_swap=allow_swap) as source:
            return _book_answer(say_book(whole, source, out, Kind(options.kind, voice, source.speed())), out)
    with _source(server, token, options, home, allow_swap=allow_swap) as source:
        said = source.say(_given(text))
    return _said_answer(said, out, captions)


def _said_answer(said: Said, out: Path, captions: Path | None) -> Answer:
    """Write the file, and the captions where they were wanted and found."""
    from voicelab.files import write_atomically

    if out != STANDARD:
        write_atomically(out, said.content)
    if captions is not None and not said.uncaptioned:
        write_atomically(captions, said.captions.encode())
    failure = f"The sound is there, and no captions: {said.uncaptioned}" if said.uncaptioned else ""
    if out == STANDARD:
        return Answer(None, _text(said, out), failure, content=said.content)
    return Answer(_value(said, out) | {"captions": None if failure else captions}, _text(said, out), failure)


def _texts(text: str | None, lines: Path | None, book: Path | None) -> list[str]:
    """Return what is to be said, part by part."""
    from voicelab.cli.batch import read_lines
    from voicelab.cli.book_text import read_book

    if lines is not None:
        return [line for _number, line in read_lines(lines)]
    return [_given(text)] if book is None else [chapter.text for chapter in read_book(book).chapters]


def _given(text: str | None) -> str:
    return text_brought() if text == "-" else text or ""


def _dry_answer(texts: list[Read]) -> Answer:
    notes = tuple(dict.fromkeys(note for text in texts for note in text.notes))
    pieces = [piece for text in texts for piece in text.pieces]
    said = "\n".join(text.said for text in texts)
    return Answer({"said": said, "notes": notes, "pieces": pieces}, said, notes=notes)


@contextlib.contextmanager
def _source(
    server: str | None, token: str, options: SpeechOptions, home: Path | None, *, allow_swap: bool
) -> Iterator[Source]:
    from voicelab.cli.server_source import Server
    from voicelab.cli.speech_sources import InProcess

    if server is not None:
        yield Server(server, token, options)
        return
    with open_lab(home, allow_swap=allow_swap or None) as lab:
        yield InProcess(lab, options)


def _format_of(path: Path) -> Format:
    """Return the format that the file's name says. Raises InvalidValue."""
    from voicelab.speech.formats import FORMATS

    kind = FORMATS.get(path.suffix.lower().removeprefix("."))
    if kind is None:
        names = ", ".join(f".{name}" for name in FORMATS)
        raise InvalidValue("out", f"{path.name} does not say what is to be in it: end it in .wav, or one of {names}.")
    return kind


def _captions_of(path: Path) -> str:
    """Return which captions the file's name says. Raises InvalidValue."""
    from voicelab.speech.captions import CAPTIONS

    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in CAPTIONS:
        raise InvalidValue("captions", f"{path.name} does not say which captions: end it in .srt or .vtt.")
    return suffix


def _value(said: Said, path: Path) -> dict[str, Any]:
    return {
        "path": path,
        "engine": said.engine,
        "model": said.model,
        "seed": said.seed,
        "duration_s": said.duration_s,
        "elapsed_s": said.elapsed_s,
        "rtf": said.rtf,
        "peak_memory_bytes": said.peak_memory_bytes,
        "finished": "end",  # anything else is an error
        "notes": said.notes,
        "said": said.said,
        "checked": said.checked,
    }


def _text(said: Said, path: Path) -> str:
    memory = "" if said.peak_memory_bytes is None else f", peak memory {said.peak_memory_bytes / 1e9:.2f} GB"
    where = "standard output" if path == STANDARD else path
    made = (
        f"{where}: {said.duration_s:.1f} s of audio in {said.elapsed_s:.1f} s (RTF {said.rtf:.2f}) "
        f"by {said.model}, seed {said.seed}{memory}"
    )
    return "\n".join((*said.notes, made, *([summary(said.checked)] if said.checked else ())))


def _book_answer(book: SpokenBook, folder: Path) -> Answer:
    value = {
        "path": book.path,
        "folder": folder,
        "chapters": book.chapters,
        "said": book.said,
        "failures": book.failures,
    }
    seconds = sum(chapter.duration_s for chapter in book.chapters)
    doubts = [doubt for chapter in book.chapters for doubt in chapter.doubts]
    made = f"{len(book.chapters)} chapters, {seconds / 60:.1f} minutes, in {folder}; {book.said} sentences said now."
    whole = [f"The whole book: {book.path}"] if book.path else []
    return Answer(value, "\n".join((*doubts, made, *whole)), " ".join(book.failures))


def _batch_answer(batch: Batch, folder: Path) -> Answer:
    from voicelab.cli.batch import INDEX, SUBTITLES

    value = {
        "path": folder,
        "index": folder / INDEX,
        "subtitles": [folder / name for name in SUBTITLES],
        "lines": batch.lines,
        "said": batch.said,
        "failures": batch.failures,
    }
    seconds = sum(line.duration_s for line in batch.lines)
    kept = len(batch.lines) - batch.said
    there = f", {kept} were there already" if kept else ""
    text = f"{batch.said} lines said{there}: {seconds:.1f} s of audio in {folder}, with {' and '.join(SUBTITLES)}."
    return Answer(value, text, " ".join(batch.failures))
