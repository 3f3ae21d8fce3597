// What can be done with one take.
/** @import { TakeRow } from "../values.d.ts" */
/** @import { Board } from "./board.js" */
import { button, make, tick } from "../shared/dom.js";

/** @param {Board} board @param {TakeRow} take */
const download = (board, take) => {
  const link = make("a", "vl-download", "⤓");
  link.href = `takes/${board.experiment}/${take.id}.wav`;
  link.download = "";
  link.title = "Download this take as it was spoken";
  link.setAttribute("aria-label", `Download ${board.nameOf(take.id)}`);
  return link;
};

/** @param {Board} board @param {TakeRow} take */
const star = (board, take) => {
  const title = take.favourite ? "Favourite: take the star away (S)" : "Make it a favourite (S)";
  return button(take.favourite ? "★" : "☆", "vl-button vl-star", () => board.acts.star(take.id), { title, name: title });
};

/** @param {Board} board @param {TakeRow} take */
const rater = (board, take) => {
  const select = make("select", "vl-select vl-rate");
  select.setAttribute("aria-label", `Your rating of ${board.nameOf(take.id)}`);
  const figures = Array.from({ length: 9 }, (_, at) => new Option(`${at + 1} of 9`, String(at + 1)));
  select.append(new Option("Rate…", "0"), ...figures);
  select.value = String(take.rating ?? 0);
  select.addEventListener("change", () => board.acts.rate(take.id, Number(select.value)));
  return select;
};

/** @param {Board} board @param {TakeRow} take */
const blind = (board, take) => {
  const line = tick("vl-tick vl-blind", "For a listening test", board.test.includes(take.id), () => board.acts.toggleTest(take.id));
  line.title = "Choose for a blind listening test (T)";
  line.querySelector("input")?.setAttribute("aria-label", `Into the listening test: ${board.nameOf(take.id)}`);
  return line;
};

/** @param {Board} board @param {TakeRow} take */
const use = (board, take) =>
  button(board.chosen === take.id ? "✓ In use" : "Use for this voice", "vl-button vl-use", () => board.acts.use(take.id));

/**
 * What mends a take: the way and its words.
 * @param {Pick<TakeRow, "failure" | "bleed" | "bleed_place">} take
 * @returns {[string, string][]}
 */
const waysOf = ({ failure, bleed, bleed_place }) => {
  if (failure) return [["again", "Try again"], ["seed", "Try with a new seed"]];
  return [
    .../** @type {[string, string][]} */ (bleed && bleed_place !== "middle" ? [["cut", "Cut the leaked words off"]] : []),
    ["silence", "Again, with silence after the clip"],
    ["seed", "Again, with a new seed"],
    ["shorter", "Again, from a shorter clip"],
  ];
};

/** @param {Board} board @param {TakeRow} take */
const mender = (board, take) => {
  const select = make("select", "vl-select");
  select.setAttribute("aria-label", `Mend ${board.nameOf(take.id)}`);
  select.append(new Option("Mend…", ""), ...waysOf(take).map(([way, label]) => new Option(label, way)));
  select.addEventListener("change", () => {
    if (select.value) board.send("mend", take.id, select.value);
    select.value = "";
  });
  return select;
};

/** @param {Board} board @param {TakeRow} take */
const remarker = (board, take) => {
  const field = make("input", "vl-note");
  field.placeholder = "Your note";
  field.value = take.comment;
  field.maxLength = 2000;
  field.setAttribute("aria-label", `Note on ${board.nameOf(take.id)}`);
  field.addEventListener("change", () => board.send("comment", take.id, field.value));
  return field;
};

/**
 * A word that came out as another one may be said in its own way from now on: the field is there after one press.
 * @param {Board} board @param {TakeRow} take
 */
const respeller = (board, take) => {
  const word = make("select", "vl-select");
  word.setAttribute("aria-label", "The word");
  word.append(...(take.missed ?? []).map((each) => new Option(each, each)));
  const say = make("input", "vl-note");
  Object.assign(say, { maxLength: 80, required: true, placeholder: "How it is said, in plain letters" });
  say.setAttribute("aria-label", "How it is said");
  const keep = make("button", "vl-button", "Keep");
  const form = make("form", "vl-respelling");
  form.append(word, say, keep);
  const name = `Say a word of ${board.nameOf(take.id)} differently`;
  const open = button("Say it differently…", "vl-button vl-respell", () => {
    open.replaceWith(form);
    say.focus();
  }, { title: "Say a word that came out wrong in its own way from now on", name });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    board.send("say", take.id, JSON.stringify({ word: word.value, say: say.value }));
    form.replaceWith(open);
  });
  return open;
};

/** @param {Board} board @param {TakeRow} take */
export const toolsOf = (board, take) => {
  const tools = make("div", "vl-does");
  const judging = [star, rater, remarker];
  const naming = [use, blind, download]; // what tells the settings apart, by a file's name for example
  if (!take.failure) tools.append(...[...judging, ...(board.blind ? [] : naming)].map((tool) => tool(board, take)));
  if (!board.blind && !board.active) tools.append(mender(board, take));
  if (!board.blind && take.missed?.length) tools.append(respeller(board, take));
  return tools;
};
