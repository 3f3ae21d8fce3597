"""Names become folders that are safe everywhere, and nothing unchecked becomes a path."""

from __future__ import annotations

import pytest

from voicelab.errors import InvalidName, UnknownVoice
from voicelab.voices.slug import MAX_SLUG, checked_name, checked_slug, is_slug, slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Anna", "anna"),
        ("  Anna  B. ", "anna-b"),
        ("Zoë Müller", "zoe-muller"),
        ("Straße 7", "strasse-7"),
        ("ＡＢＣ①", "abc1"),
        (".hidden", "hidden"),
        ("a--b__c", "a-b-c"),
        ("Anna 😀", "anna"),
        ("default", "default"),
        ("nul.txt", "nul-txt"),
        ("console", "console"),
    ],
)
def test_names_become_plain_folders(name: str, slug: str) -> None:
    assert slug_of(name) == slug


@pytest.mark.parametrize("name", ["声音", "Анна", "😀", "!!!", "x" * 90, "Łukasz", "Anna 声音", "ü" * 100])
def test_every_name_gets_a_folder_that_is_valid_and_stays_the_same(name: str) -> None:
    slug = slug_of(name)
    assert is_slug(slug)
    assert len(slug) <= MAX_SLUG
    assert slug_of(name) == slug
    assert slug_of(slug) == slug


def test_names_that_lose_letters_do_not_meet() -> None:
    names = ["声音", "音声", "Anna", "Anna 声音", "Anna 音声", "y" * 80 + "a", "y" * 80 + "b", "Łukasz", "ukasz"]
    assert len({slug_of(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        ".",
        "..",
        "...",
        "../../x",
        "a/b",
        "a\\b",
        "C:\\x",
        "a\x00b",
        "a\nb",
        "con",
        "NUL",
        "Com1",
        "LPT9",
        "a" * 101,
        "\u202eanna",
        "\ud800",
    ],
)
def test_names_no_folder_can_be_made_of_are_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(InvalidName) as error:
        slug_of(name)
    assert error.value.message.endswith(".")
    assert error.value.field == "name"


def test_composed_and_decomposed_letters_are_the_same_name() -> None:
    assert checked_name("Zoe\u0308") == "Zoë"
    assert slug_of("Zoe\u0308") == slug_of("Zoë")


@pytest.mark.parametrize(
    "value", ["", "..", "../x", "a/b", "A", "-a", "a-", "a.b", "a\x00", "a\n", "con", "a" * 61, "%2e%2e", "ä"]
)
def test_what_clients_send_is_refused_unless_it_is_a_slug(value: str) -> None:
    with pytest.raises(UnknownVoice):
        checked_slug(value)


def test_a_slug_passes() -> None:
    assert checked_slug("anna-2") == "anna-2"
