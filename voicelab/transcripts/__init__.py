"""Words: heard, checked against the audio, cut with a window."""
