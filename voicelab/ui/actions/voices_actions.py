"""The voices that were kept: look, rename, remove, open again."""

from __future__ import annotations

import contextlib
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.addresses import public_url
from voicelab.errors import InvalidValue, UnreadableFile
from voicelab.models.known_models import is_known
from voicelab.models.missing_model import what_is_missing
from voicelab.ui.actions.draft_view import DraftView
from voicelab.ui.actions.empty_states import without_voice
from voicelab.ui.actions.make_actions import with_checks
from voicelab.ui.actions.tab_names import MAKE
from voicelab.ui.actions.updates import KEEP, Notice, Update, choices, notice, shown
from voicelab.voices.package import export_voice, import_beside
from voicelab.voices.whose_words import whose_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.lab import Lab
    from voicelab.ui.actions.widget_json import Empty, Nothing, Table
    from voicelab.voices.voice import Voice

_NO_EXPORT = Update({"value": None, "interactive": False})


class Library(NamedTuple):
    """The outputs of everything that changes the library."""

    voice: Update
    empty: Empty | Nothing
    table: Table
    notes: list[Notice]
    ask: Update
    """Whether the question about removing is shown."""
    asked: str | Any
    """The voice that it is about."""
    undo: Update | Any
    """Whether the button that brings the last removed voice back is shown."""
    removed: str | Any
    """What that button brings back."""


class Details(NamedTuple):
    """The outputs of choosing a voice."""

    about: list[Notice] | Any
    clip: str | Any | None
    """Path of the clip's WAV file."""
    name: str | Any
    also: str | Any
    """Its other names, with commas between them."""
    export: Update
    """The button that downloads the voice as a zip file: off while there is none of this very voice."""


class Reopened(NamedTuple):
    """The outputs of opening a voice again."""

    view: DraftView
    name: str
    language: str
    consent: str
    tabs: Update


def library(lab: Lab, current: str | None) -> Library:
    """List the voices, keeping the chosen one if it is still there."""
    return _library(lab, current, [])


def details(lab: Lab, slug: str | None) -> Iterator[Details]:
    """Show one voice: its clip, its transcript, its recipe and what happened to it; then offer it as a zip file.

    The file is made when the voice is chosen: a browser downloads only what is there.
    """
    if not slug:
        yield Details([], None, "", "", _NO_EXPORT)
        return
    voice = lab.voices.get(slug)
    rows = [
        notice(lab.voices.transcript(slug).text, "info", "Says"),
        notice(_recipe(voice), "info", "Recipe"),
        notice(voice.consent or "none was given", "info", "Consent"),
        notice(_curl(lab, slug), "info", "HTTP"),
        *(notice(f"{event.at[:16].replace('T', ' ')} UTC: {event.what}", "info", "History") for event in voice.history),
    ]
    if voice.synthetic:
        rows.insert(0, notice("The recording itself is synthetic speech.", "warn", "Synthetic"))
    yield Details(rows, str(lab.voices.clip_path(slug)), voice.name, ", ".join(voice.aliases), _NO_EXPORT)
    with tempfile.TemporaryDirectory(prefix="voicelab-") as folder:
        path = Path(folder) / f"{slug}.zip"
        with contextlib.suppress(UnreadableFile):  # the notices say what is wrong with it
            export_voice(lab.voices, slug, path)
            yield Details(KEEP, KEEP, KEEP, KEEP, Update({"value": str(path), "interactive": True}))


def _curl(lab: Lab, slug: str) -> str:
    """Return a line that lets the voice speak, as another machine would type it where others are let in."""
    token = "" if lab.settings.local else '-H "Authorization: Bearer $VOICELAB_TOKEN" '
    return f'curl {token}"{public_url(lab.settings)}/synthesize?text=Hello+world&voice={slug}" -o hello.wav'


def rename(lab: Lab, slug: str | None, name: str) -> Library:
    """Give the voice another name, and its folder with it."""
    voice = lab.voices.rename(_chosen(slug), name)
    return _library(lab, voice.slug, [notice(f"It is called {voice.name} now (voices/{voice.slug}).", "ok")])


