"""`voicelab bench`: what the fast engine gains on this machine."""

from __future__ import annotations
