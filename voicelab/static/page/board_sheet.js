// Which takes stand where on the board: filtered, ordered, blind, and for a narrow screen one line at a time.
/** @import { BlindRound } from "./board_blind.js" */
/** @import { BoardState, Row, Setting } from "./board_state.js" */
import { letterOf } from "./board_blind.js";
import { bestFirst, measureOf, meanOver } from "./board_measures.js";
import { clipOf } from "./takes_columns.js";

/** @typedef {{ model: string, clip: string, line: string, favourites: boolean }} Filter empty: everything */
/** @typedef {"plan" | "settings" | "lines"} Order as planned, the best settings first, the worst lines first */
/** @typedef {{ filter: Filter, order: Order, measure: string, blind: BlindRound | null, narrow: number | null }} View narrow: the number of the line */
/** @typedef {{ label: string, about: string }} Heading */
/** @typedef {{ label: string, about: string, line: string, cells: (string | null)[] }} SheetRow */
/** @typedef {{ columns: Heading[], rows: SheetRow[], lines: string[] }} Sheet lines: those to leaf through */

/** @param {Setting} setting */
export const headingOf = (setting) => ({
  label: setting.model,
  about: setting.variant || (setting.length_s ? `first ${clipOf(setting)} of the clip` : "whole clip"),
});

/** @param {Setting} setting */
export const settingName = (setting) => Object.values(headingOf(setting)).join(", ");

/** @param {BoardState} state @param {(string | null | undefined)[]} ids */
const takesOf = (state, ids) => ids.map((id) => state.take(id)).filter((take) => take !== undefined);

/** The columns that are shown, as places among the settings. @param {BoardState} state @param {View} view */
const columnsOf = (state, { filter, order, measure, blind }) => {
  const shown = state.settings.flatMap((setting, at) =>
    (!filter.model || setting.model === filter.model) && (!filter.clip || clipOf(setting) === filter.clip) ? [at] : [],
  );
  if (order !== "settings" || blind) return shown;
  const entries = shown.map((at) => ({ at, ...meanOver(takesOf(state, state.rows.map((row) => row.cells[at])), measure) }));
  return bestFirst(entries, measureOf(measure)).map(({ at }) => at);
};

/** @param {BoardState} state @param {Row[]} rows @param {View} view */
const linesFirst = (state, rows, { order, measure, blind }) => {
  if (order !== "lines" || blind) return rows;
  const lines = [...new Set(rows.map((row) => row.line))];
  const entries = lines.map((line) => {
    const cells = rows.filter((row) => row.line === line).flatMap((row) => row.cells);
    return { line, ...meanOver(takesOf(state, cells), measure) };
  });
  const best = bestFirst(entries, measureOf(measure));
  const known = best.filter(({ mean }) => mean !== null).toReversed();
  return [...known, ...best.filter(({ mean }) => mean === null)].flatMap(({ line }) => rows.filter((row) => row.line === line));
};

/** @param {BoardState} state @param {View} view */
const rowsOf = (state, view) => {
  const { filter, blind } = view;
  const columns = columnsOf(state, view);
  const rows = state.rows
    .filter((row) => !filter.line || row.line === filter.line)
    .map((row) => ({ ...row, cells: columns.map((at) => row.cells[at] ?? null) }))
    .map((row) => ({ ...row, cells: row.cells.map((id) => (filter.favourites && !state.take(id)?.favourite ? null : id)) }))
    .filter((row) => !filter.favourites || row.cells.some((id) => id !== null));
  const ordered = linesFirst(state, rows, view);
  return { columns, rows: blind ? ordered.map((row) => blind.shuffle(row)) : ordered };
};

/** @param {Row[]} rows @param {Heading[]} columns @param {string} line @param {boolean} several @returns {SheetRow[]} */
const down = (rows, columns, line, several) =>
  rows
    .filter((row) => row.line === line)
    .flatMap((row) => columns.map(({ label, about }, at) => ({
      ...{ label, about: [about, ...(several ? [row.slot] : [])].filter(Boolean).join(", ") },
      ...{ line, cells: [row.cells[at] ?? null] },
    })));

/** @param {BoardState} state @param {View} view @returns {Sheet} */
export const sheetOf = (state, view) => {
  const { columns, rows } = rowsOf(state, view);
  const headings = columns.map((at, place) =>
    view.blind ? { label: letterOf(place), about: "" } : headingOf(/** @type {Setting} */ (state.settings[at])),
  );
  const lines = [...new Set(rows.map((row) => row.line))];
  const several = new Set(rows.map((row) => row.slot)).size > 1;
  if (view.narrow !== null) {
    const line = lines[Math.min(view.narrow, lines.length - 1)] ?? "";
    return { columns: [{ label: line, about: "" }], rows: down(rows, headings, line, several), lines };
  }
  const sheet = rows.map((row) => ({ label: row.line, about: several ? row.slot : "", line: row.line, cells: row.cells }));
  return { columns: headings, rows: sheet, lines };
};

/** Every take of a line that the sheet shows. @param {Sheet} sheet @param {string} line */
export const takesOfLine = (sheet, line) =>
  sheet.rows.filter((row) => row.line === line).flatMap((row) => row.cells.filter((id) => id !== null));
