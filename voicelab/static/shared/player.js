// One player for the whole page: two things never sound at once.
import { button } from "./dom.js";

/**
 * @typedef {object} Wish
 * @property {string} url
 * @property {number} [from] seconds
 * @property {number} [to] seconds
 * @property {(now: number) => void} [onTime] told where it is, in seconds, for every picture of the screen
 * @property {() => void} [onStop] told once, when it is over or something else begins
 */

const player = new Audio();
player.preload = "auto";

/** What sounds, or is about to. @type {Wish | null} */
let playing = null;

/** What else sounds on the page, and is ended by what this plays. @type {Set<() => void>} */
const others = new Set();

/** @param {() => void} end */
export const besides = (end) => {
  others.add(end);
};

export const stop = () => {
  const ended = playing;
  playing = null;
  player.pause();
  ended?.onStop?.();
};

/** @param {string} url */
const load = async (url) => {
  if (player.src.endsWith(url) && !player.error) return;
  player.src = url;
  await new Promise((ready) => {
    player.addEventListener("loadedmetadata", ready, { once: true });
    player.addEventListener("error", ready, { once: true });
  });
};

/** @param {Wish} wish */
const follow = (wish) => {
  if (playing !== wish) return;
  if (player.paused || player.ended || player.currentTime >= (wish.to ?? Infinity)) {
    stop();
    return;
  }
  wish.onTime?.(player.currentTime);
  requestAnimationFrame(() => follow(wish));
};

/**
 * Ends what sounds and plays what is wished.
 * @param {Wish} wish
 */
export const play = async (wish) => {
  stop();
  document.querySelectorAll("audio").forEach((other) => other.pause());
  others.forEach((end) => end());
  playing = wish;
  await load(wish.url);
  if (playing !== wish) return; // stopped, or another wish came, while it was loaded
  player.currentTime = wish.from ?? 0;
  try {
    await player.play();
  } catch {
    if (playing === wish) stop();
    return;
  }
  requestAnimationFrame(() => follow(wish));
};

/**
 * A button that plays, and stops while that sounds.
 * @param {{ label: string, stopLabel: string, className: string, title?: string, name?: string }} look
 * @param {() => Wish} wish asked when it is pressed
 */
export const playButton = ({ label, stopLabel, className, ...told }, wish) => {
  let sounding = false;
  const onStop = () => {
    sounding = false;
    node.textContent = label;
  };
  const act = () => {
    if (sounding) {
      stop();
      return;
    }
    void play({ ...wish(), onStop });
    sounding = true;
    node.textContent = stopLabel;
  };
  const node = button(label, className, act, told);
  return node;
};
