// The words of a transcript, and the gaps between them where somebody speaks. Knows nothing of a page.
/** @import { Editor, EditorWord, Part } from "../values.d.ts" */

/**
 * A word, or a stretch of speech that no word covers.
 * @typedef {Omit<EditorWord, "verdict"> & { verdict: EditorWord["verdict"] | "uncovered" }} Token
 */

/** @typedef {{ first: number, last: number, text: string }} Change what could stand instead of which tokens */

const SHOWN_WORDS = 8; // of what was heard instead: a text that fits nowhere has all of it
/** @type {Record<Token["verdict"], string>} */
const SAYS = {
  ok: "fits the audio",
  doubtful: "doubtful",
  wrong: "does not fit the audio",
  unchecked: "not checked against the audio yet",
  uncovered: "speech that no word covers: is something missing here?",
};
const MARK_AT_END = /[.,;:!?…。，！？]+["”’)]*$/u;

/** @param {string} text */
export const plain = (text) => text.replace(/\s+/g, " ").trim();

/** @param {Token} one @param {Token} other */
const byTime = (one, other) => one.start_s - other.start_s;

/** @param {Pick<Editor, "words" | "uncovered">} value @returns {Token[]} in the order in which they are said */
export const tokensOf = ({ words, uncovered }) => {
  const gaps = uncovered.map(
    ([start_s, end_s]) => /** @type {Token} */ ({ start_s, end_s, text: "…", verdict: "uncovered", score: null, heard: "" }),
  );
  return [...words, ...gaps].sort(byTime);
};

/** Whether a person should look at it. @param {Token} token */
export const asks = (token) => ["doubtful", "wrong", "uncovered"].includes(token.verdict) || token.opinion !== undefined;

/**
 * @param {Token[]} tokens
 * @param {number} from
 * @param {1 | -1} step
 * @returns {number} the next token that asks, around the end; -1 without one
 */
export const nextAsking = (tokens, from, step) => {
  const order = tokens.map((_, count) => (from + step * (count + 1) + tokens.length * (count + 1)) % tokens.length);
  return order.find((index) => asks(/** @type {Token} */ (tokens[index]))) ?? -1;
};

/** @param {Token} token @returns {"heard" | "opinion" | null} which of the two says what could stand instead */
const witnessOf = (token) => {
  if (token.heard) return "heard";
  return token.opinion ? "opinion" : null;
};

/**
 * What could stand instead of a token. Neighbours of which the same was heard are one stretch.
 * @param {Token[]} tokens
 * @param {number} index
 * @returns {Change | null}
 */
export const better = (tokens, index) => {
  const token = tokens[index];
  if (!token) return null;
  if (token.suggestion) return { first: index, last: index, text: token.suggestion };
  const witness = witnessOf(token);
  if (!witness) return null;
  const alike = (/** @type {Token | undefined} */ other) =>
    other !== undefined && other.verdict !== "uncovered" && other[witness] === token[witness] && !other.suggestion;
  let first = index;
  let last = index;
  while (alike(tokens[first - 1])) first -= 1;
  while (alike(tokens[last + 1])) last += 1;
  return { first, last, text: token[witness] ?? "" };
};

/**
 * The text of a change with the marks and the capital of what was there: they are the writer's, and no recognizer's.
 * @param {Token[]} tokens
 * @param {Change} change
 */
export const dressed = (tokens, { first, last, text }) => {
  const mark = MARK_AT_END.exec(tokens[last]?.text ?? "");
  const bare = mark && !MARK_AT_END.test(text) ? text + mark[0] : text;
  return /^\p{Lu}/u.test(tokens[first]?.text ?? "") ? bare.charAt(0).toUpperCase() + bare.slice(1) : bare;
};

/**
 * @param {Token[]} tokens
 * @param {Change} change
 * @param {string} glue what stands between words
 * @returns {{ text: string, words: EditorWord[] }} the whole text after it, and its words: the new one not checked yet
 */
export const changed = (tokens, { first, last, text }, glue) => {
  const said = text.trim();
  const texts = tokens.map((token) => (token.verdict === "uncovered" ? "" : token.text));
  texts.splice(first, last - first + 1, said);
  const rest = tokens.filter(({ verdict }, index) => verdict !== "uncovered" && (index < first || index > last));
  const start_s = tokens[first]?.start_s ?? 0;
  const end_s = tokens[last]?.end_s ?? start_s;
  /** @type {Token} */
  const mine = { text: said, start_s, end_s, score: null, verdict: "unchecked", heard: "" };
  const words = (said ? [...rest, mine] : rest).sort(byTime);
  return { text: texts.filter(Boolean).join(glue), words: /** @type {EditorWord[]} */ (words) };
};

/** @param {string} text */
export const beginning = (text) => {
  const parts = text.split(" ");
  return parts.length > SHOWN_WORDS ? `${parts.slice(0, SHOWN_WORDS).join(" ")} …` : text;
};

/** @param {Token} token @param {string} opinionBy who gave the second opinion */
const opinionOf = ({ opinion }, opinionBy) => {
  if (opinion === undefined) return [];
  return [opinion ? `${opinionBy} hears: “${opinion}”` : `${opinionBy} hears no word here`];
};

/** What is known of a token, in words. @param {Token} token @param {string} opinionBy */
export const titleOf = (token, opinionBy) => {
  const score = token.score === null || token.verdict === "uncovered" ? "" : ` (${Math.round(100 * token.score)} %)`;
  return [
    SAYS[token.verdict] + score,
    ...(token.heard ? [`heard: “${token.heard}”`] : []),
    ...(token.suggestion ? [`write: “${token.suggestion}”`] : []),
    ...opinionOf(token, opinionBy),
  ].join("; ");
};

/**
 * What stands above a token: what to write, or what was heard instead; of words with the same, the first carries it.
 * @param {Token[]} tokens
 * @param {number} index
 */
export const insteadOf = (tokens, index) => {
  const token = /** @type {Token} */ (tokens[index]);
  const before = tokens.slice(0, index).findLast((other) => other.verdict !== "uncovered");
  const heard = before?.heard === token.heard ? "" : token.heard;
  return token.suggestion || heard;
};

/** A word that stands for another is one change, although it is a removed and an added one. @param {Part[]} parts */
export const countChanges = (parts) =>
  parts.filter(({ kind }, index) => kind !== "same" && (parts[index - 1]?.kind ?? "same") === "same").length;
