"""What is read aloud of an EPUB 2 or 3: the documents of its spine, in order, without markup (W3C, EPUB 3.3).

No EPUB library is worth its weight here: an EPUB is a zip file of XHTML. Everything in it is a stranger's: entries are
read within bounds, and by a parser that knows no entities to expand and opens no files.
"""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote

from voicelab.cli.book_text import MOST_CHARACTERS, Book, Chapter
from voicelab.errors import InvalidValue, UnusablePackage
from voicelab.voices.zip_entries import read_entry, refuse_crowds

if TYPE_CHECKING:
    from pathlib import Path

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_MOST_ENTRIES = 20_000
_MOST_BYTES = 32 * 2**20
"""Of one document; a whole Bible has 5 MB."""
_BLOCKS = {
    *("p", "div", "section", "article", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "dt", "dd"),
    *("pre", "figcaption", "br", "hr", "body", "header", "aside"),
}
_SILENT = {"head", "script", "style", "nav", "svg", "math", "template", "audio", "video", "rt", "rp"}
_LONGEST_NAME = 200
_HEADINGS = ("h1", "h2", "h3")
_TEXT_TYPES = frozenset({"application/xhtml+xml", "text/html"})


def read_epub(path: Path) -> Book:
    """Return its title, author and chapters. Raises InvalidValue for what is no EPUB, damaged, or copy-protected."""
    try:
        refuse_crowds(path, _MOST_ENTRIES, "book")
        with zipfile.ZipFile(path) as package:
            return _Epub(package, path.name).book()
    except UnusablePackage as error:
        raise InvalidValue("book", f"{path.name} cannot be read: {error.message}") from error
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OverflowError, RuntimeError) as error:
        raise InvalidValue("book", f"{path.name} is no EPUB, or damaged ({error}). Download it again.") from error
    except OSError as error:
        raise InvalidValue(
            "book", f"{path.name} cannot be read ({error.strerror or error}). Check the path."
        ) from error


@dataclass
class _Epub:
    package: zipfile.ZipFile
    name: str
    left: int = MOST_CHARACTERS
    """Characters that may still be read."""

    def book(self) -> Book:
        roots = _elements(self._read(_CONTAINER), "rootfile")
        opf = next((root.get("full-path", "") for root in roots), "")
        if not opf:
            raise InvalidValue("book", f"{self.name} names no package document, so it is no EPUB. Download it again.")
        package = _Package()
        package.feed(self._read(opf))
        chapters: list[Chapter] = []
        for document in package.spine(posixpath.dirname(opf)):
            self._refuse_protected(document)
            page = _Page()
            page.feed(self._read(document))
            page.close()
            text = page.text
            if page.heading or not chapters:
                chapters.append(Chapter(page.heading or page.title or f"Part {len(chapters) + 1}", text))
            elif text:  # a chapter that the publisher has split
                chapters[-1] = Chapter(chapters[-1].title, f"{chapters[-1].text}\n\n{text}")
        return Book(package.title.strip(), package.author.strip(), tuple(chapters))

    def _read(self, name: str) -> str:
        try:
            content = read_entry(self.package, self.package.getinfo(name), _MOST_BYTES, "book")
        except KeyError:
            raise InvalidValue("book", f"{self.name} lacks {name[:80]!r}. Download it again.") from None
        marks = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
        text = content.decode(marks.get(content[:2], "utf-8-sig"), errors="replace")
        self.left -= len(text)
        if self.left < 0:
            raise InvalidValue("book", f"{self.name} has more text than any book. Split it.")
        return text

    def _refuse_protected(self, document: str) -> None:
        """Raise InvalidValue for a document that is encrypted; fonts may be."""
        if _ENCRYPTION not in self.package.namelist():
            return
        protected = {unquote(each.get("uri", "")) for each in _elements(self._read(_ENCRYPTION), "cipherreference")}
        if document in protected:
            message = f"{self.name} is copy-protected, so its text cannot be read. Bring a copy without protection."
            raise InvalidValue("book", message)


def _elements(text: str, name: str) -> list[dict[str, str]]:
    """Return the attributes of every element of that name, whatever its prefix."""
    found: list[dict[str, str]] = []

    class Finder(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag.rpartition(":")[2] == name:
                found.append({key: value or "" for key, value in attrs})

    Finder().feed(text)
    return found


class _Package(HTMLParser):
    """The package document: what is in the book, and in which order it is read."""

    def __init__(self) -> None:
        super().__init__()
        self.title = self.author = ""
        self._items: dict[str, tuple[str, str]] = {}
        self._order: list[str] = []
        self._inside = ""

    def spine(self, folder: str) -> list[str]:
        """Return the names of the documents that are read one after the other."""
        known = (self._items[each] for each in self._order if each in self._items)
        return [
            posixpath.normpath(posixpath.join(folder, unquote(href))) for href, kind in known if kind in _TEXT_TYPES
        ]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        plain = tag.rpartition(":")[2]
        if plain == "item":
            self._items[given.get("id", "")] = (given.get("href", ""), given.get("media-type", ""))
        elif plain == "itemref" and given.get("linear") != "no":
            self._order.append(given.get("idref", ""))
        elif plain in {"title", "creator"}:
            self._inside = plain

    def handle_endtag(self, tag: str) -> None:
        if tag.rpartition(":")[2] == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "title" and len(self.title) < _LONGEST_NAME:
            self.title += data
        elif self._inside == "creator" and len(self.author) < _LONGEST_NAME:
            self.author += data


@dataclass
class _Page(HTMLParser):
    """One document: its heading, and its text in paragraphs."""

    heading: str = ""
    title: str = ""
    _parts: list[str] = field(default_factory=list)
    _silent: list[str] = field(default_factory=list)
    _inside: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    @property
    def text(self) -> str:
        """Its paragraphs, an empty line between each two."""
        paragraphs = (" ".join(part.split()) for part in "".join(self._parts).split("\0"))
        return "\n\n".join(part for part in paragraphs if part)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kinds = {word for key, value in attrs if key in {"epub:type", "role"} for word in (value or "").split()}
        if self._silent:
            self._silent += [tag] if tag == self._silent[-1] else []
        elif tag in _SILENT or kinds & {"noteref", "doc-noteref", "pagebreak", "doc-pagebreak"}:
            self._silent = [tag]
        if tag == "title" or (tag in _HEADINGS and not self.heading.strip() and not self._silent):
            self._inside = tag
        if tag in _BLOCKS:
            self._parts.append("\0")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _BLOCKS:
            self._parts.append("\0")

    def handle_endtag(self, tag: str) -> None:
        if self._silent and tag == self._silent[-1]:
            self._silent.pop()
        if tag == self._inside:
            self._inside, self.heading = "", " ".join(self.heading.split())
        if tag in _BLOCKS:
            self._parts.append("\0")

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.title += data.strip()[:_LONGEST_NAME]
        elif self._inside:
            self.heading += data
        if not self._silent and self._inside != "title":
            self._parts.append(data)
