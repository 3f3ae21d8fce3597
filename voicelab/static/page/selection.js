// The window that is cut out of a recording, in seconds. Knows nothing of a page.

export const SHORTEST_S = 0.1;
const STEP_S = 0.05;
const WIDE_STEPS = 10; // with Shift

/** @typedef {{ start: number, end: number, seconds: number }} Selection `seconds` is the length of the recording */
/** @typedef {"start" | "end"} Edge */

/** @param {number} value @param {number} most */
export const within = (value, most) => Math.min(most, Math.max(0, value));

/**
 * @template {Selection} S
 * @param {S} selection
 * @param {Edge} edge
 * @param {number} at
 * @returns {S} with the edge there, and at least SHORTEST_S from the other one
 */
export const withEdge = (selection, edge, at) =>
  edge === "start"
    ? { ...selection, start: Math.min(at, selection.end - SHORTEST_S) }
    : { ...selection, end: Math.max(at, selection.start + SHORTEST_S) };

/**
 * @template {Selection} S
 * @param {S} selection
 * @param {Edge} edge
 * @param {string} key
 * @param {boolean} wide
 * @returns {S | null} null where the key moves nothing
 */
export const withKey = (selection, edge, key, wide) => {
  const directions = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowRight: 1 });
  const direction = directions[key];
  if (!direction) return null;
  const step = direction * STEP_S * (wide ? WIDE_STEPS : 1);
  return withEdge(selection, edge, within(selection[edge] + step, selection.seconds));
};
