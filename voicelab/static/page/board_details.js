// The details of a take: every measure, its sound beside the reference, and what can be done with it.
/** @import { TakeRow } from "../values.d.ts" */
/** @import { Board } from "./board.js" */
import { button, make } from "../shared/dom.js";
import { playButton } from "../shared/player.js";
import { number } from "../shared/wording.js";
import { picture } from "./pictures.js";
import { toolsOf } from "./take_tools.js";
import { columnsOf } from "./takes_columns.js";

/** @param {Board} board @param {TakeRow} take */
const measures = (board, take) => {
  const list = make("dl", "vl-measures");
  const about = board.state.frame?.about ?? [];
  columnsOf([...board.state.takes.values()]).forEach((column) => {
    const term = make("dt", "", column.heading);
    const told = about.find(({ field }) => field === column.field);
    if (told) term.title = told.what;
    list.append(term, make("dd", column.heading === "Bleed" && take.bleed ? "vl-bled" : "", column.show(take)));
  });
  return list;
};

/** @param {TakeRow} take */
const words = (take) => {
  const told = [
    `${number(take.clip_seconds, 2, " s")} of the clip: “${take.clip_text}”`,
    ...(take.recognizer ? [`${take.recognizer} heard: “${take.heard ?? ""}”`] : []),
    ...take.measure_notes,
    ...take.notes,
  ];
  return told.map((text) => make("p", "vl-muted", text));
};

/** @param {Board} board @param {TakeRow} take */
const players = (board, take) => {
  const row = make("div", "vl-does");
  const url = (/** @type {string} */ file) => `takes/${board.experiment}/${take.id}${file}`;
  const wish = (/** @type {import("../shared/player.js").Wish} */ given) => () => {
    board.sound.stop();
    return given;
  };
  const reference = { label: "▶ The reference", stopLabel: "■ Stop", className: "vl-button vl-reference" };
  row.append(playButton(reference, wish({ url: url("/reference.wav") })));
  if (take.bleed && typeof take.bleed_start_s === "number") {
    const leak = { label: "▶ The leaked words", stopLabel: "■ Stop", className: "vl-button vl-leak" };
    const to = take.bleed_start_s + (take.bleed_seconds ?? 1);
    row.append(playButton(leak, wish({ url: url(".wav"), from: take.bleed_start_s, to })));
  }
  const { last } = board;
  if (last && last !== take.id) {
    row.append(button("Look at this and the last", "vl-button vl-look", () => board.send("pair", last, take.id)));
  }
  return row;
};

/** @param {Board} board @param {TakeRow} take */
const beside = (board, take) => {
  const address = `takes/${board.experiment}/${take.id}/beside.png?ground=`;
  const alt = "Spectrogram and pitch of the reference, and below of the take, on one scale of time";
  const images = picture({ light: `${address}light`, dark: `${address}dark` }, alt);
  images.forEach((image) => {
    image.addEventListener("error", () => image.replaceWith(make("p", "vl-muted", "The voice is not there any more, so there is no reference to look at.")));
  });
  return images;
};

/** @param {Board} board @param {TakeRow} take */
export const detailsOf = (board, take) => {
  const panel = make("section", "vl-details");
  const name = board.nameOf(take.id);
  panel.setAttribute("aria-label", `Details of ${name}`);
  const head = make("div", "vl-details-head");
  head.append(make("h4", "", name), button("Close", "vl-button vl-close", () => board.acts.close(), { title: "Close (Escape)" }));
  panel.append(head, make("p", "vl-details-line", take.line));
  if (take.failure) panel.append(make("p", "vl-failure", take.failure));
  if (board.blind) {
    panel.append(toolsOf(board, take));
    return panel;
  }
  if (!take.failure) panel.append(players(board, take));
  panel.append(toolsOf(board, take), measures(board, take), ...words(take));
  if (!take.failure) panel.append(...beside(board, take));
  return panel;
};
