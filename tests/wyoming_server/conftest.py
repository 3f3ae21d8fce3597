"""The lab that the HTTP side's tests have."""

from tests.api.conftest import engine, lab

__all__ = ["engine", "lab"]
