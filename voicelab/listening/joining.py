"""Joining a listening test: who may, how often, and under which name."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.errors import InvalidValue, LinkClosed, TooManyTries
from voicelab.listening.answering import check_full
from voicelab.listening.links import hashed
from voicelab.listening.session_plan import plan
from voicelab.listening.values import Options

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from voicelab.listening.tables import TestRow

MAX_NAME = 80
MOST_JOINS = 40
"""Of one test, from one address, within _JOINS_WITHIN_S: a class behind one router begins at once, and no more do."""
_JOINS_WITHIN_S = 600.0
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
"""256 bits, as `secrets.token_urlsafe(32)` and static/listen/listen.js draw them."""


@dataclass(frozen=True)
class Joiner:
    """Who joins, as far as that is known."""

    name: str = ""
    code: str = ""
    address: str = ""
    """The network address that it comes from."""
    key: str = ""
    """Drawn by the browser, which may have to ask twice; one that is none (see _KEY) is drawn here."""


def begin(database: Session, test: TestRow, who: Joiner, now: float) -> str:
    """Begin a session of `test`, which is locked, and return its key.

    Asked again with the same key, as where the answer to the first time was lost on its way, it is the same session.
    Raises LinkClosed, TooManyTries, and InvalidValue for a wrong code or a name that is none.
    """
    from sqlalchemy import func, select

    from voicelab.listening.tables import ListenerRow

    key = who.key if _KEY.fullmatch(who.key) else secrets.token_urlsafe(32)
    begun = database.scalar(select(ListenerRow.test).where(ListenerRow.key_hash == hashed(key)))
    if begun == test.id:
        return key
    if begun is not None:  # no browser draws the same for two tests
        raise InvalidValue("key", "This session is one of another test. Reload the page.")
    options = Options(**test.options)
    _check_wanted(database, test, options)
    check_full(database, test, options)
    name = _checked_name(who.name, options)
    if options.code and not hmac.compare_digest(options.code.encode(), who.code.strip().encode()):
        raise InvalidValue("code", "This is not the code of this test. Ask who invited you.")
    origin = _keyed(test.secret, who.address)
    _check_crowd(database, test, origin, now)
    number = 1 + (database.scalar(select(func.max(ListenerRow.number)).where(ListenerRow.test == test.id)) or 0)
    listener = ListenerRow(
        test=test.id,
        number=number,
        name=name[:MAX_NAME],
        key_hash=hashed(key),
        seed=secrets.randbits(62),
        joined=now,
        origin=origin,
    )
    database.add(listener)
    database.flush()
    plan(database, test, listener)
    return key


def _check_wanted(database: Session, test: TestRow, options: Options) -> None:
    from sqlalchemy import func, select

    from voicelab.listening.tables import ListenerRow

    ended = select(func.count(ListenerRow.finished)).where(ListenerRow.test == test.id)
    if options.listeners and (database.scalar(ended) or 0) >= options.listeners:
        raise LinkClosed("This test has all the listeners it needs. Thank you for coming.")


def _check_crowd(database: Session, test: TestRow, origin: str, now: float) -> None:
    """Raise for a link that nobody else may join: nobody at all, or nobody from this address for a while."""
    from sqlalchemy import func, select

    from voicelab.listening.tables import ListenerRow

    options = Options(**test.options)
    of_test = select(func.count(ListenerRow.id)).where(ListenerRow.test == test.id)
    if options.max_listeners and (database.scalar(of_test) or 0) >= options.max_listeners:
        raise LinkClosed("As many people have opened this test as may. Tell who invited you.")
    lately = of_test.where(ListenerRow.origin == origin, ListenerRow.joined > now - _JOINS_WITHIN_S)
    if origin and (database.scalar(lately) or 0) >= MOST_JOINS:
        raise TooManyTries(
            f"{MOST_JOINS} listeners have begun from this network within the last ten minutes. Wait a little, or go on "
            "in the browser in which you began.",
            retry_after_s=_JOINS_WITHIN_S / 2,
        )


def _checked_name(name: str, options: Options) -> str:
    name = " ".join(name.split())
    if options.ask_name and not 0 < len(name) <= MAX_NAME:
        raise InvalidValue("name", f"Write your name, in at most {MAX_NAME} characters.")
    if not name.isprintable():
        raise InvalidValue("name", "The name holds characters that cannot be seen. Type it anew.")
    return name


def _keyed(secret: str, address: str) -> str:
    """Return what is the same for the same address and test, and tells neither: addresses are nobody's business."""
    if not address:
        return ""
    return hmac.new(secret.encode(), b"origin\0" + address.encode(errors="replace"), "sha256").hexdigest()
