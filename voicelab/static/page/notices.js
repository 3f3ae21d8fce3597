/** @import { Level, Notice } from "../values.d.ts" */
/** @import { Widget } from "./widget.js" */
import { make } from "../shared/dom.js";
import { boxOf, redrawOn } from "./widget.js";

/** @type {Record<Level, string>} */
const MARKS = { ok: "✓", warn: "!", fail: "✕", info: "i" };

/**
 * @param {Level} level
 * @param {string} mark
 * @param {string} name what the mark says to those who do not see it
 * @param {string} text
 * @param {string} [label]
 */
export const noticeRow = (level, mark, name, text, label = "") => {
  const row = make("li", `vl-notice vl-${level}`);
  const sign = make("span", "vl-mark", mark);
  sign.setAttribute("aria-label", name);
  row.append(sign);
  if (label) row.append(make("b", "", label));
  row.append(make("span", "", text));
  return row;
};

/** @type {Widget} */
export const notices = (element, props, _trigger, watch) => {
  const list = boxOf(element, "notices");
  redrawOn(watch, props, (/** @type {Notice[] | null} */ rows) => {
    list.replaceChildren(...(rows ?? []).map(({ level, label, text }) => noticeRow(level, MARKS[level], level, text, label)));
  });
};
