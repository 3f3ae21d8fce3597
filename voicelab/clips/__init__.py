"""Recordings decoded, windows, cuts, checks and pictures of speech."""
