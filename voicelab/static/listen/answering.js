// How a trial is answered: one of several, or a rating of each.
/** @import { Stimulus, Trial } from "../values.d.ts" */
import { make } from "../shared/dom.js";

export const ANSWER_KEYS = ["q", "w", "e", "r", "t", "y", "u"];
const REFERENCE = "Reference"; // heard, and not rated
const MIDDLE = 50;

/**
 * @typedef {object} Answering
 * @property {HTMLElement} node
 * @property {HTMLInputElement[]} inputs
 * @property {() => number | number[] | null} value null while it is not complete
 * @property {() => number | (number | null)[] | null} soFar what is given of it
 * @property {(allowed: boolean) => void} allow whether an answer may be given: everything was heard
 */

/**
 * The one guard of all controls of a trial. That a control is disabled keeps a person from it, but not every event: a
 * slider that is touched tells of the touch even then.
 * @param {HTMLInputElement[]} inputs
 */
const guardOf = (inputs) => {
  let allowed = false;
  return {
    /** @param {() => void} act */
    pass: (act) => {
      if (allowed) act();
    },
    /** @param {boolean} now */
    allow: (now) => {
      allowed = now;
      inputs.forEach((input) => {
        input.disabled = !now;
      });
    },
  };
};

/**
 * @param {Stimulus} stimulus
 * @param {number | null} known
 * @param {(rating: number, show: () => void) => void} set
 */
const slider = ({ label }, known, set) => {
  const row = make("label", "rating");
  const input = make("input");
  Object.assign(input, { type: "range", min: 0, max: 100, step: 1, value: known ?? MIDDLE });
  input.setAttribute("aria-label", `Rating of ${label}`);
  const output = make("output", "", known === null ? "–" : String(known));
  const rate = () =>
    set(Number(input.value), () => {
      output.textContent = input.value;
    });
  input.addEventListener("input", rate);
  input.addEventListener("pointerup", rate);
  row.append(make("strong", "", label), input, output);
  return { row, input };
};

/** @typedef {number | (number | null)[] | null} Given an answer, or as much of it as there is */

/** @param {Trial} trial @param {Given} known @param {() => void} onChange @returns {Answering} */
const ratings = (trial, known, onChange) => {
  const rated = trial.stimuli.filter(({ label }) => label !== REFERENCE);
  const before = Array.isArray(known) ? known : [];
  /** @type {(number | null)[]} */
  const value = rated.map((_, index) => before[index] ?? null);
  const rows = rated.map((stimulus, index) =>
    slider(stimulus, value[index] ?? null, (rating, shown) =>
      guard.pass(() => {
        value[index] = rating;
        shown();
        onChange();
      }),
    ),
  );
  const guard = guardOf(rows.map(({ input }) => input));
  const scale = make("div", "scale");
  scale.setAttribute("aria-hidden", "true");
  scale.append(...["Not at all", "Somewhat", "The same"].map((text) => make("span", "", text)));
  const node = make("fieldset");
  node.append(make("legend", "", "Rate each one; the best possible is 100"), scale, ...rows.map(({ row }) => row));
  const given = () => (value.every((rating) => rating !== null) ? /** @type {number[]} */ (value) : null);
  return { node, inputs: rows.map(({ input }) => input), value: given, soFar: () => value, allow: guard.allow };
};

/** @param {Trial} trial @param {Given} known @param {() => void} onChange @returns {Answering} */
const choice = (trial, known, onChange) => {
  let value = typeof known === "number" ? known : null;
  const rows = trial.options.map((option, index) => {
    const row = make("label", "option");
    const input = make("input");
    Object.assign(input, { type: "radio", name: "answer", checked: value === option.value });
    input.addEventListener("change", () =>
      guard.pass(() => {
        ({ value } = option);
        onChange();
      }),
    );
    row.append(input, make("span", "", option.label), make("kbd", "", ANSWER_KEYS[index]));
    return { row, input };
  });
  const guard = guardOf(rows.map(({ input }) => input));
  const options = make("div", "options");
  options.append(...rows.map(({ row }) => row));
  const node = make("fieldset");
  node.append(make("legend", "", "Your answer"), options);
  return { node, inputs: rows.map(({ input }) => input), value: () => value, soFar: () => value, allow: guard.allow };
};

/** Whether each stimulus of it is rated, instead of one chosen. @param {Trial} trial */
export const isRated = (trial) => !trial.options.length;

/** `known` is what was answered before, or begun. @param {Trial} trial @param {Given} known @param {() => void} onChange */
export const answeringOf = (trial, known, onChange) => (isRated(trial) ? ratings : choice)(trial, known, onChange);
