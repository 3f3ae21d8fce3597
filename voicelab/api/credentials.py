"""Where a request may carry the lab's token: as a bearer, as `token=` in the address, or in a browser's cookie."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.types import Scope

COOKIE = "voicelab_token"

_BEARER = "bearer "
_IN_ADDRESS = "token="
_LONGEST_TOKEN = 1024
"""Characters that are compared."""


class Credentials:
    """The token of one lab."""

    def __init__(self, token: str) -> None:
        """Know `token`."""
        self.token = token
        self._token = token.encode()

    def fits(self, given: str) -> bool:
        """Say whether it is the token, in a time that does not tell how much of it is right."""
        return hmac.compare_digest(given.encode(), self._token)

    def are_in(self, scope: Scope, headers: Headers) -> bool:
        """Say whether a request carries the token in any of its places."""
        in_address, _rest = split_query(scope["query_string"])
        return any(map(self.fits, (_bearer(headers), in_address, _cookie(headers))))


def split_query(query: bytes) -> tuple[str, str]:
    """Return the token of a query string, empty without one, and the rest."""
    parts = query.decode("latin-1").split("&")
    tokens = [part.removeprefix(_IN_ADDRESS) for part in parts if part.startswith(_IN_ADDRESS)]
    rest = "&".join(part for part in parts if not part.startswith(_IN_ADDRESS))
    return (unquote_plus(tokens[0][:_LONGEST_TOKEN]) if tokens else ""), rest


def _bearer(headers: Headers) -> str:
    given = headers.get("authorization", "")
    return given[len(_BEARER) :].strip() if given.lower().startswith(_BEARER) else ""


def _cookie(headers: Headers) -> str:
    """Return the token of the cookie, found by splitting: http.cookies takes quadratic time for quotation marks."""
    parts = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
    return next((value.strip('"')[:_LONGEST_TOKEN] for name, _equals, value in parts if name == COOKIE), "")
