// The takes of a comparison: the table with everything that can be done with one.
/** @import { TakeRow, Takes } from "../values.d.ts" */
/** @import { Column } from "./takes_columns.js" */
/** @import { Trigger, Widget } from "./widget.js" */
import { button, make } from "../shared/dom.js";
import { number } from "../shared/wording.js";
import { picture } from "./pictures.js";
import { toolsOf } from "./take_tools.js";
import { IDENTITY, columnsOf, filtered, sorted } from "./takes_columns.js";
import { filters } from "./takes_filters.js";
import { explained, links, settingsTable, yardstickSentence } from "./takes_summary.js";
import { boxOf, redrawOn } from "./widget.js";

const SCATTER = "Likeness against word errors, one mark per take and a shape per setting";
/** @type {Takes} */
const NOTHING = { experiment: "", active: false, takes: [], settings: [], yardstick: null, about: [], scatter: {} };

/** @param {Column} column @param {TakeRow} take */
const cellOf = ({ heading, show }, take) => {
  const cell = make("td", heading === "Bleed" && take.bleed ? "vl-bled" : "", show(take));
  cell.dataset.label = heading;
  if (heading === "Clip") cell.title = `${number(take.clip_seconds, 2, " s")} of the clip: “${take.clip_text}”`;
  if (heading === "Word errors" && take.recognizer) cell.title = `${take.recognizer} heard: “${take.heard}”`;
  if (take.measure_notes.length && cell.textContent === "–") cell.title = take.measure_notes.join(" ");
  return cell;
};

export class TakesView {
  // Kept while the table is drawn again.
  filter = { model: "", clip: "", line: "", favourites: false };
  order = { sort: "", down: false };
  matched = true;
  /** Two takes to look at. @type {string[]} */
  pair = [];
  /** Those that go into a listening test. @type {string[]} */
  blind = [];
  chosen = "";
  value = NOTHING;

  /** @param {HTMLElement} box @param {Trigger} trigger */
  constructor(box, trigger) {
    this.box = box;
    this.trigger = trigger;
  }

  /** @param {string} action @param {string} take @param {string} [extra] */
  send(action, take, extra = "") {
    this.trigger("choose", { action, experiment: this.value.experiment, take, extra });
  }

  /** @param {Takes | null} value */
  take(value) {
    const given = value ?? NOTHING;
    if (given.experiment !== this.value.experiment) {
      this.pair = [];
      this.blind = [];
    }
    this.value = given;
    this.draw();
  }

  draw() {
    const { takes, settings, yardstick, about, scatter, experiment } = this.value;
    this.box.replaceChildren();
    if (!takes.length) return;
    const shown = sorted(filtered(takes, this.filter), this.order);
    this.box.append(make("h4", "", "Settings: means with 95 % intervals"), settingsTable(settings));
    if (yardstick) this.box.append(make("p", "vl-muted", yardstickSentence(yardstick)));
    if (scatter.light) this.box.append(...picture(scatter, SCATTER));
    this.box.append(filters(this, shown));
    const lines = [...new Set(shown.map((take) => take.line))];
    this.box.append(...lines.map((line) => this.section(line, shown.filter((take) => take.line === line))));
    if (!shown.length) this.box.append(make("p", "vl-muted", "No take fits these filters."));
    this.box.append(links(experiment), explained(about));
  }

  /** @param {string} line @param {TakeRow[]} takes */
  section(line, takes) {
    const section = make("section", "vl-line");
    const table = make("table");
    const wide = make("div", "vl-wide");
    table.createTHead().append(this.head());
    table.append(...takes.map((take) => this.rows(take)));
    wide.append(table);
    section.append(make("h4", "", line), wide);
    return section;
  }

  head() {
    const head = make("tr");
    head.append(...columnsOf(this.value.takes).map((column) => this.heading(column)));
    return head;
  }

  /** @param {Column} column */
  heading({ heading, field }) {
    const { sort, down } = this.order;
    const cell = make("th");
    const mine = sort === heading;
    const arrow = down ? " ↓" : " ↑";
    const what = this.value.about.find((each) => each.field === field)?.what;
    const sorter = button(heading + (mine ? arrow : ""), "vl-button vl-sort", () => {
      this.order = { sort: heading, down: mine && !down };
      this.draw();
    }, what ? { title: what } : {});
    const direction = down ? "descending" : "ascending";
    cell.setAttribute("aria-sort", mine ? direction : "none");
    cell.append(sorter);
    return cell;
  }

  /** Two rows: what was measured, and below it what can be done. @param {TakeRow} take */
  rows(take) {
    const rows = make("tbody", take.repaired_from ? "vl-take vl-mended" : "vl-take");
    const columns = columnsOf(this.value.takes);
    const measures = make("tr", "vl-measures");
    const shown = take.failure ? columns.slice(0, IDENTITY) : columns;
    measures.append(...shown.map((column) => cellOf(column, take)));
    if (take.failure) {
      const why = make("td", "vl-failure", take.failure);
      why.colSpan = columns.length - IDENTITY;
      measures.append(why);
    }
    const does = make("tr");
    const cell = make("td");
    cell.colSpan = columns.length;
    cell.append(toolsOf(this, take));
    does.append(cell);
    rows.append(measures, does);
    return rows;
  }
}

/** Triggers "choose" with {action, experiment, take, extra}. @type {Widget} */
export const takes = (element, props, trigger, watch) => {
  const view = new TakesView(boxOf(element, "takes"), trigger);
  redrawOn(watch, props, (/** @type {Takes | null} */ value) => view.take(value));
};
