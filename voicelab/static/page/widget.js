// What a widget is given by Gradio: js_on_load of a gr.HTML calls it as draw(element, props, trigger, watch).

/** @typedef {{ value: string | null }} Props */
/** @typedef {(event: string, data: object) => void} Trigger */
/** @typedef {(property: string, then: () => void) => void} Watch */
/** @typedef {(element: HTMLElement, props: Props, trigger: Trigger, watch: Watch) => void} Widget */

/**
 * The element that the template of a widget is.
 * @param {HTMLElement} element
 * @param {string} name
 */
export const boxOf = (element, name) => /** @type {HTMLElement} */ (element.querySelector(`.vl-${name}`));

/**
 * Draws now and whenever Python changes the value, which crosses as JSON (ui/bind.py says why). An empty one is null.
 * @template Value
 * @param {Watch} watch
 * @param {Props} props
 * @param {(value: Value | null) => void} draw
 */
export const redrawOn = (watch, props, draw) => {
  const drawn = () => {
    const value = props.value ? JSON.parse(props.value) : {};
    draw(Object.keys(value).length ? value : null);
  };
  watch("value", drawn);
  drawn();
};
