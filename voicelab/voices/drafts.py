"""Voices in the making, kept on disk, so that a reload of the page or a restart of the lab loses nothing."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cachetools import LRUCache

from voicelab.clips.clip import Clip, Window
from voicelab.clips.repairs import checked_repairs, repaired
from voicelab.clips.track_choice import Choice
from voicelab.errors import UnknownDraft
from voicelab.files import storage_errors
from voicelab.voices.draft import (
    DECODED,
    GONE,
    Draft,
    Opinion,
    Source,
    Step,
    add_step,
    amend_step,
    bring_step,
    changed_at,
    draft_of,
    drop_step,
    last_step,
    may_go_on,
    read_source,
    shown_name,
    with_transcript,
    with_window,
    write_opinion,
    write_source,
)
from voicelab.voices.known_words import first_known
from voicelab.voices.voice_file import copy_recording, recording_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from voicelab.transcripts.words import Transcript
    from voicelab.voices.library import VoiceLibrary
    from voicelab.voices.voice import Voice

CLIPS_IN_MEMORY = 4
"""Clips kept decoded: the page asks for the same one several times per change."""
_SWEPT = ".swept"
"""A file that is as old as the last sweep."""
_ID = re.compile(r"[0-9a-f]{32}")


class DraftStore:
    """Drafts under one folder. Ids are checked before a path is made of them. Every method is safe in threads."""

    def __init__(self, folder: Path) -> None:
        """Keep the drafts in `folder`, which is made with the first of them."""
        self._folder = folder
        self._lock = threading.RLock()
        self._clips: LRUCache[tuple[str, Window, tuple[str, ...]], Clip] = LRUCache(CLIPS_IN_MEMORY)

    def create(self, upload: Path, filename: str, choice: Choice | None = None) -> Draft:
        """Start from a file: decode it once and keep it untouched. `filename` is what the user's file was called.

        `choice` says which track and channel of it are taken.

        Raises UnreadableAudio, AudioTooLong, StorageFailed.
        """
        from voicelab.clips.decode import decode

        shown = shown_name(filename)
        recording = decode(upload, shown, choice)
        source = Source(
            filename=shown,
            recording=recording_name(filename),
            seconds=recording.clip.seconds,
            choice=choice or Choice(),
            channel=recording.channel,
            clipped_s=tuple(recording.clipped_s),
            notes=tuple(recording.notes),
        )
        return self.start(source, Step(Window(0.0, source.seconds)), recording.clip, upload)

    def open_voice(self, library: VoiceLibrary, name_or_slug: str) -> Draft:
        """Start from a saved voice: its recording, window and words. Saved under its name, it takes the voice's place.

        Raises UnknownVoice, UnreadableFile, UnreadableAudio, StorageFailed.
        """
        from voicelab.clips.decode import decode

        with library.reading():
            voice = library.get(name_or_slug)
            transcript = library.transcript(voice.slug)
            path = library.recording(voice.slug)
            source = Source(
                filename=voice.name,
                recording="",
                seconds=voice.seconds,
                language=voice.language,
                voice_slug=voice.slug,
                voice_revision=voice.revision,
            )
            if path is None or voice.window is None:
                clip, window, path = library.clip(voice.slug), Window(0.0, voice.seconds), None
                source = replace(source, notes=("The recording was not kept: only the saved clip can be trimmed.",))
            else:
                recording = decode(path, voice.name, voice.choice)
                clip, window = recording.clip, voice.window
                source = replace(
                    source,
                    recording=path.name,
                    choice=voice.choice,
                    channel=recording.channel,
                    seconds=clip.seconds,
                    clipped_s=tuple(recording.clipped_s),
                    notes=tuple(recording.notes),
                )
            known = first_known(window, transcript)
            step = Step(
                window,
                transcript,
                known,
                known,
                repairs=voice.repairs if path else (),
                tail_silence=voice.recipe.tail_silence_s > 0,
            )
            return self.start(source, step, clip, path)

    def get(self, draft_id: str) -> Draft:
        """Return a draft. Raises UnknownDraft."""
        with self._lock, self._found(draft_id) as folder:
            return draft_of(draft_id, read_source(folder), last_step(folder), folder)

    def clip(self, draft_id: str, *, as_recorded: bool = False) -> Clip:
        """Return the clip that the window cuts from the recording, with or without its repairs.

        Raises UnknownDraft, ClipUnusable when it cannot be repaired.
        """
        from voicelab.clips.wav import read_wav

        with self._lock, self._found(draft_id) as folder:
            step = last_step(folder)
            key = (draft_id, step.window, () if as_recorded else step.repairs)
            if key not in self._clips:
                self._clips[key] = repaired(read_wav(folder / DECODED, step.window), key[2])
            return self._clips[key]

    def recording_clip(self, draft_id: str) -> Clip:
        """Return the whole recording as a clip, read anew: half an hour is 170 MB. Raises UnknownDraft."""
        from voicelab.clips.wav import read_wav

        return read_wav(self.decoded_path(draft_id))

    def decoded_path(self, draft_id: str) -> Path:
        """Return the WAV file of the whole recording. Raises UnknownDraft."""
        with self._found(draft_id) as folder:
            return folder / DECODED

    def set_window(self, draft_id: str, window: Window) -> Draft:
        """Cut the clip anew, and its words from all that are known; `Draft.cut_notes` says what fell out.

        Words outside are remembered: a later, wider window brings them back. Raises UnknownDraft, InvalidValue.
        """
        return self._change(draft_id, lambda step, seconds: with_window(step, window.inside(seconds)))

    def set_transcript(self, draft_id: str, transcript: Transcript, *, goes_on: bool = False) -> Draft:
        """Replace the words of the clip; times count from the start of the window. Raises UnknownDraft.

        With `goes_on` it takes the place of an edit by hand that was made just before: one change to undo.
        """
        return self._change(draft_id, lambda step, _seconds: with_transcript(step, transcript), goes_on=goes_on)

    def set_repairs(self, draft_id: str, repairs: Iterable[str], *, tail_silence: bool) -> Draft:
        """Have the clip repaired, and the recipe append silence or not.

        Raises UnknownDraft, InvalidValue, and ClipUnusable where there is nothing that could be repaired.
        """
        wanted = checked_repairs(repairs)
        repaired(self.clip(draft_id, as_recorded=True), wanted)
        return self._change(
            draft_id, lambda step, _seconds: replace(step, repairs=wanted, tail_silence=tail_silence, cut_notes=())
        )

    def undo(self, draft_id: str) -> Draft:
        """Take back the last change of window or words. Raises UnknownDraft, InvalidValue when there is none."""
        with self._lock:
            with self._found(draft_id) as folder:
                drop_step(folder)
            return self.get(draft_id)

    def redo(self, draft_id: str) -> Draft:
        """Do again what `undo` took back last. Raises UnknownDraft, InvalidValue when there is nothing."""
        with self._lock:
            with self._found(draft_id) as folder:
                bring_step(folder)
            return self.get(draft_id)

    def set_opinion(self, draft_id: str, opinion: Transcript) -> Draft:
        """Keep what another recognizer heard in the clip, until the window moves. Raises UnknownDraft."""
        with self._lock:
            with self._found(draft_id) as folder:
                write_opinion(folder, Opinion(last_step(folder).window, opinion))
            return self.get(draft_id)

    def remember_voice(self, draft_id: str, voice: Voice) -> Draft:
        """Let the draft take the place of `voice` when it is saved under that name again. Raises UnknownDraft."""
        with self._lock:
            with self._found(draft_id) as folder:
                source = read_source(folder)
                write_source(folder, replace(source, voice_slug=voice.slug, voice_revision=voice.revision))
            return self.get(draft_id)

    def recording(self, draft_id: str) -> Path | None:
        """Return the untouched recording; None when a voice was opened that had kept none. Raises UnknownDraft."""
        with self._found(draft_id) as folder:
            name = read_source(folder).recording
            return folder / name if name else None

    def remove(self, draft_id: str) -> None:
        """Forget a draft with its recording. Raises UnknownDraft, StorageFailed."""
        with self._lock, self._found(draft_id) as folder, storage_errors("the removal of the draft"):
            _remove(folder)

    def sweep(self, older_than_s: float) -> int:
        """Forget the drafts that nobody changed for so many seconds; return how many. Raises StorageFailed.

        Nothing is forgotten when the last sweep seems as long ago: then the clock may have jumped (an empty battery, a
        wrong year), and every draft would look old. The next sweep decides.
        """
        if not self._folder.is_dir():
            return 0
        swept = 0
        with self._lock, storage_errors("the removal of old drafts"):
            stamp = self._folder / _SWEPT
            jumped = stamp.exists() and abs(time.time() - stamp.stat().st_mtime) > older_than_s
            stamp.touch()
            os.utime(stamp, (time.time(), time.time()))  # by the same clock as the comparison
            for folder in [] if jumped else [path for path in self._folder.iterdir() if path.is_dir()]:
                if folder.suffix == GONE:
                    shutil.rmtree(folder)
                elif time.time() - changed_at(folder) > older_than_s:
                    _remove(folder)
                    swept += 1
        return swept

    def start(self, source: Source, step: Step, clip: Clip, recording: Path | None) -> Draft:
        """Start from `clip`, all that was decoded of a file, which is kept untouched. Raises StorageFailed."""
        from voicelab.clips.wav import write_wav

        draft_id = secrets.token_hex(16)
        folder = self._folder / f"{draft_id}.new"
        try:
            with storage_errors("the draft"):
                folder.mkdir(parents=True)
            write_wav(folder / DECODED, clip)
            if recording:
                copy_recording(recording, folder / source.recording)
            write_source(folder, source)
            add_step(folder, step)
            with storage_errors("the draft"):
                folder.rename(self._folder / draft_id)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return self.get(draft_id)

    def _change(self, draft_id: str, change: Callable[[Step, float], Step], *, goes_on: bool = False) -> Draft:
        with self._lock, self._found(draft_id) as folder:
            source, before = read_source(folder), last_step(folder)
            after = change(before, source.seconds)
            if after != before:
                if goes_on and may_go_on(folder, before, after):
                    amend_step(folder, after)
                else:
                    add_step(folder, after)
            return draft_of(draft_id, source, after, folder)

    @contextlib.contextmanager
    def _found(self, draft_id: str) -> Iterator[Path]:
        folder = self._folder / draft_id if _ID.fullmatch(draft_id) else None
        gone = "This voice in the making is not there any more. Bring the recording again to start anew."
        if folder is None or not folder.is_dir():
            raise UnknownDraft(gone)
        try:
            yield folder
        except FileNotFoundError as error:
            raise UnknownDraft(gone) from error


def _remove(folder: Path) -> None:
    gone = folder.with_suffix(GONE)
    folder.rename(gone)
    shutil.rmtree(gone)
