// The best windows of a recording: heard, and taken for the clip.
/** @import { Best, BestWindow } from "../values.d.ts" */
/** @import { Trigger, Widget } from "./widget.js" */
import { button, make } from "../shared/dom.js";
import { playButton } from "../shared/player.js";
import { boxOf, redrawOn } from "./widget.js";

/**
 * Numbers the windows on the waveform.
 * @param {BestWindow[]} windows
 * @param {number} seconds of the recording
 */
const mark = (windows, seconds) => {
  const sheet = document.querySelector("#make-trimmer .vl-sheet");
  if (!sheet) return;
  sheet.querySelectorAll(".vl-best-mark").forEach((old) => old.remove());
  windows.forEach(({ start_s, end_s }, index) => {
    const node = make("div", "vl-best-mark", String(index + 1));
    node.style.left = `${(100 * start_s) / seconds}%`;
    node.style.width = `${(100 * (end_s - start_s)) / seconds}%`;
    sheet.append(node);
  });
};

/** @param {BestWindow} window @param {number} number */
const headingOf = ({ start_s, end_s }, number) =>
  `${number} · ${start_s.toFixed(1)} – ${end_s.toFixed(1)} s (${(end_s - start_s).toFixed(1)} s)`;

/**
 * @param {string} draft
 * @param {BestWindow} window
 * @param {number} number
 * @param {Trigger} trigger
 */
const rowOf = (draft, window, number, trigger) => {
  const row = make("li", "vl-best-window");
  const reasons = make("ul");
  reasons.append(...window.reasons.map((reason) => make("li", "", reason)));
  const look = { label: "▶ Listen", stopLabel: "■ Stop", className: "vl-button", name: `Listen to window ${number}` };
  const { start_s, end_s } = window;
  const listen = playButton(look, () => ({ url: `drafts/${draft}/audio.wav`, from: start_s, to: end_s }));
  const take = button("Take it", "vl-button vl-take", () => {
    row.parentElement?.querySelectorAll(".vl-best-window").forEach((other) => other.classList.toggle("vl-taken", other === row));
    trigger("take", { start_s, end_s });
  });
  row.append(make("h4", "", headingOf(window, number)), reasons, listen, take);
  return row;
};

/** Triggers "take" with {start_s, end_s}. @type {Widget} */
export const best = (element, props, trigger, watch) => {
  const box = boxOf(element, "best");
  redrawOn(watch, props, (/** @type {Best | null} */ value) => {
    const windows = value?.windows ?? [];
    mark(windows, value?.seconds ?? 1);
    box.replaceChildren();
    if (!value || !windows.length) return;
    const rows = make("ol");
    rows.append(...windows.map((window, index) => rowOf(value.draft, window, index + 1, trigger)));
    box.append(rows);
  });
};
