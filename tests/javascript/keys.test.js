import assert from "node:assert/strict";
import { test } from "node:test";
import { actOf } from "../../voicelab/static/page/editor_keys.js";

const NOWHERE = { onWord: false, onOtherControl: false };
const WORD = { onWord: true, onOtherControl: false };
const BUTTON = { onWord: false, onOtherControl: true };

/** @param {string} key @param {Partial<import("../../voicelab/static/page/editor_keys.js").Key>} [held] */
const pressed = (key, held = {}) => ({ key, shiftKey: false, ctrlKey: false, metaKey: false, ...held });

test("keys that work everywhere", () => {
  const acts = ["r", "N", "p", "a", "?", " ", "z"].map((key) => actOf(pressed(key), NOWHERE));
  assert.deepEqual(acts, ["replay", "next", "previous", "accept", "help", "toggle", "undo"]);
});

test("space belongs to the control that has the focus", () => {
  assert.equal(actOf(pressed(" "), BUTTON), undefined);
  assert.equal(actOf(pressed(" "), WORD), "toggle");
});

test("keys of a word do nothing elsewhere", () => {
  const keys = ["Enter", "ArrowLeft", "ArrowRight"];
  assert.deepEqual(keys.map((key) => actOf(pressed(key), WORD)), ["edit", "left", "right"]);
  assert.deepEqual(keys.map((key) => actOf(pressed(key), NOWHERE)), [undefined, undefined, undefined]);
});

test("undo and redo as in every editor; the browser's own keys stay its own", () => {
  assert.equal(actOf(pressed("z", { ctrlKey: true }), NOWHERE), "undo");
  assert.equal(actOf(pressed("Z", { metaKey: true, shiftKey: true }), NOWHERE), "redo");
  assert.equal(actOf(pressed("y", { ctrlKey: true }), NOWHERE), "redo");
  assert.equal(actOf(pressed("y"), NOWHERE), undefined);
  assert.equal(actOf(pressed("r", { ctrlKey: true }), WORD), undefined);
});
