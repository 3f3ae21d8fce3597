"""The library: voices on disk, one folder each, that threads and processes can read and change at the same time."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from voicelab.clips.clip import Clip, Window
from voicelab.clips.track_choice import Choice
from voicelab.errors import VoiceChanged, VoiceExists
from voicelab.languages import language_name
from voicelab.transcripts.words import Transcript
from voicelab.voices import pronunciations
from voicelab.voices.aliases import checked_aliases, refuse_taken, unknown_voice
from voicelab.voices.checks import (
    checked_clip,
    checked_consent,
    checked_match,
    checked_recipe,
    checked_transcript,
)
from voicelab.voices.shelf import VoiceShelf
from voicelab.voices.slug import checked_name, checked_slug, slug_of
from voicelab.voices.sums import write_sums
from voicelab.voices.voice import TAIL_SILENCE_S, Event, Recipe, Voice
from voicelab.voices.voice_file import (
    CLIP,
    TRANSCRIPT,
    copy_recording,
    recording_name,
    write_transcript,
    write_voice,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from voicelab.speech.reading import Pronunciation
    from voicelab.voices.pronunciations import Entries


class VoiceLibrary(VoiceShelf):
    """Every method may be called from any thread and any process. Slugs are checked before a path is made of them."""

    def writing(self) -> AbstractContextManager[None]:
        """Let nobody else read or change the library meanwhile. Raises StorageFailed."""
        return self._folders.writing()

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
