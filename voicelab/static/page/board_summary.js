// Above the board: the settings ranked by the chosen measure, each with its interval, and a plot of two measures.
/** @import { Mean } from "../values.d.ts" */
/** @import { Measure } from "./board_measures.js" */
/** @import { BoardState, Setting } from "./board_state.js" */
import { make, table } from "../shared/dom.js";
import { gigabytes, number, percent } from "../shared/wording.js";
import { MEASURES, bestFirst, intervalOf, meanOver } from "./board_measures.js";
import { headingOf } from "./board_sheet.js";
import { beyondFirst, meanOf } from "./takes_summary.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 420;
const HIGH = 240;
const EDGE = { left: 46, right: 16, top: 14, bottom: 34 };
const TICKS = 4;
const WRITTEN = 0.01; // the least difference of two figures beside the plot

/** @typedef {{ setting: Setting, mean: number | null, whole: Mean | null, place: string }} Ranked */
/** @typedef {{ at: (value: number) => number, low: number, high: number }} Scale */

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {string} [text]
 */
const draw = (tag, attributes, text) => {
  const node = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, String(value)));
  if (text !== undefined) node.textContent = text;
  return node;
};

/** The settings in their order, each with its place. @param {BoardState} state @param {Measure} measure @returns {Ranked[]} */
export const ranked = (state, measure) => {
  const entries = state.settings.flatMap((setting, column) => {
    const measured = state.measured.get(setting.key);
    if (!measured) return [];
    const whole = intervalOf(measured, measure);
    const takes = state.rows.map((row) => state.take(row.cells[column])).filter((take) => take !== undefined && !take.repaired_from);
    const plain = meanOver(/** @type {import("../values.d.ts").TakeRow[]} */ (takes), measure.field).mean;
    return [{ setting, whole, mean: whole ? whole.mean : plain }];
  });
  return bestFirst(entries, measure).map((entry, at) => ({ ...entry, place: String(at + 1) }));
};

/**
 * From the lowest to the highest of the values, with a little room.
 * @param {number[]} values
 * @param {number} from
 * @param {number} to
 * @param {number} [span] the least that it is wide: differences too small to be written are no differences to be seen
 * @returns {Scale}
 */
export const scaleOf = (values, from, to, span = 0) => {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const room = Math.max((most - least || Math.abs(most) || 1) * 0.06, (span - (most - least)) / 2);
  const [low, high] = [least < 0 ? least - room : Math.max(0, least - room), most + room];
  return { low, high, at: (value) => from + ((value - low) / (high - low)) * (to - from) };
};

/** @param {Ranked} entry @returns {number[]} */
const reach = ({ mean, whole }) => [mean, whole?.low, whole?.high].filter((value) => typeof value === "number");

/** A line for the interval and a dot for the mean. @param {Ranked} entry @param {Scale} scale */
const interval = ({ mean, whole }, scale) => {
  const svg = draw("svg", { viewBox: "0 0 160 20", class: "vl-interval", "aria-hidden": "true" });
  svg.append(draw("line", { x1: 4, x2: 156, y1: 10, y2: 10, class: "vl-plot-faint" }));
  if (whole && whole.low !== null && whole.high !== null) {
    svg.append(draw("line", { x1: scale.at(whole.low), x2: scale.at(whole.high), y1: 10, y2: 10, class: "vl-plot-line" }));
  }
  if (mean !== null) svg.append(draw("circle", { cx: scale.at(mean), cy: 10, r: 4.5, class: "vl-plot-dot" }));
  return svg;
};

