"""Speak: a text, a voice, and the audio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from voicelab.speech.tempo import FASTEST, SLOWEST
from voicelab.ui.actions import speak_actions
from voicelab.ui.actions.empty_states import voice_list
from voicelab.ui.actions.models_actions import model_choices
from voicelab.ui.bind import bind
from voicelab.ui.tabs.widgets import EVERY, LATER, QUIET, SMALL, WHOLE_LINE, VoiceParts, as_json, widget

if TYPE_CHECKING:
    from voicelab.lab import Lab

GREETING = "Hello! This is the voice lab speaking. Type whatever you like, and press Speak."


def speak_tab(lab: Lab) -> VoiceParts:
    """Build the tab and return its list of voices."""
    text = gr.Textbox(GREETING, label="Text", lines=4, max_lines=14, elem_id="speak-text")
    with gr.Accordion("What is really said", open=False, elem_id="speak-really"):
        really = widget("notices", elem_id="speak-said")
    # Also in the page itself: who presses at once need not wait for the load event.
    first = voice_list(lab, None)
    voices = first.voice.properties
    empty = widget("empty", as_json(first.empty), elem_id="speak-empty")
    with gr.Row(elem_classes=["vl-line-up", LATER]):
        voice = gr.Dropdown(**voices, label="Voice", elem_id="speak-voice", min_width=WHOLE_LINE)
        speak = gr.Button("Speak", variant="primary", elem_id="speak-button", **SMALL)
        check = gr.Button("Speak and check", elem_id="speak-check", **SMALL)
        stop = gr.Button("Stop", elem_id="speak-stop", **SMALL)
    foreign = widget("notices", elem_id="speak-foreign")
    with gr.Accordion("Other settings than the voice's own", open=False) as settings, gr.Row():
        model = gr.Dropdown(
            [("as the voice's recipe says", speak_actions.AS_RECIPE), *model_choices()],
            value=speak_actions.AS_RECIPE,
            label="Model",
            allow_custom_value=lab.settings.local,
            info="A catalogue name, a repository or a folder",
        )
        seed = gr.Number(
            None,
            label="Seed",
            precision=0,
            info="Empty: the recipe's. The same seed says it the same way",
            elem_id="speak-seed",
        )
        speed = gr.Slider(
            SLOWEST,
            FASTEST,
            speak_actions.first_speed(lab, voices["value"]),
            step=0.05,
            label="Speed",
            info="At the same pitch",
            elem_id="speak-speed",
        )
    progress = widget("progress", elem_id="speak-progress")
    takes = widget("spoken", event="again", elem_id="speak-audio")
    facts = widget("notices", elem_id="speak-facts")

    # The last keystroke is always answered, and those that come while one is being answered are passed over.
    # `change`, because Gradio has no `input` for the first edit of what the page came with.
    follows = [text.change, voice.change]
    reading = bind(speak_actions.read_first, lab)
    gr.on(follows, reading, [text, voice], [really, foreign], trigger_mode="always_last", **QUIET)
    voice.change(bind(speak_actions.speed_of, lab), voice, speed, **QUIET)
    running: list[dict[str, Any]] = [
        button.click(
            bind(action, lab),
            [text, voice, model, seed, speed],
            [progress, takes, facts],
            concurrency_limit=8,
            **QUIET,
        )
        for button, action in ((speak, speak_actions.speak), (check, speak_actions.speak_and_check))
    ]
    stop.click(
        bind(speak_actions.stopped, lab),
        None,
        [progress, takes, facts],
        cancels=running,
        queue=False,
        **QUIET,
    )
    takes.again(bind(speak_actions.same_seed, lab, ("seed",)), None, [seed, settings], **EVERY, **QUIET)
    return VoiceParts(voice, empty)
