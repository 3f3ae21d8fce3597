// The board of a comparison: lines down, settings across, a cell per take; keys move, play, rate and compare.
/** @import { Board as Value, BoardChanges } from "../values.d.ts" */
/** @import { BlindRound } from "./board_blind.js" */
/** @import { Filter, Order, Sheet } from "./board_sheet.js" */
/** @import { TakeSound } from "./board_loudness.js" */
/** @import { Trigger, Widget } from "./widget.js" */
import { make } from "../shared/dom.js";
import { BoardActs } from "./board_acts.js";
import { fillCell } from "./board_cell.js";
import { BoardGrid } from "./board_grid.js";
import { hoverCard } from "./board_hover.js";
import { levelsOf } from "./board_loudness.js";
import { measureOf, ranksOf } from "./board_measures.js";
import { sheetOf, takesOfLine } from "./board_sheet.js";
import { outlinesOf } from "./board_outlines.js";
import { BoardSound } from "./board_sound.js";
import { BoardState } from "./board_state.js";
import { plotOf, rankingOf } from "./board_summary.js";
import { onSwipe } from "./board_swipe.js";
import { boardTools, pager } from "./board_tools.js";
import { clipOf } from "./takes_columns.js";
import { explained, links, yardstickSentence } from "./takes_summary.js";
import { nowOpen } from "./navigation.js";
import { boxOf, redrawOn } from "./widget.js";

const NONE = "No take fits these filters.";
const NARROW = matchMedia("(max-width: 640px)");

export class Board {
  experiment = "";
  active = false;
  state = new BoardState();
  /** @type {Filter} */
  filter = { model: "", clip: "", line: "", favourites: false };
  measure = "word_error_rate";
  asRank = false;
  /** @type {Order} */
  order = "plan";
  matched = true;
  /** @type {BlindRound | null} */
  blind = null;
  /** What a blind round came to. @type {string[]} */
  found = [];
  /** Those that go into a listening test. @type {string[]} */
  test = [];
  chosen = "";
  opened = "";
  /** The take that was heard last, and the one before it. */
  current = "";
  last = "";
  page = 0;
  /** @type {Sheet} */
  sheet = { columns: [], rows: [], lines: [] };
  /** @type {Map<string, TakeSound>} */
  sounds = new Map();
  /** @type {Map<string, Map<string, number>>} */
  ranks = new Map();

  /** @param {HTMLElement} box @param {Trigger} trigger */
  constructor(box, trigger) {
    this.box = box;
    this.trigger = trigger;
    this.asked = Promise.resolve();
    this.acts = new BoardActs(this);
    this.parts = {
      summary: make("div", "vl-board-summary"),
      tools: make("div", "vl-board-tools"),
      status: make("p", "vl-board-status"),
      main: make("div", "vl-board-main"),
      side: make("div", "vl-board-side"),
      after: make("div", "vl-board-after"),
    };
    this.parts.status.setAttribute("role", "status");
    this.sound = new BoardSound((id) => `takes/${this.experiment}/${id}.wav`, (ids) => this.levels(ids), {
      moved: (id, share) => this.playhead(id, share),
      changed: () => this.sounding(),
      failed: () => this.say("This take cannot be played: its audio is missing. “Go on” makes it again."),
    });
    this.grid = new BoardGrid((cell, id, row) => this.fill(cell, id, row.line), {
      moved: () => this.acts.onMove(),
      seen: outlinesOf(this),
    });
    this.grid.node.addEventListener("keydown", (event) => this.acts.onKey(event));
    this.hover = hoverCard(this.grid.node, (cell) => (this.blind ? undefined : this.takeIn(cell)));
    this.parts.main.append(this.grid.node, this.parts.side);
    onSwipe(this.parts.main, (step) => this.narrow && this.acts.leaf(step));
    NARROW.addEventListener("change", () => this.arrange());
  }

  get narrow() {
    return NARROW.matches;
  }

