"""Engines on other machines: another Voice Lab, or a server that speaks OpenAI's API."""
