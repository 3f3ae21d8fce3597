"""Voice Lab: from a recording to a voice that speaks, on one's own machine."""

__version__ = "0.2.0"
