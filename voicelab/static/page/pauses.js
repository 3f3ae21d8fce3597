// The pauses of a recording, and the edge of a clip that is drawn to them. Knows nothing of a page.
/** @import { Edge } from "./selection.js" */
/** @import { Peak } from "./waveform.js" */

const SHORTEST_S = 0.15;
/** A pause is what is hardly louder than the quietest tenth of the recording. */
const QUIET_SHARE = 0.1;
const ABOVE_QUIET = 3;
/** Of the loudest: in a recording without pauses the quietest tenth is speech, too. */
const MOST = 0.12;
const LEAST = 0.01;
/** Room that speech keeps: what begins or ends on its very sample sounds cut off. */
const ROOM_S = { start: 0.05, end: 0.1 };

/** @typedef {{ start: number, end: number }} Pause in seconds */

/**
 * @param {Peak[]} peaks of equal stretches of the recording
 * @param {number} seconds
 * @returns {Pause[]}
 */
export const pausesOf = (peaks, seconds) => {
  const levels = peaks.map(([low, high]) => Math.max(-low, high));
  const loudest = levels.reduce((most, level) => Math.max(most, level), 0);
  const quiet = levels.toSorted((one, other) => one - other)[Math.floor(levels.length * QUIET_SHARE)] ?? 0;
  const limit = Math.min(MOST * loudest, Math.max(LEAST * loudest, ABOVE_QUIET * quiet));
  const step = seconds / (levels.length || 1);
  /** @type {Pause[]} */
  const found = [];
  let began = -1;
  [...levels, Infinity].forEach((level, at) => {
    if (level < limit && began < 0) began = at;
    if (level < limit || began < 0) return;
    if ((at - began) * step >= SHORTEST_S) found.push({ start: began * step, end: at * step });
    began = -1;
  });
  return found;
};

/**
 * Where an edge goes that was let go near a pause: a start right before the speech after it, an end right after that before.
 * @param {Pause[]} pauses
 * @param {Edge} edge
 * @param {number} at seconds
 * @param {number} reach seconds
 */
export const snapped = (pauses, edge, at, reach) => {
  const places = pauses.map(({ start, end }) =>
    edge === "start" ? Math.max(start, end - ROOM_S.start) : Math.min(end, start + ROOM_S.end),
  );
  const nearest = places.reduce((best, place) => (Math.abs(place - at) < Math.abs(best - at) ? place : best), Infinity);
  return Math.abs(nearest - at) <= reach ? nearest : at;
};
