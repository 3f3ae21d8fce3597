// One trial: sounds to change between, and a question about them.
/** @import { SessionState, Trial } from "../values.d.ts" */
/** @import { Answer, Kept } from "./kept.js" */
/** @import { Out } from "./sound.js" */
import { button, make } from "../shared/dom.js";
import { ANSWER_KEYS, answeringOf, isRated } from "./answering.js";
import { loopingOf } from "./looping.js";
import { say, show, steps } from "./screen.js";
import { soundsAgain } from "./sound.js";
import { Switcher } from "../shared/switcher.js";

const LOOK_MS = 40;
const KEEP_MS = 500;
const STANDS_MS = 1000;
/** What the space key presses by itself, an answer that is not chosen yet too. */
const SPACE_IS_TAKEN = "button, summary, input[type=checkbox], input[type=radio]:not(:checked)";
const SILENT =
  "The browser lets no sound through just now, perhaps because of a call or another program. End that and press again; " +
  "if it stays silent, reload the page: your answers are kept.";

/** @typedef {{ answer: (answer: Answer) => void, back: (number: number, changed: Answer | null) => void, change: (act: (kept: Kept) => void) => void }} Acts */

/** @param {boolean} sounding @param {boolean} heard */
const stateOf = (sounding, heard) => {
  if (sounding) return "playing";
  return heard ? "✓ heard" : "not heard yet";
};

/** @param {KeyboardEvent} event @param {string} places */
const isOn = (event, places) => event.target instanceof Element && event.target.matches(places);

/** @param {...HTMLElement} pads */
const padsGrid = (...pads) => {
  const grid = make("div", "stimuli");
  grid.setAttribute("role", "group");
  grid.setAttribute("aria-label", "Listen");
  grid.append(...pads);
  return grid;
};

export class TrialView {
  head = make("div", "head");
  part = make("div", "part");
  hint = make("p", "hint");
  began = performance.now();
  keptAt = 0;
  /** What was pressed last, until it sounds. @type {number | null} */
  wanted = null;
  /** The clock of the sound as it was last seen, in seconds, and when it moved. */
  clock = -1;
  movedAt = 0;
  /** Whether the page says that nothing sounds. */
  silent = false;

  /**
   * @param {Trial} trial
   * @param {SessionState} state
   * @param {AudioBuffer[]} buffers
   * @param {Out} out
   * @param {Kept} kept
   * @param {Acts} acts
   */
  constructor(trial, state, buffers, out, kept, acts) {
    this.trial = trial;
    this.kept = kept;
    this.acts = acts;
    this.switcher = new Switcher(out.context, buffers, out.master, kept.mode ?? "restart");
    this.pads = trial.stimuli.map(({ label }, index) => this.pad(label, index));
    this.toggle = button("Play", "", () => this.playOrStop());
    const begun = kept.begun[trial.id];
    if (begun) {
      this.switcher.restore(begun.heard, begun.plays);
      this.began -= 1000 * begun.seconds;
    }
    this.answering = answeringOf(trial, begun?.value ?? trial.value, () => {
      this.refresh();
      this.remember();
    });
    this.submit = button("Next", "main", () => this.send());
    this.submit.setAttribute("aria-describedby", "hint");
    this.submit.append(" ", make("kbd", "", "enter"));
    this.hint.id = "hint";
    this.hint.setAttribute("aria-live", "polite");
    this.show(state.back && trial.number > 1);
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.onHide = () => this.remember();
    addEventListener("pagehide", this.onHide);
    this.onState = () => {
      if (out.context.state !== "running") this.interrupted();
    };
    out.context.addEventListener("statechange", this.onState);
  }

  /** @param {boolean} mayGoBack */
  show(mayGoBack) {
    const { trial, switcher } = this;
    const track = make("div", "track");
    track.setAttribute("aria-hidden", "true");
    track.append(this.part, this.head);
    const tools = make("div", "tools");
    tools.append(this.toggle, make("kbd", "", "space"));
    const onMode = (/** @type {import("../shared/switcher.js").Mode} */ mode) => {
      this.acts.change((now) => {
        now.mode = mode;
      });
    };
    const looping = loopingOf(switcher, this.part, onMode, () => this.refresh());
    const goBack = () => {
      this.leave();
      this.acts.back(trial.number - 1, this.changed());
    };
    const back = mayGoBack ? [button("Back", "", goBack)] : [];
    const practice = trial.practice ? [make("p", "practice", "Practice: this one does not count")] : [];
    const heard = [padsGrid(...this.pads), track, tools, looping];
    const answered = [this.answering.node, this.hint, steps(...back, this.submit)];
    show(...practice, make("h1", "", trial.question), ...heard, ...answered);
    this.refresh();
  }

  /** @param {string} label @param {number} index */
  pad(label, index) {
    const pad = button("", `stimulus${label.length > 1 ? " long" : ""}`, () => this.play(index));
    pad.append(make("span", "", label), make("small"));
    return pad;
  }

  /** Plays once sound comes out: nothing counts as heard, or shows as playing, that did not sound. @param {number} index */
  async play(index) {
    this.wanted = index;
    if (this.switcher.context.state !== "running" && !(await soundsAgain(this.switcher.context))) {
      if (this.wanted === index) {
        this.silent = true;
        say(SILENT, true);
      }
      return;
    }
    if (this.wanted !== index) return;
    if (this.silent) say("");
    this.silent = false;
    this.movedAt = performance.now();
    this.switcher.play(index);
    this.refresh();
  }

