// What survives a reload: the session's key, the level, and answers that were not acknowledged yet.

/** @typedef {{ trial: string, value: number | number[], plays: number[], heard_s: number }} Answer */
/**
 * How far a listener is in a trial that is not answered yet.
 * @typedef {object} Begun
 * @property {string[]} heard of each stimulus, a 1 for each tenth of a second that was heard, a 0 for the others
 * @property {number[]} plays of each stimulus
 * @property {number | (number | null)[] | null} value of the answer, as far as it is given
 * @property {number} seconds at the trial
 */
/**
 * @typedef {object} Kept
 * @property {string} key of the session; empty before it began
 * @property {string} wish the key that is asked for, until the lab has said that the session began
 * @property {string} test what is the same at every link to this test
 * @property {number | null} at the earlier trial that was gone back to
 * @property {number | null} level decibels
 * @property {"restart" | "sync"} [mode] of switching
 * @property {Answer[]} outbox
 * @property {Record<string, Begun>} begun by the ids of their trials
 */

/** Where this listening test is: /listen/<token>. */
export const BASE = location.pathname.replace(/\/$/, "");
const PREFIX = "voicelab-";
const STORED = `${PREFIX}${BASE}`;

/** Whether the storage holds what is kept here; it may be off, or full. */
let written = true;

/** Nothing where the storage is off or damaged: then the session lives as long as the page. @returns {Partial<Kept>} */
const stored = (name = STORED) => {
  try {
    const found = JSON.parse(localStorage.getItem(name) ?? "{}");
    return found instanceof Object ? found : {};
  } catch {
    return {};
  }
};

/** @type {Kept} */
export const kept = { key: "", wish: "", test: "", at: null, level: null, outbox: [], begun: {}, ...stored() };

/** Changes what is kept, after taking over what another tab wrote meanwhile. @param {(kept: Kept) => void} act */
export const change = (act) => {
  if (written) Object.assign(kept, stored());
  act(kept);
  try {
    localStorage.setItem(STORED, JSON.stringify(kept));
    written = true;
  } catch {
    written = false;
  }
};

/** What is kept of the links of every test. @returns {Partial<Kept>[]} */
const links = () => {
  try {
    return Object.keys(localStorage)
      .filter((name) => name.startsWith(`${PREFIX}/`))
      .map(stored);
  } catch {
    return [];
  }
};

/** Goes on, at a new link to a test, with the session that began at an earlier one. @param {string} test */
export const adopt = (test) => {
  if (kept.test === test) return;
  const earlier = links().find((link) => link.test === test && link.key);
  change((now) => Object.assign(now, earlier, { test }));
};
