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
 * @property {string} key
 * @property {number | null} level decibels
 * @property {"restart" | "sync"} [mode] of switching
 * @property {Answer[]} outbox
 * @property {Record<string, Begun>} begun by the ids of their trials
 */

/** Where this listening test is: /listen/<token>. */
export const BASE = location.pathname.replace(/\/$/, "");
const STORED = `voicelab-${BASE}`;

/** @returns {Kept} */
const read = () => {
  /** @type {Kept} */
  const value = { key: "", level: null, outbox: [], begun: {} };
  try {
    return { ...value, ...JSON.parse(localStorage.getItem(STORED) ?? "{}") };
  } catch {
    return value; // storage is off or damaged: the session lives as long as the page
  }
};

export const kept = read();

export const keep = () => {
  try {
    localStorage.setItem(STORED, JSON.stringify(kept));
  } catch {
    // As above.
  }
};
