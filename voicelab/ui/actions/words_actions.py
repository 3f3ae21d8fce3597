"""How words are said: the list of a voice and that of the lab, changed a word at a time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.errors import InvalidValue
from voicelab.speech.reading import Pronunciation
from voicelab.ui.actions.updates import KEEP, Notice, Update, notice, shown
from voicelab.voices.pronunciations import with_entry, without

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voicelab.lab import Lab
    from voicelab.ui.actions.widget_json import Table
    from voicelab.voices.pronunciations import Entries

ALL = "all voices"
ONE = "this voice"


@dataclass(frozen=True)
class Change:
    """The last change of a list, as the page keeps it."""

    slug: str | None
    """The voice's; None for the lab's list."""
    before: list[tuple[str, str, bool]]
    """The fields of each Pronunciation."""
    after: list[tuple[str, str, bool]]


class Words(NamedTuple):
    """The outputs of everything that shows or changes a list."""

    table: Table
    told: list[Notice]
    word: str | Any
    say: str | Any
    undo: Update
    """Whether the button that takes the last change back is shown."""
    change: dict[str, Any] | None
    """A Change: what that button takes back."""


def words(lab: Lab, whose: str, voice: str | None) -> Words:
    """Show the list."""
    return _shown(lab, _slug(whose, voice))


def keep_word(lab: Lab, whose: str, voice: str | None, word: str, say: str, match_case: bool) -> Words:
    """Say a word so from now on."""
    slug = _chosen(whose, voice)
    entry = Pronunciation(word, say, match_case)
    before, after = lab.voices.change_pronunciations(slug, lambda entries: with_entry(entries, entry))
    told = notice(f"“{word.strip()}” is said “{say.strip()}” from now on, by {whose}.", "ok", "Kept")
    return _shown(lab, slug, after, [told], _change(slug, before, after))._replace(word="", say="")


def remove_word(lab: Lab, whose: str, voice: str | None, word: str) -> Words:
    """Say a word as it is written again."""
    slug = _chosen(whose, voice)
    before, after = lab.voices.change_pronunciations(slug, lambda entries: without(entries, word))
    told = notice(f"“{word.strip()}” is said as it is written again.", "ok", "Removed")
    return _shown(lab, slug, after, [told], _change(slug, before, after))._replace(word="", say="")


def undo_words(lab: Lab, change: Change | None) -> Words:
    """Take the last change back, whatever is chosen by now; once more does it again."""
    if change is None:
        raise InvalidValue("word", "There is nothing to take back.")
    slug = change.slug
    before, after = (tuple(Pronunciation(*entry) for entry in when) for when in (change.before, change.after))
    lab.voices.change_pronunciations(slug, lambda entries: _taken_back(entries, after, before))
    whose = lab.voices.get(slug).name if slug else ALL
    told = notice(f"The words of {whose} are as they were.", "ok")
    return _shown(lab, slug, before, [told], _change(slug, after, before))


def _change(slug: str | None, before: Iterable[Pronunciation], after: Iterable[Pronunciation]) -> Change:
    return Change(slug, *([(each.word, each.say, each.match_case) for each in entries] for entries in (before, after)))


def _taken_back(entries: Entries, after: Entries, before: Entries) -> Entries:
    if entries != after:
        raise InvalidValue("word", "The list was changed elsewhere meanwhile. Change the word by hand.")
    return before


def _shown(
    lab: Lab,
    slug: str | None,
    entries: tuple[Pronunciation, ...] | None = None,
    told: list[Notice] | None = None,
    change: Change | None = None,
) -> Words:
    listed = _list_of(lab, slug) if entries is None else entries
    rows = [[entry.word, entry.say, "just so" if entry.match_case else "any"] for entry in listed]
    table: Table = {"columns": ["Word", "Said", "Case"], "rows": rows}
    return Words(table, told or [], KEEP, KEEP, shown(change is not None), None if change is None else asdict(change))


def _list_of(lab: Lab, slug: str | None) -> tuple[Pronunciation, ...]:
    return lab.voices.get(slug).pronunciations if slug else lab.voices.pronunciations()


def _slug(whose: str, voice: str | None) -> str | None:
    return voice or None if whose == ONE else None


def _chosen(whose: str, voice: str | None) -> str | None:
    if whose == ONE and not voice:
        raise InvalidValue("voice", "Choose a voice first.")
    return _slug(whose, voice)
