"""What clients ask for, and what the engine is asked then."""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from voicelab import __version__
from voicelab.api.bodies import Body
from voicelab.checked.judge import recognizer_for
from voicelab.checked.speaking import submit_checked
from voicelab.errors import InvalidValue, TextTooLong, UnknownModel, UnknownVoice
from voicelab.languages import language_name
from voicelab.models.catalogue import catalogue, find, stand_in
from voicelab.models.model_choice import AUTO
from voicelab.settings import DateOrder
from voicelab.speech.checked import DEFAULT_TAKES, FEWEST_TAKES, MOST_TAKES
from voicelab.speech.formats import Format, format_named
from voicelab.speech.ports import OnBusy
from voicelab.speech.reading import Figures, Markup, Reading, as_read
from voicelab.speech.spoken_text import Read, read
from voicelab.speech.tempo import checked_speed
from voicelab.voices.aliases import folded, unknown_voice
from voicelab.voices.request import check_consent, request_for, servable

if TYPE_CHECKING:
    from collections.abc import Collection

    from voicelab.lab import Lab
    from voicelab.speech.ports import SpeechJob, SpeechRequest
    from voicelab.voices.voice import Voice

MAX_SEED = 2**32 - 1
"""The widest that every engine's random generator takes."""
DEFAULT_VOICE = "default"
"""The voice that speaks when a request names none and the lab was not told which, as in the guide's server."""


class BaseSpeechBody(Body):
    """What a client may ask for on every route that speaks; `check_known` refuses what no field is for."""

    model_config = ConfigDict(extra="allow")

    seed: int | None = Field(default=None, ge=0, le=MAX_SEED)
    """None: as the voice's recipe says. Identical requests with a seed share one result."""
    speed: float | None = None
    """0.5 to 2 times as fast as the model speaks, at the same pitch. None: as the voice's recipe says."""
    timestamps: Literal["none", "word"] = "none"
    """`word`: JSON with the audio, when each word is said, and captions."""
    on_busy: OnBusy = "queue"
    """Wait while the engine speaks for others; wait in place of one's own older requests; be refused with 429."""
    fallback: str = ""
    """The name of the model that may answer while another one is not ready, which X-Engine and X-Fallback tell."""
    check: bool | None = None
    """Hear every sentence back and speak those again that went wrong; none: as the voice's recipe says."""
    takes: int = Field(default=DEFAULT_TAKES, ge=FEWEST_TAKES, le=MOST_TAKES)
    """Of one checked sentence at most."""
    client: str = Field(default="", max_length=64)
    """Tells programs at one address apart, for turns in the queue and on_busy=replace; X-Client does the same."""
    markup: Markup = "strip"
    """`strip`: Markdown, HTML and emoji are not spoken; `keep`: they reach the model."""
    figures: Figures = "words"
    """`words`: numbers, abbreviations and signs are written out first; `keep`: the model reads them."""
    date_order: DateOrder | None = None
    """What 01/02/2024 is in English; none: as the lab was told."""


class SpeechBody(BaseSpeechBody):
    """What a client asks of /synthesize."""

    EXAMPLE = {"text": "Hello there.", "voice": "sample"}  # noqa: RUF012 - declared a ClassVar in Body

    text: str
    voice: str = ""
    """Slug or name. Empty: the lab's default voice, or the only one there is."""
    model: str = ""
    """A catalogue name; empty: as the voice's recipe says."""
    format: str = "wav"
    stream: bool = False
    """Send the first sound while the rest is being spoken; lengths that a header would name stay open."""
    instruct: str = ""
    """For models that follow instructions; others refuse."""

    @property
    def reading(self) -> Reading:
        """How the text is to be read."""
        return Reading(self.markup, self.figures, self.date_order)


class ReadBody(Body):
    """What a client wants to know before anything is spoken."""

    EXAMPLE = {"text": "Dr. Nguyen paid $5.", "voice": "sample"}  # noqa: RUF012 - declared a ClassVar in Body

    model_config = ConfigDict(extra="allow")

    text: str
    voice: str = ""
    """Whose pronunciations and language count. Empty: as for speech, where no language is given."""
    language: str = ""
    """Full name or code; empty: the voice's."""
    markup: Markup = "strip"
    figures: Figures = "words"
    date_order: DateOrder | None = None


