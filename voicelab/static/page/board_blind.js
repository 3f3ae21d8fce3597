// Judging without names: which column a setting is in changes from line to line. Knows nothing of a page.
/** @import { TakeRow } from "../values.d.ts" */
/** @import { BoardState, Row, Setting } from "./board_state.js" */
import { bestFirst, measureOf, meanOver } from "./board_measures.js";

/** @param {number} index @returns {string} */
export const letterOf = (index) => {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${letterOf(Math.floor(index / 26) - 1)}${letter}`;
};

/** Fisher and Yates. @param {number} count @param {() => number} random 0 to below 1 */
export const shuffled = (count, random) => {
  const order = Array.from({ length: count }, (_, at) => at);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [/** @type {number} */ (order[other]), /** @type {number} */ (order[last])];
  }
  return order;
};

/** One round of it: the orders stay until it is over, whatever comes meanwhile. */
export class BlindRound {
  /** @type {Map<string, number[]>} */
  orders = new Map();

  /** @param {() => number} [random] */
  constructor(random = Math.random) {
    this.random = random;
  }

  /**
   * Mended takes stand with the take that they mend: one order for the whole line. What is not made yet stands at the end:
   * a gap would tell which setting it is.
   * @param {Row} row @returns {Row}
   */
  shuffle(row) {
    const known = this.orders.get(row.line);
    const order = known?.length === row.cells.length ? known : shuffled(row.cells.length, this.random);
    this.orders.set(row.line, order);
    const cells = order.map((at) => row.cells[at] ?? null);
    return { ...row, cells: [...cells.filter((id) => id !== null), ...cells.filter((id) => id === null)] };
  }
}

/**
 * What came of it: settings by the mean of the ratings that their takes got, the best first.
 * @param {BoardState} state @param {(setting: Setting) => string} nameOf
 */
export const verdict = (state, nameOf) => {
  const entries = state.settings.map((setting, column) => {
    const ids = state.rows.map((row) => row.cells[column]);
    const takes = ids.map((id) => state.take(id)).filter((take) => take !== undefined);
    return { name: nameOf(setting), ...meanOver(takes, "rating") };
  });
  return bestFirst(entries, measureOf("rating")).filter(({ count }) => count > 0);
};

/** @param {TakeRow[]} takes */
export const ratedOf = (takes) => {
  const made = takes.filter((take) => !take.failure);
  return { rated: made.filter((take) => take.rating !== null).length, made: made.length };
};
