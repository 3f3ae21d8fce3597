/** @import { Figure, Pictures } from "../values.d.ts" */
/** @import { Widget } from "./widget.js" */
import { make } from "../shared/dom.js";
import { boxOf, redrawOn } from "./widget.js";

/**
 * A picture that was drawn for light and for dark ground; the style sheet shows the one that fits.
 * @param {Pictures} sources
 * @param {string} alt
 */
export const picture = (sources, alt) =>
  /** @type {const} */ (["light", "dark"]).map((ground) => {
    const image = make("img", `vl-picture vl-on-${ground}`);
    image.loading = "lazy"; // first, so that the one that is not shown is not asked for
    image.src = sources[ground] ?? "";
    image.alt = alt;
    return image;
  });

/** @type {Widget} */
export const figure = (element, props, _trigger, watch) => {
  const box = boxOf(element, "figure");
  redrawOn(watch, props, (/** @type {Figure | null} */ value) => {
    box.replaceChildren(...(value?.light ? picture(value, value.alt) : []));
  });
};
