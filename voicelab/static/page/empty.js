// What a tab says while there is nothing to work with yet, and the button that opens the tab where that is made.
/** @import { Empty } from "../values.d.ts" */
/** @import { Widget } from "./widget.js" */
import { button, make } from "../shared/dom.js";
import { boxOf, redrawOn } from "./widget.js";

/** @type {Widget} */
export const empty = (element, props, _trigger, watch) => {
  const box = boxOf(element, "empty");
  redrawOn(watch, props, (/** @type {Empty | null} */ value) => {
    box.replaceChildren();
    if (!value) return;
    const lead = button(value.label, "vl-button vl-primary", () => {
      location.hash = value.tab; // navigation.js follows, and Back comes back here
    });
    box.append(make("p", "", value.text), lead);
  });
};
