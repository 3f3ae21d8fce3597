// Above the table of takes: what is shown of it, and what is done with several takes at once.
/** @import { TakeRow } from "../values.d.ts" */
/** @import { TakesView } from "./takes.js" */
import { button, make, tick } from "../shared/dom.js";
import { clipOf } from "./takes_columns.js";

const LONGEST = 60; // characters of a choice

/**
 * @param {TakesView} view
 * @param {"model" | "clip" | "line"} key
 * @param {string} label
 * @param {string[]} all
 */
const select = (view, key, label, all) => {
  const values = [...new Set(all)];
  if (values.length < 2) {
    view.filter[key] = "";
    return [];
  }
  const node = make("select", "vl-select");
  node.setAttribute("aria-label", label);
  node.append(new Option(label, ""), ...values.map((each) => new Option(each.slice(0, LONGEST), each)));
  node.value = view.filter[key];
  node.addEventListener("change", () => {
    view.filter[key] = node.value;
    view.draw();
  });
  return [node];
};

/** @param {TakesView} view @param {TakeRow[]} shown */
const sender = (view, shown) => {
  const made = shown.filter((take) => !take.failure).map((take) => take.id);
  const sent = view.blind.length ? view.blind : made;
  if (view.value.active || sent.length < 2) return [];
  const count = view.blind.length ? String(sent.length) : `all ${sent.length}`;
  return [button(`Send ${count} to a listening test`, "vl-button vl-send", () => view.send("listen", "", sent.join(" ")))];
};

/** @param {TakesView} view */
const looker = (view) => {
  const [one, other] = view.pair;
  if (one === undefined || other === undefined) return [];
  return [button("Look at A and B", "vl-button vl-look", () => view.send("pair", one, other))];
};

/** @param {TakesView} view @param {TakeRow[]} shown */
export const filters = (view, shown) => {
  const { takes } = view.value;
  const tools = make("div", "vl-tools");
  tools.append(
    ...select(view, "model", "Every model", takes.map((take) => take.model)),
    ...select(view, "clip", "Every clip length", takes.map(clipOf)),
    ...select(view, "line", "Every line", takes.map((take) => take.line)),
    tick("vl-tick", "Favourites only", view.filter.favourites, (checked) => {
      view.filter.favourites = checked;
      view.draw();
    }),
    tick("vl-tick", "Play equally loud", view.matched, (checked) => {
      view.matched = checked;
      view.draw();
    }),
    ...sender(view, shown),
    ...looker(view),
  );
  return tools;
};
