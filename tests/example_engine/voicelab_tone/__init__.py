"""An example engine for Voice Lab: every text becomes a tone."""
