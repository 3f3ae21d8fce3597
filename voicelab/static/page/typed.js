// What the hand typed last into the plain text. The page sets that text too, and Gradio reports both as changes: a text
// that comes back from an undo must not be kept as if it had been typed.

/** @type {string | null} */
let typed = null;

const SENT = 4;
/** The text that the lab had given before the hand changed it, and what was sent of it since then. */
let given = "";
/** @type {string[]} */
let sent = [];

/** What the page shows from now on is not typed. */
export const forgetTyped = () => {
  typed = null;
};

/** @param {string} text */
const take = (text) => {
  given = text;
  sent = [];
};

/** @param {string} text */
export const isTyped = (text) => text === typed;

/**
 * What an edit sends: without a start where it is none, and the texts that this page knows, so that the lab can tell when
 * another page has changed the text meanwhile.
 * @param {string} draft
 * @param {string} text
 * @param {number | null} start
 * @param {number | null} end
 */
export const byHand = (draft, text, start, end) => {
  if (!isTyped(text)) {
    take(text);
    return [draft, text, null, end, "[]"];
  }
  const known = JSON.stringify([given, ...sent]);
  sent = [...sent, text].slice(-SENT);
  return [draft, text, start, end, known];
};

/** @param {Event} event @param {string} places */
const isAt = (event, places) => event.target instanceof Element && event.target.closest(places) !== null;

document.addEventListener("beforeinput", (event) => {
  if (!isAt(event, "#make-text")) return;
  const { value } = /** @type {HTMLTextAreaElement} */ (event.target);
  if (value !== typed) take(value);
});
document.addEventListener("input", (event) => {
  if (isAt(event, "#make-text")) typed = /** @type {HTMLTextAreaElement} */ (event.target).value;
});
document.addEventListener("click", (event) => {
  if (isAt(event, "#make-undo, #make-redo")) forgetTyped();
});
