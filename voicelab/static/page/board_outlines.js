// The outlines of the takes that are seen, asked for together, once each.
/** @import { Board } from "./board.js" */
/** @import { TakeSound } from "./board_loudness.js" */

const MOST = 60; // of one question
const PATIENCE_MS = 60;

/** What to tell of the takes that came into view. @param {Board} board @returns {(ids: string[]) => void} */
export const outlinesOf = (board) => {
  /** @type {Set<string>} */
  const wanted = new Set();
  /** @type {Set<string>} */
  const asked = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer = undefined;
  /** @param {string} experiment @param {string[]} ids */
  const ask = async (experiment, ids) => {
    const answer = await fetch(`takes/${experiment}/sounds.json?takes=${ids.join(".")}`);
    ids.forEach((id) => asked.delete(id));
    if (!answer.ok || experiment !== board.experiment) return;
    const sounds = /** @type {Record<string, TakeSound>} */ (await answer.json());
    Object.entries(sounds).forEach(([id, sound]) => {
      board.sounds.set(id, sound);
      board.grid.refresh(id);
    });
  };
  const askAll = () => {
    const ids = [...wanted].filter((id) => !board.sounds.has(id) && !asked.has(id));
    wanted.clear();
    ids.forEach((id) => asked.add(id));
    for (let at = 0; at < ids.length; at += MOST) void ask(board.experiment, ids.slice(at, at + MOST));
  };
  return (ids) => {
    ids.filter((id) => board.state.take(id)?.failure === null).forEach((id) => wanted.add(id));
    clearTimeout(timer);
    timer = setTimeout(askAll, PATIENCE_MS);
  };
};
