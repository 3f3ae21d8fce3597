"""Listening tests as the lab holds them: the owner's side and the listeners'."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.listening.database import Database
from voicelab.listening.sessions import Sessions
from voicelab.listening.store import TestStore

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class ListeningService:
    """Both sides of listening tests, on one database."""

    database: Database
    tests: TestStore
    sessions: Sessions


def open_listening(database_url: str, folder: Path) -> ListeningService:
    """Return the service with its stimuli in `folder`; nothing is opened before it is used."""
    database = Database(database_url, folder)
    return ListeningService(database, TestStore(database, folder), Sessions(database, folder))
