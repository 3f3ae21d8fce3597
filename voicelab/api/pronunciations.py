"""GET and PUT /pronunciations and /voices/{name}/pronunciations: how words are said."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from voicelab.api.bodies import Body
from voicelab.api.context import LabOf
from voicelab.speech.reading import Pronunciation
from voicelab.voices.pronunciations import LONGEST, MOST

router = APIRouter()

_Text = Annotated[str, Field(max_length=10 * LONGEST)]
"""Bounded before it is looked at; what is too long by less gets the list's own sentence."""


class _Entry(Body):
    model_config = ConfigDict(extra="forbid")

    word: _Text
    say: _Text
    match_case: bool = False


class PronunciationList(Body):
    """A whole list, which takes the place of the one that is there."""

    EXAMPLE = {"pronunciations": [{"word": "Nguyen", "say": "win"}]}  # noqa: RUF012 - declared a ClassVar in Body

    model_config = ConfigDict(extra="forbid")

    pronunciations: list[_Entry] = Field(max_length=2 * MOST)
    revision: int | None = None
    """Of the voice as the client saw it: 409 when it was changed since. None: whatever it is."""

    def entries(self) -> list[Pronunciation]:
        """Return what it holds."""
        return [Pronunciation(entry.word, entry.say, entry.match_case) for entry in self.pronunciations]


@router.get("/pronunciations")
def of_the_lab(lab: LabOf) -> dict[str, Any]:
    """Return the lab's list, which holds for every voice that has no entry of its own for a word."""
    return _as_json(lab.voices.pronunciations())


@router.put("/pronunciations")
def keep_of_the_lab(body: PronunciationList, lab: LabOf) -> dict[str, Any]:
    """Keep the lab's list; 422 says which entry cannot be."""
    return _as_json(lab.voices.set_pronunciations(None, body.entries()))


@router.put("/voices/{name}/pronunciations")
def keep_of_a_voice(name: str, body: PronunciationList, lab: LabOf) -> dict[str, Any]:
    """Keep the list of a voice; `GET /voices/{name}` shows it."""
    slug = lab.voices.get(name).slug
    return _as_json(lab.voices.set_pronunciations(slug, body.entries(), body.revision))


def _as_json(entries: tuple[Pronunciation, ...]) -> dict[str, Any]:
    return {"pronunciations": [asdict(entry) for entry in entries]}
