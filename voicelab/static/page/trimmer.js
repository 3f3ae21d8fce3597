// The waveform and spectrogram of a recording, and the window that is cut out of it.
/** @import { Trimmer } from "../values.d.ts" */
/** @import { Cut } from "./cut_sending.js" */
/** @import { Peak } from "./waveform.js" */
/** @import { Edge, Selection } from "./selection.js" */
/** @import { Trigger, Widget } from "./widget.js" */
import { button, make } from "../shared/dom.js";
import { play, stop } from "../shared/player.js";
import { clock, hundredths } from "../shared/wording.js";
import { keepCut } from "./cut.js";
import { CutSending } from "./cut_sending.js";
import { follow } from "./dragging.js";
import { snapped } from "./pauses.js";
import { SHORTEST_S, withEdge, withKey, within } from "./selection.js";
import { drawWave, ticksOf } from "./waveform.js";
import { boxOf, redrawOn } from "./widget.js";
import { Zoom } from "./zoom.js";

const PLAY = "▶ Play selection";
const CLICK_PIXELS = 4; // a pointer that moved less has clicked
const SNAP_PIXELS = 10;
const EDGES = /** @type {const} */ (["start", "end"]);

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
    sheet: make("div", "vl-sheet"),
    canvas: make("canvas", "vl-wave"),
    left: make("div", "vl-shade"),
    right: make("div", "vl-shade"),
    handles: { start: handleOf("start"), end: handleOf("end") },
    axis: make("div", "vl-axis"),
    readout: make("span", "vl-readout"),
    hint: make("span", "vl-hint", "Drag across the waveform to choose the clip, or drag its edges (arrow keys move them); they keep to pauses unless you hold Alt. Turn the wheel, pinch or double-click to zoom."),
  };
};

class TrimmerView {
  parts = partsOf();
  draft = "";
  /** @type {Selection} */
  selection = { start: 0, end: 0, seconds: 0 };
  /** @type {Peak[]} */
  peaks = [];
  /** @type {import("./pauses.js").Pause[]} */
  pauses = [];
  sounding = false;
  /** Whether an edge is under the hand: nothing moves it then but the hand. */
  held = false;
  /** What came meanwhile. @type {Trimmer | null} */
  late = null;

  /** @param {HTMLElement} box @param {Trigger} trigger */
  constructor(box, trigger) {
    this.box = box;
    this.sending = new CutSending(([start_s, end_s]) => trigger("trim", { start_s, end_s }));
    this.playButton = button(PLAY, "vl-button", () => this.toggle());
    const { stage, sheet, canvas, picture, left, right, cursor, handles, axis, readout, hint } = this.parts;
    const tools = make("div", "vl-tools");
    tools.append(this.playButton, readout, hint);
    sheet.append(canvas, picture, left, right, cursor, handles.start, handles.end, axis);
    stage.append(sheet);
    this.zoom = new Zoom(stage, sheet, () => this.drawRecording());
    box.append(this.zoom.overview, stage, tools);
    EDGES.forEach((edge) => this.listenTo(edge));
    stage.addEventListener("pointerdown", (event) => this.press(event));
    stage.addEventListener("dblclick", () => {
      stop();
      this.zoom.toggle(this.selection.start, this.selection.end);
    });
    new ResizeObserver(() => this.drawRecording()).observe(stage);
  }

  /** @param {number} seconds */
  percent(seconds) {
    return `${(100 * seconds) / (this.selection.seconds || 1)}%`;
  }