@dataclass(frozen=True)
class Prepared:
    """A request that can be given to an engine."""

    voice: str
    """Slug."""
    kind: Format
    request: SpeechRequest
    key: str
    """The same for what sounds the same; empty where that cannot be known."""
    shared: bool
    """Whether identical requests share one result, and later ones too."""
    notes: tuple[str, ...] = ()
    """What of the request had to be left aside, in sentences for X-Notes."""
    speed: float = 1.0
    """Times as fast as it is spoken: the result is stretched."""
    takes: int = 0
    """Of one sentence at most, where each is heard back; 0: nothing is."""


def check_known(body: BaseModel, besides: Collection[str] = ()) -> None:
    """Raise InvalidValue for a parameter that `body` has no field for, naming the nearest one it has.

    Taken silently, a slip like `vioce=` would speak with another voice than the client asked for.
    """
    fields = type(body).model_fields
    known = sorted(fields, key=lambda field: field in BaseSpeechBody.model_fields)  # what is a route's own comes first
    for name in body.model_extra or {}:
        if name in besides:
            continue
        near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
        raise InvalidValue(name[:80], f"There is no parameter {name[:80]!r}. {hint}")


def prepare(body: SpeechBody, lab: Lab, *, standing_in: bool = False, lenient: bool = False) -> Prepared:
    """Return what the engine is asked; reads the voice's files. `standing_in` asks the fallback instead of the model.

    A `lenient` one leaves an instruction aside that the model would not follow, and notes it, instead of letting the
    engine refuse it: clients of other servers send one with every text.

    Raises InvalidValue, TextTooLong, UnknownVoice, UnknownModel, ConsentMissing, UnreadableFile, NotReady;
    of a text that is to be checked also what `recognizer_for` raises.
    """
    kind = format_named(body.format)
    if body.speed is not None:
        checked_speed(body.speed)
    if body.stream and body.timestamps == "word":
        raise InvalidValue("timestamps", "Words are timed once all is spoken: leave stream out, or set it to false.")
    check_fallback(body.fallback)
    _check_length(body.text, lab)
    voice = spoken_voice(lab, body.voice)
    check_consent(voice, local=lab.settings.local)
    default_model = stand_in() if standing_in else lab.engine.default_model()[0]
    check_model(body.model, {default_model} | (set() if voice.recipe.brought else {voice.recipe.model}))
    request = request_for(
        lab.voices,
        voice.slug,
        body.text,
        default_model=default_model,
        model=stand_in() if standing_in else body.model or None,
        seed=body.seed,
        reading=body.reading,
    )
    request = replace(as_read(request), live=body.stream)  # now: what is left out is known before it is spoken
    instruct = body.instruct.strip()
    notes = alias_note(voice, body.voice)
    if instruct and lenient and not find(request.model).capabilities.follows_instructions:
        notes = (*notes, f"The instructions were left aside: {request.model} follows none.")
    elif instruct:
        request = replace(request, instruct=instruct)
    if standing_in:  # which has no speakers of its own and follows no instructions, whatever the recipe's model does
        request = replace(request, speaker=None, instruct=None, prompt=request.prompt or lab.voices.prompt(voice.slug))
    check = voice.recipe.check if body.check is None else body.check
    takes = body.takes if check else 0
    key = _key(request, (takes, recognizer_for(lab.transcriber, request.language)) if takes else ())
    speed = voice.recipe.speed if body.speed is None else body.speed
    return Prepared(voice.slug, kind, request, key, body.seed is not None and bool(key), notes, speed, takes)


def submit(prepared: Prepared, lab: Lab, client: str) -> SpeechJob:
    """Queue what was prepared, to be heard back where it is to be. Raises what Engine.submit raises."""
    if not prepared.takes:
        return lab.engine.submit(prepared.request, client)
    return submit_checked(lab.engine, lab.transcriber, prepared.request, prepared.takes, client)


def read_body(body: ReadBody, lab: Lab) -> Read:
    """Return what would be said. Raises InvalidValue, UnknownVoice, UnsupportedLanguage, EmptyText, TextTooLong."""
    _check_length(body.text, lab)
    language = language_name(body.language) if body.language else ""
    voice = spoken_voice(lab, body.voice) if body.voice or not language else None
    reading = Reading(body.markup, body.figures, body.date_order)
    return read(body.text, language or (voice.language if voice else ""), lab.voices.read_as(voice, reading))


