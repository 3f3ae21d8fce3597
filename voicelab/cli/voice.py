"""`voicelab voice`: the library of voices."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voicelab.cli.answers import Answer, Home, command, open_lab, plain, table, tell
from voicelab.cli.arguments import (
    Audio,
    EndS,
    Language,
    StartS,
    Text,
    TextFile,
    given_text,
    hearing,
    read_audio,
)
from voicelab.errors import ClipUnusable, InvalidValue, VoiceExists
from voicelab.voices.slug import slug_of

if TYPE_CHECKING:
    from voicelab.clips.clip import Clip, Window
    from voicelab.clips.decode import Recording
    from voicelab.clips.findings import Checkup
    from voicelab.lab import Lab
    from voicelab.transcripts.words import Match, Transcript
    from voicelab.voices.voice import Voice

app = typer.Typer(help="Make, list, show, rename, remove, export and import voices.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name or slug of a voice.")]
CUTS_S = (5.0, 10.0, 15.0)
"""The lengths that are compared, as a rule."""


@app.command("add")
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
    consent: Annotated[str, typer.Option("--consent", help="Who agreed to what, in your words.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of a voice of that name.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Keep it although a check fails.")] = False,
    tail_silence: Annotated[
        bool, typer.Option(help="Follow the clip by half a second of silence, which keeps clones from finishing it.")
    ] = True,
    home: Home = None,
) -> Answer:
    """Make a voice of a recording: cut, hear or take the text, check every word, keep.

    A clip that fails its checks and a text that does not fit are refused: either spoils every clone.
    """
    from voicelab.clips.clip import Window
    from voicelab.languages import language_name
    from voicelab.voices.voice import Recipe

    written = given_text(text, text_file)
    spoken = language_name(language) if language else None
    with open_lab(home) as lab:
        revision = _revision_to_replace(lab, name, replace=replace)
        tell(f"decoding {audio.name}", "decoding")
        recording = read_audio(audio)
        window = Window(start_s or 0.0, recording.clip.seconds if end_s is None else end_s)
        clip = recording.clip.cut(window)
        checkup = _checked_clip(recording, clip, window, anyway=anyway)
        text_of_clip = _transcript(lab, clip, written, spoken, anyway=anyway)
        voice = lab.voices.save(
            name,
            clip,
            text_of_clip.transcript,
            text_of_clip.transcript.language,
            consent,
            recording=audio,
            window=window,
            match=text_of_clip.match.verdict,
            recipe=None if tail_silence else Recipe(),
            replace_revision=revision,
        )
        folder = lab.settings.voices / voice.slug
    return _added(voice, folder, checkup, text_of_clip)


@app.command("list")
@command
def list_voices(home: Home = None) -> Answer:
    """List the voices."""
    with open_lab(home) as lab:
        voices, problems = lab.voices.voices(), lab.voices.problems()
    rows = [
        (voice.slug, voice.name, voice.language, f"{voice.seconds:.1f} s", voice.match, voice.recipe.model)
        for voice in voices
    ]
    shown = table(("VOICE", "NAME", "LANGUAGE", "CLIP", "TEXT", "MODEL"), rows) if rows else "There are no voices yet."
    return Answer({"voices": voices, "problems": problems}, "\n".join((shown, *problems)))


@app.command("show")
@command
def show(
    name: Name,
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
        checked = lab.transcriber.check_cuts(clip, transcript, CUTS_S) if clip else []
    facts = [(field, value[field]) for field in ("slug", "language", "seconds", "match", "consent", "created", "path")]
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


@app.command("rename")
@command
def rename(
    name: Name,
    new_name: Annotated[str, typer.Argument(help="What it is called from now on.")],
    home: Home = None,
) -> Answer:
    """Give a voice another name, and its folder with it."""
    with open_lab(home) as lab:
        voice = lab.voices.rename(lab.voices.get(name).slug, new_name)
    return Answer(voice, f"{voice.name} is now voices/{voice.slug}.")


@app.command("remove")
@command
def remove(name: Name, home: Home = None) -> Answer:
    """Move a voice to the trash, where it stays for 30 days."""
    from voicelab.voices.folders import TRASH_KEPT

    with open_lab(home) as lab:
        voice = lab.voices.get(name)
        removed = lab.voices.remove(voice.slug)
        trash = lab.settings.voices / ".trash" / removed
    text = f"{voice.name} is removed. For {TRASH_KEPT.days} days it lies in {trash}; move it back to undo this."
    return Answer(plain(voice) | {"removed": removed, "trash": str(trash)}, text)


@app.command("export")
@command
def export(
    name: Name,
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


@app.command("import")
@command
def import_(
    package: Annotated[Path, typer.Argument(help="A zip file that `voice export` wrote.")],
    name: Annotated[str | None, typer.Option("--name", help="Call the voice so.", show_default="its own name")] = None,
    home: Home = None,
) -> Answer:
    """Take a voice from a zip file, exactly as it was exported."""
    from voicelab.engines.needed import what_is_missing
    from voicelab.voices.package import import_voice

    with open_lab(home) as lab:
        voice = import_voice(lab.voices, package, name)
        folder = lab.settings.voices / voice.slug
    missing = what_is_missing(voice.recipe.model)
    value = plain(voice) | {"path": str(folder), "missing_model": missing}
    return Answer(value, "\n".join(filter(None, (f"{voice.name} is in {folder}.", missing))))


@dataclass(frozen=True)
class _CheckedText:
    transcript: Transcript
    match: Match


def _revision_to_replace(lab: Lab, name: str, *, replace: bool) -> int | None:
    """Return the revision of the voice to replace, if one may be; before the seconds that hearing takes.

    Raises InvalidName, VoiceExists, and UnknownVoice when there is nothing to replace.
    """
    slug = slug_of(name)
    if replace:
        return lab.voices.get(slug).revision
    if any(voice.slug == slug for voice in lab.voices.voices()):
        raise VoiceExists(f"There is a voice {slug} already. Choose another name, or replace it with --replace.")
    return None


def _checked_clip(recording: Recording, clip: Clip, window: Window, *, anyway: bool) -> Checkup:
    from voicelab.clips.checks import check

    tell("checking the clip", "checking")
    clipped = [at_s - window.start_s for at_s in recording.clipped_s if window.start_s <= at_s < window.end_s]
    checkup = check(clip, clipped)
    if checkup.verdict == "fail" and not anyway:
        failed = " ".join(row.message for row in checkup.checks if row.level == "fail")
        raise ClipUnusable(f"{failed} (--start-s and --end-s choose another stretch; --anyway keeps this one.)")
    return checkup


def _transcript(lab: Lab, clip: Clip, written: str | None, language: str | None, *, anyway: bool) -> _CheckedText:
    """Return the given text, or what is heard, with how it fits. Raises InvalidValue for a mismatch."""
    from voicelab.transcripts.cut import edit_text
    from voicelab.transcripts.words import Transcript

    if written is None:
        transcript = lab.transcriber.hear(clip, language=language, report=hearing)
        match = lab.transcriber.check(clip, transcript.text, language=transcript.language)
    else:
        tell("checking every word", "words")
        spoken = language or "english"
        match = lab.transcriber.check(clip, written, language=spoken)
        transcript = edit_text(Transcript("", (), "hand", spoken), written, match)
    if match.verdict == "mismatch" and not anyway:
        wrong = ", ".join(repr(word.text) for word in match.words if word.verdict == "wrong")
        which = f" Not heard: {textwrap.shorten(wrong, 100, placeholder=' …')}." if wrong else ""
        raise InvalidValue(
            "text",
            f"The text does not fit the audio, and one wrong word spoils every clone.{which} Correct the text "
            "(`transcript check` shows each word), or keep it with --anyway.",
        )
    return _CheckedText(transcript, match)


def _added(voice: Voice, folder: Path, checkup: Checkup, text: _CheckedText) -> Answer:
    value: dict[str, Any] = {
        "name": voice.name,
        "slug": voice.slug,
        "path": folder,
        "seconds": voice.seconds,
        "verdict": voice.match,
        "text": text.transcript.text,
        "notes": text.transcript.notes,
        "checks": checkup.checks,
    }
    warnings = [row.message for row in checkup.checks if row.level != "ok"]
    kept = f"{voice.name} is kept in {folder}: {voice.seconds:.1f} s, text: {voice.match}."
    return Answer(value, "\n".join((*text.transcript.notes, *warnings, text.transcript.text, kept)))
