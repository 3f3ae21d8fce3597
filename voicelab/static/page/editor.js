// The transcript's words as the text of the page: hear, judge and correct each in its place.
/** @import { Editor } from "../values.d.ts" */
/** @import { Act } from "./editor_keys.js" */
/** @import { Change, Token } from "./tokens.js" */
/** @import { Trigger, Widget } from "./widget.js" */
import { make } from "../shared/dom.js";
import { play, stop } from "../shared/player.js";
import { changesIn, wordNode } from "./editor_drawing.js";
import { editorBar } from "./editor_bar.js";
import { openField } from "./editor_field.js";
import { keysHelp, listenToKeys } from "./editor_keys.js";
import { asks, better, changed, dressed, nextAsking, plain, tokensOf } from "./tokens.js";
import { forgetTyped } from "./typed.js";
import { boxOf, redrawOn } from "./widget.js";

const AROUND_S = 0.15;
const REPLAY_S = 2;
const AT_END_S = 0.05;
const AWAITED_MS = 5000;

/** @type {Editor} */
const NOTHING = {
  ...{ url: "", offset_s: 0, seconds: 0, pending: false, glue: " ", text: "", words: [], uncovered: [] },
  ...{ refused: false, undoable: false, redoable: false, opinion_by: "", heard_by: "", changes: [] },
};

class EditorView {
  list = make("div", "vl-words");
  help = keysHelp();
  diff = make("details", "vl-diff");
  value = NOTHING;
  /** @type {Token[]} */
  tokens = [];
  /** @type {HTMLButtonElement[]} one for each token */
  nodes = [];
  current = 0;
  at = 0;
  sounding = false;
  /** @type {HTMLInputElement | null} */
  field = null;
  /** What came while a field was open. @type {Editor | null} */
  waiting = null;
  /** The text that was sent and is not answered. @type {{ text: string, until: number } | null} */
  awaited = null;

  /** @param {HTMLElement} box @param {Trigger} trigger */
  constructor(box, trigger) {
    this.box = box;
    this.trigger = trigger;
    /** @type {Record<Act, () => void>} */
    this.acts = {
      toggle: () => this.toggle(),
      replay: () => this.listen(this.at - REPLAY_S, this.sounding ? this.value.seconds : this.at),
      previous: () => this.seek(-1),
      next: () => this.seek(1),
      accept: () => this.accept(),
      undo: () => this.step("stepback"),
      redo: () => this.step("stepforth"),
      help: () => this.toggleHelp(),
      edit: () => this.edit(this.current),
      left: () => this.choose(this.current - 1),
      right: () => this.choose(this.current + 1),
    };
    const { bar, buttons, status } = editorBar(this.help, (act) => this.acts[act]());
    this.buttons = buttons;
    this.status = status;
    box.append(bar, this.list, this.help, this.diff);
    const isWord = (/** @type {EventTarget | null} */ target) => this.nodes.some((node) => node === target);
    listenToKeys(box, isWord, (act) => this.press(act));
  }

  /** A key does what its button does, and nothing while that is off. @param {Act} act */
  press(act) {
    if ((act === "undo" || act === "redo") && this.buttons[act].disabled) return;
    this.acts[act]();
  }

  toggleHelp() {
    this.help.hidden = !this.help.hidden;
    this.buttons.help.setAttribute("aria-expanded", String(!this.help.hidden));
  }

  // ---- listening ---------------------------------------------------------------------------------------------------

  /** @param {number} from @param {number} to seconds of the clip */
  listen(from, to) {
    const { url, offset_s: offset, seconds } = this.value;
    const start = Math.max(0, from);
    const onTime = (/** @type {number} */ now) => this.showTime(now - offset);
    void play({ url, from: offset + start, to: offset + Math.min(seconds, to), onTime, onStop: () => this.silence() });
    this.at = start;
    this.sounding = true;
    this.buttons.toggle.textContent = "❚❚ Pause";
  }

  /** @param {number} at */
  showTime(at) {
    this.at = at;
    this.nodes.forEach((node, index) => {
      const token = this.tokens[index];
      node.classList.toggle("vl-playing", token !== undefined && at >= token.start_s && at < token.end_s);
    });
  }

  silence() {
    this.sounding = false;
    this.buttons.toggle.textContent = "▶ Play";
    this.nodes.forEach((node) => node.classList.remove("vl-playing"));
  }

  /** @param {number} index */
  hear(index) {
    const token = this.tokens[index];
    if (token) this.listen(token.start_s - AROUND_S, token.end_s + AROUND_S);
  }

