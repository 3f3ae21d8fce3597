"""What is done with single takes: use, mend, remark, look at two of them."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.blind_tests import send
from voicelab.clips.wav import read_flac
from voicelab.compare.apply_take import use_take
from voicelab.compare.take import Take
from voicelab.compare.take_repair import TakeRepair, repair
from voicelab.errors import InvalidValue
from voicelab.speech.reading import Pronunciation
from voicelab.ui.actions.compare_actions import board_value
from voicelab.ui.actions.listen_actions import tests
from voicelab.ui.actions.updates import KEEP, Notice, Progress, Update, busy, notice, said
from voicelab.voices.pronunciations import with_entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.lab import Lab
    from voicelab.ui.actions.widget_json import Board, Figure


class Done(NamedTuple):
    """The outputs of what was done with a take."""

    progress: Progress | Any
    takes: Board | Any
    said: list[Notice] | Any
    picture: Figure | Any
    test: Update | Any
    """Of the tab Listen."""
    test_kept: str | Any
    """Its id, for when that tab is opened."""
    sent: str
    """Not empty: the page goes to that tab, once it knows the test. The tab asks for the one that is kept by then."""


_NOTHING = Done(KEEP, KEEP, KEEP, KEEP, KEEP, KEEP, "")


def act(lab: Lab, action: str, experiment: str, take: str, extra: str) -> Iterator[Done]:
    """Do what the board asks: `action` is use, mend, say, favourite, comment, rate, pair or listen."""
    if action == "use":
        yield _NOTHING._replace(said=_use(lab, experiment, take))
    elif action == "mend":
        yield from _mend(lab, experiment, take, extra)
    elif action == "say":
        yield _NOTHING._replace(said=_say_differently(lab, experiment, extra))
    elif action in {"favourite", "comment", "rate"}:
        yield _remark(lab, action, experiment, take, extra)
    elif action == "pair":
        yield _NOTHING._replace(picture=_pair(lab, experiment, take, extra))
    elif action == "listen":
        yield _listen(lab, experiment, extra)
    else:
        raise InvalidValue("action", "This button is of an older page. Reload it.")


def _use(lab: Lab, experiment: str, take: str) -> list[Notice]:
    voice = use_take(lab.experiments, lab.voices, experiment, take)
    recipe = voice.recipe
    length = f"the first {recipe.length_s:g} s of the clip" if recipe.length_s else "the whole clip"
    text = f"{voice.name} now speaks with {recipe.model}, {length}, seed {recipe.seed}: on the page and over HTTP."
    return [notice(text, "ok", "In use")]


def _mend(lab: Lab, experiment: str, take: str, way: str) -> Iterator[Done]:
    rooms = TakeRepair(lab.voices, lab.engine, lab.experiments, lab.transcriber)
    mended: Take | None = None
    for step in repair(rooms, experiment, take, way):
        if isinstance(step, Take):
            mended = step
        else:
            yield _NOTHING._replace(progress=busy(f"Mending: {step}"))
    if mended is None:
        return
    level, bled = ("warn", "It still has words of the clip's text in it.") if mended.bleed else ("ok", "")
    told = notice(f"{mended.notes[-1]} {bled} The take before is kept.", "warn" if level == "warn" else "ok", "Mended")
    yield _NOTHING._replace(progress=said(""), takes=board_value(lab, experiment), said=[told])


def _say_differently(lab: Lab, experiment: str, extra: str) -> list[Notice]:
    """Let the voice of the comparison say a word in its own way; `extra` is {word, say} as JSON."""
    try:
        wish = json.loads(extra)
        word, say = str(wish["word"]), str(wish["say"])
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidValue("word", "This button is of an older page. Reload it.") from error
    voice = lab.voices.get(lab.experiments.get(experiment).plan.voice)
    entries = with_entry(voice.pronunciations, Pronunciation(word, say))
    lab.voices.set_pronunciations(voice.slug, entries, voice.revision)
    text = f"{voice.name} says “{word}” as “{say}” from now on: mend the take to hear it. The tab Voices has the list."
    return [notice(text, "ok", "Kept")]


def _remark(lab: Lab, action: str, experiment_id: str, take_id: str, extra: str) -> Done:
    if action == "rate" and not extra.isdecimal():
        raise InvalidValue("rating", "A rating is a figure from 1 to 9. Reload the page.")
    lab.experiments.remark(
        experiment_id,
        take_id,
        favourite=extra == "yes" if action == "favourite" else None,
        comment=extra if action == "comment" else None,
        rating=int(extra) if action == "rate" else None,
    )
    return _NOTHING._replace(takes=board_value(lab, experiment_id))


def _listen(lab: Lab, experiment: str, chosen: str) -> Done:
    """Make a listening test of the takes with these ids, with spaces between."""
    test = send(lab.listening, lab.experiments, lab.voices, experiment, chosen.split())
    told = notice("They are a blind test now, in the tab Listen: equally loud, and without their names.", "ok", "Sent")
    return _NOTHING._replace(said=[told], test=tests(lab, test.id), test_kept=test.id, sent=test.id)


def _pair(lab: Lab, experiment: str, first: str, second: str) -> Figure:
    from voicelab.compare.plots import pair_png

    takes = [_take(lab, experiment, each) for each in (first, second)]
    clips = [read_flac(lab.experiments.take_path(experiment, take.id)) for take in takes]
    names = [f"{'AB'[number]}: {take.model}, seed {take.seed}, {take.line[:60]}" for number, take in enumerate(takes)]
    light, dark = (
        f"data:image/png;base64,{base64.b64encode(pair_png(clips, names, ground)).decode()}"
        for ground in ("light", "dark")
    )
    return {"light": light, "dark": dark, "alt": f"Spectrograms with pitch curves. {names[0]}. {names[1]}."}


def _take(lab: Lab, experiment: str, take_id: str) -> Take:
    for take in lab.experiments.get(experiment).takes:
        if take.id == take_id:
            return take
    raise InvalidValue("take", "This take is not there any more. Choose the comparison again.")
