"""Arguments that several commands take, and what is made of them."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicelab.cli.output import tell
from voicelab.cli.streams import STANDARD, Reads, say_aside, text_within
from voicelab.clips.track_choice import Choice, Side
from voicelab.errors import InvalidValue, UnreadableAudio, UnreadableFile
from voicelab.settings import DateOrder

if TYPE_CHECKING:
    from voicelab.clips.decode import Recording


def voices_to_complete(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the slugs that a shell may complete to: by the names of the folders, so that nothing is loaded."""
    from voicelab.environment import read_settings

    home = ctx.params.get("home")
    folder = read_settings(home=home).voices
    return sorted(path.parent.name for path in folder.glob(f"{glob.escape(incomplete)}*/voice.json"))


Audio = Annotated[
    Path, typer.Argument(help="A recording: wav, mp3, flac, ogg, opus, m4a, mp4, webm, aiff; - is stdin."), Reads
]
VoiceName = Annotated[str, typer.Argument(help="Name or slug of a voice.", autocompletion=voices_to_complete)]
VoiceOption = Annotated[
    str, typer.Option("--voice", help="Name or slug of a voice.", autocompletion=voices_to_complete)
]
Text = Annotated[str | None, typer.Option("--text", help="What is said, word for word.")]
TextFile = Annotated[
    Path | None, typer.Option("--text-file", help="A UTF-8 file with what is said; - is stdin."), Reads
]
Recognizer = Annotated[str | None, typer.Option("--model", help="Whisper size or folder, e.g. small, tiny.en.")]
Language = Annotated[str | None, typer.Option("--language", help="Full name or code, e.g. english or en.")]
AllowSwap = Annotated[
    bool, typer.Option("--allow-swap", help="Load a model although this machine has not the memory for it.")
]
DateOrderOption = Annotated[
    DateOrder | None,
    typer.Option(
        "--date-order", help="What 01/02/2024 is in English.", show_default="VOICELAB_DATE_ORDER, month-first"
    ),
]
Track = Annotated[
    int | None,
    typer.Option("--track", min=1, help="Which audio track of the recording, from 1.", show_default="the main one"),
]
Channel = Annotated[
    Side | None,
    typer.Option(
        "--channel", help="Which channel.", show_default="the mix, or one channel where the mix has lost the sound"
    ),
]
StartS = Annotated[float | None, typer.Option("--start-s", help="Seconds from the start of the recording.")]
EndS = Annotated[float | None, typer.Option("--end-s", help="Seconds from the start of the recording.")]


def read_audio(path: Path, track: int | None = None, channel: Side | None = None) -> Recording:
    """Decode a file, of which a track or a channel may be wanted. Raises UnreadableAudio, AudioTooLong."""
    from voicelab.clips.decode import decode

    if not path.is_file():
        raise UnreadableAudio(f"There is no file {path}. Check the path.")
    return decode(path, path.name, Choice.of(track, channel))


def given_text(text: str | None, text_file: Path | None) -> str | None:
    """Return the text that one of the two options gives. Both at once are wrong usage."""
    if text is not None and text_file is not None:
        raise typer.BadParameter("give one of --text and --text-file, not both")
    if text_file is None:
        return text
    return read_text(text_file).strip()


def read_text(path: Path) -> str:
    """Return the text of a file, and say on stderr when it is not UTF-8. Raises UnreadableFile."""
    from voicelab.text.encodings import decode_text

    try:
        with path.open("rb") as file:
            text, note = decode_text(text_within(file, str(path)))
    except (OSError, ValueError) as error:
        raise UnreadableFile(f"{path} cannot be read as text ({error}). Check the path.") from error
    if note:
        say_aside(f"{path}: {note}\n")
    return text


def wav_path(path: Path) -> Path:
    """Return `path` if it says what will be in it. Raises InvalidValue."""
    if path != STANDARD and path.suffix.lower() != ".wav":
        raise InvalidValue("out", f"What is written is WAV, and {path.name} does not say so: end it in .wav.")
    return path


def hearing(message: str, fraction: float | None) -> None:
    """Show how far a recognizer is."""
    tell(message if fraction is None else f"{message} {fraction:.0%}", message.split(maxsplit=1)[0] if message else "")