  /** @param {string} action @param {string} take @param {string} [extra] */
  send(action, take, extra = "") {
    this.trigger("choose", { action, experiment: this.experiment, take, extra });
  }

  /** @param {string} text */
  say(text) {
    this.parts.status.textContent = text;
  }

  /** @param {Value | null} value */
  take(value) {
    if (!value || value.experiment !== this.experiment) this.forget(value?.experiment ?? "");
    if (!value) return;
    const turned = this.active !== value.active;
    this.active = value.active;
    // One after the other: each asks for what came since the one before.
    this.asked = this.asked.then(() => this.ask(value.experiment, value.revision, turned));
  }

  /** @param {string} experiment */
  forget(experiment) {
    this.sound.stop();
    this.box.replaceChildren();
    Object.assign(this, { experiment, state: new BoardState(), blind: null, found: [], test: [], page: 0, sounds: new Map() });
    Object.assign(this, { opened: "", chosen: "", current: "", last: "", filter: { model: "", clip: "", line: "", favourites: false } });
  }

  /** @param {string} experiment @param {string} revision @param {boolean} turned */
  async ask(experiment, revision, turned) {
    if (experiment !== this.experiment) return;
    if (revision !== this.state.revision) {
      const answer = await fetch(`experiments/${experiment}/board.json?since=${this.state.revision}`);
      if (experiment !== this.experiment) return;
      if (!answer.ok) {
        this.say("The takes could not be read. Choose the comparison again.");
        return;
      }
      this.state.apply(/** @type {BoardChanges} */ (await answer.json()));
    } else if (!turned) return;
    this.draw();
  }

  draw() {
    const { summary, tools, status, main, after } = this.parts;
    if (!this.box.childElementCount) {
      this.box.append(summary, tools, status, main, after, this.hover);
      after.replaceChildren(links(this.experiment), explained(this.state.frame?.about ?? []));
    }
    this.drawSummary();
    this.arrange();
    if (!this.parts.side.contains(document.activeElement)) this.acts.showDetails();
  }

  drawSummary() {
    const { summary } = this.parts;
    summary.replaceChildren();
    if (this.found.length) summary.append(make("h4", "", "Your blind ratings, the best first"), this.verdictList());
    if (this.blind || !this.state.measured.size) return;
    const measure = measureOf(this.measure);
    const yardstick = this.state.frame?.yardstick;
    summary.append(make("h4", "", "Settings"), rankingOf(this.state, measure), ...plotOf(this.state, measure));
    if (yardstick) summary.append(make("p", "vl-muted", yardstickSentence(yardstick)));
  }

  verdictList() {
    const list = make("ol", "vl-verdict");
    list.append(...this.found.map((text) => make("li", "", text)));
    return list;
  }

  /** Puts the takes in their places. */
  arrange() {
    this.sheet = sheetOf(this.state, this.look());
    this.page = Math.max(0, Math.min(this.page, this.sheet.lines.length - 1));
    this.ranks = new Map(this.sheet.lines.map((line) => [line, this.ranksIn(line)]));
    this.drawTools();
    this.grid.show(this.sheet);
  }

  /** What has the focus, or is open, stays so. */
  drawTools() {
    const { tools } = this.parts;
    const all = () => [...tools.querySelectorAll("button, select, input, summary")];
    const focused = all().findIndex((each) => each === document.activeElement);
    const open = [...tools.querySelectorAll("details[open]")].map((each) => each.className);
    tools.replaceChildren(boardTools(this), ...(this.narrow ? [pager(this, this.sheet.lines)] : []));
    tools.querySelectorAll("details").forEach((each) => each.toggleAttribute("open", open.includes(each.className)));
    const again = all()[focused];
    if (again instanceof HTMLElement) again.focus();
    if (!this.sheet.rows.length) this.say(NONE);
    else if (this.parts.status.textContent === NONE) this.say("");
  }

