"""The library: voices on disk, one folder each, that threads and processes can read and change at the same time."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from voicelab.clips.clip import SAMPLE_RATE, Clip, Window
from voicelab.clips.track_choice import Choice
from voicelab.errors import InvalidValue, UnknownVoice, UnreadableFile, VoiceChanged, VoiceExists, VoiceLabError
from voicelab.files import is_plain
from voicelab.languages import language_name
from voicelab.speech.ports import Prompt
from voicelab.speech.reading import Reading
from voicelab.transcripts.words import Transcript
from voicelab.voices import pronunciations
from voicelab.voices.aliases import checked_aliases, folded, refuse_taken, unknown_voice
from voicelab.voices.checks import (
    checked_clip,
    checked_consent,
    checked_length,
    checked_match,
    checked_recipe,
    checked_transcript,
)
from voicelab.voices.folders import VoiceFolders
from voicelab.voices.slug import checked_name, checked_slug, is_slug, slug_of
from voicelab.voices.sums import write_sums
from voicelab.voices.voice import TAIL_SILENCE_S, Event, Recipe, Voice
from voicelab.voices.voice_file import (
    CLIP,
    TRANSCRIPT,
    copy_recording,
    read_transcript,
    read_voice,
    recording_name,
    write_transcript,
    write_voice,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from voicelab.settings import DateOrder
    from voicelab.speech.reading import Pronunciation
    from voicelab.voices.pronunciations import Entries


class VoiceLibrary:
    """Every method may be called from any thread and any process. Slugs are checked before a path is made of them."""

    def __init__(self, folder: Path, date_order: DateOrder | None = None) -> None:
        """Keep the voices in `folder`, which is made with the first of them; `date_order` is the lab's own."""
        self._folders = VoiceFolders(folder)
        self._date_order = date_order

    @property
    def folders(self) -> VoiceFolders:
        """The folders as wholes, for voices/package.py."""
        return self._folders

    def reading(self) -> AbstractContextManager[None]:
        """Keep the library as it is while several things are read that belong together."""
        return self._folders.reading()

    def writing(self) -> AbstractContextManager[None]:
        """Let nobody else read or change the library meanwhile. Raises StorageFailed."""
        return self._folders.writing()

    def voices(self) -> list[Voice]:
        """Return every readable voice, by name; `problems` tells of the others."""
        return sorted(self._look()[0], key=lambda voice: (voice.name.casefold(), voice.slug))

    def problems(self) -> list[str]:
        """Return a sentence for each folder that is no readable voice."""
        return self._look()[1]

    def get(self, name_or_slug: str) -> Voice:
        """Return a voice by its slug or else by its name, in any case.

        Raises UnknownVoice, which lists near names; UnreadableFile.
        """
        with self.reading():
            if is_slug(name_or_slug) and (voice := self._present(name_or_slug)):
                return voice
            wanted = folded(name_or_slug)
            voices = self.voices()
            for voice in voices:
                if folded(voice.name) == wanted:
                    return voice
        raise unknown_voice(name_or_slug, voices)

    def clip_path(self, slug: str) -> Path:
        """Return where the clip's WAV file is: 24 kHz, mono, 16 bit. Raises UnknownVoice."""
        return self._folders[self._known(slug).slug] / CLIP

    def clip(self, slug: str) -> Clip:
        """Return the voice's clip. Raises UnknownVoice, UnreadableFile."""
        from voicelab.clips.wav import read_wav

        with self.reading():
            path = self.clip_path(slug)
            clip = read_wav(path)
        if clip.sample_rate != SAMPLE_RATE:
            raise UnreadableFile(
                f"{path} has {clip.sample_rate} samples per second and not {SAMPLE_RATE}. Resample it."
            )
        return clip

    def transcript(self, slug: str) -> Transcript:
        """Return the words of the clip. Raises UnknownVoice, UnreadableFile."""
        with self.reading():
            return read_transcript(self._folders[self._known(slug).slug])

    def recording(self, slug: str) -> Path | None:
        """Return where the untouched recording is; None when it is not there, or is a link. Raises UnknownVoice."""
        voice = self._known(slug)
        path = self._folders[voice.slug] / voice.recording
        return path if voice.recording and is_plain(path) else None

    def prompt(self, slug: str, length_s: float | None = None) -> Prompt:
        """Return what an engine needs of the voice: the whole clip, or about its first `length_s` seconds.

        A cut falls between words and carries exactly its words; the silence that the recipe wants comes after it.
        Raises UnknownVoice, UnreadableFile, InvalidValue.
        """
        from voicelab.clips.repairs import with_tail
        from voicelab.transcripts.cut import cut_transcript, window_of_length

        with self.reading():
            voice, clip, transcript = self._known(slug), self.clip(slug), self.transcript(slug)
        if length_s is not None and checked_length(length_s) < clip.seconds:
            window = window_of_length(transcript, clip.seconds, length_s)
            clip, (transcript, _dropped) = clip.cut(window), cut_transcript(transcript, window)
            if not transcript.text.strip():
                raise InvalidValue(
                    "length_s", f"The first {length_s:g} s of the clip of {voice.name} hold no word. Use more of it."
                )
        tail_s = voice.recipe.tail_silence_s
        consented = bool(voice.consent.strip())
        return Prompt(with_tail(clip, tail_s).samples, transcript.text, voice.language, tail_s, consented)

    def save(  # noqa: PLR0913 - what a voice is made of; all but five by name only
        self,
        name: str,
        clip: Clip,
        transcript: Transcript,
        language: str,
        consent: str,
        *,
        recipe: Recipe | None = None,
        recording: Path | None = None,
        choice: Choice | None = None,
        window: Window | None = None,
        repairs: tuple[str, ...] = (),
        match: str = "unchecked",
        synthetic: bool = False,
        replace_revision: int | None = None,
    ) -> Voice:
        """Keep a voice; over one that is there only when `replace_revision` is that one's revision.

        `window` is where in `recording` the clip lies, from its start if it is not given; `choice` is what of it was
        decoded; `repairs` are those of clips/repairs.py that were done to `clip`. `match` is the verdict of the
        transcript's check, or "unchecked".

        The new folder is written beside and takes its place whole: a full disk or a kill leaves the old one.
        Raises InvalidName, InvalidValue, UnsupportedLanguage, ClipUnusable, EmptyText, VoiceExists, VoiceChanged,
        StorageFailed.
        """
        from voicelab.clips.wav import write_wav

        transcript = checked_transcript(transcript)
        voice = Voice(
            slug=slug_of(name),
            name=checked_name(name),
            language=language_name(language),
            recipe=checked_recipe(recipe or Recipe(tail_silence_s=TAIL_SILENCE_S)),
            consent=checked_consent(consent),
            created=_now(),
            seconds=checked_clip(clip).seconds,
            match=checked_match(match),
            synthetic=synthetic,
            recording=recording_name(recording.name) if recording else "",
            choice=choice or Choice(),
            window=window or (Window(0.0, clip.seconds) if recording else None),
            repairs=repairs,
        )
        with self.reading():
            self._succeed(voice, replace_revision)  # refuses before anything is written; again below, when it counts
        with self._folders.staging() as staged:
            write_wav(staged / CLIP, clip)
            write_transcript(staged, transcript)
            if recording:
                copy_recording(recording, staged / voice.recording)
            with self._folders.writing():
                voice = self._succeed(voice, replace_revision)
                write_voice(staged, voice)
                write_sums(staged, [CLIP, TRANSCRIPT, *([voice.recording] if recording else [])])
                self._folders.put(staged, voice.slug)
        return voice

    def rename(
        self,
        slug: str,
        name: str | None,
        aliases: Iterable[str] | None = None,
        revision: int | None = None,
    ) -> Voice:
        """Give a voice another name, and its folder with it, and other names beside it; None leaves either as it is.

        Raises UnknownVoice, InvalidName, InvalidValue, VoiceExists, and VoiceChanged when `revision` is given and not
        the voice's.
        """
        new = slug if name is None else slug_of(name)
        names = None if aliases is None else checked_aliases(aliases)
        with self._folders.writing():
            voice = self._known(slug)
            if revision is not None:
                _check_revision(voice, revision)
            if new != slug and self._folders[new].exists():
                raise VoiceExists(self._taken(new))
            changed = voice
            if names is not None:
                refuse_taken(names, (other for other in self._look()[0] if other.slug != slug))
                changed = _changed(changed, f"other names: {', '.join(names) or 'none'}", aliases=names)
            if name is not None:
                refuse_taken([name], (other for other in self._look()[0] if other.slug != slug), "name")
                changed = _changed(changed, f"renamed from {voice.name}", name=checked_name(name), slug=new)
            if new == slug:
                write_voice(self._folders[slug], changed)
            else:
                self._folders.move(slug, new, lambda folder: write_voice(folder, changed))
        return changed

    def remove(self, slug: str) -> str:
        """Move a voice to the trash, where it stays for folders.TRASH_KEPT; return what `restore` takes.

        Also takes a folder that `problems` names. Raises UnknownVoice.
        """
        with self._folders.writing():
            if checked_slug(slug) not in self._folders.names():
                raise unknown_voice(slug, self._look()[0])
            return self._folders.discard(slug)

    def restore(self, removed: str) -> Voice:
        """Bring back what `remove` took. Raises UnknownVoice when it is gone, VoiceExists when its place is taken."""
        with self._folders.writing():
            return self._known(self._folders.bring_back(removed))

    def set_recipe(self, slug: str, recipe: Recipe, revision: int | None = None) -> Voice:
        """Let the voice speak with `recipe` from now on, whose model is thereby chosen here.

        Raises UnknownVoice, InvalidValue, and VoiceChanged when `revision` is given and not the voice's.
        """
        recipe = replace(checked_recipe(recipe), brought=False)
        length = f"first {recipe.length_s:g} s" if recipe.length_s else "whole clip"
        speed = f", speed {recipe.speed:g}" if recipe.speed != 1 else ""
        checked = ", checked" if recipe.check else ""
        what = f"recipe: {recipe.model}, {length}, seed {recipe.seed}{speed}{checked}"
        return self._set(slug, revision, what, recipe=recipe)

    def called(self, name: str) -> Voice:
        """Return what `get` does, or the voice that has `name` among its other names. Raises what `get` raises."""
        with self.reading():
            try:
                return self.get(name)
            except UnknownVoice:
                for voice in self.voices():
                    if folded(name) in map(folded, voice.aliases):
                        return voice
                raise

    def read_as(self, voice: Voice | None, reading: Reading | None = None) -> Reading:
        """Return `reading` with the lab's order of dates, where it has none, and the words of `voice` and of the lab.

        Those of the voice win. Raises UnreadableFile for a list that is damaged.
        """
        reading = reading or Reading()
        own = voice.pronunciations if voice else ()
        known = set(map(pronunciations.key, own))
        others = (entry for entry in self.pronunciations() if pronunciations.key(entry) not in known)
        return replace(reading, date_order=reading.date_order or self._date_order, pronunciations=(*own, *others))

    def pronunciations(self) -> tuple[Pronunciation, ...]:
        """Return how the lab says words with every voice. Raises UnreadableFile."""
        return pronunciations.read_list(self._folders.root)

    def set_pronunciations(
        self, slug: str | None, entries: Iterable[Pronunciation], revision: int | None = None
    ) -> tuple[Pronunciation, ...]:
        """Let the voice, or with None every voice of the lab, say words so from now on; return the list as it is kept.

        Raises UnknownVoice, InvalidValue, StorageFailed, and VoiceChanged when `revision` is given and not the voice's.
        """
        checked = pronunciations.checked(entries)
        return self.change_pronunciations(slug, lambda _before: checked, revision)[1]

    def change_pronunciations(
        self, slug: str | None, change: Callable[[Entries], Entries], revision: int | None = None
    ) -> tuple[Entries, Entries]:
        """Let `change` make the list anew of what it is at that moment, and return the list before and after.

        Two who change it at once both have their way. Raises what `set_pronunciations` and `change` raise.
        """
        with self._folders.writing():
            voice = None if slug is None else self._known(slug)
            if voice is not None and revision is not None:
                _check_revision(voice, revision)
            before = voice.pronunciations if voice else self.pronunciations()
            after = pronunciations.checked(change(before))
            if voice is None:
                pronunciations.write_list(self._folders.root, after)
            else:
                many = "word" if len(after) == 1 else "words"
                changed = _changed(voice, f"pronunciations: {len(after)} {many}", pronunciations=after)
                write_voice(self._folders[voice.slug], changed)
        return before, after

    def _set(self, slug: str, revision: int | None, what: str, **fields: Any) -> Voice:
        with self._folders.writing():
            voice = self._known(slug)
            if revision is not None:
                _check_revision(voice, revision)
            voice = _changed(voice, what, **fields)
            write_voice(self._folders[slug], voice)
        return voice

    def _look(self) -> tuple[list[Voice], list[str]]:
        voices: list[Voice] = []
        problems: list[str] = []
        with self.reading():
            for name in self._folders.names():
                if not is_slug(name):
                    reason = "a voice's folder has small letters, digits and hyphens only. Rename it"
                    problems.append(f"voices/{name} is not used: {reason}.")
                    continue
                try:
                    voices.append(read_voice(self._folders[name]))
                except FileNotFoundError:
                    problems.append(f"voices/{name} is not used: it has no voice.json. Put one back or move it away.")
                except VoiceLabError as error:
                    problems.append(error.message)
        return voices, problems

    def _present(self, slug: str) -> Voice | None:
        with self.reading():
            try:
                return read_voice(self._folders[slug])
            except (FileNotFoundError, NotADirectoryError):
                return None

    def _known(self, slug: str) -> Voice:
        voice = self._present(checked_slug(slug))
        if voice is None:
            raise unknown_voice(slug, self._look()[0])
        return voice

    def _succeed(self, voice: Voice, replace_revision: int | None) -> Voice:
        """Return `voice` as it follows the one in its place. Raises VoiceExists, VoiceChanged."""
        if replace_revision is None:
            if self._folders[voice.slug].exists():
                raise VoiceExists(self._taken(voice.slug))
            refuse_taken([voice.name], self._look()[0], "name")
            return replace(voice, history=(Event(voice.created, "saved"),))
        before = self._present(voice.slug)
        if before is None:
            raise VoiceChanged(
                f"{voice.name} was removed or renamed since it was opened here. Save under another name, or bring the "
                "removed voice back first."
            )
        _check_revision(before, replace_revision)
        after = replace(voice, created=before.created, revision=before.revision, history=before.history)
        after = replace(after, aliases=before.aliases, pronunciations=before.pronunciations)
        return _changed(after, "saved again")

    def _taken(self, slug: str) -> str:
        voice = self._present(slug)
        what = f"the voice {voice.name}" if voice else "a folder that is no voice"
        return f"The name is taken by {what} (voices/{slug}). Choose another name, or replace that voice knowingly."


def _changed(voice: Voice, what: str, **fields: Any) -> Voice:
    history = (*voice.history, Event(_now(), what))
    return replace(voice, revision=voice.revision + 1, history=history, **fields)


def _check_revision(voice: Voice, revision: int) -> None:
    if voice.revision != revision:
        raise VoiceChanged(
            f"{voice.name} was changed elsewhere since it was opened here (revision {revision} then, {voice.revision} "
            "now). Open it again to see the change, or save under another name."
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
