"""Replacing something inside another package, or relying on it: never silently in vain."""

from __future__ import annotations

from typing import Any

from voicelab.errors import IncompatibleLibrary


def require(owner: Any, *names: str) -> None:
    """Raise IncompatibleLibrary unless `owner`, a module, class or object of another package, has all `names`."""
    for name in names:
        if not hasattr(owner, name):
            where = owner if hasattr(owner, "__name__") else type(owner)
            package = (getattr(where, "__module__", None) or where.__name__).partition(".")[0]
            raise IncompatibleLibrary(
                f"The installed {package} has no {where.__name__}.{name}, which the lab relies on. Install the version "
                "that the lab was made for: pip install --upgrade voicelab, or `make run` in a checkout."
            )


def replace(owner: Any, name: str, value: object) -> None:
    """Set `owner.name`, which must be there already, to `value`. Raises IncompatibleLibrary."""
    require(owner, name)
    setattr(owner, name, value)