def check_fallback(wanted: str) -> None:
    """Raise InvalidValue unless `wanted` is empty or the model that can stand in."""
    if wanted not in {"", stand_in()}:
        only = f"Only {stand_in()} can stand in. Leave fallback out, or ask for {stand_in()}."
        raise InvalidValue("fallback", only if stand_in() else "No model here can stand in. Leave fallback out.")


def spoken_voice(lab: Lab, name: str) -> Voice:
    """Return the voice of that name, or the one that speaks when none is named. Raises UnknownVoice, InvalidValue."""
    name = name.strip() or lab.settings.default_voice
    if name:
        return _called(lab, name)
    voices = lab.voices.voices()
    slugs = [voice.slug for voice in voices]
    if DEFAULT_VOICE in slugs:
        return voices[slugs.index(DEFAULT_VOICE)]
    if len(slugs) == 1:
        return voices[0]
    if not slugs:
        raise InvalidValue("voice", "There is no voice yet: make one of a recording on the page first.")
    named = ", ".join(voice.slug for voice in askable(lab)[:20])
    which = f"add voice= with one of {named}" if named else "none of them has the consent note that other machines need"
    raise InvalidValue("voice", f"Say which voice speaks: {which}, or start the lab with --default-voice.")


def askable(lab: Lab) -> list[Voice]:
    """Return the voices that clients may ask for; no sentence names another one to them."""
    return servable(lab.voices.voices(), local=lab.settings.local)


def _called(lab: Lab, name: str) -> Voice:
    """Return the voice of that name, or the one that it is another name of: the voice's own, or the lab's."""
    meant = lab.settings.voice_aliases.get(name.casefold(), "")
    for wanted in filter(None, (name, meant)):
        with contextlib.suppress(UnknownVoice):
            return lab.voices.called(wanted)
    known = askable(lab)
    if not known and lab.voices.voices():
        raise UnknownVoice(f"There is no voice {name[:80]!r}: none here has the consent note that other machines need.")
    raise unknown_voice(meant or name, known)


def alias_note(voice: Voice, name: str) -> tuple[str, ...]:
    """Return the sentence for a client that asked for the voice by another name than its own."""
    if folded(name) in {"", voice.slug, folded(voice.name)}:
        return ()
    return (f"{name.strip()[:80]} is another name of the voice {voice.slug} here.",)


def aliases(lab: Lab, voices: Collection[Voice]) -> dict[str, Voice]:
    """Return `voices` by their other names: those of each, and the lab's for them."""
    found = {alias: voice for voice in voices for alias in voice.aliases}
    known = {voice.slug: voice for voice in voices}
    for alias, name in lab.settings.voice_aliases.items():
        with contextlib.suppress(UnknownVoice, KeyError):
            found.setdefault(alias, known[lab.voices.called(name).slug])
    return found


def _check_length(text: str, lab: Lab) -> None:
    if len(text) > lab.settings.text_limit:
        raise TextTooLong(
            f"The text has {len(text):,} characters and one request may have {lab.settings.text_limit:,}. Split "
            "it and send the parts one after the other."
        )


def check_model(wanted: str, known: set[str]) -> None:
    """Let clients choose among models that the person at the lab knows of.

    A folder of this machine is not read, and a repository not fetched, because a client names it. Raises UnknownModel.
    """
    names = [model.name for model in catalogue()]
    if wanted and wanted != AUTO and wanted not in known and wanted not in names:
        raise UnknownModel(f"There is no model {wanted[:80]!r} for clients. Choose one of: {', '.join(names)}.")


def _key(request: SpeechRequest, heard_by: tuple[object, ...]) -> str:
    """Return a digest of everything that makes the sound: text, clip, its words, model, seed, sampling, version, ears.

    Not whether it is streamed: the joins of its parts differ by less than can be heard. A folder's weights may change
    under its name, so what it speaks is never kept.
    """
    if request.model not in {model.name for model in catalogue() if model.capabilities.repeats}:
        return ""
    fields = asdict(replace(request, prompt=None, live=False)) | {
        "prompt": request.prompt.key if request.prompt else "",
        "version": __version__,
        "heard_by": heard_by,
    }
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
