"""Models from the Hugging Face hub: what is on disk, and downloads that report bytes, resume and can be cancelled."""

from voicelab.hub.snapshots import fetch, folder_on_disk

__all__ = ["fetch", "folder_on_disk"]
