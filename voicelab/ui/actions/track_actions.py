"""Choosing a track and a channel of the recording, where it has several."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.clips.channels import MOST_COMPARED, BestChannel, Contents, best_channel, contents
from voicelab.clips.track_choice import Choice
from voicelab.errors import InvalidValue, UnknownDraft, VoiceLabError
from voicelab.ui.actions.draft_view import UNCHANGED, open_draft
from voicelab.ui.actions.make_actions import with_checks
from voicelab.ui.actions.recording_actions import SAME, Brought
from voicelab.ui.actions.updates import IDLE, KEEP, Progress, Update, busy, said, shown
from voicelab.voices.taking_anew import take_anew

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.lab import Lab
    from voicelab.voices.draft import Draft

_MIX = "mix"
_SIDES = {1: "Left", 2: "Right"}


class TrackView(NamedTuple):
    """What shows the choice."""

    part: Update | Any
    """All of it: hidden where there is nothing to choose."""
    track: Update | Any
    channel: Update | Any
    advice: Progress | Any
    """Which channel is the best."""


_HIDDEN = TrackView(shown(False), KEEP, KEEP, IDLE)


def show_choice(lab: Lab, draft_id: str | None) -> Iterator[TrackView]:
    """Show what the draft's recording has to choose from, and then which channel is the best."""
    try:
        draft, path = (lab.drafts.get(draft_id), lab.drafts.recording(draft_id)) if draft_id else (None, None)
    except UnknownDraft:  # of a browser that was away for long: the page is empty
        draft = path = None
    if draft is None or path is None:
        yield _HIDDEN
        return
    found = contents(path, draft.filename, draft.choice)
    several = found.channels > 1
    if not several and len(found.tracks) < 2:  # noqa: PLR2004 - nothing to choose
        yield _HIDDEN
        return
    view = TrackView(shown(True), _track_field(found), _channel_field(draft, found.channels), IDLE)
    if not several:
        yield view
        return
    yield view._replace(advice=busy("Listening to the channels…"))
    try:
        best = best_channel(path, draft.filename, draft.choice, draft.window)
    except VoiceLabError as error:
        yield TrackView(KEEP, KEEP, KEEP, said(error.message))
        return
    yield TrackView(KEEP, KEEP, KEEP, said(_advice(best, found.channels)))


def choose_track(lab: Lab, track: int | None, draft_id: str) -> Iterator[Brought]:
    """Take another track of the recording: the mix of its channels, or the one that has the sound."""
    draft = open_draft(lab, draft_id)
    yield from _taken(lab, draft, Choice(track))


def choose_channel(lab: Lab, channel: str | None, draft_id: str) -> Iterator[Brought]:
    """Take another channel of the track, "1", "2", …, or the mix."""
    draft = open_draft(lab, draft_id)
    if channel != _MIX and not (channel and channel.isascii() and channel.isdigit()):
        raise InvalidValue("channel", "Choose the mix or one of the channels.")
    number = None if channel == _MIX else int(channel)
    yield from _taken(lab, draft, replace(draft.choice, channel=number, mix=number is None))


def _taken(lab: Lab, draft: Draft, choice: Choice) -> Iterator[Brought]:
    yield SAME._replace(view=UNCHANGED._replace(steps=shown(False), recording=busy(f"Reading {draft.filename}…")))
    try:
        anew = take_anew(lab.drafts, draft.id, choice)
    except VoiceLabError:
        for view in with_checks(lab, draft):  # the page is as it was before, whatever the message says
            yield SAME._replace(view=view)
        raise
    for view in with_checks(lab, anew):
        yield Brought(view._replace(best={}), shown(False), shown(True), draft.id)


def _track_field(found: Contents) -> Update:
    options = [(f"Track {number}", number) for number in found.tracks]
    return Update({"choices": options, "value": found.track, "visible": len(options) > 1})


def _channel_field(draft: Draft, channels: int) -> Update:
    options = [("Mix of all", _MIX), *((_called(number, channels), str(number)) for number in range(1, channels + 1))]
    chosen = _MIX if draft.channel is None else str(draft.channel)
    return Update({"choices": options, "value": chosen, "visible": channels > 1})


def _called(number: int, channels: int) -> str:
    return _SIDES[number] if channels == len(_SIDES) else f"Channel {number}"


def _advice(best: BestChannel, channels: int) -> str:
    if best.alike:
        return "All its channels hold the same: it does not matter which."
    name = "the mix" if best.channel is None else _called(best.channel, channels).lower()
    heard = f" (of the first {MOST_COMPARED})" if channels > MOST_COMPARED else ""
    return f"Suggested{heard}: {name}, because {best.reason}."
