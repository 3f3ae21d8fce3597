"""The preview engine: Piper's packaged English voice, moved toward a clip's pitch and timbre. Not a clone."""
