"""The collector comes back, however many blocks there are and however they end."""

from __future__ import annotations

import gc

import pytest

from voicelab.listening.collector import collector_paused


def test_it_is_on_again_after_the_last_block() -> None:
    with collector_paused():
        with pytest.raises(KeyError), collector_paused():
            raise KeyError
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_somebody_else_turned_off_stays_off() -> None:
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
