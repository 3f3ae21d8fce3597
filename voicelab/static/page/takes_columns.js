// What is told of a take: its measures in words. Knows nothing of a page.
/** @import { TakeRow } from "../values.d.ts" */
import { gigabytes, number, percent } from "../shared/wording.js";

/**
 * @typedef {object} Column
 * @property {string} heading
 * @property {(take: TakeRow) => string} show
 * @property {string} [field] of the explanation
 */

/** @param {{ length_s: number | null, variant: string }} take */
export const clipOf = ({ length_s, variant }) => variant || (length_s ? `${length_s} s` : "whole");

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
});

/** @type {Column[]} */
const COLUMNS = [
  { heading: "Clip", show: clipOf },
  { heading: "Model", show: (take) => take.model },
  { heading: "Seed", show: (take) => String(take.seed) },
  figure("RTF", "rtf", (value) => number(value)),
  figure("First audio", "first_audio_s", (value) => number(value, 2, " s")),
  figure("Memory", "peak_memory_bytes", gigabytes),
  figure("Length", "duration_s", (value) => number(value, 1, " s")),
  figure("Words/min", "words_per_minute", (value) => number(value, 0)),
  { heading: "Word errors", field: "word_error_rate", show: errorsOf },
  figure("Likeness", "likeness", (value) => number(value)),
  figure("Held out", "likeness_held_out", (value) => number(value)),
  figure("Cleanness", "noise", (value) => number(value, 1)),
  figure("Pitch", "pitch_hz", (value) => number(value, 0, " Hz")),
  figure("Melody", "pitch_range_semitones", (value) => number(value, 1, " st")),
  { heading: "Silence", field: "silence_end_s", show: silenceOf },
  { heading: "Bleed", field: "bleed", show: bleedOf },
];
/** @type {Column} */
const SPEAKER = { heading: "Spoken by", show: (take) => take.worker || "this machine" };

/** Who spoke is shown where more than this machine did. @param {TakeRow[]} takes */
export const columnsOf = (takes) => (takes.some((take) => take.worker) ? [...COLUMNS, SPEAKER] : COLUMNS);
