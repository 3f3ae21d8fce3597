"""A book as chapters: a text file with headings, or an EPUB."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.cli.arguments import read_text
from voicelab.errors import InvalidValue

if TYPE_CHECKING:
    from pathlib import Path

_NAMED = r"(?:chapter|part|book|prologue|epilogue|kapitel|teil|chapitre|partie|cap[ií]tulo|capitolo|parte|глава|часть)"
_HEADING = re.compile(
    rf"#{{1,3}}\s+\S.{{0,120}}|{_NAMED}\b(?!.*[.,;!?]$).{{0,80}}|第.{{1,8}}[章回部].{{0,40}}", re.IGNORECASE
)
"""A line that stands alone: of Markdown, or "Chapter 3: The River"; a sentence that begins so ends with a mark."""
MOST_CHARACTERS = 20_000_000
"""Ten times the longest novel."""


@dataclass(frozen=True)
class Chapter:
    """Something of a book that becomes a file."""

    title: str
    text: str
    """With the title, where that is spoken."""


@dataclass(frozen=True)
class Book:
    """A text in chapters."""

    title: str
    author: str
    chapters: tuple[Chapter, ...]


def read_book(path: Path) -> Book:
    """Return the book in `path`, by its suffix. Raises InvalidValue, UnreadableFile."""
    if path.suffix.lower() == ".epub":
        from voicelab.cli.epub import read_epub

        book = read_epub(path)
    else:
        book = _of_text(read_text(path), path.stem)
    spoken = tuple(chapter for chapter in book.chapters if any(letter.isalnum() for letter in chapter.text))
    if not spoken:
        raise InvalidValue("book", f"{path.name} has no text to say. Pictures of pages cannot be read aloud.")
    if sum(len(chapter.text) for chapter in spoken) > MOST_CHARACTERS:
        raise InvalidValue("book", f"{path.name} has more than {MOST_CHARACTERS:,} characters. Split it.")
    return Book(book.title or path.stem, book.author, spoken)


def _of_text(text: str, name: str) -> Book:
    """Return a plain text at its headings, each a line between empty ones; what is before the first is a chapter."""
    lines = text.split("\n")
    starts = [
        at
        for at, line in enumerate(lines)
        if _HEADING.fullmatch(line.strip())
        and (at == 0 or not lines[at - 1].strip())
        and (at + 1 == len(lines) or not lines[at + 1].strip() or line.startswith("#"))
    ]
    edges = [0, *(at for at in starts if at), len(lines)]
    chapters = []
    for first, last in itertools.pairwise(edges):
        heading = lines[first].strip().lstrip("#").strip() if first in starts else name
        chapters.append(Chapter(heading, "\n".join(lines[first:last])))
    return Book(name, "", tuple(chapters))
