// Zooming into a recording: a sheet that is wider than the stage it is seen through, and an overview of all of it.
/** @import { Peak } from "./waveform.js" */
import { make } from "../shared/dom.js";
import { follow } from "./dragging.js";
import { drawWave } from "./waveform.js";

const CLOSEST_S = 1; // that fill the stage
const STEP = 1.002; // of a pixel of the wheel
const LINE_PIXELS = 16;
const GESTURE_MS = 250; // a wheel that has turned until now is one gesture
const ENDS = /** @type {const} */ (["touchend", "touchcancel"]);
const MARGIN = 0.1; // beside what is zoomed to

/** @param {number} zoom @param {number} seconds how long all of it is */
export const bounded = (zoom, seconds) => Math.max(1, Math.min(zoom, seconds / CLOSEST_S));

/** How far two fingers are apart, and the middle of them. @param {TouchList} touches */
const between = ([one, other]) => {
  if (!one || !other) return null;
  const gap = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
  return { gap, x: (one.clientX + other.clientX) / 2 };
};

export class Zoom {
  zoom = 1;
  seconds = 0;
  pinching = false;
  /** When a wheel turned last, and whether that was a gesture of the stage: the page scrolls on over it. */
  wheel = { at: 0, own: false };
  overview = make("div", "vl-overview");
  canvas = make("canvas", "vl-overview-wave");
  seen = make("div", "vl-overview-seen");

  /**
   * @param {HTMLElement} stage
   * @param {HTMLElement} sheet
   * @param {() => void} onChange another part is seen
   */
  constructor(stage, sheet, onChange) {
    this.stage = stage;
    this.sheet = sheet;
    this.onChange = onChange;
    this.overview.append(this.canvas, this.seen);
    this.overview.hidden = true;
    this.overview.setAttribute("aria-hidden", "true"); // what it does, the arrow keys do on the edges
    addEventListener("wheel", (event) => this.turn(event), { passive: false });
    stage.addEventListener("scroll", () => this.show());
    stage.addEventListener("touchstart", (event) => this.pinch(event));
    this.overview.addEventListener("pointerdown", (event) => {
      this.lookAt(event);
      follow(this.overview, event, (moved) => this.lookAt(moved), () => undefined);
    });
  }

  /** Of the sheet, in pixels. */
  get width() {
    return this.sheet.getBoundingClientRect().width;
  }

  /** What is seen, as shares of the whole. */
  get part() {
    const width = this.width || 1;
    const from = this.stage.scrollLeft / width;
    return { from, to: Math.min(1, from + 1 / this.zoom) };
  }

  /** Another recording: all of it. @param {number} seconds */
  reset(seconds) {
    this.seconds = seconds;
    this.to(1, () => 0);
  }

  /** @param {number} zoom @param {(width: number) => number} scrolled how far, of a sheet so wide */
  to(zoom, scrolled) {
    this.zoom = bounded(zoom, this.seconds);
    this.sheet.style.setProperty("--vl-zoom", String(this.zoom));
    this.stage.scrollLeft = scrolled(this.width);
    this.show();
  }

  /** What lies under a place of the screen stays there. @param {number} zoom @param {number} clientX */
  around(zoom, clientX) {
    const { left, width } = this.sheet.getBoundingClientRect();
    const share = (clientX - left) / width;
    const place = clientX - left - this.stage.scrollLeft;
    this.to(zoom, (wide) => share * wide - place);
  }

  /** In to a stretch with a little around it, and out again. @param {number} start @param {number} end */
  toggle(start, end) {
    const room = MARGIN * (end - start);
    if (this.zoom > 1) this.to(1, () => 0);
    else this.to(this.seconds / (end - start + 2 * room), (wide) => ((start - room) / this.seconds) * wide);
  }

  /** @param {WheelEvent} event */
  turn(event) {
    const inside = event.target instanceof Node && this.stage.contains(event.target);
    if (event.timeStamp - this.wheel.at > GESTURE_MS) this.wheel.own = inside;
    this.wheel.at = event.timeStamp;
    const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    const wanted = this.zoom * STEP ** (-event.deltaY * (event.deltaMode ? LINE_PIXELS : 1));
    if (!inside || !this.wheel.own || isSideways || !this.seconds) return;
    if (bounded(wanted, this.seconds) === this.zoom && !event.ctrlKey) return; // all of it is seen: the page scrolls
    event.preventDefault();
    this.around(wanted, event.clientX);
  }

  /** @param {TouchEvent} event */
  pinch(event) {
    const began = between(event.touches);
    if (!began || this.pinching) return;
    const { zoom } = this;
    this.pinching = true;
    const move = (/** @type {TouchEvent} */ moved) => {
      const now = between(moved.touches);
      if (now) this.around((zoom * now.gap) / began.gap, now.x);
    };
    const end = (/** @type {TouchEvent} */ ended) => {
      if (ended.touches.length) return;
      this.pinching = false;
      this.stage.removeEventListener("touchmove", move);
      ENDS.forEach((name) => this.stage.removeEventListener(name, end));
    };
    this.stage.addEventListener("touchmove", move);
    ENDS.forEach((name) => this.stage.addEventListener(name, end));
  }

  /** The place of the overview that is pressed comes into the middle. @param {PointerEvent} event */
  lookAt(event) {
    const area = this.overview.getBoundingClientRect();
    this.stage.scrollLeft = ((event.clientX - area.left) / area.width) * this.width - this.stage.clientWidth / 2;
  }

  show() {
    const { from, to } = this.part;
    this.overview.hidden = this.zoom === 1;
    this.seen.style.left = `${100 * from}%`;
    this.seen.style.width = `${100 * (to - from)}%`;
    this.onChange();
  }

  /** @param {Peak[]} peaks @param {string} colour */
  draw(peaks, colour) {
    if (!this.overview.hidden) drawWave(this.canvas, peaks, colour);
  }
}
