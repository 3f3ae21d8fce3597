"""Listeners whose taste is known, and what comes of their answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from voicelab.listening.answers import Answer, answers_of
from voicelab.listening.database import Database
from voicelab.listening.results import Results, results_of
from voicelab.listening.values import ListeningTest

Taste = Callable[[list[tuple[str, int | None]], int], Any]
"""What a listener says when these (role, setting) sound in a trial of that number."""


def prefers_second(sounds: list[tuple[str, int | None]], _number: int) -> int:
    """Always the setting with the higher number, and what is not spoilt; no difference where there is none."""
    first, second = ((role == "take", setting or 0) for role, setting in sounds)
    return (second > first) - (second < first)


def results(database: Database, test: ListeningTest) -> tuple[list[Answer], Results]:
    answers = answers_of(database, test.id)
    return answers, results_of(test, answers)
