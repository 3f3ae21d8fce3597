"""What the lab uses of uvicorn's inside is there, or the lab says so before it serves."""

from __future__ import annotations

import pytest
from uvicorn.protocols.http.h11_impl import H11Protocol

from voicelab.errors import IncompatibleLibrary
from voicelab.third_party import uvicorn_http
from voicelab.third_party.patching import replace, require


def test_the_installed_uvicorn_has_it_all() -> None:
    uvicorn_http.check()


@pytest.mark.parametrize("name", ["conn", "cycle", "connections", "flow"])
def test_what_is_gone_is_said(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    made = H11Protocol.__init__

    def without(self: H11Protocol, *parts: object) -> None:
        made(self, *parts)  # type: ignore[arg-type]  # as uvicorn makes it
        delattr(self, name)

    monkeypatch.setattr(H11Protocol, "__init__", without)
    with pytest.raises(IncompatibleLibrary, match=rf"uvicorn.*{name}"):
        uvicorn_http.check()


def test_only_what_is_there_is_replaced() -> None:
    class Library:
        limit = 1

    library = Library()
    replace(library, "limit", 2)
    assert library.limit == 2
    with pytest.raises(IncompatibleLibrary, match=r"no Library\.most"):
        replace(library, "most", 2)
    with pytest.raises(IncompatibleLibrary, match=r"Library\.most"):
        require(library, "limit", "most")