  toggle() {
    const { seconds } = this.value;
    if (this.sounding) stop();
    else this.listen(this.at >= seconds - AT_END_S ? 0 : this.at, seconds);
  }

  // ---- choosing ----------------------------------------------------------------------------------------------------

  /** @param {number} index @param {boolean} [focus] */
  choose(index, focus = true) {
    if (!this.nodes.length) return;
    this.current = Math.max(0, Math.min(this.nodes.length - 1, index));
    this.nodes.forEach((node, each) => {
      node.tabIndex = each === this.current ? 0 : -1;
    });
    if (focus) this.nodes[this.current]?.focus();
    this.buttons.accept.disabled = !better(this.tokens, this.current);
  }

  /** @param {1 | -1} step */
  seek(step) {
    const index = nextAsking(this.tokens, this.current, step);
    if (index < 0) return;
    this.choose(index);
    this.hear(index);
  }

  // ---- changing ----------------------------------------------------------------------------------------------------

  accept() {
    const change = better(this.tokens, this.current);
    if (change) this.change({ ...change, text: dressed(this.tokens, change) });
  }

  /** @param {"stepback" | "stepforth"} event */
  step(event) {
    forgetTyped();
    this.awaited = null;
    this.trigger(event, {});
  }

  /** @param {Change} change */
  change(change) {
    const { text, words } = changed(this.tokens, change, this.value.glue);
    if (!text) {
      this.status.textContent = "The last word stays: a voice needs its text.";
      return;
    }
    forgetTyped();
    this.awaited = null;
    this.trigger("reword", { text, before: this.value.text });
    // Shown at once, so that the next edit builds on this one; the check's answer to an older text is passed over.
    this.draw({ ...this.value, text, words });
    this.status.textContent = "Keeping…";
    this.awaited = { text: plain(text), until: Date.now() + AWAITED_MS };
  }

  /** @param {number} index */
  edit(index) {
    this.field?.blur();
    this.choose(index, false);
    const token = this.tokens[index];
    const node = this.nodes[index];
    if (!token || !node) return;
    const before = token.verdict === "uncovered" ? "" : token.text;
    this.field = openField(node, before, (text) => {
      this.field = null;
      const late = this.waiting;
      this.waiting = null;
      if (text !== null && text !== before) this.change({ first: index, last: index, text });
      else if (late) this.draw(late);
      this.choose(index);
    });
  }

  // ---- drawing -----------------------------------------------------------------------------------------------------

  /** Whether `given` is the answer to an older text. @param {Editor} given */
  isLate(given) {
    if (!this.awaited || given.refused || Date.now() >= this.awaited.until) return false;
    return plain(given.words.map((word) => word.text).join(given.glue)) !== this.awaited.text;
  }

  /** @param {Editor | null} value */
  draw(value) {
    const given = value ?? NOTHING;
    if (this.isLate(given)) return;
    this.awaited = null;
    if (this.field) {
      this.waiting = given; // an open field is never taken away from under the hand
      return;
    }
    const focused = this.list.contains(document.activeElement);
    this.value = given;
    this.box.dataset.pending = String(given.pending);
    this.tokens = tokensOf(given);
    this.box.hidden = !this.tokens.length;
    this.nodes = this.tokens.map((_, index) => this.drawn(index));
    this.list.replaceChildren(...this.nodes.flatMap((node) => [node, document.createTextNode(" ")]));
    this.drawBar();
    this.choose(this.current, focused);
    changesIn(this.diff, given);
  }

  /** @param {number} index */
  drawn(index) {
    const node = wordNode(this.tokens, index, this.value.opinion_by, () => {
      this.choose(index);
      this.hear(index);
    });
    node.addEventListener("dblclick", () => this.edit(index));
    node.addEventListener("focus", () => this.choose(index, false));
    return node;
  }

  drawBar() {
    const doubtful = this.tokens.filter(asks).length;
    const { undo, redo, next, previous } = this.buttons;
    undo.disabled = !this.value.undoable;
    redo.disabled = !this.value.redoable;
    next.textContent = doubtful ? `› ${doubtful} to check` : "› to check";
    next.disabled = !doubtful;
    previous.disabled = !doubtful;
    this.status.textContent = this.tokens.length ? "Draft kept." : "";
  }
}

/** Triggers "reword" with {text, before}, "stepback" and "stepforth". @type {Widget} */
export const editor = (element, props, trigger, watch) => {
  const view = new EditorView(boxOf(element, "editor"), trigger);
  redrawOn(watch, props, (/** @type {Editor | null} */ value) => view.draw(value));
};