def keep_aliases(lab: Lab, slug: str | None, names: str) -> Library:
    """Let clients ask for the voice by other names too, which stand in `names` with commas between them."""
    voice = lab.voices.rename(_chosen(slug), None, [name for name in names.split(",") if name.strip()])
    told = f"It is also called {', '.join(voice.aliases)}." if voice.aliases else "It has no other names."
    return _library(lab, voice.slug, [notice(told, "ok")])


def ask_to_remove(lab: Lab, slug: str | None) -> Library:
    """Put the question."""
    voice = lab.voices.get(_chosen(slug))
    question = [notice(f"Remove {voice.name}? Programs that ask for voice={voice.slug} will get an error.", "warn")]
    return _library(lab, voice.slug, question)._replace(ask=shown(True), asked=voice.slug)


def remove(lab: Lab, slug: str | None) -> Library:
    """Remove the voice in a way that can be undone."""
    voice = lab.voices.get(_chosen(slug))
    removed = lab.voices.remove(voice.slug)
    lab.engine.forget()
    view = _library(lab, None, [notice(f"{voice.name} was removed.", "ok")])
    return view._replace(undo=shown(True), removed=removed)


def restore(lab: Lab, removed: str) -> Library:
    """Bring the last removed voice back."""
    voice = lab.voices.restore(removed)
    return _library(lab, voice.slug, [notice(f"{voice.name} is back.", "ok")])


def bring(lab: Lab, path: str) -> Library:
    """Take a voice from a zip file that was exported here or elsewhere."""
    voice, renamed = import_beside(lab.voices, Path(path), known=partial(is_known, started_with=lab.settings.model))
    missing = voice.recipe.unasked or what_is_missing(voice.recipe.model)
    as_it_was = "under this name, because the other one is taken" if renamed else "exactly as it was exported"
    notes = [notice(f"{voice.name} is here, {as_it_was}.", "ok", "Imported")]
    return _library(lab, voice.slug, [*notes, *([notice(missing, "warn", "Model")] if missing else [])])


def reopen(lab: Lab, slug: str | None) -> Iterator[Reopened]:
    """Open a voice to edit: its recording, window and words, in the tab where voices are made."""
    voice = lab.voices.get(_chosen(slug))
    draft = lab.drafts.open_voice(lab.voices, voice.slug)
    for view in with_checks(lab, draft):
        fresh = view._replace(best={})
        yield Reopened(fresh, voice.name, voice.language, voice.consent, Update({"selected": MAKE}))


def _library(lab: Lab, current: str | None, notes: list[Notice]) -> Library:
    voices = lab.voices.voices()
    slugs = [voice.slug for voice in voices]
    chosen = current if current in slugs else (slugs[0] if slugs else None)
    columns = ["Name", "voice=", "Language", "Clip", "Transcript", "Speaks with"]
    rows = [
        [
            voice.name,
            voice.slug,
            voice.language,
            f"{voice.seconds:.1f} s",
            whose_words(lab.voices, voice),
            _recipe(voice),
        ]
        for voice in voices
    ]
    problems = [notice(problem, "fail", "Unreadable") for problem in lab.voices.problems()]
    return Library(
        choices([(voice.name, voice.slug) for voice in voices], chosen),
        without_voice(lab),
        {"columns": columns, "rows": rows},
        [*notes, *problems],
        shown(False),
        KEEP,
        KEEP,
        KEEP,
    )


def _recipe(voice: Voice) -> str:
    recipe = voice.recipe
    model = "this machine's default model" if recipe.model == "auto" else recipe.model
    length = f"first {recipe.length_s:g} s of the clip" if recipe.length_s else "whole clip"
    heard = f", auditioned with {recipe.auditioned}" if recipe.auditioned else ""
    asked = ", not used before it is chosen here" if recipe.brought else ""
    checked = ", every sentence heard back" if recipe.check else ""
    return f"{model}{asked}, {length}, seed {recipe.seed}{checked}{heard}"


def _chosen(slug: str | None) -> str:
    if not slug:
        raise InvalidValue("voice", "Choose a voice first.")
    return slug
