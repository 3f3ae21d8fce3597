// The waveform and spectrogram of a recording, and the window that is cut out of it.
/** @import { Trimmer } from "../values.d.ts" */
/** @import { Peak } from "./waveform.js" */
/** @import { Edge, Selection } from "./selection.js" */
/** @import { Trigger, Widget } from "./widget.js" */
import { button, make } from "../shared/dom.js";
import { play, stop } from "../shared/player.js";
import { clock, hundredths } from "../shared/wording.js";
import { follow } from "./dragging.js";
import { SHORTEST_S, withEdge, withKey, within } from "./selection.js";
import { drawWave, ticksOf } from "./waveform.js";
import { boxOf, redrawOn } from "./widget.js";

const PLAY = "▶ Play selection";
const CLICK_SHARE = 1 / 200; // of the recording: a pointer that moved less has clicked
const EDGES = /** @type {const} */ (["start", "end"]);

/** Start and end of the window that the lab has, as the fields of the page show it. @type {number[]} */
let cut = [];

/** @param {number} startS @param {number} endS */
export const isCut = (startS, endS) => startS === cut[0] && endS === cut[1];

/** @param {Edge} edge */
const handleOf = (edge) => {
  const handle = make("button", `vl-handle vl-handle-${edge}`);
  handle.type = "button";
  handle.setAttribute("role", "slider");
  handle.setAttribute("aria-label", `${edge} of the clip, seconds`);
  return handle;
};

const partsOf = () => {
  const picture = make("img", "vl-spectrogram");
  picture.alt = "Mel spectrogram of the recording: time to the right, frequency upwards, louder is brighter";
  const cursor = make("div", "vl-cursor");
  cursor.hidden = true;
  return {
    picture,
    cursor,
    stage: make("div", "vl-stage"),
    canvas: make("canvas", "vl-wave"),
    left: make("div", "vl-shade"),
    right: make("div", "vl-shade"),
    handles: { start: handleOf("start"), end: handleOf("end") },
    axis: make("div", "vl-axis"),
    readout: make("span", "vl-readout"),
    hint: make("span", "vl-hint", "Drag across the waveform to choose the clip, or drag its edges (arrow keys move them)."),
  };
};

class TrimmerView {
  parts = partsOf();
  draft = "";
  /** @type {Selection} */
  selection = { start: 0, end: 0, seconds: 0 };
  /** @type {Peak[]} */
  peaks = [];
  sounding = false;

  /** @param {HTMLElement} box @param {Trigger} trigger */
  constructor(box, trigger) {
    this.box = box;
    this.trigger = trigger;
    this.playButton = button(PLAY, "vl-button", () => this.toggle());
    const { stage, canvas, picture, left, right, cursor, handles, axis, readout, hint } = this.parts;
    const tools = make("div", "vl-tools");
    tools.append(this.playButton, readout, hint);
    stage.append(canvas, picture, left, right, cursor, handles.start, handles.end);
    box.append(stage, axis, tools);
    EDGES.forEach((edge) => this.listenTo(edge));
    stage.addEventListener("pointerdown", (event) => this.press(event));
    new ResizeObserver(() => this.drawRecording()).observe(stage);
  }

  /** @param {number} seconds */
  percent(seconds) {
    return `${(100 * seconds) / (this.selection.seconds || 1)}%`;
  }

  drawRecording() {
    drawWave(this.parts.canvas, this.peaks, getComputedStyle(this.box).getPropertyValue("--vl-wave"));
    if (!this.selection.seconds) return;
    const ticks = ticksOf(this.selection.seconds, this.parts.stage.clientWidth).map(({ at, text }) => {
      const tick = make("span", "", text);
      tick.style.left = this.percent(at);
      return tick;
    });
    this.parts.axis.replaceChildren(...ticks);
  }

  place() {
    const { start, end, seconds } = this.selection;
    const { left, right, handles, readout } = this.parts;
    left.style.left = "0";
    left.style.width = this.percent(start);
    right.style.left = this.percent(end);
    right.style.width = this.percent(seconds - end);
    EDGES.forEach((edge) => {
      const at = this.selection[edge];
      handles[edge].style.left = this.percent(at);
      handles[edge].setAttribute("aria-valuemin", "0");
      handles[edge].setAttribute("aria-valuemax", String(hundredths(seconds)));
      handles[edge].setAttribute("aria-valuenow", String(hundredths(at)));
      handles[edge].setAttribute("aria-valuetext", clock(at));
    });
    readout.textContent = `${clock(start)} – ${clock(end)} (${(end - start).toFixed(2)} s)`;
  }

