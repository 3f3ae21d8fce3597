"""A voice in the making becomes one of the library."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from voicelab.errors import EmptyText, UnknownVoice, VoiceChanged
from voicelab.voices.slug import slug_of
from voicelab.voices.voice import Recipe

if TYPE_CHECKING:
    from voicelab.voices.draft import Draft
    from voicelab.voices.drafts import DraftStore
    from voicelab.voices.library import VoiceLibrary
    from voicelab.voices.voice import Voice


def save_as_voice(  # noqa: PLR0913 - what the form of the page holds
    store: DraftStore,
    library: VoiceLibrary,
    draft_id: str,
    name: str,
    language: str,
    consent: str,
    *,
    match: str,
    checked: Draft | None = None,
    replace_revision: int | None = None,
) -> Voice:
    """Save a draft under `name`, and let it take that voice's place from now on.

    Where the draft was opened from or saved as the voice of that name, it replaces it, recipe and origin kept, unless
    the voice changed meanwhile; another voice only when `replace_revision` is that one's revision.
    `match` is the verdict on `checked`: what was changed since then would have a verdict that is not its own.
    Raises UnknownDraft, EmptyText, VoiceChanged and everything that VoiceLibrary.save raises.
    """
    draft = store.get(draft_id)
    if checked is not None and not draft.sounds_and_says_as(checked):
        raise VoiceChanged("The clip or its text was changed while it was checked for saving. Save once more.")
    if draft.transcript is None:
        raise EmptyText("The voice has no transcript. Transcribe the clip or write what is said in it.")
    own = draft.voice_slug == slug_of(name)
    if replace_revision is None and own:
        replace_revision = draft.voice_revision
    before = None
    if own:
        with contextlib.suppress(UnknownVoice):  # removed meanwhile: `save` says so
            before = library.get(draft.voice_slug)
    voice = library.save(
        name,
        store.clip(draft_id),
        draft.transcript,
        language,
        consent,
        recipe=(before.recipe if before else Recipe()).with_tail_silence(draft.tail_silence),
        recording=store.recording(draft_id),
        choice=draft.choice,
        window=draft.window if store.recording(draft_id) else None,
        repairs=draft.repairs,
        match=match,
        synthetic=before.synthetic if before else False,
        replace_revision=replace_revision,
    )
    store.remember_voice(draft_id, voice)
    return voice
