// The grid of the board: only the rows that are seen are in the page, keys move, and one cell has the focus.
/** @import { Sheet, SheetRow } from "./board_sheet.js" */
import { make } from "../shared/dom.js";

const ROW_PX = 92;
const SPARE = 3; // rows beyond the edges, so that scrolling shows no gaps
const PAGE = 5;

/** @typedef {{ row: number, column: number }} Place */
/** @typedef {(cell: HTMLElement, id: string | null, row: SheetRow, column: number) => void} Fill */

/** @param {string} role @param {string} className @param {string} [text] */
const part = (role, className, text) => {
  const node = make("div", className, text);
  node.setAttribute("role", role);
  return node;
};

/**
 * Where a key leads to, or null for a key that moves nothing.
 * @param {string} key @param {Place} at @param {{ rows: number, columns: number }} size @param {boolean} control
 * @returns {Place | null}
 */
export const moved = (key, { row, column }, { rows, columns }, control = false) => {
  /** @type {Record<string, [number, number]>} */
  const steps = {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    PageUp: [row - PAGE, column],
    PageDown: [row + PAGE, column],
    Home: [control ? 0 : row, 0],
    End: [control ? rows - 1 : row, columns - 1],
  };
  const step = steps[key];
  if (!step) return null;
  const within = (/** @type {number} */ value, /** @type {number} */ count) => Math.max(0, Math.min(count - 1, value));
  return { row: within(step[0], rows), column: within(step[1], columns) };
};

export class BoardGrid {
  /** @type {Sheet} */
  sheet = { columns: [], rows: [], lines: [] };
  /** @type {Place} */
  at = { row: 0, column: 0 };
  /** Those in the page, by their number. @type {Map<number, HTMLElement>} */
  drawn = new Map();

  /** @param {Fill} fill @param {{ moved: () => void, seen: (ids: string[]) => void }} told */
  constructor(fill, told) {
    this.fill = fill;
    this.told = told;
    this.node = part("grid", "vl-grid");
    this.node.setAttribute("aria-label", "Takes: lines down, settings across");
    this.head = part("rowgroup", "vl-grid-top");
    this.body = part("rowgroup", "vl-grid-body");
    this.node.append(this.head, this.body);
    this.node.addEventListener("scroll", () => this.draw(), { passive: true });
    this.node.addEventListener("focusin", (event) => this.onFocus(event));
    new ResizeObserver(() => this.onResize()).observe(this.node);
  }

