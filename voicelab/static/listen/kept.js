// What survives a reload: the session's key, the level, and answers that were not acknowledged yet.

/** @typedef {{ trial: string, value: number | number[], plays: number[], heard_s: number }} Answer */
/**
 * @typedef {object} Kept
 * @property {string} key
 * @property {number | null} level decibels
 * @property {"restart" | "sync"} [mode] of switching
 * @property {Answer[]} outbox
 */

/** Where this listening test is: /listen/<token>. */
export const BASE = location.pathname.replace(/\/$/, "");
const STORED = `voicelab-${BASE}`;

/** @returns {Kept} */
const read = () => {
  /** @type {Kept} */
  const value = { key: "", level: null, outbox: [] };
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