  playOrStop() {
    if (!this.switcher.playing) {
      void this.play(this.switcher.active ?? 0);
      return;
    }
    this.wanted = null;
    this.switcher.stop();
    this.refresh();
  }

  /** Whether the clock of the sound has not moved for a while, whatever the browser calls that state. */
  stands() {
    const { currentTime } = this.switcher.context;
    if (currentTime !== this.clock) {
      this.clock = currentTime;
      this.movedAt = performance.now();
    }
    return performance.now() - this.movedAt > STANDS_MS;
  }

  /** A call, a lock screen, another program: what played does not sound any more. */
  interrupted() {
    if (!this.switcher.playing) return;
    this.switcher.stop();
    this.silent = true;
    say("The sound was interrupted. Press Play to hear it again.");
    this.refresh();
  }

  /** The answer, once it is complete. @returns {Answer | null} */
  given() {
    const value = this.answering.value();
    return value === null ? null : { trial: this.trial.id, value, plays: this.switcher.plays, heard_s: this.seconds };
  }

  /** The answer to a trial that the lab has another answer to. */
  changed() {
    const { trial } = this;
    const given = trial.value === null ? null : this.given();
    return given && JSON.stringify(given.value) !== JSON.stringify(trial.value) ? given : null;
  }

  send() {
    const given = this.given();
    if (this.submit.disabled || !given) return;
    this.submit.disabled = true;
    this.leave();
    this.acts.answer(given);
  }

  get seconds() {
    return (performance.now() - this.began) / 1000;
  }

  /** A reload keeps what was heard and how far the answer is. */
  remember() {
    const { switcher, answering } = this;
    this.keptAt = performance.now();
    const begun = { heard: switcher.heardBins, plays: switcher.plays, value: answering.soFar(), seconds: this.seconds };
    this.acts.change((now) => {
      now.begun[this.trial.id] = begun;
    });
  }

  leave() {
    this.remember();
    removeEventListener("pagehide", this.onHide);
    this.wanted = null;
    clearInterval(this.timer);
    this.switcher.context.removeEventListener("statechange", this.onState);
    this.switcher.stop();
  }

  look() {
    const { switcher } = this;
    if (!switcher.playing) return;
    if (this.stands()) {
      this.interrupted();
      return;
    }
    if (switcher.count()) switcher.stop();
    if (performance.now() - this.keptAt > KEEP_MS) this.remember();
    this.head.style.left = `${(100 * switcher.position()) / switcher.length}%`;
    this.refresh();
  }

  refresh() {
    const { switcher, trial } = this;
    const unlocked = trial.value !== null || switcher.allHeard;
    const answered = this.answering.value() !== null;
    this.pads.forEach((pad, index) => this.refreshPad(pad, index));
    this.toggle.textContent = switcher.playing ? "Stop" : "Play";
    this.answering.allow(unlocked);
    this.submit.disabled = !unlocked || !answered;
    const told = this.hintOf(unlocked, answered);
    if (this.hint.textContent !== told) this.hint.textContent = told;
  }

  /** @param {HTMLButtonElement} pad @param {number} index */
  refreshPad(pad, index) {
    const heard = this.switcher.heard(index);
    const sounding = this.switcher.playing && this.switcher.active === index;
    const state = stateOf(sounding, heard);
    pad.setAttribute("aria-pressed", String(sounding));
    pad.dataset.heard = String(heard);
    /** @type {HTMLElement} */ (pad.lastChild).textContent = state;
    pad.setAttribute("aria-label", `Play ${this.trial.stimuli[index]?.label}, ${state.replace("✓ ", "")}`);
  }

  /** @param {boolean} unlocked @param {boolean} answered */
  hintOf(unlocked, answered) {
    if (unlocked) return answered ? "" : "Now choose an answer.";
    const left = this.trial.stimuli.filter((_, index) => !this.switcher.heard(index));
    return `Listen to the end of ${left.map(({ label }) => label).join(", ")} first.`;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (isOn(event, "input[type=text]") || event.ctrlKey || event.metaKey || event.altKey) return;
    const pressed = this.controlOf(event);
    if (!pressed) return;
    event.preventDefault();
    if (!event.repeat) pressed.click(); // a key that is held down is one press
  }

  /** What a key presses. @param {KeyboardEvent} event @returns {HTMLElement | undefined} */
  controlOf(event) {
    const key = event.key.toLowerCase();
    if (key === " ") return isOn(event, SPACE_IS_TAKEN) ? undefined : this.toggle;
    if (key === "enter") return isOn(event, "button, summary") ? undefined : this.submit;
    const { stimuli } = this.trial;
    const stimulus = stimuli.findIndex(({ label }, index) => label[0]?.toLowerCase() === key || key === String(index + 1));
    if (stimulus >= 0) return this.pads[stimulus];
    const option = isRated(this.trial) ? undefined : this.answering.inputs[ANSWER_KEYS.indexOf(key)];
    return option?.disabled ? undefined : option;
  }
}
