// Figures in words. Knows nothing of a page.

/** @param {number | null | undefined} value */
const missing = (value) => value === null || value === undefined;

/**
 * @param {number | null | undefined} value
 * @param {number} [digits]
 * @param {string} [unit]
 */
export const number = (value, digits = 2, unit = "") => (missing(value) ? "–" : `${/** @type {number} */ (value).toFixed(digits)}${unit}`);

/** @param {number | null | undefined} value a share */
export const percent = (value) => (missing(value) ? "–" : `${(100 * /** @type {number} */ (value)).toFixed(0)} %`);

/** @param {number | null | undefined} bytes */
export const gigabytes = (bytes) => (bytes ? `${(bytes / 1e9).toFixed(2)} GB` : "–");

/** @param {number} bytes */
export const megabytes = (bytes) => (bytes / 1e6).toFixed(0);

/** Time that is left. @param {number} seconds */
export const duration = (seconds) => (seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`);

/** A place in a recording. @param {number} seconds */
export const clock = (seconds) => {
  const minutes = Math.floor(seconds / 60);
  const rest = (seconds - 60 * minutes).toFixed(2);
  return minutes ? `${minutes}:${rest.padStart(5, "0")}` : `${rest} s`;
};

/** As the fields of the page show it. @param {number} seconds */
export const hundredths = (seconds) => Math.round(seconds * 100) / 100;
