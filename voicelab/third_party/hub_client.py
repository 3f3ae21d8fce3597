"""What the lab uses of huggingface_hub beyond what it documents. Made for 2.4; an import fails when a name is gone.

Imported only where the hub or its cache is looked at: it takes half a second.
"""

from __future__ import annotations

from huggingface_hub import constants, get_session, hf_hub_url
from huggingface_hub.file_download import repo_folder_name
from huggingface_hub.utils import (  # type: ignore[attr-defined]  # re-exported without __all__
    WeakFileLock,
    build_hf_headers,
    disable_progress_bars,
    filter_repo_objects,
    hf_raise_for_status,
    validate_repo_id,
)

__all__ = [
    "WeakFileLock",
    "build_hf_headers",
    "constants",
    "disable_progress_bars",
    "filter_repo_objects",
    "get_session",
    "hf_hub_url",
    "hf_raise_for_status",
    "repo_folder_name",
    "validate_repo_id",
]