  onResize() {
    this.draw();
    if (this.node.contains(document.activeElement)) this.cellAt(this.at)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  get id() {
    return this.sheet.rows[this.at.row]?.cells[this.at.column] ?? null;
  }

  get line() {
    return this.sheet.rows[this.at.row]?.line ?? "";
  }

  /** The focus stays on its take, wherever that is now. @param {Sheet} sheet */
  show(sheet) {
    const { id } = this;
    const focused = this.body.contains(document.activeElement);
    this.sheet = sheet;
    const row = id === null ? -1 : sheet.rows.findIndex((each) => each.cells.includes(id));
    if (row >= 0) this.at = { row, column: /** @type {SheetRow} */ (sheet.rows[row]).cells.indexOf(id) };
    const { rows, columns } = sheet;
    this.at = { row: Math.max(0, Math.min(this.at.row, rows.length - 1)), column: Math.max(0, Math.min(this.at.column, columns.length - 1)) };
    this.node.setAttribute("aria-rowcount", String(rows.length + 1));
    this.node.setAttribute("aria-colcount", String(columns.length + 1));
    this.node.style.setProperty("--vl-columns", String(columns.length));
    this.body.style.height = `${ROW_PX * rows.length}px`;
    this.head.replaceChildren(this.top());
    this.drawn.forEach((node) => node.remove());
    this.drawn.clear();
    this.draw();
    if (focused) this.focus();
  }

  top() {
    const row = part("row", "vl-grid-row");
    row.setAttribute("aria-rowindex", "1");
    const corner = part("columnheader", "vl-grid-corner", this.sheet.columns.length ? "Line" : "");
    const cells = this.sheet.columns.map(({ label, about }) => {
      const cell = part("columnheader", "vl-grid-heading");
      cell.append(make("b", "", label), make("small", "", about));
      cell.title = [label, about].filter(Boolean).join(", ");
      return cell;
    });
    row.append(corner, ...cells);
    return row;
  }

  /** Puts the rows that are seen into the page, and takes the others away. */
  draw() {
    const { scrollTop, clientHeight } = this.node;
    const first = Math.max(0, Math.floor(scrollTop / ROW_PX) - SPARE);
    const last = Math.min(this.sheet.rows.length - 1, Math.ceil((scrollTop + clientHeight) / ROW_PX) + SPARE);
    this.drawn.forEach((node, number) => {
      if ((number >= first && number <= last) || number === this.at.row) return;
      node.remove();
      this.drawn.delete(number);
    });
    const fresh = [];
    for (let number = first; number <= last; number += 1) if (this.drawRow(number)) fresh.push(number);
    const ids = fresh.flatMap((number) => this.sheet.rows[number]?.cells ?? []).filter((id) => id !== null);
    if (ids.length) this.told.seen(ids);
  }

  /** @param {number} number */
  drawRow(number) {
    const row = this.sheet.rows[number];
    if (!row || this.drawn.has(number)) return false;
    const node = part("row", "vl-grid-row vl-grid-line");
    node.setAttribute("aria-rowindex", String(number + 2));
    node.style.top = `${ROW_PX * number}px`;
    const header = part("rowheader", "vl-grid-side");
    header.append(make("span", "", row.label), make("small", "", row.about));
    header.title = [row.label, row.about].filter(Boolean).join(", ");
    node.append(header, ...row.cells.map((id, column) => this.cell(id, row, number, column)));
    this.drawn.set(number, node);
    this.body.append(node);
    return true;
  }

  /** @param {string | null} id @param {SheetRow} row @param {number} number @param {number} column */
  cell(id, row, number, column) {
    const cell = part("gridcell", "vl-cell");
    cell.setAttribute("aria-colindex", String(column + 2));
    cell.dataset.row = String(number);
    cell.dataset.column = String(column);
    cell.tabIndex = number === this.at.row && column === this.at.column ? 0 : -1;
    this.fill(cell, id, row, column);
    return cell;
  }

  /** @param {Place} place */
  cellAt({ row, column }) {
    return /** @type {HTMLElement | undefined} */ (this.drawn.get(row)?.children[column + 1]);
  }

  /** Draws a take again, where it is in the page. @param {string | null} id */
  refresh(id) {
    this.drawn.forEach((_node, number) => {
      const row = /** @type {SheetRow} */ (this.sheet.rows[number]);
      row.cells.forEach((each, column) => {
        const cell = each === id && id !== null ? this.cellAt({ row: number, column }) : undefined;
        if (cell) this.fill(cell, id, row, column);
      });
    });
  }

  /** @param {string} id */
  find(id) {
    for (const number of this.drawn.keys()) {
      const column = this.sheet.rows[number]?.cells.indexOf(id) ?? -1;
      if (column >= 0) return this.cellAt({ row: number, column });
    }
    return undefined;
  }

  /** @param {Place} place */
  move(place) {
    this.cellAt(this.at)?.setAttribute("tabindex", "-1");
    this.at = place;
    this.scrollTo(place);
    this.drawRow(place.row);
    this.cellAt(place)?.setAttribute("tabindex", "0");
    this.told.moved();
  }

  /** @param {string} id whether it is on the sheet */
  moveTo(id) {
    const row = this.sheet.rows.findIndex((each) => each.cells.includes(id));
    if (row < 0) return false;
    this.move({ row, column: this.sheet.rows[row]?.cells.indexOf(id) ?? 0 });
    return true;
  }

  focus() {
    this.cellAt(this.at)?.focus();
  }

  /** By arithmetic: the row may not be there yet. The browser does the rest (scroll-margin of a cell). @param {Place} place */
  scrollTo({ row }) {
    const view = this.node.clientHeight - this.head.offsetHeight;
    const top = row * ROW_PX;
    if (top < this.node.scrollTop) this.node.scrollTop = top;
    else if (top + ROW_PX > this.node.scrollTop + view) this.node.scrollTop = top + ROW_PX - view;
  }

  /** @param {FocusEvent} event */
  onFocus({ target }) {
    const cell = target instanceof Element ? target.closest(".vl-cell") : null;
    if (!(cell instanceof HTMLElement)) return;
    const place = { row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
    if (place.row !== this.at.row || place.column !== this.at.column) this.move(place);
  }

  /** @param {string} key @param {boolean} control @returns {boolean} whether it moves */
  key(key, control) {
    const place = moved(key, this.at, { rows: this.sheet.rows.length, columns: this.sheet.columns.length }, control);
    if (!place) return false;
    this.move(place);
    this.focus();
    return true;
  }
}
