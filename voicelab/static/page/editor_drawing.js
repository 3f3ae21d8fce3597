// How a word of the transcript looks, and what was changed since it was heard.
/** @import { Editor } from "../values.d.ts" */
/** @import { Token } from "./tokens.js" */
import { button, make } from "../shared/dom.js";
import { beginning, countChanges, insteadOf, titleOf } from "./tokens.js";

const TAGS = /** @type {const} */ ({ same: "span", removed: "del", added: "ins" });

/**
 * @param {Token[]} tokens
 * @param {number} index
 * @param {string} opinionBy who gave the second opinion
 * @param {() => void} act what a click does
 */
export const wordNode = (tokens, index, opinionBy, act) => {
  const token = /** @type {Token} */ (tokens[index]);
  const title = titleOf(token, opinionBy);
  const name = `${token.verdict === "uncovered" ? "no word" : token.text}: ${title}`;
  const node = button(token.text, "vl-word", act, { title, name });
  node.dataset.verdict = token.verdict;
  if (token.opinion !== undefined) node.dataset.opinion = "differs";
  const instead = insteadOf(tokens, index);
  if (instead) node.append(make("small", "vl-heard", beginning(instead)));
  return node;
};

/** @param {HTMLDetailsElement} details @param {Editor} value */
export const changesIn = (details, { changes, heard_by }) => {
  details.hidden = !changes.length;
  if (details.hidden) return;
  const count = countChanges(changes);
  const by = heard_by || "the recognizer";
  const summary = count ? `What was changed since ${by} heard it: ${count}` : `Nothing was changed since ${by} heard it`;
  const text = make("p", "vl-diff-text");
  changes.forEach(({ kind, text: words }) => text.append(make(TAGS[kind], "", words), document.createTextNode(" ")));
  details.replaceChildren(make("summary", "", summary), text);
};
