"""HTTP: speech, voices, health, and what the page needs."""
