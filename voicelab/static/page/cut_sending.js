// One window after the other is sent to be cut: answers may overtake each other, and what came last would be shown
// although the lab has another one. Knows nothing of a page.

export const AWAITED_MS = 5000; // an answer that takes longer is not waited for before the next window is sent

/** @typedef {readonly [number, number]} Cut start and end in seconds, with two digits */

/** @param {Cut} one @param {Cut} other */
const same = (one, other) => one[0] === other[0] && one[1] === other[1];

export class CutSending {
  /** What was sent and is not drawn yet. @type {Cut | null} */
  awaited = null;
  /** What was chosen since then: only the last of it is sent. @type {Cut | null} */
  next = null;
  /** What the lab has, as far as it was drawn. @type {Cut} */
  known = [0, 0];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /** @param {(cut: Cut) => void} send */
  constructor(send) {
    this.send = send;
  }

  /** Sends a window, after the one that is awaited. @param {Cut} cut */
  choose(cut) {
    if (this.awaited) {
      this.next = cut;
      return;
    }
    // Nothing new is drawn of a window that the lab has already.
    if (!same(cut, this.known)) {
      this.awaited = cut;
      this.timer = setTimeout(() => this.goOn(), AWAITED_MS);
    }
    this.send(cut);
  }

  /** Sends what was chosen meanwhile; whether there was anything. */
  goOn() {
    clearTimeout(this.timer);
    const { next } = this;
    this.awaited = null;
    this.next = null;
    if (next) this.choose(next);
    return next !== null;
  }

  /** What the lab has comes to be drawn; whether that is older than what was chosen. @param {Cut} cut */
  isOld(cut) {
    this.known = cut;
    return (this.awaited !== null && !same(cut, this.awaited)) || this.goOn();
  }

  /** Another recording is shown, of which the lab has this. @param {Cut} cut */
  begin(cut) {
    this.next = null;
    this.goOn();
    this.known = cut;
  }
}
