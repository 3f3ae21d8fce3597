// Asking the lab: what counts as its answer, and what is none.
import { BASE, change, kept } from "./kept.js";
import { say } from "./screen.js";

/** After so long without a byte a connection is dead, whatever the browser thinks of it. */
const STALLED_MS = 30_000;
const JSON_TYPE = "application/json";

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

/** Nothing of the lab came back: the network, or the lab is gone, or something on the way answered in its place. */
export class Unreached extends Error {}

/** @param {Response} answer @param {string} type */
const isOf = (answer, type) => (answer.headers.get("Content-Type") ?? "").startsWith(type);

/**
 * The bytes of an answer.
 * @param {Response} answer
 * @param {(bytes: number) => void} onBytes told how many came so far
 */
const readAll = async (answer, onBytes) => {
  const reader = answer.body?.getReader();
  /** @type {BlobPart[]} */
  const parts = [];
  let bytes = 0;
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    parts.push(part.value);
    bytes += part.value.length;
    onBytes(bytes);
  }
  return new Blob(parts);
};

/**
 * The whole answer: what breaks off in the middle has not arrived.
 * @param {string} url
 * @param {RequestInit} sent
 * @param {((share: number) => void) | undefined} onShare told how much has come, from 0 to 1; what is small comes in one
 * piece, for Chromium may call a request failed whose answer was read to its end piece by piece
 */
const reached = async (url, sent, onShare) => {
  const stall = new AbortController();
  let timer = setTimeout(() => stall.abort(), STALLED_MS);
  try {
    const answer = await fetch(url, { ...sent, signal: stall.signal });
    if (!onShare) return new Response(await answer.blob(), answer);
    const length = Number(answer.headers.get("Content-Length")) || Infinity;
    const content = await readAll(answer, (bytes) => {
      clearTimeout(timer);
      timer = setTimeout(() => stall.abort(), STALLED_MS);
      onShare(bytes / length);
    });
    return new Response(content, answer);
  } catch {
    throw new Unreached();
  } finally {
    clearTimeout(timer);
  }
};

/**
 * A page of a proxy, a tunnel or a hotel says nothing of what the lab did, whatever its status.
 * @param {Response} answer
 * @param {string} type
 */
const checkAnswer = async (answer, type) => {
  if (answer.ok && isOf(answer, type)) return;
  const { error, code } = isOf(answer, JSON_TYPE) ? await answer.json().catch(() => ({})) : {};
  if (answer.ok || typeof error !== "string" || !code) throw new Unreached();
  throw new Refused(error, code, answer.status);
};

/**
 * @param {string} path
 * @param {object} [body] sent as JSON
 * @param {{ type?: string, onShare?: (share: number) => void }} [expected]
 * @returns {Promise<Response>}
 */
const ask = async (path, body, { type = JSON_TYPE, onShare } = {}) => {
  const headers = new Headers({ "X-Listener": kept.key || kept.wish || "none" });
  if (body) headers.set("Content-Type", JSON_TYPE);
  const sent = body ? { method: "POST", body: JSON.stringify(body) } : { method: "GET" };
  const answer = await reached(`${BASE}/${path}`, { ...sent, headers, cache: "no-store" }, onShare);
  await checkAnswer(answer, type);
  return answer;
};

/** @param {string} path @param {object} [body] */
export const askValue = async (path, body) => {
  const answer = await ask(path, body);
  return answer.json().catch(() => {
    throw new Unreached();
  });
};

/** @param {string} id @param {(share: number) => void} onShare */
export const askSound = async (id, onShare) => (await ask(`audio/${id}`, undefined, { type: "audio/", onShare })).arrayBuffer();

/** Sends what is in the outbox, oldest first; an answer leaves it only when the lab has it, or will never take it. */
export const sendAnswers = async () => {
  for (let [answer] = kept.outbox; answer; [answer] = kept.outbox) {
    const sent = JSON.stringify(answer);
    try {
      await askValue("answers", answer);
    } catch (error) {
      if (!(error instanceof Refused) || error.passing) throw error;
      if (["link_closed", "unknown_test", "unknown_session"].includes(error.code)) throw error;
      say(error.message, true);
    }
    change((now) => {
      now.outbox = now.outbox.filter((each) => JSON.stringify(each) !== sent);
    });
  }
};
