"""Searches that pages have begun, so that each can be stopped from its first moment, before it is a comparison."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass(eq=False)
class BegunSearch:
    """A search of the best setting that a page has begun."""

    stop: threading.Event = field(default_factory=threading.Event)
    experiment: str = ""
    """The id of its comparison; empty while it is being prepared. Whoever sets it looks at `stop` after that."""


class SearchStops:
    """The newest search of each page. Any thread may ask."""

    def __init__(self) -> None:
        """Know of none."""
        self._lock = threading.Lock()
        self._newest: dict[str, BegunSearch] = {}

    def begin(self, page: str) -> BegunSearch:
        """Return the search that `page` begins now."""
        begun = BegunSearch()
        with self._lock:
            self._newest[page] = begun
        return begun

    def stop(self, page: str, *, only_prepared: bool = False) -> BegunSearch | None:
        """Have the newest search of `page` stopped, and return it; None where none goes on.

        With `only_prepared` one that is a comparison already is left alone.
        """
        with self._lock:
            begun = self._newest.get(page)
            if begun is None or (only_prepared and begun.experiment):
                return None
            del self._newest[page]
        begun.stop.set()
        return begun

    def end(self, page: str, begun: BegunSearch) -> None:
        """Forget a search that is over, unless `page` has begun another one."""
        with self._lock:
            if self._newest.get(page) is begun:
                del self._newest[page]
