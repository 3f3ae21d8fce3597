// Asking the lab, again and again where the network or the lab fails.
import { make } from "../shared/dom.js";
import { BASE, keep, kept } from "./kept.js";
import { say, show } from "./screen.js";

const RETRY_MS = [1000, 2000, 4000, 8000, 15000];

let retries = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let retryTimer;

/** An answer of the lab that is an error: `code` is its stable word. */
export class Refused extends Error {
  /** @param {string} message @param {string} code @param {number} httpStatus */
  constructor(message, code, httpStatus) {
    super(message);
    this.code = code;
    this.passing = httpStatus >= 500 || httpStatus === 429;
  }
}

/** A device or a file that cannot be played here, which trying again does not mend. */
export class NoSound extends Error {}

/** Nothing came back: the network, or the lab is gone. */
class Unreached extends Error {}

/**
 * The whole answer: what breaks off in the middle has not arrived.
 * @param {string} url
 * @param {RequestInit} sent
 */
const reached = async (url, sent) => {
  try {
    const answer = await fetch(url, sent);
    return new Response(await answer.arrayBuffer(), answer);
  } catch {
    throw new Unreached();
  }
};

/**
 * @param {string} path
 * @param {object} [body] sent as JSON
 * @returns {Promise<Response>}
 */
export const ask = async (path, body) => {
  const headers = new Headers({ "X-Listener": kept.key || "none" });
  if (body) headers.set("Content-Type", "application/json");
  const sent = body ? { method: "POST", body: JSON.stringify(body) } : { method: "GET" };
  const answer = await reached(`${BASE}/${path}`, { ...sent, headers, cache: "no-store" });
  if (answer.ok) return answer;
  const { error = "The lab does not answer as it should.", code = "" } = await answer.json().catch(() => ({}));
  throw new Refused(error, code, answer.status);
};

/** @param {unknown} error */
const over = (error) => {
  const told = error instanceof Refused || error instanceof NoSound;
  const failed = `Something on this page failed (${error}). Reload it: your answers are kept on this device.`;
  show(make("h1", "", "This test cannot go on"), make("p", "card", told ? error.message : failed));
  say("");
};

/** Whether trying again may help, as where the network is gone or the lab is busy. @param {unknown} error */
const mayPass = (error) => error instanceof Unreached || (error instanceof Refused && error.passing);

/**
 * Runs a step; what the network or the lab does not give now is tried again, everything else is told.
 * @param {() => Promise<void>} step
 * @param {() => Promise<void>} begin taken where the lab does not know the session any more
 */
export const attempt = async (step, begin) => {
  clearTimeout(retryTimer);
  try {
    await step();
    if (retries) say("");
    retries = 0;
  } catch (error) {
    if (error instanceof Refused && error.code === "unknown_trial" && kept.key) {
      kept.key = "";
      keep();
      void attempt(begin, begin);
      return;
    }
    if (!mayPass(error)) {
      over(error);
      return;
    }
    const waiting = kept.outbox.length ? "Your answer is kept on this device. " : "";
    say(`${waiting}The lab cannot be reached; trying again…`, true);
    retryTimer = setTimeout(() => attempt(step, begin), RETRY_MS[Math.min(retries, RETRY_MS.length - 1)]);
    retries += 1;
  }
};

/** Sends what is in the outbox, oldest first; an answer leaves it only when the lab has it, or will never take it. */
export const sendAnswers = async () => {
  for (let [answer] = kept.outbox; answer; [answer] = kept.outbox) {
    try {
      await ask("answers", answer);
    } catch (error) {
      if (!(error instanceof Refused) || error.passing) throw error;
      say(error.message, true);
      if (error.code === "link_closed" || error.code === "unknown_test") throw error;
    }
    kept.outbox.shift();
    keep();
  }
};
