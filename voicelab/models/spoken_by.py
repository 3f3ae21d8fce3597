"""Who speaks, precisely enough to say whether a seed sounds the same: engine, variant, and the packages that draw."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from voicelab.models.registry import registry


def spoken_by(engine: str, variant: str) -> str:
    """Return what a recipe says of it: "name.variant, package 1.2", with each package that makes the sound."""
    known = next((each for each in registry().engines if each.name == engine), None)
    parts = [f"{engine}.{variant}" if variant else engine]
    for package in known.packages if known else ():
        try:
            parts.append(f"{package} {version(package)}")
        except PackageNotFoundError:  # of a plug-in that names what it does not need
            continue
    return ", ".join(parts)


def served_by_another(auditioned: str, speaks: str) -> str:
    """Return a sentence where a recipe's seed was auditioned with another one than `speaks`; empty where not.

    A recipe that does not say was written by an older lab.
    """
    if not auditioned or not speaks or auditioned == speaks:
        return ""
    return (
        f"Its seed was auditioned with {auditioned} and is served with {speaks}: it may sound otherwise. Compare "
        "again, or choose the engine that it was auditioned with."
    )
