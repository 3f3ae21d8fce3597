"""Where `say` gets its audio from: a lab in this process, or a server that runs already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from voicelab.cli.output import tell
from voicelab.errors import VoiceLabError
from voicelab.speech.checked import DEFAULT_TAKES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from voicelab.lab import Lab
    from voicelab.speech.formats import Format
    from voicelab.speech.ports import Speech, SpeechJob, SpeechRequest
    from voicelab.speech.reading import Reading
    from voicelab.speech.spoken_text import Read
    from voicelab.voices.voice import Voice


@dataclass(frozen=True)
class Said:
    """A text as a file."""

    content: bytes
    engine: str
    model: str
    seed: int
    duration_s: float
    elapsed_s: float
    peak_memory_bytes: int | None
    """None where a server does not tell."""
    notes: tuple[str, ...]
    said: str
    """The text as it was really said."""
    checked: Mapping[str, Any] | None = None
    """What hearing it back came to (Checked.counts); None where nobody asked for that."""
    captions: str = ""
    """The captions that were asked for."""
    uncaptioned: str = ""
    """Why there are none."""

    @property
    def rtf(self) -> float:
        """Elapsed seconds per second of audio."""
        return self.elapsed_s / self.duration_s if self.duration_s else 0.0


@dataclass(frozen=True)
class SpeechOptions:
    """How texts are to be said."""

    voice: str
    model: str | None
    seed: int | None
    kind: Format
    reading: Reading
    speed: float | None = None
    """Times as fast as the model speaks; None: as the voice's recipe says."""
    captions: str = ""
    """Captions wanted beside it, as CAPTIONS names them; empty for none."""
    check: bool | None = None
    """Whether every sentence is heard back; None: as the voice's recipe says."""
    takes: int = DEFAULT_TAKES
    """Of one checked sentence at most."""

    def of_sentence(self, seed: int | None) -> SpeechOptions:
        """Return them for one sentence of a text, which is sped up and encoded as a whole."""
        from voicelab.speech.formats import FORMATS

        return replace(self, kind=FORMATS["wav"], speed=1.0, captions="", seed=self.seed if seed is None else seed)

    def others(self, speed: float, *, by_recipe: bool) -> tuple[str, ...]:
        """Return what of it makes another file and was not there in older indexes, where it is not as it was then.

        `speed` is that of the file; `by_recipe` is whether the voice's recipe has its speech checked.
        """
        checked = by_recipe if self.check is None else self.check
        fields = {f"speed {speed:g}": speed != 1, f"checked in {self.takes} takes": checked}
        return tuple(name for name, counts in fields.items() if counts)


class Source(Protocol):
    """Says one text after the other."""

    def say(self, text: str, *, patient: bool = False) -> Said:
        """Return `text` as a file; `patient` waits for a place. Raises any VoiceLabError."""

    def sentence(self, text: str, seed: int | None) -> Said:
        """Return `text` as a WAV file at the voice's own speed, from any thread, waiting for a place; None: own seed.

        Raises any VoiceLabError.
        """

    def seed(self) -> int:
        """Return the seed of a text. Raises any VoiceLabError."""

    def speed(self) -> float:
        """Return how fast a text is said, in times of the model's own speed. Raises any VoiceLabError."""

    def language(self) -> str:
        """Return the voice's, as a full lower-case name. Raises any VoiceLabError."""

    def read(self, text: str) -> Read:
        """Return what would really be said. Raises any VoiceLabError."""

    def key(self, text: str) -> str:
        """Return what is the same as long as `text` would sound the same."""


