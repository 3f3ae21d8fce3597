"""`voicelab voice`: the library of voices."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from voicelab.cli.arguments import (
    Audio,
    Channel,
    EndS,
    Language,
    StartS,
    Text,
    TextFile,
    Track,
    VoiceName,
    given_text,
    read_audio,
)
from voicelab.cli.output import Answer, Home, command, examples, open_lab, plain, table, tell
from voicelab.cli.streams import Reads
from voicelab.cli.voice_adding import Kept, added, checked_clip, checked_text, voice_to_replace
from voicelab.cli.voice_tuning import EPILOG, tune
from voicelab.errors import InvalidValue

if TYPE_CHECKING:
    from voicelab.voices.voice import Voice

app = typer.Typer(help="Make, list, show, tune, rename, remove, export and import voices.", no_args_is_help=True)
app.command("tune", epilog=EPILOG)(tune)

CUTS_S = (5.0, 10.0, 15.0)
"""The lengths that are compared, as a rule."""


@app.command(
    "add",
    epilog=examples(
        'voice add Vixen recording.m4a --start-s 3.2 --end-s 18.1 --consent "my own voice"',
        'voice add Vixen clip.wav --text "what is said, word for word" --replace',
    ),
)
@command
def add(  # noqa: PLR0913 - one parameter per option
    *,
    name: Annotated[str, typer.Argument(help="What the voice is called.")],
    audio: Audio,
    start_s: StartS = None,
    end_s: EndS = None,
    text: Text = None,
    text_file: TextFile = None,
    language: Language = None,
    consent: Annotated[str | None, typer.Option("--consent", help="Who agreed to what, in your words.")] = None,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Take the place of a voice of that name; consent and recipe stay unless given."),
    ] = False,
    track: Track = None,
    channel: Channel = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Keep it although a check fails.")] = False,
    tail_silence: Annotated[
        bool | None,
        typer.Option(
            "--tail-silence/--no-tail-silence",
            help="Follow the clip by half a second of silence, which keeps clones from finishing it.",
            show_default="tail-silence",
        ),
    ] = None,
    home: Home = None,
) -> Answer:
    """Make a voice of a recording: cut, hear or take the text, check every word, keep.

    A clip that fails its checks and a text that does not fit are refused: either spoils every clone.
    """
    from voicelab.clips.track_choice import Choice
    from voicelab.languages import language_name

    written = given_text(text, text_file)
    spoken = language_name(language) if language else None
    with open_lab(home, makes=True) as lab:
        before = voice_to_replace(lab, name, replace=replace)
        tell(f"decoding {audio.name}", "decoding")
        recording = read_audio(audio, track, channel)
        window = recording.clip.window(start_s, end_s)
        clip = recording.clip.cut(window)
        checkup = checked_clip(recording, clip, window, anyway=anyway)
        if before is not None and written is not None:
            spoken = spoken or before.language
        text_of_clip = checked_text(lab, clip, written, spoken, anyway=anyway)
        kept = Kept.of(before, consent, tail_silence)
        voice = lab.voices.save(
            name,
            clip,
            text_of_clip.transcript,
            text_of_clip.transcript.language,
            kept.consent,
            recording=audio,
            choice=Choice.of(track, channel),
            window=window,
            match=text_of_clip.match.verdict,
            recipe=kept.recipe,
            synthetic=before is not None and before.synthetic,
            replace_revision=before.revision if before else None,
        )
        folder = lab.settings.voices / voice.slug
    return added(voice, folder, checkup, text_of_clip, kept.note)


@app.command("list", epilog=examples("voice list"))
@command
def list_voices(home: Home = None) -> Answer:
    """List the voices."""
    from voicelab.voices.whose_words import whose_words

    with open_lab(home) as lab:
        voices, problems = lab.voices.voices(), lab.voices.problems()
        rows = [
            (
                voice.slug,
                voice.name,
                voice.language,
                f"{voice.seconds:.1f} s",
                whose_words(lab.voices, voice),
                voice.recipe.model,
            )
            for voice in voices
        ]
    shown = table(("VOICE", "NAME", "LANGUAGE", "CLIP", "TEXT", "MODEL"), rows) if rows else "There are no voices yet."
    return Answer({"voices": voices, "problems": problems}, "\n".join((shown, *problems)))


@app.command("show", epilog=examples("voice show vixen", "voice show vixen --cuts --json"))
@command
def show(
    name: VoiceName,
    *,
    cuts: Annotated[
        bool, typer.Option("--cuts", help="Also check the cuts of 5, 10 and 15 s, each with its own words.")
    ] = False,
    home: Home = None,
) -> Answer:
    """Show a voice with its transcript."""
    with open_lab(home) as lab:
        with lab.voices.reading():
            voice = lab.voices.get(name)
            transcript = lab.voices.transcript(voice.slug)
            clip = lab.voices.clip(voice.slug) if cuts else None
        value = plain(voice) | {"path": str(lab.settings.voices / voice.slug), "transcript": plain(transcript)}
        value |= {"text_by": transcript.author, "checked_by_hand": transcript.by_hand}
        checked = lab.transcriber.check_cuts(clip, transcript, CUTS_S) if clip else []
    text = f"by hand: {voice.match}" if transcript.by_hand else f"heard by {transcript.author}, checked by nobody"
    told = value | {"text": text}
    facts = [(field, told[field]) for field in ("slug", "language", "seconds", "text", "consent", "created", "path")]
    rows = [
        (f"cut to {cut.length_s:g} s", f"{cut.window.seconds:.2f} s, {cut.match.verdict if cut.match else 'no word'}")
        for cut in checked
    ]
    if cuts:
        value["cuts"] = [
            {
                "length_s": cut.length_s,
                "seconds": cut.window.seconds,
                "text": cut.text,
                "verdict": cut.match.verdict if cut.match else None,
            }
            for cut in checked
        ]
    return Answer(value, "\n".join((voice.name, table(("", ""), [*facts, *rows]), transcript.text)))


@app.command("rename", epilog=examples('voice rename vixen "The Vixen"'))
@command
def rename(
    name: VoiceName,
    new_name: Annotated[str, typer.Argument(help="What it is called from now on.")],
    home: Home = None,
) -> Answer:
    """Give a voice another name, and its folder with it."""
    with open_lab(home) as lab:
        voice = lab.voices.rename(lab.voices.get(name).slug, new_name)
    return Answer(voice, f"{voice.name} is now voices/{voice.slug}.")


@app.command("model", epilog=examples("voice model vixen auto", "voice model vixen ./a-folder-of-mine"))
@command
def model_of(
    name: VoiceName,
    model: Annotated[str, typer.Argument(help="Catalogue name, hub repository or folder; auto: this machine's own.")],
    home: Home = None,
) -> Answer:
    """Let a voice speak with another model, or with the one that its package brought."""
    from dataclasses import replace

    from voicelab.models.catalogue import find
    from voicelab.models.model_choice import AUTO

    if model != AUTO:
        find(model)
    with open_lab(home) as lab:
        before = lab.voices.get(name)
        recipe = replace(before.recipe, model=model)
        if model != before.recipe.model:
            recipe = replace(recipe, auditioned="")
        voice = lab.voices.set_recipe(before.slug, recipe, before.revision)
    return Answer(voice, f"{voice.name} speaks with {model} from now on.")


@app.command("speed", epilog=examples("voice speed vixen 1.15", "voice speed vixen 1"))
@command
def speed_of(
    name: VoiceName,
    speed: Annotated[float, typer.Argument(help="0.5 to 2 times as fast as the model speaks, at the same pitch.")],
    home: Home = None,
) -> Answer:
    """Let a voice speak faster or slower, where whoever asks says no other speed."""
    voice = _with_recipe(home, name, speed=speed)
    return Answer(voice, f"{voice.name} speaks at {speed:g} times its speed from now on.")


def _with_recipe(home: Path | None, name: str, **fields: Any) -> Voice:
    from dataclasses import replace

    with open_lab(home) as lab:
        before = lab.voices.get(name)
        return lab.voices.set_recipe(before.slug, replace(before.recipe, **fields), before.revision)


Switch = Literal["on", "off"]


@app.command("check", epilog=examples("voice check vixen on", "voice check vixen off"))
@command
def check_of(
    name: VoiceName,
    wanted: Annotated[Switch, typer.Argument(help="Whether it is.")],
    home: Home = None,
) -> Answer:
    """Have what a voice says heard back, sentence by sentence, wherever nobody says otherwise."""
    voice = _with_recipe(home, name, check=wanted == "on")
    return Answer(voice, f"What {voice.name} says is {'' if voice.recipe.check else 'not '}heard back from now on.")


@app.command("remove", epilog=examples("voice remove vixen"))
@command
def remove(name: VoiceName, home: Home = None) -> Answer:
    """Move a voice to the trash, where it stays for 30 days."""
    from voicelab.voices.folders import TRASH_KEPT

    with open_lab(home) as lab:
        voice = lab.voices.get(name)
        removed = lab.voices.remove(voice.slug)
        trash = lab.settings.voices / ".trash" / removed
    text = f"{voice.name} is removed. For {TRASH_KEPT.days} days it lies in {trash}; move it back to undo this."
    return Answer(plain(voice) | {"removed": removed, "trash": str(trash)}, text)


@app.command("export", epilog=examples("voice export vixen vixen.zip"))
@command
def export(
    name: VoiceName,
    package: Annotated[Path, typer.Argument(help="The zip file to write.")],
    home: Home = None,
) -> Answer:
    """Write a voice to one zip file: clip, transcript, recipe, consent and recording."""
    from voicelab.voices.package import export_voice

    if package.suffix.lower() != ".zip":
        raise InvalidValue(
            "package", f"What is written is a zip file, and {package.name} does not say so: end it in .zip."
        )
    with open_lab(home) as lab:
        voice = export_voice(lab.voices, lab.voices.get(name).slug, package)
    value = plain(voice) | {"path": str(package), "bytes": package.stat().st_size}
    return Answer(value, f"{voice.name} is in {package} ({value['bytes'] / 1e6:.1f} MB).")


@app.command("import", epilog=examples("voice import vixen.zip", 'voice import vixen.zip --name "Another name"'))
@command
def import_(
    package: Annotated[Path, typer.Argument(help="A zip file that `voice export` wrote; - is stdin."), Reads],
    name: Annotated[str | None, typer.Option("--name", help="Call the voice so.", show_default="its own name")] = None,
    home: Home = None,
) -> Answer:
    """Take a voice from a zip file, exactly as it was exported."""
    from voicelab.models.known_models import is_known
    from voicelab.models.missing_model import what_is_missing
    from voicelab.voices.package import import_voice

    with open_lab(home, makes=True) as lab:
        voice = import_voice(lab.voices, package, name, known=partial(is_known, started_with=lab.settings.model))
        folder = lab.settings.voices / voice.slug
    missing = voice.recipe.unasked or what_is_missing(voice.recipe.model)
    value = plain(voice) | {"path": str(folder), "missing_model": missing}
    return Answer(value, "\n".join(filter(None, (f"{voice.name} is in {folder}.", missing))))
