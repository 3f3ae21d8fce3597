"""What a tab says while there is nothing to work with yet: a sentence, and a button that leads to where it is made.

What cannot be used meanwhile, and stands after it, is hidden by the style sheet (ui/tabs/widgets.LATER).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from voicelab.ui.actions.tab_names import COMPARE, MAKE
from voicelab.ui.actions.updates import Update, choices

if TYPE_CHECKING:
    from voicelab.lab import Lab
    from voicelab.ui.actions.widget_json import Empty, Nothing

NO_VOICE: Empty = {
    "text": "There is no voice yet: 10 to 20 seconds of one person speaking are enough to make one.",
    "label": "Make a voice",
    "tab": MAKE,
}
_NO_TAKES: Empty = {
    "text": "There is nothing to listen to yet: a blind test is made of the takes of a comparison.",
    "label": "Compare settings",
    "tab": COMPARE,
}


class VoiceList(NamedTuple):
    """The outputs of a tab that works with a voice."""

    voice: Update
    empty: Empty | Nothing


def voice_list(lab: Lab, current: str | None) -> VoiceList:
    """Offer every voice, keeping the chosen one if it is still there; without any, say where one is made."""
    voices = lab.voices.voices()
    known = [voice.slug for voice in voices]
    chosen = current if current in known else (known[0] if known else None)
    return VoiceList(choices([(voice.name, voice.slug) for voice in voices], chosen), without_voice(lab))


def without_voice(lab: Lab) -> Empty | Nothing:
    """Say that there is no voice; nothing where there is one."""
    return {} if lab.voices.voices() else NO_VOICE


def without_takes(lab: Lab) -> Empty:
    """Say that there is no comparison to listen to, and what comes first: a voice, or a comparison."""
    return _NO_TAKES if lab.voices.voices() else NO_VOICE