class InProcess:
    """Says texts with the engine of a lab in this process."""

    def __init__(self, lab: Lab, options: SpeechOptions, tell: Callable[[str, str], None] = tell) -> None:
        """Nothing starts before the first text; `tell` is told how far a text is."""
        self._lab = lab
        self._options = options
        self._tell = tell

    def say(self, text: str, *, patient: bool = False) -> Said:  # noqa: ARG002 - nobody else is in this queue
        """Say it, telling how far it is; Ctrl-C cancels."""
        from voicelab.speech.formats import Origin, encoded
        from voicelab.speech.tempo import at_speed

        job = self._submit(self._request(text))
        try:
            for update in job.updates():
                self._tell(update.message, update.state)
            speech = job.result()
        finally:
            job.cancel()  # a no-op once it is done; after Ctrl-C it ends the work
        voice, speed = self._lab.voices.get(self._options.voice), self.speed()
        origin = Origin(voice.slug, speech.engine, speech.model, speech.seed, speed)
        samples = at_speed(speech.samples, speech.sample_rate, speed)
        return Said(
            encoded(samples, speech.sample_rate, self._options.kind, origin),
            speech.engine,
            speech.model,
            speech.seed,
            len(samples) / speech.sample_rate,
            speech.elapsed_s,
            speech.peak_memory_bytes,
            (*speech.notes, *(speech.checked.notes if speech.checked else ())),
            speech.said,
            speech.checked.counts if speech.checked else None,
            *self._captions(speech, voice, speed),
        )

    def speed(self) -> float:
        """Return the person's, else the recipe's."""
        own = self._options.speed
        return self._lab.voices.get(self._options.voice).recipe.speed if own is None else own

    def _captions(self, speech: Speech, voice: Voice, speed: float) -> tuple[str, str]:
        """Return the captions, or why there are none: what was spoken is kept all the same."""
        from voicelab.speech.captions import CAPTIONS, cues_of, word_times

        if not self._options.captions:
            return "", ""
        self._tell("finding when each word is said", "timing")
        try:
            words = word_times(self._lab.transcriber, speech, voice.language, speed)
        except VoiceLabError as error:
            return "", error.message
        return CAPTIONS[self._options.captions](cues_of(words, voice.language)), ""

    def sentence(self, text: str, seed: int | None) -> Said:
        """Say it with the same lab."""
        return InProcess(self._lab, self._options.of_sentence(seed), untold).say(text)

    def seed(self) -> int:
        """Return the person's, else the recipe's."""
        own = self._options.seed
        return self._lab.voices.get(self._options.voice).recipe.seed if own is None else own

    def language(self) -> str:
        """Return what the library says."""
        return self._lab.voices.get(self._options.voice).language

    def _submit(self, request: SpeechRequest) -> SpeechJob:
        from voicelab.checked.speaking import submit_checked

        if not self._checks:
            return self._lab.engine.submit(request)
        return submit_checked(self._lab.engine, self._lab.transcriber, request, self._options.takes)

    @property
    def _by_recipe(self) -> bool:
        return self._lab.voices.get(self._options.voice).recipe.check

    @property
    def _checks(self) -> bool:
        return self._by_recipe if self._options.check is None else self._options.check

    def read(self, text: str) -> Read:
        """Return it without the engine."""
        from voicelab.speech.spoken_text import read

        voice = self._lab.voices.get(self._options.voice)
        return read(text, voice.language, self._lab.voices.read_as(voice, self._options.reading))

    def key(self, text: str) -> str:
        """Return everything of the request, and the clip by its digest."""
        from voicelab.speech.reading import as_read

        request = as_read(self._request(text))
        prompt = request.prompt.key if request.prompt else ""
        recipe = (request.model, request.language, request.seed, request.sampling, request.speaker, request.instruct)
        return repr(
            (
                text,
                request.text,
                prompt,
                recipe,
                self._options.kind.name,
                *self._options.others(self.speed(), by_recipe=self._by_recipe),
            )
        )

    def _request(self, text: str) -> SpeechRequest:
        from voicelab.voices.request import request_for

        return request_for(
            self._lab.voices,
            self._options.voice,
            text,
            default_model=self._lab.engine.default_model()[0],
            model=self._options.model,
            seed=self._options.seed,
            reading=self._options.reading,
        )


def untold(_message: str, _about: str) -> None:
    """Tell nobody."""
