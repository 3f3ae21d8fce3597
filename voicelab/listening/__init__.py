"""Blind listening tests: their design, their answers, and what the answers say."""
