"""Families of mlx-audio that clone, by its common load and generate; Qwen3-TTS has an engine of its own."""
