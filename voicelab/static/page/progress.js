/** @import { Progress } from "../values.d.ts" */
/** @import { Widget } from "./widget.js" */
import { make } from "../shared/dom.js";
import { begin, end } from "./running.js";
import { boxOf, redrawOn } from "./widget.js";

/**
 * @param {string} name
 * @param {number} max
 * @param {number | null} value null: nobody knows how far it is
 */
export const bar = (name, max, value) => {
  const node = make("progress");
  node.max = max;
  if (value !== null) node.value = value;
  node.setAttribute("aria-label", name);
  return node;
};

/** @type {Widget} */
export const progress = (element, props, _trigger, watch) => {
  const box = boxOf(element, "progress");
  box.setAttribute("role", "status");
  /** @param {Progress | null} value */
  const draw = (value) => {
    const id = box.closest(".block[id]")?.id;
    if (id && value?.busy) begin(id);
    else if (id) end(id);
    box.replaceChildren();
    box.hidden = !value?.message;
    if (!value?.message) return;
    box.append(make("span", "vl-progress-text", value.message));
    if (value.busy) box.append(bar("progress", 1, value.fraction));
  };
  redrawOn(watch, props, draw);
  // Nobody tells any more how far it is: what is shown as going on is not known to.
  addEventListener("voicelab:lost", () => {
    if (box.querySelector("progress")) draw(null);
  });
};
