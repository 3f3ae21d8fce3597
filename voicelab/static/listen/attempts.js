// Steps that need the lab: tried again where the network or the lab fails, and what is said meanwhile.
import { make } from "../shared/dom.js";
import { change, kept } from "./kept.js";
import { NoSound, Refused, Unreached } from "./lab.js";
import { isSaid, say, sayMeanwhile, show, unsay } from "./screen.js";

const RETRY_MS = [1000, 2000, 4000, 8000, 15000];
/** What takes longer is told. */
export const SLOW_MS = 1000;

let retries = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let retryTimer;
/** The step that waits to be tried again. @type {(() => void) | null} */
let waiting = null;

/** @param {Refused} refused */
const sentenceOf = ({ code, message }) => {
  if (code !== "unknown_test" || !kept.key) return message;
  return (
    "This link does not work any more. Ask who invited you for the new one, and open it in this browser: " +
    "you go on where you were."
  );
};

/** @param {unknown} error */
const over = (error) => {
  const failed = `Something on this page failed (${error}). Reload it: your answers are kept on this device.`;
  const told = error instanceof NoSound ? error.message : failed;
  show(make("h1", "", "This test cannot go on"), make("p", "card", error instanceof Refused ? sentenceOf(error) : told));
  say("");
};

/** @param {boolean} reached whether the lab answered */
const sayRetry = (reached) => {
  const held = kept.outbox.length ? "Your answer is kept on this device: leave this page open. " : "";
  sayMeanwhile(`${held}The lab ${reached ? "cannot answer just now" : "cannot be reached"}; trying again…`, true);
};

/** Runs a step and, where it takes long, says so. @param {() => Promise<void>} step */
export const slowly = async (step) => {
  const slow = setTimeout(() => isSaid() || sayMeanwhile("Waiting for the lab…"), SLOW_MS);
  try {
    await step();
  } finally {
    clearTimeout(slow);
  }
};

/**
 * Runs a step; what the network or the lab does not give now is tried again, everything else is told.
 * @param {() => Promise<void>} step
 * @param {() => Promise<void>} begin taken where the lab does not know the session any more
 */
export const attempt = async (step, begin) => {
  clearTimeout(retryTimer);
  waiting = null;
  try {
    await slowly(step);
    retries = 0;
    unsay();
  } catch (error) {
    const refused = error instanceof Refused ? error : null;
    if (refused?.code === "unknown_session" && kept.key) {
      change((now) => Object.assign(now, { key: "", wish: "", at: null }));
      void attempt(begin, begin);
    } else if (error instanceof Unreached || refused?.passing) {
      sayRetry(refused !== null);
      waiting = () => {
        void attempt(step, begin);
      };
      retryTimer = setTimeout(waiting, RETRY_MS[Math.min(retries, RETRY_MS.length - 1)]);
      retries += 1;
    } else over(error);
  }
};

/** Tries at once what waits for its time; what is under way goes on alone. */
export const hurry = () => waiting?.();
