// Once, at the start, with a tone as loud as the speech; then the level stays.
import { button, make } from "../shared/dom.js";
import { change, kept } from "./kept.js";
import { say, show, steps } from "./screen.js";
import { open, rootMeanSquare, setLevel, soundsAgain } from "./sound.js";

const TONE_HZ = 500;
const LOUDEST_TONE = 0.7;
const FIRST_LEVEL = -6;

const levelSlider = () => {
  const slider = make("input");
  Object.assign(slider, { type: "range", min: -40, max: 0, step: 1, value: kept.level ?? FIRST_LEVEL });
  slider.setAttribute("aria-label", "Level, in decibels");
  slider.addEventListener("input", () => setLevel(Number(slider.value)));
  return slider;
};

/** @param {HTMLInputElement} slider @param {number} loud root mean square of the speech */
const toneOf = (slider, loud) => {
  /** @type {OscillatorNode | null} */
  let tone = null;
  const stop = () => {
    tone?.stop();
    tone = null;
    toggle.textContent = "Play the test tone";
    toggle.setAttribute("aria-pressed", "false");
  };
  const start = async () => {
    const { context, master } = open(Number(slider.value));
    if (!(await soundsAgain(context))) {
      say("The browser lets no sound through just now. End what else plays or calls, and press again.", true);
      return;
    }
    say("");
    stop();
    tone = new OscillatorNode(context, { frequency: TONE_HZ });
    tone.connect(new GainNode(context, { gain: Math.min(LOUDEST_TONE, loud * Math.SQRT2) })).connect(master);
    tone.start();
    toggle.textContent = "Stop the tone";
    toggle.setAttribute("aria-pressed", "true");
  };
  const toggle = button("Play the test tone", "", () => {
    if (tone) stop();
    else void start();
  });
  return { toggle, stop };
};

/**
 * @param {AudioBuffer} speech
 * @param {() => void} then
 */
export const askLevel = (speech, then) => {
  const slider = levelSlider();
  const tone = toneOf(slider, rootMeanSquare(speech.getChannelData(0)));
  const known = kept.level !== null;
  const ready = button(known ? "Go on" : "This is comfortable: begin", "main", () => {
    open(Number(slider.value));
    tone.stop();
    change((now) => {
      now.level = Number(slider.value);
    });
    then();
  });
  const row = make("label", "rating");
  row.append(make("span", "", "Level"), slider);
  const box = make("div", "card");
  // The level was set before: a browser only wants a touch before it plays.
  if (known) box.append(make("p", "", "Welcome back. You go on where you were, at the level you set."));
  else {
    const told = "The tone is about as loud as the speech will be. Set it so that it is comfortable; it stays so.";
    box.append(make("p", "", told), tone.toggle, row);
  }
  show(make("h1", "", known ? "Ready?" : "Set the level"), box, steps(ready));
};
