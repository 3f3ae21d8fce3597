"""What a test of likeness plays beside the takes: more of the person's own speech, and another person's voice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.listening.conftest import experiment
from tests.listening_lab import with_comparison
from tests.voices.making import noise_clip, words_for
from voicelab.blind_tests import source_of
from voicelab.clips.clip import Clip, Window
from voicelab.clips.wav import write_wav
from voicelab.compare.experiments import ExperimentStore
from voicelab.listening.kinds import KINDS
from voicelab.listening.material import gathered
from voicelab.listening.values import Options
from voicelab.settings import Settings
from voicelab.voices.library import VoiceLibrary


def test_held_out_speech_is_outside_the_clip_or_there_is_none(tmp_path: Path, speech_clip: Clip) -> None:
    """The longest speech before or after the clip, and never a word of it."""
    before = Clip(np.concatenate([speech_clip.samples, np.zeros(24_000, np.float32), speech_clip.samples[::-1]]))
    write_wav(tmp_path / "recording.wav", before)
    second = (speech_clip.seconds + 1.0, before.seconds)
    source = replace(experiment(tmp_path / "e"), recording=tmp_path / "recording.wav", window=second)
    sounds, _said = gathered(KINDS["similarity"], Options(anchor=False), source.takes, source)
    (held_out,) = [clip for role, _take, clip in sounds if role == "reference"]
    assert 1.4 <= held_out.seconds <= 2, "as long as the takes are, but never less than can be judged"
    start = int(np.argmax(np.correlate(speech_clip.samples, held_out.samples[4800:9600], "valid")))
    assert np.corrcoef(speech_clip.samples[start : start + 4800], held_out.samples[4800:9600])[0, 1] > 0.99
    for without in (replace(source, window=(0.0, before.seconds)), replace(source, recording=None)):
        sounds, said = gathered(KINDS["similarity"], Options(), without.takes, without)
        assert "reference" not in {role for role, _take, _clip in sounds}
        assert any("There is no hidden reference" in each for each in said)


def test_an_experiment_brings_the_persons_recording_and_another_voice(tmp_path: Path, speech_clip: Clip) -> None:
    made = with_comparison(tmp_path)
    settings = Settings(home=tmp_path)
    voices, experiments = VoiceLibrary(settings.voices), ExperimentStore(settings.experiments)
    alone = source_of(experiments, voices, made.id)
    assert (alone.recording, alone.window, alone.stranger) == (None, None, None)
    clip = noise_clip(10.0)
    write_wav(tmp_path / "long.wav", noise_clip(20.0))
    for name, revision in (("Anna", 1), ("Anna again", None)):
        voices.save(
            name,
            clip,
            words_for(clip),
            "english",
            "agreed",
            recording=tmp_path / "long.wav",
            window=Window(5.0, 15.0),
            replace_revision=revision,
        )
    source = source_of(experiments, voices, made.id)
    assert source.recording == voices.recording("anna")
    assert source.window == (5.0, 15.0)
    assert source.stranger is None, "the same sound again may be the same person"
    voices.save("Bert", speech_clip, words_for(speech_clip), "english", "agreed")
    assert source_of(experiments, voices, made.id).stranger == voices.clip_path("bert")
    voices.remove("anna")
    assert source_of(experiments, voices, made.id).reference is None
