"""Presses that no page sends: wrong types, huge, NaN, NUL, ids of somebody else's, fields that are missing."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx2 as httpx

from tests.listening_lab import with_comparison
from tests.running import Server, environment, voicelab
from voicelab.settings import CHECKOUT, Settings
from voicelab.voices.drafts import DraftStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES = 12
"""Open at once; each presses when its last press was answered."""
ANSWERED_WITHIN_S = 120.0
_TAKES_AWAY = {"remove", "rename", "start_over", "revoke", "renew", "replace"}
"""What does this is sent no id that is right: whoever may press it may also have it done."""


@dataclass(frozen=True)
class Known:
    """Ids that are right, of what is open."""

    voice: str
    draft: str
    experiment: str
    take: str
    test: str
    link: str
    """The last part of the listeners' address."""

    @property
    def ids(self) -> list[str]:
        """All of them."""
        return [self.voice, self.draft, self.experiment, self.take, self.test, self.link]


def open_everything(home: Path) -> Known:
    """Put a voice, a draft, a comparison and a listening test into `home`."""
    experiment = with_comparison(home)
    draft = DraftStore(Settings(home=home).drafts).create(CHECKOUT / "voices" / "sample" / "clip.wav", "clip.wav")
    test = voicelab("listen", "create", experiment.id, "--home", str(home))
    return Known("anna", draft.id, experiment.id, experiment.takes[0].id, test["test"], test["path"].rsplit("/", 1)[1])


def what_is_gone(home: Path, known: Known) -> list[str]:
    """Return what of `known` is not there any more, or is damaged."""
    settings = Settings(home=home)
    there = {
        "voice": settings.voices / known.voice / "voice.json",
        "draft": settings.drafts / known.draft,
        "comparison": settings.experiments / known.experiment / "experiment.json",
        "test": settings.listening / known.test,
    }
    command = [sys.executable, "-m", "voicelab", "doctor", "--deep", "--home", str(home)]
    looked = subprocess.run(command, capture_output=True, text=True, check=False, cwd=CHECKOUT, env=environment(home))
    damaged = [looked.stdout] if looked.returncode else []
    return [name for name, path in there.items() if not path.exists()] + damaged


@dataclass
class Pressed:
    """How it went."""

    answers: Counter[str] = field(default_factory=Counter)
    """By what came: the status of who was not let in, else done or refused."""
    lost: list[str] = field(default_factory=list)
    """Events that were answered by nothing, or by a failure of the server."""


