// Above the grid: what its cells show, which takes there are, and what is done with several of them.
/** @import { Board } from "./board.js" */
import { button, fold, make, tick } from "../shared/dom.js";
import { ratedOf } from "./board_blind.js";
import { KEYS } from "./board_keys.js";
import { MEASURES } from "./board_measures.js";
import { clipOf } from "./takes_columns.js";

const LONGEST = 60; // characters of a choice

/**
 * @param {string} name
 * @param {[string, string][]} choices what is shown, and what it means
 * @param {string} value
 * @param {(value: string) => void} act
 */
const select = (name, choices, value, act) => {
  const node = make("select", "vl-select");
  node.setAttribute("aria-label", name);
  node.append(...choices.map(([label, meaning]) => new Option(label.slice(0, LONGEST), meaning)));
  node.value = value;
  node.addEventListener("change", () => act(node.value));
  return node;
};

/** @param {Board} board @param {"model" | "clip" | "line"} key @param {string} all @param {string[]} values */
const filter = (board, key, all, values) => {
  const several = [...new Set(values)];
  if (several.length < 2) return [];
  const choices = several.map((value) => /** @type {[string, string]} */ ([value, value]));
  return [select(all, [[all, ""], ...choices], board.filter[key], (value) => {
    board.filter[key] = value;
    board.arrange();
  })];
};

/** @param {Board} board */
const filters = (board) => {
  const lines = board.state.frame?.plan.lines ?? [];
  const naming = board.blind ? [] : [
    ...filter(board, "model", "Every model", board.state.settings.map(({ model }) => model)),
    ...filter(board, "clip", "Every clip length", board.state.settings.map(clipOf)),
  ];
  return [...naming, ...(board.narrow ? [] : filter(board, "line", "Every line", lines))];
};

/** @param {Board} board */
const shows = (board) => {
  if (board.blind) return [];
  const measures = MEASURES.map(({ label, field }) => /** @type {[string, string]} */ ([label, field]));
  return [
    select("What the cells show", measures, board.measure, (value) => board.set("measure", value)),
    select("Figure or rank", [["as a figure", ""], ["as a rank in its line", "rank"]], board.asRank ? "rank" : "", (value) => board.set("asRank", value === "rank")),
    select("Order", [["As planned", "plan"], ["Best settings first", "settings"], ["Worst lines first", "lines"]], board.order, (value) =>
      board.set("order", /** @type {import("./board_sheet.js").Order} */ (value)),
    ),
  ];
};

/** @param {Board} board */
const sender = (board) => {
  const made = board.shownTakes();
  const sent = board.test.length ? board.test : made;
  if (board.blind || board.active || sent.length < 2) return [];
  const count = board.test.length ? String(sent.length) : `all ${sent.length}`;
  return [button(`Send ${count} to a listening test`, "vl-button vl-send", () => board.send("listen", "", sent.join(" ")))];
};

/** @param {Board} board */
const blinder = (board) => {
  if (!board.blind) {
    return button("Judge blind", "vl-button vl-judge", () => board.acts.judge(), { title: "Hide the names, shuffle the columns of each line, rate, then reveal" });
  }
  const { rated, made } = ratedOf([...board.state.takes.values()]);
  return button(`Reveal (${rated} of ${made} rated)`, "vl-button vl-reveal", () => board.acts.reveal());
};

const keys = () => {
  const details = fold("Keys", "vl-board-keys");
  const list = make("dl", "vl-keys");
  list.append(...KEYS.flatMap(([key, does]) => [make("dt", "", key), make("dd", "", does)]));
  details.append(list);
  return details;
};

/** Folded away where the screen is narrow: the takes come first there. @param {Board} board */
const choices = (board) => {
  const all = [...shows(board), ...filters(board)];
  if (!board.narrow || !all.length) return all;
  const details = fold("What is shown, and in which order", "vl-board-choices");
  const inside = make("div", "vl-tools");
  inside.append(...all);
  details.append(inside);
  return [details];
};

/** @param {Board} board */
export const boardTools = (board) => {
  const tools = make("div", "vl-tools");
  tools.append(
    ...choices(board),
    tick("vl-tick", "Favourites only", board.filter.favourites, (checked) => {
      board.filter.favourites = checked;
      board.arrange();
    }),
    tick("vl-tick", "Play equally loud", board.matched, (checked) => {
      board.matched = checked;
      board.sound.stop();
    }),
    blinder(board),
    ...sender(board),
    keys(),
  );
  return tools;
};

/** One line at a time: leafing for who does not swipe. @param {Board} board @param {string[]} lines */
export const pager = (board, lines) => {
  const row = make("div", "vl-pager");
  const back = button("‹", "vl-button", () => board.acts.leaf(-1), { name: "The line before" });
  const on = button("›", "vl-button", () => board.acts.leaf(1), { name: "The next line" });
  back.disabled = board.page <= 0;
  on.disabled = board.page >= lines.length - 1;
  row.append(back, make("span", "", `Line ${board.page + 1} of ${lines.length}`), on);
  return row;
};
