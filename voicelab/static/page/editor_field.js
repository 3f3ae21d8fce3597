// The field that takes a word's place while it is edited.
import { make } from "../shared/dom.js";

const NARROWEST = 4;

/**
 * @param {HTMLElement} node what it stands for meanwhile
 * @param {string} before
 * @param {(text: string | null) => void} onClose told once, what was written, or null where it is not to be kept
 * @returns {HTMLInputElement}
 */
export const openField = (node, before, onClose) => {
  const field = make("input", "vl-word-field");
  const widen = () => {
    field.size = Math.max(NARROWEST, field.value.length + 1);
  };
  let open = true;
  /** @param {boolean} keep */
  const close = (keep) => {
    if (!open) return;
    open = false;
    field.replaceWith(node);
    onClose(keep ? field.value.trim() : null);
  };
  field.value = before;
  widen();
  field.setAttribute("aria-label", before ? `Instead of ${before}` : "What is said here");
  field.addEventListener("input", widen);
  field.addEventListener("blur", () => close(true));
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const keeps = event.key === "Enter" && !event.isComposing;
    if (!keeps && event.key !== "Escape") return;
    event.preventDefault();
    close(keeps);
  });
  node.replaceWith(field);
  field.focus();
  field.select();
  return field;
};
