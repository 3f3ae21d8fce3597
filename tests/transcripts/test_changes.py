"""What a hand changed is told to the letter; a second opinion only where it would sound otherwise."""

from __future__ import annotations

import pytest

from voicelab.transcripts.changes import Part, changes, disagreements


def told(before: str, after: str) -> list[tuple[str, str]]:
    return [(part.kind, part.text) for part in changes(before.split(), after.split(), "english")]


def test_changes_are_told_to_the_letter() -> None:
    assert told("a small brown dog", "a small brown dog") == [("same", "a small brown dog")]
    assert told("a small dog", "a very small dog.") == [
        ("same", "a"), ("added", "very"), ("same", "small"), ("removed", "dog"), ("added", "dog."),
    ]  # fmt: skip
    assert told("um so yes", "so yes") == [("removed", "um"), ("same", "so yes")]
    assert told("", "all new") == [("added", "all new")]


def test_no_spaces_where_a_language_has_none() -> None:
    assert changes(["你", "好"], ["你", "们", "好"], "chinese") == [
        Part("same", "你"), Part("added", "们"), Part("same", "好"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "opinion", "said"),
    [
        ("Fifteen dogs, ok", "15 dogs OK.", {}),
        ("a big red dog", "a brown cat", {1: "brown cat", 2: "brown cat", 3: "brown cat"}),
        ("came to town", "came back to town", {1: "back to"}),
        ("came to town", "came to town today", {2: "town today"}),
        ("came to the town", "came to town", {2: ""}),
        ("", "something", {}),
    ],
)
def test_a_second_opinion_counts_where_it_sounds_otherwise(text: str, opinion: str, said: dict[int, str]) -> None:
    assert disagreements(text.split(), opinion.split(), "english") == said
