"""What a screen would not show is not spoken: Markdown, HTML tags, emoji, arrows."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from voicelab.text.breaks import BREAK

if TYPE_CHECKING:
    from collections.abc import Sequence

CODE = "code block"
"""What is said in place of a block of code."""
_KEPT_SYMBOLS = set("©®™°№℃℉€£¥§¶µ^")
_HOW = "soft |loud |light |nervous |deep |long |short |heavy "
_DONE = (
    "laugh chuckl giggl sigh cough gasp whisper shout cry cries sob sniff breath inhal exhal groan yawn scream snort "
    "hum sing pause silence music applause clap excited sad angr happ sarcas cheer"
)
_SOUND = re.compile(
    rf"[\[(*<]\s*((?:{_HOW})?(?:{'|'.join(_DONE.split())}|clears? (?:his |her |their )?throat)[a-z]*"
    r"(?: (?:softly|loudly|nervously|quietly|deeply|in|out))?)\s*[\])*>]",
    re.IGNORECASE,
)
"""Stage directions, in the brackets that people and models use for them."""
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>|<!--.{0,2000}?-->", re.DOTALL)
_TIMES = re.compile(r"(?<=\d)\s*\*\s*(?=\d)")
_FOOTNOTE = re.compile(r"\[\^[\w-]{1,40}\]:?")
_KEY_CAP = "\u20e3"
_PLACE = "\ue000"
"""Stands for a break while Markdown is read; private characters of the text itself are taken out before."""
_LEFT_OVER = re.compile(r"(?<![\w*/])[*`~^|]+|[*`~^|]+(?![\w*])|(?<=\w)[*`]+(?=\W|$)|[`|]+|(?<!\w)_+|_+(?!\w)")


@dataclass(frozen=True)
class Shown:
    """A text as a screen would show it."""

    text: str
    left_out: tuple[str, ...]
    """Sounds that were asked for and that no engine makes: "laughs"."""


def shown(text: str) -> Shown:
    """Return `text` without the marks of Markdown and HTML, without emoji, arrows and boxes.

    Headings, list items and rows of tables are lines of their own, links are their words, a block of code is "code
    block". `<break time="500ms"/>` stays: it is a pause. `[laughs]` and the like are left out and named.
    """
    plain = "".join(character for character in text if unicodedata.category(character) != "Co")
    breaks = [found[0] for found in BREAK.finditer(plain)]
    plain = BREAK.sub(f" {_PLACE} ", plain)
    plain = _FOOTNOTE.sub("", _TIMES.sub(" × ", plain))
    sounds = tuple(dict.fromkeys(" ".join(found[1].lower().split()) for found in _SOUND.finditer(plain)))
    plain = _SOUND.sub(" ", plain)
    blocks = "\n\n".join(_Blocks(_parser().parse(plain)).found)
    spoken = _without_pictures(html.unescape(_TAG.sub(" ", blocks)))
    spoken = "\n".join(re.sub(r"[ \t]+([,.;:!?])", r"\1", _spaces(line)) for line in spoken.split("\n"))
    for each in breaks:
        spoken = spoken.replace(_PLACE, each, 1)
    return Shown(spoken.strip(), sounds)


@cache
def _parser() -> Any:
    from markdown_it import MarkdownIt

    # Indented text is a quotation or a verse more often than code.
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable(["code"])


class _Blocks:
    """The text of each block, in order: a paragraph, a list, a heading, the row of a table."""

    def __init__(self, tokens: Sequence[Any]) -> None:
        self.found: list[str] = []
        self._numbers: list[int | None] = []
        """Of the lists that are open, the innermost last: the next item's, None where items have none."""
        self._items: list[str] = []
        self._cells: list[str] | None = None
        self._prefix = ""
        for token in tokens:
            if take := _TAKE.get(token.type):
                take(self, token)

    def open_list(self, token: Any) -> None:
        """Begin a list; an ordered one counts from its first number."""
        self._numbers.append(int(token.attrs.get("start", 1)) if token.type.startswith("ordered") else None)

    def close_list(self, _token: Any) -> None:
        """End a list; the outermost one is a block."""
        self._numbers.pop()
        if not self._numbers:
            self.found.append("\n".join(self._items))
            self._items = []

    def open_item(self, _token: Any) -> None:
        """Begin an item."""
        number = self._numbers[-1]
        self._prefix = "" if number is None else f"{number}. "
        if number is not None:
            self._numbers[-1] = number + 1

    def open_row(self, _token: Any) -> None:
        """Begin a row of a table."""
        self._cells = []

    def close_row(self, _token: Any) -> None:
        """End a row: its cells are said with commas between them."""
        self.found.append(", ".join(cell for cell in self._cells or () if cell))
        self._cells = None

    def code(self, _token: Any) -> None:
        """Say that there is code."""
        self.found.append(f"{CODE.capitalize()}.")

    def markup(self, token: Any) -> None:
        """Take a block of HTML: its tags go later."""
        self.found.append(token.content)

    def line(self, token: Any) -> None:
        """Take what is written in a paragraph, a heading, an item or a cell."""
        said = _inline(token.children)
        if self._cells is not None:
            self._cells.append(said)
        elif self._numbers:
            self._items.append(self._prefix + re.sub(r"^\[[ xX]\]\s+", "", said))
            self._prefix = ""
        else:
            self.found.append(said)


_TAKE = {
    "ordered_list_open": _Blocks.open_list,
    "bullet_list_open": _Blocks.open_list,
    "ordered_list_close": _Blocks.close_list,
    "bullet_list_close": _Blocks.close_list,
    "list_item_open": _Blocks.open_item,
    "tr_open": _Blocks.open_row,
    "tr_close": _Blocks.close_row,
    "fence": _Blocks.code,
    "html_block": _Blocks.markup,
    "inline": _Blocks.line,
}


def _inline(children: Sequence[Any]) -> str:
    said = ""
    for child in children:
        match child.type:
            case "text" | "code_inline":
                said += child.content
            case "softbreak" | "hardbreak":
                said += "\n"
            case "image":
                said += child.content
            case "html_inline":
                said += "\n" if child.content.lower().startswith("<br") else " "
    return said


def _without_pictures(text: str) -> str:
    kept = []
    for character in text:
        category = unicodedata.category(character)
        picture = category in {"So", "Sk"} and character not in _KEPT_SYMBOLS
        arrow = "\u2190" <= character <= "\u21ff" or "\u2500" <= character <= "\u27bf" or character == _KEY_CAP
        variation = "\ufe00" <= character <= "\ufe0f" or "\U0001f3fb" <= character <= "\U0001f3ff"
        kept.append("" if variation or category == "Cf" else " " if picture or arrow else character)
    return _LEFT_OVER.sub(" ", "".join(kept))


def _spaces(line: str) -> str:
    return re.sub(r"[ \t]+", " ", line).strip()
