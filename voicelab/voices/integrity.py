"""Looking through voices and drafts file by file: what is damaged, and what can be mended from what is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from voicelab.clips.clip import Clip, Window
from voicelab.clips.wav import read_wav, write_wav
from voicelab.errors import UnreadableFile, VoiceLabError
from voicelab.voices.draft import DECODED, GONE, Step, draft_of, last_step, read_source, step_paths
from voicelab.voices.slug import is_slug
from voicelab.voices.sums import SUMS, write_sums, wrong_files
from voicelab.voices.voice_file import CLIP, TRANSCRIPT, read_transcript, read_voice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from voicelab.voices.library import VoiceLibrary
    from voicelab.voices.voice import Voice

_FRAME_S = 1 / 24_000


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was saved."""

    what: str
    """voice, draft or experiment."""
    name: str
    """Its slug or id."""
    level: Literal["warn", "fail"]
    """warn: worth knowing. fail: something cannot be used."""
    message: str
    repaired: bool = False
    """Whether it was mended just now."""


def examine_voices(library: VoiceLibrary, folder: Path, *, repair: bool = False) -> Iterator[Finding]:
    """Look through the voices of `folder`, which `library` keeps. With `repair`, mend what the rest of a voice allows.

    A damaged clip is cut anew from the recording, where that is whole: the result must have the sum that was saved.
    Nothing is removed, and nothing that a person wrote is changed.
    """
    lock = library.writing() if repair else library.reading()
    with lock:
        try:
            library.pronunciations()
        except VoiceLabError as error:
            yield Finding("pronunciations", folder.name, "fail", error.message)
        names = sorted(path.name for path in folder.iterdir() if is_slug(path.name)) if folder.is_dir() else []
        for slug in names:
            yield from _examine_voice(folder / slug, repair=repair)


def _examine_voice(folder: Path, *, repair: bool) -> Iterator[Finding]:
    try:
        voice = read_voice(folder)
    except FileNotFoundError:
        yield _found(folder, "fail", f"{folder} has no voice.json. Put back a copy, or move the folder away.")
        return
    except VoiceLabError as error:
        yield _found(folder, "fail", error.message)
        return
    wrong = wrong_files(folder)
    if CLIP in (wrong or ()) or not _is_clip(folder / CLIP, voice.seconds):
        mended = repair and _cut_anew(folder, voice)
        after = "It was cut anew from the recording." if mended else "Put back a copy, or run with --repair."
        message = f"{folder / CLIP} is damaged or not the clip that was saved. {after}"
        yield _found(folder, "fail", message, repaired=mended)
    yield from _examine_words(folder, wrong or [])
    if voice.recording and not (folder / voice.recording).is_file():
        yield _found(folder, "warn", f"{folder / voice.recording} is missing: the clip cannot be cut anew.")
    elif voice.recording in (wrong or ()):
        message = f"{folder / voice.recording} is not what was brought. The clip does not need it; put back a copy."
        yield _found(folder, "fail", message)
    yield from _examine_sums(folder, voice, wrong, repair=repair)


def _examine_words(folder: Path, wrong: list[str]) -> Iterator[Finding]:
    try:
        read_transcript(folder)
    except VoiceLabError as error:
        yield _found(folder, "fail", error.message)
        return
    if TRANSCRIPT in wrong:
        message = f"{folder / TRANSCRIPT} was changed since the voice was saved. Check its words."
        yield _found(folder, "warn", message)


def _examine_sums(folder: Path, voice: Voice, wrong: list[str] | None, *, repair: bool) -> Iterator[Finding]:
    if wrong is None:
        if repair:
            write_sums(folder, [name for name in (CLIP, TRANSCRIPT, voice.recording) if (folder / name).is_file()])
        after = "They are written now, of what is there." if repair else "Run with --repair to write them."
        yield _found(folder, "warn", f"{folder} has no {SUMS}, as in version 0.1. {after}", repaired=repair)
    elif SUMS in wrong:
        message = f"{folder / SUMS} is damaged. Remove it, and run with --repair to write it anew."
        yield _found(folder, "fail", message)


def _found(folder: Path, level: Literal["warn", "fail"], message: str, *, repaired: bool = False) -> Finding:
    return Finding("voice", folder.name, level, message, repaired)


def _is_clip(path: Path, seconds: float) -> bool:
    try:
        return abs(read_wav(path).seconds - seconds) < 2 * _FRAME_S
    except VoiceLabError:
        return False


def _cut_anew(folder: Path, voice: Voice) -> bool:
    """Cut the clip from the recording; keep it only if it is what was saved, as far as that can be known."""
    from voicelab.clips.decode import decode

    if not voice.recording or voice.window is None:
        return False
    old = folder / CLIP
    before = old.read_bytes() if old.is_file() else None
    try:
        clip: Clip = decode(folder / voice.recording, choice=voice.choice).clip.cut(voice.window)
        if abs(clip.seconds - voice.seconds) > 2 * _FRAME_S:
            return False
        write_wav(old, clip)
    except VoiceLabError:
        return False
    if CLIP not in (wrong_files(folder) or ()):
        return True
    if before is not None:
        old.write_bytes(before)
    return False


def examine_drafts(folder: Path, *, repair: bool = False) -> Iterator[Finding]:
    """Look through the voices in the making. With `repair`, a step that is damaged is set aside, which is an undo."""
    for draft in sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else ():
        if draft.suffix == GONE:
            continue  # being removed
        if draft.suffix == ".new":
            yield Finding("draft", draft.name, "warn", f"{draft} was never finished. It is swept after 30 days.")
            continue
        try:
            _look_into(draft)
        except (VoiceLabError, OSError) as error:
            message = f"{draft} cannot be opened: {error}. Bring its recording again."
            yield Finding("draft", draft.name, "fail", message)
            continue
        while (problem := _problem_of_step(draft)) is not None:
            steps = step_paths(draft)
            mended = repair and len(steps) > 1
            if mended:
                steps[-1].rename(steps[-1].with_suffix(".damaged"))
            after = "The change before it holds now." if mended else "With --repair the change before it holds."
            yield Finding("draft", draft.name, "fail", f"{problem} {after}", mended)
            if not mended:
                break


def _look_into(draft: Path) -> None:
    """Read everything of a draft but its steps. Raises VoiceLabError, OSError."""
    from voicelab.clips.decode import decode

    source, step = read_source(draft), Step(Window(0.0, 0.0))
    read_wav(draft / DECODED)
    draft_of(draft.name, source, step, draft)  # reads its opinion
    if source.recording and abs(
        decode(draft / source.recording, choice=source.choice).clip.seconds - source.seconds
    ) > (2 * _FRAME_S):
        raise UnreadableFile(f"{draft / source.recording} is not what was brought")


def _problem_of_step(draft: Path) -> str | None:
    try:
        last_step(draft)
    except VoiceLabError as error:
        return error.message
    except FileNotFoundError:
        return f"{draft} has no steps."
    return None
