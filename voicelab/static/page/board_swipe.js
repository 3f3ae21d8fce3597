// A finger that goes across leafs; one that goes down scrolls.

const LEAST_PX = 50;
const SLANT = 2; // so much more across than down

/** @param {number} across pixels @param {number} down pixels @returns {-1 | 0 | 1} */
export const stepOf = (across, down) => {
  if (Math.abs(across) < LEAST_PX || Math.abs(across) < SLANT * Math.abs(down)) return 0;
  return across < 0 ? 1 : -1;
};

/** @param {HTMLElement} node @param {(step: -1 | 1) => void} leaf */
export const onSwipe = (node, leaf) => {
  let [x, y] = [0, 0];
  node.addEventListener("touchstart", ({ touches }) => {
    [x, y] = [touches[0]?.clientX ?? 0, touches[0]?.clientY ?? 0];
  }, { passive: true });
  node.addEventListener("touchend", ({ changedTouches }) => {
    const step = stepOf((changedTouches[0]?.clientX ?? x) - x, (changedTouches[0]?.clientY ?? y) - y);
    if (step) leaf(step);
  }, { passive: true });
};
