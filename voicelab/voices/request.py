"""From a voice and a text to what the engine is asked: as the voice's recipe says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicelab.errors import ConsentMissing, UnknownModel
from voicelab.speech.ports import SpeechRequest
from voicelab.speech.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voicelab.voices.library import VoiceLibrary
    from voicelab.voices.voice import Voice


def check_consent(voice: Voice, *, local: bool) -> None:
    """Raise ConsentMissing when other machines can reach the lab and nobody wrote down who agreed to this voice."""
    if not servable([voice], local=local):
        raise ConsentMissing(
            f"{voice.name} has no consent note, and voices without one are not served to other machines. Open the "
            "voice to edit and write who agreed to what."
        )


def servable(voices: Iterable[Voice], *, local: bool) -> list[Voice]:
    """Return those that may be asked for: all of them on this machine, elsewhere those with a consent note."""
    return [voice for voice in voices if local or voice.consent.strip()]


def request_for(  # noqa: PLR0913 - all but three by name only
    library: VoiceLibrary,
    slug: str,
    text: str,
    *,
    default_model: str,
    model: str | None = None,
    seed: int | None = None,
    reading: Reading | None = None,
) -> SpeechRequest:
    """Return the request that says `text` with the voice `slug`.

    `model` and `seed` stand in for the recipe's; a model "auto", asked for or in the recipe, is `default_model`. A
    recipe with a speaker carries no prompt: its model brings its own speakers. `reading` gets the voice's
    pronunciations. A model that a package brought is used once somebody here chose it, or it is the default.
    Raises UnknownVoice, UnknownModel, UnreadableFile.
    """
    with library.reading():
        voice = library.get(slug)
        recipe = voice.recipe
        if recipe.unasked and model is None and recipe.model != default_model:
            raise UnknownModel(f"{voice.name} does not speak yet. {recipe.unasked}")
        prompt = library.prompt(voice.slug, recipe.length_s) if recipe.speaker is None else None
        reading = library.read_as(voice, reading)
    wanted = model or recipe.model
    return SpeechRequest(
        text=text,
        model=default_model if wanted == "auto" else wanted,
        prompt=prompt,
        language=voice.language,
        seed=recipe.seed if seed is None else seed,
        sampling=recipe.sampling,
        speaker=recipe.speaker,
        instruct=recipe.instruct,
        auditioned=recipe.auditioned if model is None and seed is None else "",
        reading=reading,
    )
