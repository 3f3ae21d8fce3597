// The columns of the table of takes, its filters and its order. Knows nothing of a page.
/** @import { TakeRow } from "../values.d.ts" */
import { gigabytes, number, percent } from "../shared/wording.js";

/** @typedef {number | string | null | undefined} Key what is sorted by; null and undefined come last */
/**
 * @typedef {object} Column
 * @property {string} heading
 * @property {(take: TakeRow) => string} show
 * @property {(take: TakeRow) => Key} key
 * @property {string} [field] of the explanation
 */
/** @typedef {{ model: string, clip: string, line: string, favourites: boolean }} Filter empty: everything */
/** @typedef {{ sort: string, down: boolean }} Order `sort` is a heading, or empty */

/** @param {{ length_s: number | null }} take */
export const clipOf = ({ length_s }) => (length_s ? `${length_s} s` : "whole");

/** @param {TakeRow} take */
const errorsOf = (take) =>
  take.word_error_rate === null
    ? "–"
    : `${percent(take.word_error_rate)} (+${take.insertions} −${take.deletions} ≠${take.substitutions})`;

/** @param {TakeRow} take */
const silenceOf = ({ silence_start_s, silence_end_s }) =>
  silence_start_s === undefined ? "–" : `${number(silence_start_s, 1)} / ${number(silence_end_s, 1)} s`;

/** @param {TakeRow} take */
const bleedOf = ({ bleed, bleed_words }) => {
  if (bleed === null) return "–";
  return bleed ? `“${(bleed_words ?? []).join(" ")}”` : "no";
};

/**
 * A column of a figure that has an explanation.
 * @template {keyof TakeRow} Field
 * @param {string} heading
 * @param {Field} field
 * @param {(value: TakeRow[Field]) => string} show
 * @returns {Column}
 */
const figure = (heading, field, show) => ({
  heading,
  field,
  show: (take) => show(take[field]),
  key: (take) => /** @type {Key} */ (take[field]),
});

/** @type {Column[]} */
const COLUMNS = [
  { heading: "Clip", show: clipOf, key: (take) => take.length_s ?? Infinity },
  { heading: "Model", show: (take) => take.model, key: (take) => take.model },
  { heading: "Seed", show: (take) => String(take.seed), key: (take) => take.seed },
  figure("RTF", "rtf", (value) => number(value)),
  figure("First audio", "first_audio_s", (value) => number(value, 2, " s")),
  figure("Memory", "peak_memory_bytes", gigabytes),
  figure("Length", "duration_s", (value) => number(value, 1, " s")),
  figure("Words/min", "words_per_minute", (value) => number(value, 0)),
  { heading: "Word errors", field: "word_error_rate", show: errorsOf, key: (take) => take.word_error_rate },
  figure("Likeness", "likeness", (value) => number(value)),
  figure("Held out", "likeness_held_out", (value) => number(value)),
  figure("Cleanness", "noise", (value) => number(value, 1)),
  figure("Pitch", "pitch_hz", (value) => number(value, 0, " Hz")),
  figure("Melody", "pitch_range_semitones", (value) => number(value, 1, " st")),
  { heading: "Silence", field: "silence_end_s", show: silenceOf, key: (take) => take.silence_end_s },
  { heading: "Bleed", field: "bleed", show: bleedOf, key: (take) => (take.bleed ? 1 : 0) },
];
/** @type {Column} */
const SPEAKER = { heading: "Spoken by", show: (take) => take.worker || "this machine", key: (take) => take.worker };

/** How many columns a failed take has, too. */
export const IDENTITY = 3;

/** Who spoke is shown where more than this machine did. @param {TakeRow[]} takes */
export const columnsOf = (takes) => (takes.some((take) => take.worker) ? [...COLUMNS, SPEAKER] : COLUMNS);

/** @param {TakeRow[]} takes @param {Filter} filter */
export const filtered = (takes, { model, clip, line, favourites }) =>
  takes.filter(
    (take) =>
      (!model || take.model === model) &&
      (!clip || clipOf(take) === clip) &&
      (!line || take.line === line) &&
      (!favourites || take.favourite),
  );

/** @param {Key} one @param {Key} other @param {number} direction */
const compared = (one, other, direction) => {
  if (one === null || one === undefined) return other === null || other === undefined ? 0 : 1;
  if (other === null || other === undefined) return -1;
  if (one === other) return 0;
  return one < other ? -direction : direction;
};

/** @param {TakeRow[]} takes @param {Order} order */
export const sorted = (takes, { sort, down }) => {
  const column = columnsOf(takes).find(({ heading }) => heading === sort);
  return column ? takes.toSorted((one, other) => compared(column.key(one), column.key(other), down ? -1 : 1)) : takes;
};