  /** @param {string} line */
  ranksIn(line) {
    const takes = this.state.rows.filter((row) => row.line === line).flatMap((row) => row.cells).map((id) => this.state.take(id));
    return ranksOf(takes.filter((take) => take !== undefined), measureOf(this.measure));
  }

  /**
   * @template {"measure" | "asRank" | "order"} Key
   * @param {Key} key @param {Board[Key]} value
   */
  set(key, value) {
    Object.assign(this, { [key]: value });
    this.drawSummary();
    this.arrange();
  }

  /** Those that the filters leave: on a narrow screen the lines that are leafed to, too. */
  shownTakes() {
    const whole = sheetOf(this.state, { ...this.look(), narrow: null });
    const ids = whole.lines.flatMap((line) => takesOfLine(whole, line));
    return ids.filter((id) => !this.state.take(id)?.failure);
  }

  look() {
    const { filter, order, measure, blind } = this;
    return { filter, order, measure, blind, narrow: this.narrow ? this.page : null };
  }

  /** What a take is called; in a blind round, by its letter. @param {string} id */
  nameOf(id) {
    const take = this.state.take(id);
    if (!take) return "";
    if (!this.blind) return `${take.model}, ${clipOf(take)} clip, seed ${take.seed}${take.repaired_from ? ", mended" : ""}`;
    const row = this.sheet.rows.find((each) => each.cells.includes(id));
    const heading = this.narrow ? row?.label : this.sheet.columns[row?.cells.indexOf(id) ?? 0]?.label;
    return `${heading ?? ""}, line ${this.sheet.lines.indexOf(take.line) + 1}`;
  }

  /** @param {HTMLElement} cell @param {string | null} id @param {string} line */
  fill(cell, id, line) {
    const take = this.state.take(id);
    const key = take?.id ?? "";
    const look = {
      ...{ name: this.nameOf(key), measure: measureOf(this.measure), asRank: this.asRank, blind: this.blind !== null },
      ...{ rank: this.ranks.get(line)?.get(key), sounding: key !== "" && this.sound.playing === key, sound: this.sounds.get(key) },
    };
    const visit = (/** @type {() => void} */ act) => () => {
      this.grid.moveTo(key);
      this.grid.focus();
      act();
    };
    fillCell(cell, take, look, { play: visit(() => this.acts.toggle(key)), open: visit(() => this.acts.open(key)) });
    if (this.test.includes(key)) cell.classList.add("vl-cell-tested");
  }

  /** @param {HTMLElement} cell */
  takeIn(cell) {
    return this.state.take(this.sheet.rows[Number(cell.dataset.row)]?.cells[Number(cell.dataset.column)]);
  }

  /** @param {string[]} ids */
  levels(ids) {
    return this.matched ? levelsOf(ids, this.sounds) : ids.map(() => 1);
  }

  /** @param {string} id */
  play(id) {
    const take = this.state.take(id);
    if (!take || take.failure) return;
    if (this.current !== id) [this.last, this.current] = [this.current, id];
    const made = takesOfLine(this.sheet, take.line).filter((each) => !this.state.take(each)?.failure);
    void this.sound.play(id, made.includes(id) ? made : [id]);
  }

  sounding() {
    [this.current, this.last].forEach((id) => this.grid.refresh(id));
  }

  /** @param {string} id @param {number} share */
  playhead(id, share) {
    const head = this.grid.find(id)?.querySelector(".vl-cell-head");
    if (head instanceof HTMLElement) head.style.left = `${100 * share}%`;
  }
}

/** Triggers "choose" with {action, experiment, take, extra}. @type {Widget} */
export const board = (element, props, trigger, watch) => {
  const view = new Board(boxOf(element, "board"), trigger);
  redrawOn(watch, props, (/** @type {Value | null} */ value) => {
    if (value) nowOpen("compare", value.experiment);
    view.take(value);
  });
};
