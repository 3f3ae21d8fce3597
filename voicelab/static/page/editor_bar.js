// The buttons above the transcript's words.
/** @import { Act } from "./editor_keys.js" */
import { button, make } from "../shared/dom.js";

/** @type {[Act, string, string, string?][]} act, label, title, and the name where the label is none */
const BUTTONS = [
  ["toggle", "▶ Play", "Play or pause (Space)"],
  ["replay", "↺ 2 s", "Hear the last 2 seconds again (R)"],
  ["previous", "‹", "Previous word to check (P)", "Previous word to check"],
  ["next", "› to check", "Next word to check (N)"],
  ["accept", "Accept", "Write what was heard instead of the chosen word (A)"],
  ["undo", "Undo", "Take the last change back (Z)"],
  ["redo", "Redo", "Do it again (Shift+Z)"],
  ["help", "?", "Keys", "Keys"],
];

/**
 * @param {HTMLElement} help what the last button shows and hides
 * @param {(act: Act) => void} act
 */
export const editorBar = (help, act) => {
  const bar = make("div", "vl-editor-bar");
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "Transcript");
  const buttons = /** @type {Record<Act, HTMLButtonElement>} */ (
    Object.fromEntries(
      BUTTONS.map(([name, label, title, spoken]) => [
        name,
        button(label, "vl-button", () => act(name), { title, ...(spoken ? { name: spoken } : {}) }),
      ]),
    )
  );
  buttons.help.setAttribute("aria-controls", help.id);
  buttons.help.setAttribute("aria-expanded", "false");
  const status = make("span", "vl-editor-status");
  status.setAttribute("role", "status");
  bar.append(...Object.values(buttons), status);
  return { bar, buttons, status };
};
