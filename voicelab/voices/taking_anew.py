"""A draft started anew from its own recording, of which another track or channel is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicelab.clips.first_window import suggested_window
from voicelab.clips.speech import speech_stretches
from voicelab.errors import InvalidValue
from voicelab.voices.draft import Source, Step

if TYPE_CHECKING:
    from voicelab.clips.clip import Clip, Window
    from voicelab.clips.track_choice import Choice
    from voicelab.voices.draft import Draft
    from voicelab.voices.drafts import DraftStore

_SAME_LENGTH_S = 0.05
"""Channels of a track are equally long; another track may be any other recording."""


def take_anew(drafts: DraftStore, draft_id: str, choice: Choice) -> Draft:
    """Return a new draft of what `choice` takes of the draft's recording; the old one stays as it is.

    The window stays where the sound is as long as before. The words go: another sound may say others. Raises
    UnknownDraft, UnreadableAudio, AudioTooLong, StorageFailed, InvalidValue where the recording was not kept.
    """
    from voicelab.clips.decode import decode

    before, path = drafts.get(draft_id), drafts.recording(draft_id)
    if path is None:
        raise InvalidValue("draft", "The recording was not kept, only the clip. Bring the recording to choose from it.")
    recording = decode(path, before.filename, choice)
    source = Source(
        filename=before.filename,
        recording=path.name,
        seconds=recording.clip.seconds,
        choice=choice,
        channel=recording.channel,
        clipped_s=recording.clipped_s,
        notes=recording.notes,
        language=before.language,
        voice_slug=before.voice_slug,
        voice_revision=before.voice_revision,
    )
    window = _window(before, recording.clip, source.clipped_s)
    return drafts.start(source, Step(window, tail_silence=before.tail_silence), recording.clip, path)


def _window(before: Draft, clip: Clip, clipped_s: tuple[float, ...]) -> Window:
    if abs(clip.seconds - before.seconds) <= _SAME_LENGTH_S:
        return before.window.inside(clip.seconds)
    return suggested_window(clip, speech_stretches(clip), clipped_s=clipped_s)
