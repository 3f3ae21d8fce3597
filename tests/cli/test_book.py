"""Books as chapters: text files, EPUBs as publishers make them, and zip files that are made to do harm."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from voicelab.cli import epub
from voicelab.cli.book_text import read_book
from voicelab.errors import InvalidValue

if TYPE_CHECKING:
    from pathlib import Path

CONTAINER = """<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>"""
OPF = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">
<metadata><dc:title>The River &amp; the Mill</dc:title><dc:creator>A. Nobody</dc:creator></metadata>
<manifest><item id="cover" href="cover.jpg" media-type="image/jpeg"/>
<item id="one" href="text/one%20a.xhtml" media-type="application/xhtml+xml"/>
<item id="two" href="text/two.xhtml" media-type="application/xhtml+xml"/>
<item id="notes" href="text/notes.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="one"/><itemref idref="two"/><itemref idref="notes" linear="no"/></spine></package>"""
ONE = """<html xmlns:epub="http://www.idpf.org/2007/ops"><head><title>x</title><style>p {color: red}</style></head>
<body>
<h1>Chapter <em>One</em></h1><p>The river was <b>high</b> that&#160;spring.<a epub:type="noteref" href="#n">1</a>
Nobody crossed it.</p><p>We waited.</p><script>alert("no")</script></body></html>"""
TWO = "<html><body><p>And the rain stopped.</p></body></html>"
FILES = {
    "META-INF/container.xml": CONTAINER,
    "OEBPS/content.opf": OPF,
    "OEBPS/text/one a.xhtml": ONE,
    "OEBPS/text/two.xhtml": TWO,
    "OEBPS/text/notes.xhtml": "<p>A note.</p>",
}


def write(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        for name, content in files.items():
            package.writestr(name, content)
    return path


def test_an_epub_is_read_in_the_order_of_its_spine(tmp_path: Path) -> None:
    book = read_book(write(tmp_path / "book.epub", FILES))
    assert (book.title, book.author) == ("The River & the Mill", "A. Nobody")
    (chapter,) = book.chapters  # the second file has no heading: it goes on where the first ended
    assert chapter.title == "Chapter One"
    assert chapter.text == (
        "Chapter One\n\nThe river was high that spring. Nobody crossed it.\n\nWe waited.\n\nAnd the rain stopped."
    )


def test_a_text_file_has_chapters_at_its_headings(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text(
        "A word before.\n\nChapter 1: The River\n\nIt was high.\nChapter and verse were read.\n\n"
        "Part of it was left.\n\n# The Mill\nIt stood.\n"
    )
    book = read_book(path)
    assert [chapter.title for chapter in book.chapters] == ["story", "Chapter 1: The River", "The Mill"]
    assert "Chapter and verse" in book.chapters[1].text
    assert "Part of it was left." in book.chapters[1].text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"META-INF/container.xml": "<container/>"}, "no EPUB"),
        ({"META-INF/container.xml": CONTAINER.replace("OEBPS/content", "../../etc/passwd")}, "lacks"),
        ({"OEBPS/text/two.xhtml": "a" * 3_000_000}, "far more than a book has"),
        (
            {
                "META-INF/encryption.xml": '<e><enc:CipherReference xmlns:enc="x" URI="OEBPS/text/two.xhtml"/></e>',
            },
            "copy-protected",
        ),
        ({"OEBPS/content.opf": OPF.replace("idref", "idreg")}, "no text to say"),
    ],
)
def test_what_is_no_book_is_a_sentence(tmp_path: Path, changed: dict[str, str], told: str) -> None:
    with pytest.raises(InvalidValue, match=told):
        read_book(write(tmp_path / "book.epub", FILES | changed))


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha ha ha"><!ENTITY b "&a;&a;&a;">]><body><p>Hello &b; there.</p></body>'
    book = read_book(write(tmp_path / "book.epub", FILES | {"OEBPS/text/two.xhtml": bomb}))
    assert "ha ha" not in book.chapters[0].text


def test_no_zip_file_fills_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epub, "_MOST_ENTRIES", 8)
    many = write(tmp_path / "book.epub", FILES | {f"OEBPS/{number}.xhtml": "x" for number in range(9)})
    with pytest.raises(InvalidValue, match="lists 15 files"):
        read_book(many)
    (tmp_path / "not.epub").write_bytes(b"PK but nothing more")
    with pytest.raises(InvalidValue, match="no EPUB, or damaged"):
        read_book(tmp_path / "not.epub")
