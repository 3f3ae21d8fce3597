// What the lab refuses or fails at: a sentence at the field that it is about, or else in a corner of the page, until it
// was read, or until what is pressed next succeeds. Gradio's own messages would stay for ever, pile up, and be HTML.
import { button, make } from "../shared/dom.js";

const READ_MS = 8000;
const TABS = ["speak", "make", "compare", "listen", "voices"];
/** Fields that are called otherwise on the page. @type {Record<string, string>} */
const CALLED = { window: "start", experiment: "chosen" };

/** @typedef {{ node: HTMLElement, said: number, text: string, timer?: ReturnType<typeof setTimeout> }} Message */

/** @type {Set<Message>} */
const shown = new Set();

const corner = () => {
  const known = document.querySelector(".vl-messages");
  if (known) return known;
  const box = make("div", "vl-messages");
  document.body.append(box);
  return box;
};

/** The field on the screen that a message is about. @param {string} field */
const placeOf = (field) => {
  const names = field ? [field, CALLED[field] ?? field] : [];
  const ids = TABS.flatMap((tab) => names.map((name) => `${tab}-${name}`));
  const places = ids.map((id) => document.getElementById(id));
  return places.find((place) => place?.checkVisibility({ visibilityProperty: true })) ?? null;
};

/** @param {Message} message */
const remove = (message) => {
  clearTimeout(message.timer);
  message.node.parentElement?.removeAttribute("data-wrong");
  message.node.remove();
  shown.delete(message);
};

/** @param {string} text @param {string} title @param {HTMLElement | null} place */
const say = (text, title, place) => {
  [...shown].filter((other) => other.text === text || (place && other.node.parentElement === place)).forEach(remove);
  const node = make("div", place ? "vl-field-message" : "vl-message");
  node.setAttribute("role", "alert");
  if (title) node.append(make("strong", "", title));
  node.append(make("span", "", text));
  /** @type {Message} */
  const message = { node, said: performance.now(), text };
  shown.add(message);
  if (place) {
    place.dataset.wrong = "true";
    place.append(node);
    place.addEventListener("input", () => remove(message), { once: true });
    return;
  }
  node.append(button("×", "vl-close", () => remove(message), { name: "Close this message" }));
  corner().append(node);
  const expire = () => {
    message.timer = setTimeout(() => remove(message), READ_MS);
  };
  // Who is reading it is not interrupted.
  node.addEventListener("pointerenter", () => clearTimeout(message.timer));
  node.addEventListener("pointerleave", expire);
  expire();
};

/** @typedef {{ joined: number, success: boolean, error?: string, title?: string, field?: string }} Answered */

addEventListener("voicelab:answered", (event) => {
  const { joined, success, error, title, field } = /** @type {CustomEvent<Answered>} */ (event).detail;
  if (success) [...shown].filter(({ said }) => said < joined).forEach(remove);
  else if (error) say(error, title ?? "", placeOf(field ?? ""));
});
