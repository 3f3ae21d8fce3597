"""What the hub's cache holds of a repository, counted and removed."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path

from voicelab.errors import InvalidValue, StorageFailed


def bytes_on_disk(repository: str) -> int:
    """Return how many bytes of `repository` are in the cache, files that are on their way among them. Asks nobody.

    huggingface_hub's own scan_cache_dir counts whole snapshots only, and looks through every repository.
    """
    try:
        blobs = _folder(repository) / "blobs"
    except InvalidValue:
        return 0
    total = 0
    for blob in blobs.iterdir() if blobs.is_dir() else ():
        try:
            total += blob.stat().st_size
        except FileNotFoundError:  # it has just been given its name
            continue
    return total


def repositories() -> list[str]:
    """Return the model repositories of which the cache holds something, as "owner/name", in order."""
    cache = _cache()
    prefix = "models--"
    folders = (folder.name for folder in cache.iterdir() if folder.is_dir()) if cache.is_dir() else ()
    names = (name.removeprefix(prefix).split("--") for name in folders if name.startswith(prefix))
    return sorted("/".join(parts) for parts in names if len(parts) == 2)  # noqa: PLR2004 - owner and name


def remove(repository: str) -> int:
    """Delete everything the cache holds of `repository` and return how many bytes that frees.

    The folder is renamed first, so that nobody finds half a model. Raises StorageFailed; InvalidValue for what is no
    repository.
    """
    folder = _folder(repository)
    freed = bytes_on_disk(repository)
    aside = folder.with_name(f".deleted-{secrets.token_hex(8)}")
    try:
        folder.rename(aside)
        shutil.rmtree(aside)
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise StorageFailed(
            f"{repository} cannot be deleted from {folder.parent}: {error.strerror or error}. Delete the folder "
            f"{aside if aside.exists() else folder} yourself."
        ) from error
    shutil.rmtree(folder.parent / ".locks" / folder.name, ignore_errors=True)
    return freed


def cache_folder(repository: str) -> Path:
    """Return the folder of the cache that holds `repository`, there or not. Raises InvalidValue for what is none."""
    return _folder(repository)


def _cache() -> Path:
    from voicelab.third_party.hub_client import constants

    return Path(constants.HF_HUB_CACHE)


def _folder(repository: str) -> Path:
    from huggingface_hub.errors import HFValidationError

    from voicelab.third_party.hub_client import repo_folder_name, validate_repo_id

    try:
        validate_repo_id(repository)
    except HFValidationError as error:
        raise InvalidValue("model", f"{repository[:120]!r} is no repository of the hub: write owner/name.") from error
    return _cache() / str(repo_folder_name(repo_id=repository, repo_type="model"))
