// Looping a part, and how switching works.
/** @import { Mode, Switcher } from "../shared/switcher.js" */
import { fold, make, tick } from "../shared/dom.js";

const SHORTEST_S = 0.2;

/**
 * @param {number} one percent
 * @param {number} other percent
 * @param {number} length seconds
 * @returns {[number, number]} start and end, in seconds, whichever of the two comes first
 */
export const regionOf = (one, other, length) => {
  const start = (Math.min(one, other) / 100) * length;
  return [start, Math.max(start + SHORTEST_S, (Math.max(one, other) / 100) * length)];
};

/** @param {string} text @param {string} value @param {() => void} onInput */
const range = (text, value, onInput) => {
  const line = make("label", "", text);
  const input = make("input");
  Object.assign(input, { type: "range", min: 0, max: 100, step: 1, value });
  input.addEventListener("input", onInput);
  line.append(input);
  return { line, input };
};

/**
 * @param {Switcher} switcher
 * @param {HTMLElement} part shows the loop
 * @param {(mode: Mode) => void} onMode
 * @param {() => void} onChange
 */
export const loopingOf = (switcher, part, onMode, onChange) => {
  let looped = false;
  const setRegion = () => {
    const [start, end] = regionOf(Number(from.input.value), Number(to.input.value), switcher.length);
    switcher.loop(looped ? [start, end] : null);
    part.style.left = `${looped ? (100 * start) / switcher.length : 0}%`;
    part.style.width = `${looped ? (100 * (end - start)) / switcher.length : 0}%`;
    onChange();
  };
  const loop = tick("", "Loop this part", false, (checked) => {
    looped = checked;
    setRegion();
  });
  const from = range("From", "0", setRegion);
  const to = range("To", "100", setRegion);
  const goesOn = "Go on at the same time when I switch (otherwise from the start)";
  const sync = tick("", goesOn, switcher.mode === "sync", (checked) => {
    switcher.stop();
    switcher.mode = checked ? "sync" : "restart";
    onMode(switcher.mode);
    onChange();
  });
  const details = fold("Loop a part, change how switching works");
  details.append(loop, from.line, to.line, sync);
  return details;
};
