// The frame of the listener's page. Everything that comes from the server enters it as text.
import { make } from "../shared/dom.js";

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const main = part("main");
const status = part("status");
const where = part("where");
const progress = /** @type {HTMLProgressElement} */ (part("progress"));

/** Whether what is said holds only as long as something is awaited. */
let meanwhile = false;

export const isSaid = () => status.textContent !== "";

/** @param {string} text @param {boolean} [wrong] */
export const say = (text, wrong = false) => {
  if (status.textContent !== text) status.textContent = text;
  status.dataset.level = wrong ? "wrong" : "";
  meanwhile = false;
};

/** What `unsay` takes back; only what is wrong replaces what was said for good. @param {string} text @param {boolean} [wrong] */
export const sayMeanwhile = (text, wrong = false) => {
  if (isSaid() && !meanwhile && !wrong) return;
  say(text, wrong);
  meanwhile = true;
};

/** Takes back what was said meanwhile; what was said for good stays. */
export const unsay = () => {
  if (meanwhile) say("");
};

/** @param {...Node} nodes */
export const show = (...nodes) => {
  main.inert = false;
  main.replaceChildren(...nodes);
  main.focus({ preventScroll: true });
  window.scrollTo(0, 0);
};

/** What is shown can be neither heard nor answered until the next is there. */
export const hold = () => {
  main.inert = true;
};

/** @param {string} text */
export const showPlace = (text) => {
  where.textContent = text;
};

/** @param {number} done @param {number} total */
export const showProgress = (done, total) => {
  progress.hidden = false;
  progress.max = Math.max(1, total);
  progress.value = done;
};

/** @param {...HTMLElement} buttons */
export const steps = (...buttons) => {
  const row = make("div", "steps");
  row.append(...buttons);
  return row;
};
