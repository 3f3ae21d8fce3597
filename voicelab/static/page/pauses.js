// The edge of a clip that is drawn to a pause of the recording. Knows nothing of a page.
/** @import { Edge } from "./selection.js" */

/** Room that speech keeps: what begins or ends on its very sample sounds cut off. */
const ROOM_S = { start: 0.05, end: 0.1 };

/** Where one begins and ends, in seconds. @typedef {[number, number]} Pause */

/**
 * Where an edge goes that was let go near a pause: a start right before the speech after it, an end right after that before.
 * @param {Pause[]} pauses
 * @param {Edge} edge
 * @param {number} at seconds
 * @param {number} reach seconds
 */
export const snapped = (pauses, edge, at, reach) => {
  const places = pauses.map(([start, end]) =>
    edge === "start" ? Math.max(start, end - ROOM_S.start) : Math.min(end, start + ROOM_S.end),
  );
  const nearest = places.reduce((best, place) => (Math.abs(place - at) < Math.abs(best - at) ? place : best), Infinity);
  return Math.abs(nearest - at) <= reach ? nearest : at;
};