  /** @param {Selection} selection */
  move(selection) {
    this.selection = selection;
    this.place();
  }

  settle() {
    stop();
    this.trigger("trim", { start_s: hundredths(this.selection.start), end_s: hundredths(this.selection.end) });
  }

  /** @param {PointerEvent} event */
  timeAt(event) {
    const area = this.parts.stage.getBoundingClientRect();
    const { seconds } = this.selection;
    return within(((event.clientX - area.left) / area.width) * seconds, seconds);
  }

  /** @param {Edge} edge */
  listenTo(edge) {
    const handle = this.parts.handles[edge];
    handle.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      const onMove = (/** @type {PointerEvent} */ moved) => this.move(withEdge(this.selection, edge, this.timeAt(moved)));
      follow(this.parts.stage, event, onMove, () => this.settle());
    });
    handle.addEventListener("keydown", (event) => {
      const moved = withKey(this.selection, edge, event.key, event.shiftKey);
      if (!moved) return;
      event.preventDefault();
      this.move(moved);
    });
    handle.addEventListener("keyup", (event) => {
      if (event.key.startsWith("Arrow")) this.settle();
    });
  }

  /** A click plays from there, a drag chooses. @param {PointerEvent} event */
  press(event) {
    const before = this.selection;
    if (event.button !== 0 || !before.seconds) return;
    const anchor = this.timeAt(event);
    let moved = false;
    const onMove = (/** @type {PointerEvent} */ step) => {
      const at = this.timeAt(step);
      moved ||= Math.abs(at - anchor) >= before.seconds * CLICK_SHARE;
      if (moved) this.move({ ...before, start: Math.min(anchor, at), end: Math.max(anchor, at) });
    };
    follow(this.parts.stage, event, onMove, () => {
      if (!moved) this.listen(anchor, anchor < before.end ? before.end : before.seconds);
      else if (this.selection.end - this.selection.start < SHORTEST_S) this.move(before);
      else this.settle();
    });
  }

  toggle() {
    if (this.sounding) stop();
    else this.listen(this.selection.start, this.selection.end);
  }

  /** @param {number} from @param {number} to */
  listen(from, to) {
    const { cursor } = this.parts;
    const onTime = (/** @type {number} */ now) => {
      cursor.style.left = this.percent(now);
    };
    const onStop = () => {
      this.sounding = false;
      this.playButton.textContent = PLAY;
      cursor.hidden = true;
    };
    void play({ url: `drafts/${this.draft}/audio.wav`, from, to, onTime, onStop });
    // After play(), which ends what sounded before.
    this.sounding = true;
    this.playButton.textContent = "■ Stop";
    cursor.hidden = false;
  }

  /** @param {Trimmer | null} value */
  async draw(value) {
    this.box.hidden = !value?.draft;
    if (!value?.draft) {
      this.draft = "";
      return;
    }
    this.selection = { start: value.start_s, end: value.end_s, seconds: value.seconds };
    cut = [hundredths(value.start_s), hundredths(value.end_s)];
    this.place();
    if (this.draft !== value.draft) await this.bring(value.draft);
  }

  /** @param {string} draft */
  async bring(draft) {
    this.draft = draft;
    this.peaks = [];
    this.drawRecording();
    this.parts.picture.src = `drafts/${draft}/spectrogram.png`;
    const answer = await fetch(`drafts/${draft}/peaks.json`);
    if (!answer.ok || this.draft !== draft) return;
    this.peaks = await answer.json();
    this.drawRecording();
  }
}

/** Triggers "trim" with {start_s, end_s}. @type {Widget} */
export const trimmer = (element, props, trigger, watch) => {
  const view = new TrimmerView(boxOf(element, "trimmer"), trigger);
  redrawOn(watch, props, (/** @type {Trimmer | null} */ value) => {
    void view.draw(value);
  });
};
