// What stands around the board: what to compare with, what the measures are, files.
/** @import { About, Baselines, Mean } from "../values.d.ts" */
import { fold, make } from "../shared/dom.js";
import { number, percent } from "../shared/wording.js";

const FILES = /** @type {const} */ ([
  ["Report (one HTML file)", "report.html"],
  ["Figures as CSV", "takes.csv"],
  ["Everything as JSON", "experiment.json"],
]);

/**
 * @param {Mean | null} value
 * @param {(figure: number) => string} show
 */
export const meanOf = (value, show) => {
  if (!value) return "–";
  if (value.same) return `${show(value.mean)} (all the same)`;
  if (value.low === null || value.high === null) return show(value.mean);
  return `${show(value.mean)} (${show(value.low)} to ${show(value.high)})`;
};

/**
 * Word errors beyond those of the first setting, line by line.
 * @param {number} figure
 */
export const beyondFirst = (figure) => `${figure > 0 ? "+" : ""}${percent(figure)}`;

/** @param {Baselines} yardstick */
export const yardstickSentence = (yardstick) => {
  const { self_likeness, self_likeness_low, other_likeness, other_voice } = yardstick;
  const { pitch_hz, pitch_range_semitones, noise } = yardstick;
  const parts = [];
  if (self_likeness !== null) {
    const least = self_likeness_low === null ? "" : ` (its least alike parts ${number(self_likeness_low)})`;
    parts.push(`the recording is ${number(self_likeness)} like itself${least}`);
  }
  if (other_likeness !== null) parts.push(`${number(other_likeness)} like ${other_voice}, another voice`);
  if (pitch_hz !== null) parts.push(`speaks at ${number(pitch_hz, 0, " Hz")}, melody ${number(pitch_range_semitones, 1, " st")}`);
  if (noise !== null) parts.push(`cleanness ${number(noise, 1)}`);
  return `To compare with: ${parts.join("; ")}.`;
};

/** @param {About[]} about */
export const explained = (about) => {
  const details = fold("What the measures are", "vl-about");
  const list = make("dl");
  about.forEach(({ label, what, source }) => list.append(make("dt", "", label), make("dd", "", `${what} (${source})`)));
  details.append(list);
  return details;
};

/** @param {string} experiment */
export const links = (experiment) => {
  const row = make("p", "vl-links");
  row.append(
    ...FILES.map(([label, file]) => {
      const link = make("a", "", label);
      link.href = `experiments/${experiment}/${file}`;
      link.download = "";
      return link;
    }),
  );
  return row;
};
