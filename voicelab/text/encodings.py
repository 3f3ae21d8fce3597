"""Text files as people bring them: UTF-8, UTF-16 with its mark, or what older Windows programs write."""

from __future__ import annotations

import codecs
from typing import NamedTuple

_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ODD_SHARE = 0.05
"""Of control characters: a file with more of them is no text."""


class DecodedText(NamedTuple):
    """What a file says."""

    text: str
    """Its lines end as an editor ends them: with a line feed, whatever the file has."""
    note: str
    """In which encoding it was read, when that is not UTF-8; else empty."""


def decode_text(content: bytes) -> DecodedText:
    """Return the text of a file. Raises ValueError, with a reason, for what is no text."""
    note = ""
    if content.startswith(_UTF_16_MARKS):
        text, note = content.decode("utf-16"), "It was read as UTF-16."
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
            note = "It is not UTF-8 and was read as Windows-1252: check its accents and quotation marks."
    odd = sum(1 for character in text if character < " " and character not in "\t\n\r\f\v")
    if "\0" in text or odd > _ODD_SHARE * max(1, len(text)):
        raise ValueError("it holds bytes that are no text")
    return DecodedText(text.replace("\r\n", "\n").replace("\r", "\n"), note)
