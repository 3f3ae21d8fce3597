// Following a pointer that is held down.

/**
 * Tells every move of the pointer until it is let go, wherever it goes.
 * @param {HTMLElement} stage
 * @param {PointerEvent} event by which it was pressed
 * @param {(moved: PointerEvent) => void} onMove
 * @param {() => void} onEnd
 */
export const follow = (stage, event, onMove, onEnd) => {
  event.preventDefault();
  stage.setPointerCapture(event.pointerId);
  const ends = /** @type {const} */ (["pointerup", "pointercancel"]);
  const end = () => {
    stage.removeEventListener("pointermove", onMove);
    ends.forEach((name) => stage.removeEventListener(name, end));
    onEnd();
  };
  stage.addEventListener("pointermove", onMove);
  ends.forEach((name) => stage.addEventListener(name, end));
};
