// The options of a new listening test.
/** @import { Options } from "../values.d.ts" */
/** @import { Widget } from "./widget.js" */
import { button, fold, make } from "../shared/dom.js";
import { boxOf } from "./widget.js";

/** @typedef {{ label: string, properties: Partial<HTMLInputElement>, read: (input: HTMLInputElement) => unknown }} Field */

const number = (/** @type {HTMLInputElement} */ input) => Number(input.value);
const text = (/** @type {HTMLInputElement} */ input) => input.value.trim();
const ticked = (/** @type {HTMLInputElement} */ input) => input.checked;

/** @param {string} label @param {number} maxLength @returns {Field} */
const words = (label, maxLength) => ({ label, properties: { type: "text", maxLength }, read: text });

/**
 * @param {string} label
 * @param {{ min: string, max?: string, value: string }} limits
 * @param {(input: HTMLInputElement) => number} [read]
 * @returns {Field}
 */
const amount = (label, limits, read = number) => ({ label, properties: { type: "number", ...limits }, read });

/** @param {string} label @param {boolean} [checked] @returns {Field} */
const choice = (label, checked = false) => ({ label, properties: { type: "checkbox", checked }, read: ticked });

/** One for each of the Options that listening/values.py has. @type {Record<keyof Options, Field>} */
const FIELDS = {
  question: words("Question (empty: the usual one)", 300),
  trials: amount("Trials per listener", { min: "1", max: "100", value: "20" }),
  catch_share: amount("Catch trials, %", { min: "0", max: "50", value: "40" }, (input) => number(input) / 100),
  days: amount("The link works for days (0: for ever)", { min: "0", max: "365", value: "14" }),
  max_answers: amount("Close after answers (0: never)", { min: "0", value: "0" }),
  listeners: amount("Listeners until results are shown (0: at once)", { min: "0", max: "10000", value: "8" }),
  max_listeners: amount("At most so many listeners (0: any number)", { min: "0", max: "1000000", value: "1000" }),
  code: words("Code that listeners must know", 64),
  practice: choice("Begin with a practice trial", true),
  back: choice("Listeners may go back and change answers"),
  ask_name: choice("Ask for a name"),
  anchor: choice("Similarity: add anchors (low-passed speech, another speaker)", true),
  mode: { ...choice("Switching goes on at the same time"), read: (input) => (input.checked ? "sync" : "restart") },
};

/** @param {Field} field */
const rowOf = ({ label, properties }) => {
  const checkbox = properties.type === "checkbox";
  const row = make("label", checkbox ? "vl-check" : "vl-field");
  const input = make("input");
  Object.assign(input, properties);
  const said = make("span", "", label);
  row.append(...(checkbox ? [input, said] : [said, input]));
  return { row, input };
};

/** Triggers "make" with {options}, the fields of Options, changed or not. @type {Widget} */
export const listenform = (element, _props, trigger) => {
  const fields = Object.entries(FIELDS).map(([name, field]) => ({ name, read: field.read, ...rowOf(field) }));
  const start = button("Make the listening test", "vl-button vl-primary vl-begins", () => {
    trigger("make", { options: Object.fromEntries(fields.map(({ name, read, input }) => [name, read(input)])) });
  });
  const details = fold("More choices: question, trials, catch trials, link");
  const grid = make("div", "vl-fields");
  grid.append(...fields.map(({ row }) => row));
  details.append(grid);
  boxOf(element, "listenform").replaceChildren(start, details);
};
