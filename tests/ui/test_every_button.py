"""Everything that can be pressed is pressed once, on every tab and on the listener's page; nothing may go wrong.

What there is to press is found in the page, so a new button is pressed by itself, and a dead one fails here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.listening_lab import with_comparison
from tests.ui.conftest import SLOW_MS, RunningLab, answer_trial, call, running_lab, upload
from tests.ui.pressing import Presser, Watch
from voicelab.blind_tests import source_of
from voicelab.bootstrap import build
from voicelab.listening.kinds import KINDS
from voicelab.listening.values import Options
from voicelab.settings import Settings
from voicelab.transcripts.words import Transcript, Word
from voicelab.voices.drafts import DraftStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Locator, Page

    from voicelab.clips.clip import Clip

EXPECTED = (
    (
        r"failed: GET (blob:|.*\.wav).* net::ERR_ABORTED",
        "a player that is given something else drops it",
    ),
    (r"failed: GET .*/listen/\S+ net::ERR_ABORTED", "the window that a link opens is closed at once"),
    (r"failed: GET .*/live\.pcm\S* net::ERR_ABORTED", "a take that is stopped is not followed on"),
    (r"failed: GET .*/(queue/data|heartbeat/).* net::ERR_ABORTED", "Gradio's client ends its streams itself"),
    (r"failed: GET .*/queue/poll\?.* net::ERR_ABORTED", "a page that is loaded anew asks no longer"),
    (r"failed: GET .*(\.csv|\.zip|\.html|/export|/report|file=)\S* net::ERR_ABORTED", "a download leaves the page"),
)
KEYS = {"Space": " ", "←": "ArrowLeft", "→": "ArrowRight"}
"""What the lists call otherwise than the browser does."""
LATE = (
    r"make the listening test|make-hear|make-second|make-record|make-upload|compare-button|tuning-|open to edit|"
    r"remove|delete|close|stop|replace|clear|undo"
)
"""What starts long work, changes what the others need, or takes it away."""


NEVER = ((r"compare-models \|", "without a model nothing can be compared"),)


@dataclass(frozen=True)
class Laid:
    """A lab with something in every tab."""

    running: RunningLab
    listen: str
    """The address of a listening test."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laid]:
    """A lab with two voices, a comparison, and a listening test that somebody answered."""
    home = tmp_path_factory.mktemp("every-button")
    experiment = with_comparison(home, lines=("One line.", "Another one."))
    made = build(Settings(home=home))
    source = source_of(made.experiments, made.voices, experiment.id)
    options = Options(practice=False, back=True, trials=2, catch_share=0)
    # One for the listener's page, and a newer one for the tab, where its link is closed and made anew.
    heard, answered = (made.listening.tests.create(source, KINDS["ab"], options) for _ in range(2))
    with running_lab(home, "--model", "preview") as running:
        address = f"{running.url}/listen/{answered.token}"
        key = call(f"{address}/join", body={})["key"]
        while (trial := call(f"{address}/trial", key)["trial"]) is not None:
            answer_trial(address, key, trial)
        yield Laid(running, f"{running.url}/listen/{heard.token}")


@pytest.fixture
def watch(browser: Browser) -> Iterator[Watch]:
    """A window in which every fault is noted. Files that a button asks for are not given."""
    context = browser.new_context(viewport={"width": 1200, "height": 900}, accept_downloads=True)
    # The terms of a model are read where it comes from, in a window of their own: not asked for by a test.
    context.route("https://huggingface.co/**", lambda route: route.fulfill(body="terms"))
    yield Watch(context, EXPECTED)
    context.close()


def opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.on("filechooser", lambda _chooser: None)
    page.on("popup", lambda other: other.close())
    page.goto(address)
    return page


def shown(pressed: list[str]) -> None:
    print(f"{len(pressed)} pressed:", *pressed, sep="\n  ")


def prepare(page: Page, lab: Laid, path: Path, clip: Clip) -> None:
    """Put a draft into the page whose words are asked about, without a recognizer: it may take minutes elsewhere.

    None that is on disk knows German, so the words are not checked; a second opinion on them differs in one.
    """
    remembered = page.evaluate("localStorage.getItem('voicelab-draft')")
    upload(page, path, clip)
    page.wait_for_function("before => localStorage.getItem('voicelab-draft') !== before", arg=remembered)
    place = Settings(home=lab.running.home).drafts
    drafts, (folder,) = DraftStore(place), (path for path in place.iterdir() if path.is_dir())
    kept: list[tuple[tuple[str, ...], Callable[[str, Transcript], object]]]
    kept = [(OTHER_WORDS, drafts.set_transcript), (WORDS, drafts.set_transcript), (OTHER_WORDS, drafts.set_opinion)]
    for words, keep in kept:
        timed = tuple(Word(word, 2.0 * at, 2.0 * at + 1.5) for at, word in enumerate(words))
        keep(folder.name, Transcript(" ".join(words), timed, "large-v3", "german"))
    page.reload()
    page.get_by_role("tab", name="Make a voice").click()
    page.locator("#make-words .vl-word", has_text=WORDS[0]).wait_for(timeout=SLOW_MS)
    page.locator("#make-find").click()
    page.locator(".vl-best-window").first.wait_for(timeout=SLOW_MS)


