"""Voices as they are read: one folder each, which other threads and processes may be changing."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.errors import InvalidValue, UnknownVoice, UnreadableFile, VoiceLabError
from voicelab.files import is_plain
from voicelab.speech.ports import Prompt
from voicelab.speech.reading import Reading
from voicelab.transcripts.words import Transcript
from voicelab.voices import pronunciations
from voicelab.voices.aliases import folded, unknown_voice
from voicelab.voices.checks import checked_length
from voicelab.voices.folders import VoiceFolders
from voicelab.voices.slug import checked_slug, is_slug
from voicelab.voices.voice import Voice
from voicelab.voices.voice_file import CLIP, read_transcript, read_voice

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.settings import DateOrder
    from voicelab.speech.reading import Pronunciation


class VoiceShelf:
    """The half of a library that changes nothing; any thread and any process may call it."""

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
        """Return a voice by its slug alone. Raises UnknownVoice, UnreadableFile, InvalidValue."""
        voice = self._present(checked_slug(slug))
        if voice is None:
            raise unknown_voice(slug, self._look()[0])
        return voice
