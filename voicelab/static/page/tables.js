/** @import { Table } from "../values.d.ts" */
/** @import { Widget } from "./widget.js" */
import { table as tableOf } from "../shared/dom.js";
import { boxOf, redrawOn } from "./widget.js";

const SENTENCE_CHARACTERS = 24; // a longer cell is one, and reads as such

/** @type {Widget} */
export const table = (element, props, _trigger, watch) => {
  const box = boxOf(element, "table");
  redrawOn(watch, props, (/** @type {Table | null} */ value) => {
    const sentence = (/** @type {string} */ cell) => (cell.length > SENTENCE_CHARACTERS ? "vl-sentence" : "");
    box.replaceChildren(tableOf(value?.columns ?? [], value?.rows ?? [], sentence));
  });
};
