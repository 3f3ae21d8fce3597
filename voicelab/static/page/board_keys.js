// What the keys of the board do, and the list of them. Knows nothing of a page.

/** @typedef {"play" | "open" | "close" | "star" | "last" | "test"} Act */

/** @type {Record<string, Act>} */
const ACTS = { " ": "play", Enter: "open", Escape: "close", s: "star", b: "last", t: "test" };

/** @type {[string, string][]} */
export const KEYS = [
  ["← / → / ↑ / ↓", "Move; while a take plays, the next one of its line goes on at the same place"],
  ["Space", "Play or stop"],
  ["b", "Compare: play the last one again, at the same place"],
  ["1 … 9", "Rate; 0 takes the rating away"],
  ["s", "Star"],
  ["t", "Into the listening test"],
  ["Enter", "Details"],
  ["Escape", "Close the details, or stop"],
];

/** @param {{ key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean }} event @returns {Act | number | null} a figure is a rating */
export const actOf = ({ key, ctrlKey, metaKey, altKey }) => {
  if (ctrlKey || metaKey || altKey) return null;
  if (/^[0-9]$/u.test(key)) return Number(key);
  return ACTS[key.length === 1 ? key.toLowerCase() : key] ?? null;
};
