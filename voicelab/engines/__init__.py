"""The engine process, and the synthesizers that live in it."""
