// The repairs of a clip, with before and after.
/** @import { RepairChoice, Repairs } from "../values.d.ts" */
/** @import { Trigger, Widget } from "./widget.js" */
import { button, make } from "../shared/dom.js";
import { playButton, stop } from "../shared/player.js";
import { boxOf, redrawOn } from "./widget.js";

const TAIL = "tail"; // the choice that is part of the recipe, and no repair

/** @param {RepairChoice} choice @param {boolean} checked */
const lineOf = ({ name, label, about }, checked) => {
  const line = make("label");
  const tick = make("input");
  tick.type = "checkbox";
  tick.name = name;
  tick.checked = checked;
  const text = make("span", "", `${label} `);
  text.append(make("small", "", about));
  line.append(tick, text);
  return { line, tick };
};

/** @param {Repairs} value @param {Trigger} trigger */
const linesOf = (value, trigger) => {
  const lines = value.choices.map((choice) =>
    lineOf(choice, choice.name === TAIL ? value.tail_silence : value.repairs.includes(choice.name)),
  );
  const mend = () => {
    stop();
    const ticked = lines.filter(({ tick }) => tick.checked).map(({ tick }) => tick.name);
    trigger("mend", { repairs: ticked.filter((name) => name !== TAIL), tail_silence: ticked.includes(TAIL) });
  };
  lines.forEach(({ tick }) => tick.addEventListener("change", mend));
  return lines.map(({ line }) => line);
};

/** @param {Repairs} value @param {Trigger} trigger */
const toolsOf = ({ draft, key }, trigger) => {
  const tools = make("div", "vl-repairs-tools");
  /** @param {string} label @param {string} which @param {string} name */
  const listen = (label, which, name) =>
    playButton({ label, stopLabel: "■ Stop", className: "vl-button", name }, () => ({
      url: `drafts/${draft}/clip.wav?as=${which}&key=${encodeURIComponent(key)}`,
    }));
  tools.append(
    listen("▶ Before", "recorded", "Listen to the clip as it was recorded"),
    listen("▶ After", "repaired", "Listen to the clip with its repairs"),
    button("Trim silent edges", "vl-button", () => trigger("trim_edges", {})),
  );
  return tools;
};

/** Triggers "mend" with {repairs, tail_silence}, and "trim_edges". @type {Widget} */
export const repairs = (element, props, trigger, watch) => {
  const box = boxOf(element, "repairs");
  redrawOn(watch, props, (/** @type {Repairs | null} */ value) => {
    box.hidden = !value?.draft;
    if (value?.draft) box.replaceChildren(...linesOf(value, trigger), toolsOf(value, trigger));
  });
};
