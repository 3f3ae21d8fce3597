// A cell of the board: play, outline, the chosen measure or its rank, and marks.
/** @import { TakeRow } from "../values.d.ts" */
/** @import { Measure } from "./board_measures.js" */
/** @import { TakeSound } from "./board_loudness.js" */
import { button, make } from "../shared/dom.js";
import { valueOf } from "./board_measures.js";

const SVG = "http://www.w3.org/2000/svg";
const MIDDLE = 50;

/**
 * @typedef {object} CellLook
 * @property {string} name of the take, as it may be told
 * @property {Measure} measure
 * @property {number | undefined} rank within the line
 * @property {boolean} asRank
 * @property {boolean} blind nothing is told that could tell the settings apart
 * @property {boolean} sounding
 * @property {TakeSound | undefined} sound
 */
/** @typedef {{ play: () => void, open: () => void }} CellActs */

/** The loudness upwards, and back below. @param {number[]} outline */
const pathOf = (outline) => {
  const heights = outline.map((loud) => Math.max(1, loud / 2));
  const above = heights.map((height, at) => `${at + 0.5} ${MIDDLE - height}`);
  const below = heights.map((height, at) => `${at + 0.5} ${MIDDLE + height}`).toReversed();
  return `M${[...above, ...below].join("L")}Z`;
};

/** @param {TakeSound | undefined} sound */
const waveOf = (sound) => {
  const wave = make("div", "vl-cell-wave");
  wave.setAttribute("aria-hidden", "true");
  if (sound) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${sound.outline.length} 100`);
    svg.setAttribute("preserveAspectRatio", "none");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", pathOf(sound.outline));
    svg.append(path);
    wave.append(svg);
  }
  wave.append(make("div", "vl-cell-head"));
  return wave;
};

/** What stands on a cell besides its measure. @param {TakeRow} take @param {boolean} blind @returns {[string, string][]} */
export const marksOf = (take, blind) => [
  .../** @type {[string, string][]} */ (take.favourite ? [["star", "★"]] : []),
  .../** @type {[string, string][]} */ (take.rating ? [["rating", `${take.rating}/9`]] : []),
  .../** @type {[string, string][]} */ (take.bleed && !blind ? [["bleed", "⚠ bleed"]] : []),
  .../** @type {[string, string][]} */ (take.comment && !blind ? [["note", "✎"]] : []),
];

/** @param {TakeRow} take @param {CellLook} look */
const measured = (take, { measure, rank, asRank }) => {
  if (asRank && measure.better) return rank ? `${rank}.` : "–";
  return measure.show(valueOf(take, measure.field));
};

/** What a cell is called for those who do not see it. @param {TakeRow | undefined} take @param {CellLook} look */
export const calledOf = (take, look) => {
  if (!take) return "no take yet";
  if (take.failure) return `${look.name}: failed`;
  const marks = [
    ...(take.favourite ? ["favourite"] : []),
    ...(take.rating ? [`rated ${take.rating} of 9`] : []),
    ...(take.bleed && !look.blind ? ["words of the reference in it"] : []),
  ];
  const figure = look.blind ? [] : [`${look.measure.label} ${measured(take, look)}`];
  return [look.name, ...figure, ...marks, ...(look.sounding ? ["playing"] : [])].join(", ");
};

/** @param {HTMLElement} cell @param {TakeRow} take @param {CellLook} look @param {CellActs} acts */
const fillMade = (cell, take, look, acts) => {
  const label = look.sounding ? "■" : "▶";
  const play = button(label, "vl-button vl-cell-play", acts.play, { name: `${look.sounding ? "Stop" : "Play"} ${look.name}` });
  const details = button("⋯", "vl-button vl-cell-more", acts.open, { title: "Details (Enter)", name: `Details of ${look.name}` });
  play.tabIndex = -1;
  details.tabIndex = -1;
  const facts = make("div", "vl-cell-facts");
  if (!look.blind) facts.append(make("span", look.rank === 1 ? "vl-cell-value vl-cell-best" : "vl-cell-value", measured(take, look)));
  facts.append(...marksOf(take, look.blind).map(([kind, text]) => make("span", `vl-mark-${kind}`, text)));
  cell.append(play, waveOf(look.sound), details, facts);
};

/** @param {HTMLElement} cell @param {TakeRow | undefined} take @param {CellLook} look @param {CellActs} acts */
export const fillCell = (cell, take, look, acts) => {
  cell.replaceChildren();
  cell.className = "vl-cell";
  cell.setAttribute("aria-label", calledOf(take, look));
  if (take?.repaired_from) cell.classList.add("vl-cell-mended");
  if (look.sounding) cell.classList.add("vl-cell-sounds");
  if (!take) {
    cell.classList.add("vl-cell-none");
    cell.append(make("span", "", "·"));
  } else if (take.failure) {
    const details = button("⋯", "vl-button vl-cell-more", acts.open, { title: "Details (Enter)", name: `Details of ${look.name}` });
    details.tabIndex = -1;
    cell.append(make("span", "vl-mark-failed", "✕ failed"), details);
  } else fillMade(cell, take, look, acts);
};
