// What can be done with one take.
/** @import { TakeRow } from "../values.d.ts" */
/** @import { TakesView } from "./takes.js" */
import { button, make, tick } from "../shared/dom.js";
import { playButton } from "../shared/player.js";
import { clipOf } from "./takes_columns.js";

/** @param {TakeRow} take */
const nameOf = (take) => `${take.model}, ${clipOf(take)} clip, seed ${take.seed}`;

/** @param {TakesView} view @param {TakeRow} take */
const player = (view, take) => {
  const { experiment } = view.value;
  const name = `Play ${nameOf(take)}`;
  const look = { label: "▶", stopLabel: "■", className: "vl-button vl-play", title: name, name };
  return playButton(look, () => ({ url: `takes/${experiment}/${take.id}${view.matched ? "/matched" : ""}.wav` }));
};

/** @param {TakesView} view @param {TakeRow} take */
const download = (view, take) => {
  const link = make("a", "vl-download", "⤓");
  link.href = `takes/${view.value.experiment}/${take.id}.wav`;
  link.download = "";
  link.title = "Download this take as it was spoken";
  link.setAttribute("aria-label", `Download ${nameOf(take)}`);
  return link;
};

/** @param {TakesView} view @param {TakeRow} take */
const star = (view, take) => {
  const title = take.favourite ? "Favourite: take the star away" : "Make it a favourite";
  const send = () => view.send("favourite", take.id, take.favourite ? "" : "yes");
  return button(take.favourite ? "★" : "☆", "vl-button vl-star", send, { title, name: title });
};

/** @param {TakesView} view @param {TakeRow} take */
const pair = (view, take) => {
  const title = "Choose for a look at two takes";
  const place = view.pair.indexOf(take.id);
  const choose = () => {
    view.pair = place >= 0 ? view.pair.filter((id) => id !== take.id) : [...view.pair.slice(-1), take.id];
    view.draw();
  };
  return button(place >= 0 ? "AB".charAt(place) : "◧", "vl-button vl-pair", choose, { title, name: title });
};

/** @param {TakesView} view @param {TakeRow} take */
const blind = (view, take) => {
  const line = tick("vl-tick vl-blind", "blind", view.blind.includes(take.id), (checked) => {
    view.blind = checked ? [...view.blind, take.id] : view.blind.filter((id) => id !== take.id);
    view.draw();
  });
  line.title = "Choose for a blind listening test";
  line.querySelector("input")?.setAttribute("aria-label", `Into the listening test: ${nameOf(take)}`);
  return line;
};

/** @param {TakesView} view @param {TakeRow} take */
const use = (view, take) =>
  button(view.chosen === take.id ? "✓ In use" : "Use for this voice", "vl-button vl-use", () => {
    view.chosen = take.id;
    view.draw();
    view.send("use", take.id);
  });

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

/** @param {TakesView} view @param {TakeRow} take */
const mender = (view, take) => {
  const select = make("select", "vl-select");
  select.setAttribute("aria-label", `Mend ${take.model}, seed ${take.seed}`);
  select.append(new Option("Mend…", ""), ...waysOf(take).map(([way, label]) => new Option(label, way)));
  select.addEventListener("change", () => {
    if (select.value) view.send("mend", take.id, select.value);
    select.value = "";
  });
  return select;
};

/** @param {TakesView} view @param {TakeRow} take */
const remarker = (view, take) => {
  const field = make("input", "vl-note");
  field.placeholder = "Your note";
  field.value = take.comment;
  field.maxLength = 2000;
  field.setAttribute("aria-label", `Note on ${take.model}, seed ${take.seed}`);
  field.addEventListener("change", () => view.send("comment", take.id, field.value));
  return field;
};

/** @param {TakesView} view @param {TakeRow} take */
export const toolsOf = (view, take) => {
  const tools = make("div", "vl-does");
  if (!take.failure) {
    const all = [player(view, take), download(view, take), star(view, take), pair(view, take), blind(view, take)];
    tools.append(...all, use(view, take));
  }
  if (!view.value.active) tools.append(mender(view, take));
  if (!take.failure) tools.append(remarker(view, take));
  if (take.repaired_from) tools.append(make("span", "vl-muted", take.notes.at(-1) ?? ""));
  return tools;
};