/** @param {BoardState} state @param {Measure} measure */
export const rankingOf = (state, measure) => {
  const entries = ranked(state, measure);
  const first = [measure.better ? "Rank" : "No.", "Setting", `${measure.label}, 95 % interval`, ""];
  const others = MEASURES.filter((each) => each.mean && each !== measure);
  const rest = ["Takes", "Failed", "Bled", ...others.map(({ label }) => label), "Errors beyond the first", "Peak memory", "Quantization"];
  const rows = entries.map(({ setting, mean, whole, place }) => {
    const { label, about } = headingOf(setting);
    const known = /** @type {import("../values.d.ts").MeasuredSetting} */ (state.measured.get(setting.key));
    return [
      ...[place, `${label}, ${about}`, whole ? meanOf(whole, measure.show) : measure.show(mean), ""],
      ...[String(known.takes), String(known.failed), String(known.bled)],
      ...others.map((each) => meanOf(intervalOf(known, each), each.show)),
      ...[meanOf(known.word_errors_apart, beyondFirst), gigabytes(known.peak_memory_bytes), known.quantization],
    ];
  });
  const wide = make("div", "vl-wide vl-ranking");
  wide.tabIndex = 0;
  wide.setAttribute("role", "region");
  wide.setAttribute("aria-label", "Settings, ranked");
  const drawn = table([...first, ...rest], rows);
  const scale = scaleOf(entries.flatMap(reach), 8, 152);
  drawn.querySelectorAll("tbody tr").forEach((row, at) => {
    const entry = entries[at];
    if (entry && entry.mean !== null) row.children[3]?.append(interval(entry, scale));
  });
  wide.append(drawn);
  return wide;
};

/** @param {Scale} scale */
const ticks = ({ low, high }) => Array.from({ length: TICKS + 1 }, (_, at) => low + ((high - low) * at) / TICKS);

/** @param {Scale} across @param {Scale} up */
const axes = (across, up) => [
  draw("path", { d: `M${EDGE.left} ${EDGE.top}V${HIGH - EDGE.bottom}H${WIDE - EDGE.right}`, class: "vl-plot-axis" }),
  ...ticks(across).map((value) => draw("text", { x: across.at(value), y: HIGH - 18, "text-anchor": "middle" }, percent(value))),
  ...ticks(up).map((value) => draw("text", { x: EDGE.left - 6, y: up.at(value) + 4, "text-anchor": "end" }, number(value))),
  draw("text", { x: WIDE / 2, y: HIGH - 3, "text-anchor": "middle" }, "word errors (left is better)"),
  draw("text", { x: EDGE.left + 6, y: EDGE.top + 2 }, "likeness (up is better)"),
];

/** The means as numbers, those of the ranking, and their intervals as crosses; no colour tells one from another. @param {BoardState} state @param {Measure} measure */
export const plotOf = (state, measure) => {
  const points = ranked(state, measure).flatMap(({ setting, place }) => {
    const { word_error_rate: errors, likeness } = state.measured.get(setting.key) ?? {};
    return errors && likeness ? [{ place, errors, likeness }] : [];
  });
  if (!points.length) return [];
  const ends = (/** @type {Mean} */ { mean, low, high }) => [mean, low ?? mean, high ?? mean];
  const across = scaleOf([0, 0.05, ...points.flatMap(({ errors }) => ends(errors))], EDGE.left, WIDE - EDGE.right);
  const up = scaleOf(points.flatMap(({ likeness }) => ends(likeness)), HIGH - EDGE.bottom, EDGE.top + 10, TICKS * WRITTEN);
  const svg = draw("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, class: "vl-plane", role: "img" });
  svg.setAttribute("aria-label", "Likeness against word errors: the number of each setting in the ranking, with its 95 % intervals");
  svg.append(...axes(across, up));
  points.forEach(({ place, errors, likeness }) => {
    const [x, y] = [across.at(errors.mean), up.at(likeness.mean)];
    const [, left, right] = ends(errors);
    const [, low, high] = ends(likeness);
    svg.append(
      draw("line", { x1: across.at(left ?? 0), x2: across.at(right ?? 0), y1: y, y2: y, class: "vl-plot-cross" }),
      draw("line", { x1: x, x2: x, y1: up.at(low ?? 0), y2: up.at(high ?? 0), class: "vl-plot-cross" }),
      draw("circle", { cx: x, cy: y, r: 8, class: "vl-plot-point" }),
      draw("text", { x, y: y + 4, "text-anchor": "middle", class: "vl-plot-number" }, place),
    );
  });
  return [svg];
};
