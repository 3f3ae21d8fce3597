// The keys of the transcript's editor.
import { make } from "../shared/dom.js";

const HELP = [
  ["Space", "play or pause"],
  ["R", "hear the last 2 seconds again"],
  ["N / P", "next / previous word to check, and hear it"],
  ["A", "accept what was heard instead"],
  ["← / →", "word before / after"],
  ["Enter, double-click", "edit the word (Enter keeps, Escape does not; empty takes it out)"],
  ["Z / Shift+Z", "undo / redo (Ctrl or ⌘ too)"],
  ["?", "show or hide these keys"],
];

/** @typedef {"undo" | "redo" | "help" | "toggle" | "replay" | "next" | "previous" | "accept" | "edit" | "left" | "right"} Act */
/** @typedef {{ key: string, shiftKey: boolean, ctrlKey: boolean, metaKey: boolean }} Key */

/** What works wherever the focus is. @type {Record<string, Act>} */
const ANYWHERE = { "?": "help", r: "replay", n: "next", p: "previous", a: "accept" };
/** @type {Record<string, Act>} */
const ON_WORD = { enter: "edit", arrowleft: "left", arrowright: "right" };

/** The list of keys. */
export const keysHelp = () => {
  const help = make("dl", "vl-keys");
  help.hidden = true;
  help.id = "vl-editor-keys";
  HELP.forEach(([key, does]) => help.append(make("dt", "", key), make("dd", "", does)));
  return help;
};

/**
 * @param {Key} event
 * @param {{ onWord: boolean, onOtherControl: boolean }} where the focus is
 * @returns {Act | undefined}
 */
export const actOf = (event, { onWord, onOtherControl }) => {
  const key = event.key.toLowerCase();
  if (key === "z") return event.shiftKey ? "redo" : "undo";
  if (event.ctrlKey || event.metaKey) return key === "y" ? "redo" : undefined;
  if (key === " " && !onOtherControl) return "toggle";
  return ANYWHERE[key] ?? (onWord ? ON_WORD[key] : undefined);
};

/** @param {EventTarget | null} target */
const isTyping = (target) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) || target.closest("[role=listbox]") !== null);

/** @param {EventTarget | null} target */
const isControl = (target) =>
  target instanceof Element && target.closest("button, a, summary, audio, [role=slider], [role=tab]") !== null;

/**
 * Whether the keys are the editor's now.
 * @param {KeyboardEvent} event
 * @param {HTMLElement} box
 */
const isMine = (event, box) =>
  !event.defaultPrevented && !event.altKey && !box.hidden && box.offsetParent !== null && !isTyping(event.target);

/**
 * Follows the keys of the page for as long as `box` is part of it.
 * @param {HTMLElement} box
 * @param {(target: EventTarget | null) => boolean} isWord
 * @param {(act: Act) => void} act
 */
export const listenToKeys = (box, isWord, act) => {
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (!box.isConnected) {
      document.removeEventListener("keydown", onKey);
      return;
    }
    if (!isMine(event, box)) return;
    const onWord = isWord(event.target);
    const chosen = actOf(event, { onWord, onOtherControl: !onWord && isControl(event.target) });
    if (!chosen) return;
    event.preventDefault();
    act(chosen);
  };
  document.addEventListener("keydown", onKey);
};
