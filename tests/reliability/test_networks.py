"""Listeners whose network is gone in the middle: nobody else waits, and nothing stays behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.listening_lab import with_comparison
from tests.reliability.networks import STREAMED, left_open
from tests.reliability.slow_readers import slowly_read, spoken
from tests.running import Server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real lab with the voice Anna, warm."""
    home = tmp_path_factory.mktemp("home")
    with_comparison(home)
    running = Server.start(home, "--model", "preview")
    running.wait_for("ready", "page", within_s=120)
    spoken(running, "Hello.")
    yield running
    running.end()


@pytest.mark.parametrize("kind", STREAMED)
def test_a_network_that_is_gone_in_the_middle_of_a_stream_leaves_nothing(server: Server, kind: str) -> None:
    assert left_open(server, kind, times=5) == 0
    assert "Traceback" not in server.log


def test_clients_that_read_slowly_cost_little_and_others_are_served(server: Server) -> None:
    read = slowly_read(server, clients=20, times=8, texts=3)
    assert read.held == 20 + 3, read
    assert "Traceback" not in server.log
