"""What the page's widgets draw: the shapes of the JSON that crosses to their scripts.

`python -m tests.javascript.declarations` writes them down for TypeScript, which checks the scripts against them
(static/values.d.ts). `Annotated[dict[str, Any], X]` is what `asdict` makes of an X.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from voicelab.clips.best import BestWindow
from voicelab.models.clone_need import CloneNeed
from voicelab.models.model_store import Told
from voicelab.transcripts.changes import Part
from voicelab.transcripts.words import Verdict


class Nothing(TypedDict):
    """An empty widget."""


class Empty(TypedDict):
    """That there is nothing to work with yet, and a button that opens the tab where it is made."""

    text: str
    label: str
    """Of the button."""
    tab: str


class Table(TypedDict):
    """Rows under columns."""

    columns: list[str]
    rows: list[list[str]]


class Trimmer(TypedDict):
    """A recording and the window that is cut out of it, in seconds."""

    draft: str
    seconds: float
    start_s: float
    end_s: float


class SpokenTake(TypedDict):
    """A take of the tab Speak: while it is spoken, and once all of it is there."""

    id: str
    """Of its addresses, spoken/<id>/live.pcm and spoken/<id>/speech.wav."""
    over: bool
    """Whether all of it is there: until then what follows is not known yet but for text and voice."""
    text: str
    voice: str
    """Its name."""
    name: str
    """Of the file that it is saved as."""
    model: str
    seed: int
    seconds: float


class EditorWord(TypedDict):
    """A word of the clip's text. `heard` is empty where it fits."""

    text: str
    start_s: float
    end_s: float
    score: float | None
    verdict: Verdict | Literal["unchecked"]
    heard: str
    suggestion: NotRequired[str]
    opinion: NotRequired[str]
    """What a second recognizer hears instead, empty for nothing; absent where it agrees."""


class Editor(TypedDict):
    """The words of a clip, over the recording at `url`, `offset_s` from its start."""

    url: str
    offset_s: float
    seconds: float
    pending: bool
    """Whether the words are being checked: until then none is doubted."""
    glue: str
    """What stands between words."""
    text: str
    words: list[EditorWord]
    uncovered: list[tuple[float, float]]
    refused: bool
    """Whether a change of a word was not kept: the page awaits no other answer to it."""
    undoable: bool
    redoable: bool
    opinion_by: str
    heard_by: str
    changes: list[Annotated[dict[str, Any], Part]]


class RepairChoice(TypedDict):
    """A repair that can be chosen."""

    name: str
    label: str
    about: str


class Repairs(TypedDict):
    """The repairs of a clip; `key` changes with everything that changes its sound."""

    draft: str
    key: str
    repairs: list[str]
    tail_silence: bool
    choices: list[RepairChoice]


class Best(TypedDict):
    """The best windows of a recording of `seconds`."""

    draft: str
    seconds: float
    windows: list[Annotated[dict[str, Any], BestWindow]]


class Pictures(TypedDict, total=False):
    """Data addresses of a picture for light and for dark ground; there may be none."""

    light: str
    dark: str


class Figure(Pictures):
    """A picture with its description."""

    alt: str


class Board(TypedDict):
    """A comparison, and how far it has come: the board asks for what changed (compare/board.py)."""

    experiment: str
    revision: str
    active: bool


class Models(Told):
    """The models on this machine."""

    idle_minutes: float
    free_names: bool
    """Whether a model that the list does not have may be asked for."""
    clone_need: CloneNeed | None


class Invitation(TypedDict):
    """The link of a listening test; `url` is empty while it is closed."""

    test: str
    url: str
    path: str
    alone: bool
    facts: str


class ResultsPair(TypedDict):
    """Two settings against each other."""

    text: str
    tells: bool


class ResultsGroup(TypedDict):
    """A table of results."""

    title: str
    columns: list[str]
    rows: list[list[str]]


class ResultsView(TypedDict):
    """Results of every answer, or of those that pass screening."""

    title: str
    name: str
    said: str
    pairs: list[ResultsPair]
    ranking: list[str]
    groups: list[ResultsGroup]


class ResultsSetting(TypedDict):
    """A setting that the voice may speak with."""

    key: str
    label: str


class ListeningResults(TypedDict):
    """What a listening test found."""

    test: str
    rows: int
    """Answers so far: the plots change with them."""
    paragraph: str
    rules: str
    excluded: list[str]
    settings: list[ResultsSetting]
    plots: list[str]
    views: list[ResultsView]