WORDS = ("Guten", "Morgen,", "Welt.")
OTHER_WORDS = ("Guten", "Tag,", "Welt.")
TABS = {
    "Speak": (
        "speak-button | Speak",
        "speak-check | Speak and check",
        "speak-audio | Download Hello! This is the voice lab speaking. T",
    ),
    "Make a voice": (
        "make-trimmer | ▶ Play selection",
        "make-trimmer | start of the clip",
        "make-words | ▶ Play",
        "make-words | Accept",
        "make-words | Guten",
        "make-hear | Transcribe",
        "make-repairs | Listen to the clip with its repairs",
        "make-best | Listen to window #",
        "make-save | Save the voice",
    ),
    "Listen": ("listen-form | Make the listening test", "listen-invitation | Copy", "listen-results | Answers as CSV"),
    "Compare": (
        "compare-button | Compare",
        "compare-cost-button | What will it take?",
        "compare-takes | Play preview",
        "compare-takes | Details of preview",
        "compare-takes | Use for this voice",
        "compare-takes | Look at this and the last",
        "compare-takes | ▶ The reference",
        "compare-takes | Judge blind",
        "compare-takes | Reveal (# of # rated)",
    ),
    "Voices": ("voices-remove | Remove…", "voices-sure | Yes", "voices-export | Export zip"),
    "Machine": (
        "machine-models | Unload the model now",
        "machine-models | Load models that would swap",
    ),
}
"""Every tab, and some of what has to be found there."""


def test_every_button_of_every_tab(lab: Laid, watch: Watch, tmp_path: Path, speech_clip: Clip) -> None:
    page = opened(watch.context, lab.running.url)
    page.get_by_role("tab", name="Speak").wait_for()
    prepare(page, lab, tmp_path / "keeper.wav", speech_clip)
    names = page.get_by_role("tab").all_inner_texts()
    assert sorted(names) == sorted(TABS), "a new tab is named here, with something that has to be found in it"
    presser = Presser(page, watch, LATE, NEVER)
    for name, known in TABS.items():
        tab = page.get_by_role("tab", name=name, exact=True)
        tab.click()
        presser.settle(10)
        before = len(presser.pressed)
        if name == "Make a voice":
            keys(page, presser)
        if name == "Compare":
            page.locator("#compare-chosen input").click()
            page.get_by_role("option").first.click()
            page.locator("#compare-takes .vl-cell-play").first.wait_for(timeout=SLOW_MS)
        presser.press_all(stay=partial(open_again, tab))
        shown(presser.pressed[before:])
        assert set(known) <= set(presser.pressed[before:])
    assert watch.faults == []
    nothing_went_wrong(lab, watch)


def nothing_went_wrong(lab: Laid, watch: Watch) -> None:
    """What a person would be told of a fault of the lab's own, and what its log would show."""
    assert [toast for toast in watch.toasts if "went wrong" in toast] == []
    assert "Traceback" not in (lab.running.home / "lab.log").read_text()


def open_again(tab: Locator) -> None:
    """Come back: some buttons lead to another tab."""
    if tab.get_attribute("aria-selected") != "true":
        tab.click()


def keys(page: Page, presser: Presser) -> None:
    """Press every key that the editor's own list names, on a word."""
    listed = page.locator("#make-words .vl-keys dt").all_text_contents()
    named = [name for line in listed for name in re.split(r" / |, ", line)]
    for name in named:
        if name == "double-click":
            page.locator("#make-words .vl-word").first.dblclick()
        else:
            presser.press_key(KEYS.get(name, name), "#make-words .vl-word")
        if name in {"Enter", "double-click"}:
            page.locator("#make-words .vl-word-field").press("Escape")
    assert "Space" in named
    assert len(named) >= 12


def test_every_button_and_key_of_the_listeners_page(lab: Laid, watch: Watch) -> None:
    page = opened(watch.context, lab.listen)
    page.get_by_role("button", name="Start").wait_for()
    presser = Presser(
        page,
        watch,
        late=r"next|back|finish|go on|comfortable",
        never=((r"\| (Next|Finish|This is comfortable)", "pressed below, once everything before is"),),
    )
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Play the test tone").wait_for()
    presser.press_all("main")
    page.get_by_role("button", name="This is comfortable").click()
    for trial in (1, 2):
        page.locator("#where", has_text=f"Trial {trial} of 2").wait_for()
        hear_all(page)
        presser.press_all("main") if trial == 1 else page.get_by_role("radio").first.check()
        if trial == 1:
            for key in [*page.locator("main kbd").all_inner_texts(), "a", "b", "1", "2"]:
                if key != "enter":
                    presser.press_key(KEYS.get(key.capitalize(), key), "main h1, main")
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Finish").wait_for()
    presser.press_all("main")
    page.locator("#where", has_text="Trial 2 of 2").wait_for()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    shown(presser.pressed)
    known = {"Stop the tone", "Play A", "Play B", "Loop this part", "From", "Back", "A is better"}
    assert known <= {key.split(" | ")[-1] for key in presser.pressed}
    assert watch.faults == []


def hear_all(page: Page) -> None:
    for pad in page.locator(".stimulus").all():
        pad.click()
        page.wait_for_function("node => node.dataset.heard === 'true'", arg=pad.element_handle(), timeout=SLOW_MS)
        # Where switching goes on at the same time, the next one would be heard from here only.
        page.locator(".stimulus[aria-pressed=true]").wait_for(state="detached", timeout=SLOW_MS)