  drawRecording() {
    const colour = getComputedStyle(this.box).getPropertyValue("--vl-wave");
    const { from, to } = this.zoom.part;
    drawWave(this.parts.canvas, this.peaks, colour, { from, to });
    this.zoom.draw(this.peaks, colour);
    if (!this.selection.seconds) return;
    const ticks = ticksOf(this.selection.seconds, this.zoom.width).map(({ at, text }) => {
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

  /** The window is where the hand left it. */
  settle() {
    stop();
    this.held = false;
    this.late = null;
    this.sending.choose([hundredths(this.selection.start), hundredths(this.selection.end)]);
  }

  /** The hand has let go without moving anything. @param {Selection} before */
  leave(before) {
    this.held = false;
    this.move(before);
    const { late } = this;
    this.late = null;
    if (late) void this.draw(late);
  }

  /** @param {PointerEvent} event */
  timeAt(event) {
    const area = this.parts.sheet.getBoundingClientRect();
    const { seconds } = this.selection;
    return within(((event.clientX - area.left) / area.width) * seconds, seconds);
  }

  /** The same, drawn to a pause that is near, unless Alt is held. @param {Edge} edge @param {PointerEvent} event */
  edgeAt(edge, event) {
    const at = this.timeAt(event);
    const { seconds } = this.selection;
    if (event.altKey) return at;
    // Pauses come in whole milliseconds, and the last one may begin after the end of the recording.
    return within(snapped(this.pauses, edge, at, (SNAP_PIXELS / this.zoom.width) * seconds), seconds);
  }

  /** @param {Edge} edge */
  listenTo(edge) {
    const handle = this.parts.handles[edge];
    handle.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      const before = this.selection;
      this.held = true;
      const onMove = (/** @type {PointerEvent} */ moved) => this.move(withEdge(this.selection, edge, this.edgeAt(edge, moved)));
      follow(this.parts.stage, event, onMove, () => (this.selection === before ? this.leave(before) : this.settle()));
    });
    let pressed = false;
    handle.addEventListener("keydown", (event) => {
      const moved = withKey(this.selection, edge, event.key, event.shiftKey);
      if (!moved) return;
      event.preventDefault();
      [this.held, pressed] = [true, true];
      this.move(moved);
    });
    const letGo = () => {
      if (pressed) this.settle();
      pressed = false;
    };
    handle.addEventListener("keyup", (event) => {
      if (event.key.startsWith("Arrow")) letGo();
    });
    handle.addEventListener("blur", letGo);
  }

  /** A click plays from there, a drag chooses. @param {PointerEvent} event */
  press(event) {
    const before = this.selection;
    if (event.button !== 0 || !before.seconds) return;
    const anchor = this.timeAt(event);
    let moved = false;
    this.held = true;
    const onMove = (/** @type {PointerEvent} */ step) => {
      moved ||= Math.abs(step.clientX - event.clientX) >= CLICK_PIXELS;
      if (!moved || this.zoom.pinching) return;
      const isAfter = this.timeAt(step) > anchor;
      const [first, last] = isAfter ? [event, step] : [step, event];
      this.move({ ...before, start: this.edgeAt("start", first), end: this.edgeAt("end", last) });
    };
    follow(this.parts.stage, event, onMove, () => {
      const isChosen = moved && !this.zoom.pinching && this.selection.end - this.selection.start >= SHORTEST_S;
      if (isChosen) this.settle();
      else this.leave(before);
      if (!moved && !this.zoom.pinching) this.listen(anchor, anchor < before.end ? before.end : before.seconds);
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
    const isOther = this.draft !== value.draft;
    /** @type {Cut} */
    const cut = [hundredths(value.start_s), hundredths(value.end_s)];
    keepCut(...cut);
    if (isOther) this.sending.begin(cut);
    else if (this.isOld(value, cut)) return;
    this.selection = { start: value.start_s, end: value.end_s, seconds: value.seconds };
    this.place();
    if (isOther) await this.bring(value.draft, value.seconds);
  }

  /** Whether the hand has gone on since the window that comes. @param {Trimmer} value @param {Cut} cut its window */
  isOld(value, cut) {
    const isOld = this.sending.isOld(cut);
    if (this.held && !isOld) this.late = value;
    return isOld || this.held;
  }

  /** Something of a recording; null where there is another one by now. @param {string} draft @param {string} what */
  async fetched(draft, what) {
    const answer = await fetch(`drafts/${draft}/${what}.json`);
    return answer.ok && this.draft === draft ? answer.json() : null;
  }

  /** @param {string} draft @param {number} seconds */
  async bring(draft, seconds) {
    this.draft = draft;
    [this.held, this.late] = [false, null];
    [this.peaks, this.pauses] = [[], []];
    this.zoom.reset(seconds);
    this.parts.picture.src = `drafts/${draft}/spectrogram.png`;
    const peaks = await this.fetched(draft, "peaks");
    if (peaks) this.peaks = peaks;
    this.drawRecording();
    const pauses = await this.fetched(draft, "pauses"); // of half an hour they take seconds; until then nothing snaps
    if (pauses) this.pauses = pauses;
  }
}

/** Triggers "trim" with {start_s, end_s}. @type {Widget} */
export const trimmer = (element, props, trigger, watch) => {
  const view = new TrimmerView(boxOf(element, "trimmer"), trigger);
  redrawOn(watch, props, (/** @type {Trimmer | null} */ value) => {
    void view.draw(value);
  });
};