class Presses:
    """Makes hostile events for the functions of a page, as `/config` names them."""

    def __init__(self, config: dict[str, Any], known: Known, seed: int) -> None:
        """The same `seed` makes the same events."""
        self._chance = random.Random(seed)
        self._known = known
        self._functions = [one for one in config["dependencies"] if one["backend_fn"]]
        self._values = {one["id"]: one["props"].get("value") for one in config["components"]}

    def next(self) -> tuple[str, Any]:
        """Return the path of the next event and its body."""
        function = self._chance.choice(self._functions)
        body: dict[str, Any] = {"data": self._data(function), "fn_index": function["id"], "trigger_id": None}
        if self._chance.random() < 0.8:
            body["event_data"] = self._event()
        if self._chance.random() < 0.1:
            body[self._chance.choice(["data", "fn_index", "trigger_id", "event_data", "event_id"])] = self._value()
        if self._chance.random() < 0.05:
            body.pop(self._chance.choice(list(body)))
        others = ("queue/join", "cancel", "reset", "component_server", f"api/{function['api_name']}", "queue/leave")
        return self._chance.choices(others, (94, 2, 1, 1, 1, 1))[0], body

    def _data(self, function: dict[str, Any]) -> list[Any]:
        """Return the inputs: as they stand on the page, but for some; one time in ten too few or too many."""
        data = [self._values.get(component) for component in function["inputs"]]
        for index in range(len(data)):
            draw = self._chance.random()
            if draw < 0.5:
                data[index] = self._value()
            elif draw < 0.8 and function["api_name"].rstrip("_0123456789") not in _TAKES_AWAY:
                data[index] = self._chance.choice(self._known.ids)
        if self._chance.random() < 0.1:
            data = data[:-1] if self._chance.random() < 0.5 else [*data, self._value()]
        return data

    def _event(self) -> Any:
        """Return what a widget tells with its event, with the fields of all of them."""
        fields: dict[str, list[Any]] = {
            "action": ["use", "mend", "say", "favourite", "comment", "rate", "pair", "listen", "verify", "wanted"],
            "experiment": [self._known.experiment, self._known.test],
            "take": [self._known.take, self._known.draft],
            "extra": ["", "9", '{"word": "a"}', "[1]", "{"],
            "start_s": [0, 3.5],
            "end_s": [5, 9],
            "options": [{}, {"days": "x"}, {"listeners": -1}, {"mode": {}}],
            "repairs": [["hum"], []],
            "tail_silence": [True],
            "text": ["Hello."],
            "before": ["Hello."],
            "setting": [""],
            "model": ["preview"],
        }
        event: dict[str, Any] = {
            name: self._value() if self._chance.random() < 0.4 else self._chance.choice(right)
            for name, right in fields.items()
            if self._chance.random() < 0.9
        }
        return event if self._chance.random() < 0.9 else self._value()

    def _value(self) -> Any:
        """Return something that hardly any input takes."""
        deep: Any = 1
        for _ in range(60):
            deep = [deep]
        file = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
        return self._chance.choice(
            [
                *(None, True, False, 0, -1, 7, 2**31, 2**63, 10**400, -1e308, 0.5),
                *(float("nan"), float("inf"), float("-inf")),
                *("", " ", "x", "NaN", "nan", "1e999", "\0", "a\0b", "\ud800", "../../etc/passwd", "🜨" * 50),
                *("\n\x1b[31m", "<img src=x onerror=alert(1)>", "{{7*7}}", "a" * 100_000, "word " * 3_000),
                *([], {}, [[]], [None], ["x"], [1, 2, 3], {"a": 1}, deep, file, [file], {"path": 1}),
                *({"__type__": "update"}, {"slug": 1}, {"slug": None, "before": 1, "after": [[1]]}, {"value": file}),
            ]
        )  # fmt: skip


async def pressed(server: Server, known: Known, events: int, seed: int = 1) -> Pressed:
    """Send so many to the page of `server` and wait until each is answered."""
    result = Pressed()
    async with httpx.AsyncClient(base_url=server.url, timeout=ANSWERED_WITHIN_S) as client:
        presses = Presses((await client.get("/config")).json(), known, seed)
        made = iter([presses.next() for _ in range(events)])
        await asyncio.gather(*(_press(client, f"hostile{number}", made, result) for number in range(PAGES)))
    return result


async def _press(client: httpx.AsyncClient, session: str, made: Iterator[tuple[str, Any]], result: Pressed) -> None:
    for path, body in made:
        # As Python writes it: with NaN, which JSON has not, and halves of surrogate pairs.
        content = json.dumps({**body, "session_hash": session}).encode()
        headers = {"content-type": "application/json"}
        answer = await client.post(f"/gradio_api/{path}", content=content, headers=headers)
        if answer.status_code >= 500 and answer.status_code != 503:
            result.lost.append(f"{path} {answer.status_code}: {content[:300]!r}")
        if path != "queue/join" or answer.is_error:
            result.answers[str(answer.status_code)] += 1
            continue
        try:
            said = await asyncio.wait_for(_answer_to(client, session, answer.json()["event_id"]), ANSWERED_WITHIN_S)
        except TimeoutError:
            result.lost.append(f"not answered: {content[:300]!r}")
        else:
            result.answers["done" if said["success"] else "refused"] += 1


async def _answer_to(client: httpx.AsyncClient, session: str, event: str) -> dict[str, Any]:
    while True:
        answer = await client.get("/gradio_api/queue/poll", params={"session_hash": session})
        answer.raise_for_status()
        for line in filter(None, answer.text.split("\n\n")):
            message = json.loads(line.removeprefix("data: "))
            if message["msg"] == "process_completed" and message["event_id"] == event:
                return dict(message)
