"""What listeners name: the link of a test, the key of their session, ids of what they were given."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from voicelab.errors import LinkClosed, UnknownSession, UnknownTest, UnknownTrial

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from voicelab.listening.tables import ListenerRow, TestRow

_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,64}")


def is_plain(name: str) -> bool:
    """Say whether it looks like the tokens and ids that are made here: else, a NUL for one, no database is asked."""
    return _PLAIN.fullmatch(name) is not None


def open_test(database: Session, token: str, now: float, *, lock: bool = False) -> TestRow:
    """Return the test at a link, locked until the transaction ends if `lock`. Raises UnknownTest, LinkClosed."""
    from sqlalchemy import select

    from voicelab.listening.tables import TestRow

    if not is_plain(token):
        raise _no_link()
    asked = select(TestRow).where(TestRow.token == token)
    return _still_open(database.scalar(asked.with_for_update() if lock else asked), now)


def listener_of(database: Session, token: str, key: str, now: float) -> tuple[TestRow, ListenerRow]:
    """Return the test at a link and its listener with that key. Raises UnknownTest, LinkClosed, UnknownSession."""
    from sqlalchemy import select

    from voicelab.listening.tables import ListenerRow, TestRow

    if not is_plain(token):
        raise _no_link()
    # Of both at once: this is asked for every sound of every listener.
    known = (
        select(TestRow, ListenerRow)
        .join(ListenerRow, ListenerRow.test == TestRow.id)
        .where(TestRow.token == token, ListenerRow.key_hash == hashed(key))
    )
    found = database.execute(known).one_or_none()
    if found is None:
        open_test(database, token, now)
        raise UnknownSession("This session is not known here. Begin again.")
    return _still_open(found[0], now), found[1]


def hashed(key: str) -> str:
    """Return what is kept of a listener's key, and what a listener's browser learns of the id of a test."""
    return hashlib.sha256(key.encode()).hexdigest()


def not_yours() -> UnknownTrial:
    """Return the error for what belongs to another session, or to none."""
    return UnknownTrial("This is not part of your session. Reload the page.")


def _still_open(test: TestRow | None, now: float) -> TestRow:
    if test is None:
        raise _no_link()
    if test.revoked is not None:
        raise LinkClosed("This link was closed by its owner. Thank you for listening.")
    if test.expires is not None and now > test.expires:
        raise LinkClosed("This link has expired. Ask who invited you for a new one.")
    return test


def _no_link() -> UnknownTest:
    return UnknownTest("There is no listening test at this link. Check that it was copied whole.")
