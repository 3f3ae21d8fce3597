"""Kyutai's pocket-tts on a plain processor: a clone for machines without a GPU, with the extra `pocket`."""
