// Which buttons are at work: they say for how long, and a button that stops something can be pressed only while there is
// something to stop.

const SECOND_MS = 1000;
/** The buttons that stop, and what each of them stops: what shows its progress, and what sounds. @type {Record<string, string[]>} */
const STOPS = {
  "speak-stop": ["speak-button", "speak-check", "speak-progress", "spoken-sound"],
  "make-stop": ["make-hear", "make-second", "make-progress"],
  "make-find-stop": ["make-find", "make-finding"],
  "tuning-stop": ["tuning-search"],
  "compare-pause": ["compare-progress"],
  "compare-stop": ["compare-progress"],
  "verify-stop": ["verify-progress"],
};
/** What shows its progress before it can be stopped: until then what its button does is another event. @type {Record<string, string>} */
const STOPPED_ONCE_SHOWN = { "tuning-stop": "compare-progress" };
/** The buttons that need something to be chosen, and the lists that it is chosen in. @type {Record<string, string>} */
const NEEDS = {
  "compare-resume": "compare-chosen",
  "tuning-hear": "compare-chosen",
  "tuning-use": "compare-chosen",
  "listen-form": "listen-experiment",
  "listen-refresh": "listen-test",
  "listen-look": "listen-test",
  "listen-renew": "listen-test",
  "listen-revoke": "listen-test",
  "verify-start": "verify-model",
  "voices-rename": "voices-voice",
  "voices-reopen": "voices-voice",
  "voices-remove": "voices-voice",
  "voices-keep-also": "voices-voice",
};
const DRAWN_MS = 100; // an answer has arrived, and Gradio draws what it says

/** Since when, in milliseconds. @type {Map<string, number>} */
const since = new Map();
/** The events of Gradio that are awaited, and the ids of the blocks that triggered them. @type {Map<string, string>} */
const events = new Map();
/** The events that are being stopped, and the same of them. @type {Map<string, string>} */
const stopping = new Map();
/** @type {ReturnType<typeof setInterval> | undefined} */
let timer;

/** The button with that id, or that of a widget which begins all that the widget triggers; others of its buttons are for
 * something else, and are not at work. @param {string} id @returns {HTMLButtonElement | null} */
const buttonOf = (id) => document.querySelector(`button#${id}, #${id} .vl-begins`);

/** @param {string} id @param {boolean} isIdle */
const disable = (id, isIdle) => {
  const node = buttonOf(id);
  if (node && node.disabled !== isIdle) node.disabled = isIdle;
};

const showNeeds = () => {
  for (const [id, list] of Object.entries(NEEDS)) {
    /** @type {HTMLInputElement | null} */
    const field = document.querySelector(`#${list} input`);
    if (field) disable(id, !field.value);
  }
};

const showStops = () => {
  for (const [stop, stopped] of Object.entries(STOPS)) {
    const shown = STOPPED_ONCE_SHOWN[stop];
    disable(stop, stopped.every((id) => !since.has(id)) || (shown !== undefined && !since.has(shown)));
  }
};

const showElapsed = () => {
  for (const [id, began] of since) {
    const seconds = Math.floor((performance.now() - began) / SECOND_MS);
    const node = buttonOf(id);
    if (node) node.dataset.running = seconds ? `${seconds} s` : "";
  }
};

const show = () => {
  showStops();
  showElapsed();
  if (since.size && !timer) timer = setInterval(showElapsed, SECOND_MS);
  if (since.size || !timer) return;
  clearInterval(timer);
  timer = undefined;
};

/** @param {string} id of a button, or of what no button began */
export const begin = (id) => {
  if (!since.has(id)) since.set(id, performance.now());
  show();
};

/** @param {string} id */
export const end = (id) => {
  since.delete(id);
  buttonOf(id)?.removeAttribute("data-running");
  show();
};

/** @typedef {{ id: number, props: { elem_id?: string } }} Component */

/** The id that a block of Gradio has in the page. @param {number | null} component */
const elementOf = (component) => {
  const { gradio_config: config } = /** @type {{ gradio_config?: { components: Component[] } }} */ (globalThis);
  return config?.components.find(({ id }) => id === component)?.props.elem_id ?? "";
};

addEventListener("voicelab:joined", (event) => {
  const { id, trigger } = /** @type {CustomEvent<{ id: string, trigger: number | null }>} */ (event).detail;
  const element = elementOf(trigger);
  if (!element || !buttonOf(element)) return;
  events.set(id, element);
  begin(element);
});

// What is being stopped cannot be begun again at once: Gradio would pass over the press and say nothing.
addEventListener("voicelab:stopping", (event) => {
  const { id } = /** @type {CustomEvent<{ id: string }>} */ (event).detail;
  const element = events.get(id);
  if (!element) return;
  stopping.set(id, element);
  disable(element, true);
});

addEventListener("voicelab:stopped", (event) => {
  const { id } = /** @type {CustomEvent<{ id: string }>} */ (event).detail;
  const element = stopping.get(id);
  stopping.delete(id);
  if (element && ![...stopping.values()].includes(element)) disable(element, false);
});

addEventListener("voicelab:answered", (event) => {
  const { id } = /** @type {CustomEvent<{ id: string }>} */ (event).detail;
  const element = events.get(id);
  events.delete(id);
  if (element && ![...events.values()].includes(element)) end(element);
});

addEventListener("voicelab:lost", () => {
  [...events.values()].forEach(end);
  events.clear();
});

// Gradio puts the parts of a tab into the page when it is first opened.
new MutationObserver(() => {
  showStops();
  showNeeds();
}).observe(document, { subtree: true, childList: true });
addEventListener("voicelab:answered", () => setTimeout(showNeeds, DRAWN_MS));
for (const event of ["input", "change", "focusout"]) document.addEventListener(event, () => setTimeout(showNeeds));
