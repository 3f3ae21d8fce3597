// What a pointer that rests on a cell is told: the main measures, without a press.
/** @import { TakeRow } from "../values.d.ts" */
import { make } from "../shared/dom.js";
import { columnsOf } from "./takes_columns.js";

const RESTS_MS = 450;
const TOLD = ["Word errors", "Likeness", "Cleanness", "RTF", "Length", "Pitch", "Bleed"];

/** @param {TakeRow} take */
const told = (take) => {
  if (take.failure) return [make("p", "vl-failure", take.failure)];
  const list = make("dl", "vl-measures");
  columnsOf([]).filter(({ heading }) => TOLD.includes(heading)).forEach(({ heading, show }) => {
    list.append(make("dt", "", heading), make("dd", "", show(take)));
  });
  return [list, ...(take.comment ? [make("p", "", `“${take.comment}”`)] : [])];
};

/**
 * @param {HTMLElement} grid
 * @param {(cell: HTMLElement) => TakeRow | undefined} takeOf undefined where nothing may be told
 */
export const hoverCard = (grid, takeOf) => {
  const card = make("div", "vl-hover");
  card.setAttribute("aria-hidden", "true"); // Enter tells the same, and more
  card.hidden = true;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer = undefined;
  const hide = () => {
    clearTimeout(timer);
    card.hidden = true;
  };
  /** @param {HTMLElement} cell */
  const show = (cell) => {
    const take = cell.isConnected ? takeOf(cell) : undefined;
    if (!take) return;
    card.replaceChildren(...told(take));
    card.hidden = false;
    const { left, bottom, top } = cell.getBoundingClientRect();
    const below = bottom + card.offsetHeight < innerHeight;
    card.style.left = `${Math.max(8, Math.min(left, innerWidth - card.offsetWidth - 8))}px`;
    card.style.top = `${below ? bottom + 2 : Math.max(8, top - card.offsetHeight - 2)}px`;
  };
  grid.addEventListener("pointerover", ({ target, pointerType }) => {
    hide();
    const cell = target instanceof Element ? target.closest(".vl-cell") : null;
    if (pointerType === "mouse" && cell instanceof HTMLElement) timer = setTimeout(() => show(cell), RESTS_MS);
  });
  ["pointerleave", "pointerdown", "scroll", "keydown"].forEach((event) => grid.addEventListener(event, hide, { passive: true }));
  return card;
};
