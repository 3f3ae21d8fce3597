"""Languages are taken by name or code and kept by full name, which Qwen3-TTS needs."""

from __future__ import annotations

import pytest

from voicelab.errors import UnsupportedLanguage
from voicelab.languages import CODES, language_name


@pytest.mark.parametrize("value", ["english", "English ", "en", "EN", "en-US", "en_GB"])
def test_names_and_codes_in_any_case_are_understood(value: str) -> None:
    assert language_name(value) == "english"


def test_every_language_is_found_by_its_name_and_its_code() -> None:
    assert all(language_name(name) == language_name(code) == name for name, code in CODES.items())


@pytest.mark.parametrize("value", ["", "klingon", "xx", "e"])
def test_an_unknown_language_is_refused_with_the_known_ones(value: str) -> None:
    with pytest.raises(UnsupportedLanguage, match=r"Choose one of: english, .*spanish") as raised:
        language_name(value)
    assert raised.value.field == "language"
