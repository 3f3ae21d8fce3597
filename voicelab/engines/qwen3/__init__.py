"""Qwen3-TTS on MLX, imported only inside the engine process."""
