// The measure that the cells of the board show, ranks by it, and what its values mean. Knows nothing of a page.
/** @import { MeasuredSetting, TakeRow } from "../values.d.ts" */
import { gigabytes, number, percent } from "../shared/wording.js";

/**
 * @typedef {object} Measure
 * @property {string} field of a take
 * @property {string} label
 * @property {(value: number | null | undefined) => string} show
 * @property {1 | -1 | 0} better 1: higher is better, -1: lower; 0: neither, so that there are no ranks
 * @property {"likeness" | "word_error_rate" | "noise" | "rtf"} [mean] where the means of the settings are
 */

/** @type {Measure[]} */
export const MEASURES = [
  { field: "word_error_rate", label: "Word errors", show: percent, better: -1, mean: "word_error_rate" },
  { field: "likeness", label: "Likeness", show: (value) => number(value), better: 1, mean: "likeness" },
  { field: "likeness_held_out", label: "Likeness, held out", show: (value) => number(value), better: 1 },
  { field: "noise", label: "Cleanness", show: (value) => number(value, 1), better: 1, mean: "noise" },
  { field: "rating", label: "Your rating", show: (value) => number(value, 0), better: 1 },
  { field: "rtf", label: "Speed (RTF)", show: (value) => number(value), better: -1, mean: "rtf" },
  { field: "first_audio_s", label: "First audio", show: (value) => number(value, 2, " s"), better: -1 },
  { field: "peak_memory_bytes", label: "Memory", show: gigabytes, better: -1 },
  { field: "duration_s", label: "Length", show: (value) => number(value, 1, " s"), better: 0 },
  { field: "words_per_minute", label: "Words a minute", show: (value) => number(value, 0), better: 0 },
  { field: "pitch_hz", label: "Pitch", show: (value) => number(value, 0, " Hz"), better: 0 },
  { field: "pitch_range_semitones", label: "Melody", show: (value) => number(value, 1, " st"), better: 0 },
];

/** @param {string} field @returns {Measure} */
export const measureOf = (field) => MEASURES.find((each) => each.field === field) ?? /** @type {Measure} */ (MEASURES[0]);

/** @param {TakeRow} take @param {string} field @returns {number | null} */
export const valueOf = (take, field) => {
  const value = take.failure ? null : take[/** @type {keyof TakeRow} */ (field)];
  return typeof value === "number" ? value : null;
};

/**
 * Places among the takes of one line: equal values share one, and the next is as far on as there were.
 * @param {TakeRow[]} takes @param {Measure} measure
 * @returns {Map<string, number>} by id; what was not measured has none
 */
export const ranksOf = (takes, { field, better }) => {
  const values = better ? takes.map((take) => valueOf(take, field)).filter((value) => value !== null) : [];
  const places = new Map();
  for (const take of takes) {
    const value = valueOf(take, field);
    if (better && value !== null) places.set(take.id, 1 + values.filter((other) => better * (other - value) > 0).length);
  }
  return places;
};

/**
 * The mean of a measure over takes, and over how many.
 * @param {TakeRow[]} takes @param {string} field
 */
export const meanOver = (takes, field) => {
  const values = takes.map((take) => valueOf(take, field)).filter((value) => value !== null);
  return { mean: values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null, count: values.length };
};

/**
 * Settings, the best first by the mean of a measure; without one, and where none was measured, as they came.
 * @template {{ mean: number | null }} Entry
 * @param {Entry[]} entries @param {Measure} measure
 */
export const bestFirst = (entries, { better }) =>
  better
    ? entries.toSorted((one, other) => {
        if (one.mean === null || other.mean === null) return Number(one.mean === null) - Number(other.mean === null);
        return better * (other.mean - one.mean);
      })
    : entries;

/** @param {MeasuredSetting | undefined} setting @param {Measure} measure */
export const intervalOf = (setting, { mean }) => (setting && mean ? setting[mean] : null);
