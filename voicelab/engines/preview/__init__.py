"""The preview engine: Piper's packaged English voice, moved toward a clip's pitch and timbre. Not a clone."""

from voicelab.engines.preview.synthesizer import PreviewSynthesizer

__all__ = ["PreviewSynthesizer"]
