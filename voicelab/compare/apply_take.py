"""What sounded best becomes the voice's recipe."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from voicelab.compare.variants import clip_of, recording_of
from voicelab.errors import InvalidValue, VoiceChanged

if TYPE_CHECKING:
    from voicelab.compare.experiments import ExperimentStore
    from voicelab.voices.library import VoiceLibrary
    from voicelab.voices.voice import Voice


def use_take(store: ExperimentStore, library: VoiceLibrary, experiment_id: str, take_id: str) -> Voice:
    """Let the experiment's voice speak with the model, clip, seed and sampling of a take from now on.

    A take of another window of the recording makes that window the voice's clip.

    Raises UnknownExperiment, UnknownVoice, InvalidValue for a take that is not there or failed, and VoiceChanged when
    the voice is not the one that was heard.
    """
    experiment = store.get(experiment_id)
    take = next((take for take in experiment.takes if take.id == take_id and take.failure is None), None)
    if take is None:
        raise InvalidValue("take", "This take failed or was not made, so nobody has heard it. Choose another.")
    if take.repair in {"cut", "silence"}:
        raise InvalidValue(
            "take",
            "This take was mended in a way that a voice's recipe does not hold, so the voice would have it again. "
            "Mend it with a new seed or a shorter clip, and use that one.",
        )
    with library.reading():
        voice = library.get(experiment.plan.voice)
        key = library.prompt(voice.slug).key
    if key != experiment.voice_key:
        raise VoiceChanged(
            f"The clip or the text of {voice.name} changed since this take was made: the voice would not sound "
            "like it. Compare again."
        )
    recipe = replace(
        voice.recipe,
        model=take.model,
        seed=take.seed,
        length_s=take.length_s if take.clip_seconds < voice.seconds else None,
        sampling=experiment.sampling_of(take.variant),
        auditioned=take.spoken_by,
    )
    variant = experiment.variant(take.variant)
    if variant is None or variant.window is None or variant.transcript is None:
        return library.set_recipe(voice.slug, recipe, voice.revision)
    return library.save(
        voice.name,
        clip_of(voice, recording_of(voice, library), variant.window),
        variant.transcript,
        voice.language,
        voice.consent,
        recipe=replace(recipe, length_s=None),
        recording=library.recording(voice.slug),
        choice=voice.choice,
        window=variant.window,
        repairs=voice.repairs,
        match=variant.match,
        synthetic=voice.synthetic,
        replace_revision=voice.revision,
    )
