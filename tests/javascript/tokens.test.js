/** @import { Token } from "../../voicelab/static/page/tokens.js" */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  asks,
  beginning,
  better,
  changed,
  countChanges,
  dressed,
  insteadOf,
  nextAsking,
  plain,
  titleOf,
  tokensOf,
} from "../../voicelab/static/page/tokens.js";

/** @param {string} text @param {Partial<Token>} [more] @returns {Token} */
const word = (text, more = {}) => ({ text, start_s: 0, end_s: 0, score: 0.9, verdict: "ok", heard: "", ...more });

/** Words of which each begins a second after the one before. @param {...Token} tokens */
const said = (...tokens) => tokens.map((token, at) => ({ ...token, start_s: at, end_s: at + 0.5 }));

test("gaps stand where they are in time", () => {
  const words = /** @type {any} */ (said(word("one"), word("two")));
  assert.deepEqual(
    tokensOf({ words, uncovered: [[0.6, 0.9]] }).map(({ text, verdict }) => [text, verdict]),
    [["one", "ok"], ["…", "uncovered"], ["two", "ok"]],
  );
});

test("what asks is found forwards and backwards, around the ends", () => {
  const tokens = [word("a", { verdict: "wrong" }), word("b"), word("c", { opinion: "" }), word("d")];
  assert.equal(asks(word("c", { opinion: "" })), true, "a second recognizer that hears nothing disagrees, too");
  assert.equal(nextAsking(tokens, 0, 1), 2);
  assert.equal(nextAsking(tokens, 2, 1), 0);
  assert.equal(nextAsking(tokens, 0, -1), 2);
  assert.equal(nextAsking(tokens, 1, -1), 0);
  assert.equal(nextAsking([word("a")], 0, 1), -1);
  assert.equal(nextAsking([], 0, 1), -1);
});

test("neighbours of which the same was heard are replaced together", () => {
  const tokens = [word("x"), word("an", { heard: "Anna" }), word("other", { heard: "Anna" }), word("y", { heard: "why" })];
  assert.deepEqual(better(tokens, 2), { first: 1, last: 2, text: "Anna" });
  assert.deepEqual(better(tokens, 3), { first: 3, last: 3, text: "why" });
  assert.equal(better(tokens, 0), null);
  assert.equal(better(tokens, 9), null);
});

test("a suggestion wins over what was heard, and that over a second opinion", () => {
  assert.deepEqual(better([word("9", { suggestion: "nine", heard: "9" })], 0), { first: 0, last: 0, text: "nine" });
  assert.equal(better([word("a", { heard: "b", opinion: "c" })], 0)?.text, "b");
  assert.equal(better([word("a", { opinion: "c" })], 0)?.text, "c");
  assert.equal(better([word("a", { opinion: "" })], 0), null);
});

test("marks and capital of the writer stay", () => {
  const tokens = [word("Hair,"), word("to."), word("the")];
  assert.equal(dressed(tokens, { first: 0, last: 0, text: "down" }), "Down,");
  assert.equal(dressed(tokens, { first: 0, last: 1, text: "down too" }), "Down too.");
  assert.equal(dressed(tokens, { first: 1, last: 1, text: "two!" }), "two!");
  assert.equal(dressed(tokens, { first: 2, last: 2, text: "a" }), "a");
});

test("a change gives the whole text, and the new word unchecked in its place", () => {
  const tokens = [...said(word("one"), word("too"), word("three")), word("…", { verdict: "uncovered", start_s: 9 })];
  const { text, words } = changed(tokens, { first: 1, last: 1, text: " two " }, " ");
  assert.equal(text, "one two three");
  assert.deepEqual(words.map((each) => [each.text, each.verdict]), [["one", "ok"], ["two", "unchecked"], ["three", "ok"]]);
  assert.equal(changed(tokens, { first: 3, last: 3, text: "four" }, " ").text, "one too three four");
  assert.equal(changed(tokens, { first: 0, last: 1, text: "" }, " ").text, "three");
  assert.equal(changed(said(word("last")), { first: 0, last: 0, text: "" }, " ").text, "");
  assert.equal(changed(said(word("一"), word("二")), { first: 1, last: 1, text: "三" }, "").text, "一三");
});

test("a token says what is known of it", () => {
  assert.equal(titleOf(word("a", { score: 0.876 }), ""), "fits the audio (88 %)");
  assert.equal(titleOf(word("a", { score: null, verdict: "unchecked" }), ""), "not checked against the audio yet");
  assert.equal(
    titleOf(word("9", { verdict: "wrong", score: 0, heard: "nine", suggestion: "nine", opinion: "" }), "small"),
    "does not fit the audio (0 %); heard: “nine”; write: “nine”; small hears no word here",
  );
  assert.match(titleOf(word("a", { opinion: "b" }), "small"), /small hears: “b”$/);
});

test("of words with the same above them the first carries it", () => {
  const tokens = [word("a", { heard: "x" }), word("…", { verdict: "uncovered" }), word("b", { heard: "x" }), word("c", { heard: "y" })];
  assert.deepEqual(tokens.map((_, index) => insteadOf(tokens, index)), ["x", "", "", "y"]);
  assert.equal(insteadOf([word("9", { heard: "9", suggestion: "nine" })], 0), "nine");
  assert.equal(beginning("one two three four five six seven eight"), "one two three four five six seven eight");
  assert.equal(beginning("one two three four five six seven eight nine"), "one two three four five six seven eight …");
});

test("a word that stands for another is one change", () => {
  const parts = /** @type {const} */ (["same", "removed", "added", "same", "added", "removed", "same", "removed"]);
  assert.equal(countChanges(parts.map((kind) => ({ kind, text: "" }))), 3);
  assert.equal(plain("  a \n b "), "a b");
});
