// What the hand typed last into the plain text. The page sets that text too, and Gradio reports both as changes: a text
// that comes back from an undo must not be kept as if it had been typed.

/** @type {string | null} */
let typed = null;

/** What the page shows from now on is not typed. */
export const forgetTyped = () => {
  typed = null;
};

/** @param {string} text */
export const isTyped = (text) => text === typed;

/** @param {Event} event @param {string} places */
const isAt = (event, places) => event.target instanceof Element && event.target.closest(places) !== null;

document.addEventListener("input", (event) => {
  if (isAt(event, "#make-text")) typed = /** @type {HTMLTextAreaElement} */ (event.target).value;
});
document.addEventListener("click", (event) => {
  if (isAt(event, "#make-undo, #make-redo")) forgetTyped();
});
