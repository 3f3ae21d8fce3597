// What a listening test found.
/** @import { ListeningResults, ResultsGroup, ResultsView } from "../values.d.ts" */
/** @import { Trigger, Widget } from "./widget.js" */
import { button, fold, make, table } from "../shared/dom.js";
import { noticeRow } from "./notices.js";
import { boxOf, redrawOn } from "./widget.js";

const FILES = ["csv", "json"];

const isDark = () => document.body.classList.contains("dark") || document.querySelector(".dark") !== null;

/** @param {ResultsGroup} group */
const groupOf = ({ title, columns, rows }) => {
  const details = fold(title);
  const wrap = make("div", "vl-table");
  wrap.append(table(columns, rows));
  details.append(wrap);
  return details;
};

/** @param {ResultsView} view */
const pairsOf = ({ pairs }) => {
  const list = make("ul", "vl-notices");
  list.append(
    ...pairs.map(({ text, tells }) =>
      tells ? noticeRow("ok", "✓", "told apart", text) : noticeRow("info", "?", "not told apart", text),
    ),
  );
  return list;
};

/** @param {ListeningResults} value @param {ResultsView} view */
const plotsOf = ({ test, plots, rows }, view) =>
  plots.map((plot) => {
    const picture = make("img", "vl-plot");
    picture.src = `listening/${test}/plots/${plot}.png?view=${view.name}&dark=${isDark() ? 1 : 0}&rows=${rows}`;
    picture.alt = `${plot} plot: the figures are in the text above`;
    return picture;
  });

/** @param {ListeningResults} value @param {ResultsView} view */
const sectionOf = (value, view) => {
  const section = make("section");
  section.append(make("h3", "", view.title), make("p", "vl-hint", view.said));
  // An empty list of this class hides its block (lab.css).
  if (view.pairs.length) section.append(pairsOf(view));
  if (view.ranking.length > 2) {
    const order = make("ol");
    order.append(...view.ranking.map((text) => make("li", "", text)));
    section.append(make("h4", "", "Ranking (Bradley-Terry)"), order);
  }
  section.append(...plotsOf(value, view), ...view.groups.map(groupOf));
  return section;
};

/** @param {ListeningResults} value @param {Trigger} trigger */
const useOf = ({ settings }, trigger) => {
  const use = make("div", "vl-tools");
  use.append(make("span", "", "Let the voice speak with"));
  use.append(...settings.map(({ key, label }) => button(label, "vl-button", () => trigger("choose", { setting: key }))));
  return use;
};

/** @param {ListeningResults} value */
const reportOf = ({ test, paragraph }) => {
  const text = make("textarea", "vl-paragraph");
  text.readOnly = true;
  text.value = paragraph;
  text.rows = 5;
  text.setAttribute("aria-label", "A paragraph for a report");
  const files = make("div", "vl-tools");
  files.append(
    ...FILES.map((kind) => {
      const link = make("a", "vl-button", `Answers as ${kind.toUpperCase()}`);
      link.href = `listening/${test}/answers.${kind}`;
      link.download = "";
      return link;
    }),
  );
  return [make("h4", "", "For a report"), text, files];
};

/** Nothing is drawn without answers. Triggers "choose" with {setting}. @type {Widget} */
export const listenresults = (element, props, trigger, watch) => {
  const box = boxOf(element, "listenresults");
  redrawOn(watch, props, (/** @type {ListeningResults | null} */ value) => {
    box.hidden = !value;
    box.replaceChildren();
    if (!value) return;
    const rules = make("p", "vl-hint", `${value.rules} ${value.excluded.join(" ")}`);
    box.append(...value.views.map((view) => sectionOf(value, view)), rules, useOf(value, trigger), ...reportOf(value));
  });
};
