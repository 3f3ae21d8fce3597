import assert from "node:assert/strict";
import { test } from "node:test";
import { regionOf } from "../../voicelab/static/listen/looping.js";
import { Switcher, soundingSeconds } from "../../voicelab/static/shared/switcher.js";

const RATE = 100;

/** A sound of `seconds`, and silence after it. @param {number} seconds @param {number} [silence] */
const buffer = (seconds, silence = 0) => {
  const samples = new Float32Array((seconds + silence) * RATE).fill(0.5, 0, seconds * RATE);
  return /** @type {AudioBuffer} */ (/** @type {unknown} */ ({ sampleRate: RATE, getChannelData: () => samples }));
};

const context = () => {
  const gain = { value: 0, setValueAtTime: () => {}, linearRampToValueAtTime: () => {} };
  const node = { gain, connect: () => node, start: () => {}, stop: () => {} };
  const clock = { currentTime: 0, createBufferSource: () => ({ ...node }), createGain: () => ({ ...node }) };
  return /** @type {AudioContext & { currentTime: number }} */ (/** @type {unknown} */ (clock));
};

/** @param {import("../../voicelab/static/shared/switcher.js").Mode} mode */
const opened = (mode) => {
  const time = context();
  const output = /** @type {AudioNode} */ (/** @type {unknown} */ ({}));
  return { time, switcher: new Switcher(time, [buffer(2), buffer(1, 1)], output, mode) };
};

test("the silence that makes sounds equally long is not heard", () => {
  assert.equal(soundingSeconds(buffer(1, 1)), 1);
  assert.deepEqual(opened("restart").switcher.ends, [2, 1]);
});

test("nine tenths of a sound have to be heard", () => {
  const { switcher } = opened("restart");
  switcher.play(1, 0);
  assert.equal(switcher.count(0.5), false);
  assert.equal(switcher.heard(1), false);
  assert.equal(switcher.count(1), true, "it is over");
  assert.equal(switcher.heard(1), true);
  assert.equal(switcher.allHeard, false);
});

test("a change goes on at the same time, or begins at the start", () => {
  const sync = opened("sync").switcher;
  sync.play(0, 0);
  sync.change(1, 0.5);
  assert.equal(sync.position(0.7), 0.7);
  const restart = opened("restart").switcher;
  restart.play(0, 0);
  restart.play(1, 0.5);
  assert.equal(Math.round(10 * restart.position(0.7)), 2);
  assert.deepEqual([sync.plays, restart.plays], [[1, 1], [1, 1]]);
});

test("a sound that comes while another plays goes on at the same time, at its own level", () => {
  /** @type {[string, ...number[]][]} */
  const told = [];
  const gain = { value: 0, setValueAtTime: () => {}, linearRampToValueAtTime: (/** @type {number} */ value) => told.push(["gain", value]) };
  const node = { gain, connect: () => node, start: (/** @type {number} */ at, /** @type {number} */ from) => told.push(["start", at, from]), stop: () => {} };
  const late = { currentTime: 0, createBufferSource: () => ({ ...node }), createGain: () => ({ ...node }) };
  const time = /** @type {AudioContext} */ (/** @type {unknown} */ (late));
  const switcher = new Switcher(time, [buffer(2), null], /** @type {AudioNode} */ (/** @type {unknown} */ ({})), "sync");
  switcher.play(0, 0);
  assert.deepEqual(told, [["gain", 1], ["start", 0, 0]], "what is not there is not begun");
  told.length = 0;
  switcher.put(1, buffer(3));
  switcher.levels[1] = 0.5;
  switcher.play(1, 0.75);
  assert.deepEqual(told, [["gain", 0], ["gain", 0.5], ["start", 0.75, 0.75]]);
  assert.equal(switcher.position(1), 1);
  assert.equal(switcher.length, 3);
});

test("a loop never ends by itself, and goes around", () => {
  const { switcher } = opened("sync");
  switcher.loop([0.5, 1]);
  switcher.play(0, 0);
  assert.equal(switcher.position(0.75), 0.75);
  assert.equal(switcher.count(5), false);
  switcher.stop(5);
  assert.equal(switcher.playing, false);
  assert.equal(switcher.position(5), 0.5);
});

test("a part to loop is a fifth of a second at least, whichever end was moved", () => {
  assert.deepEqual(regionOf(75, 25, 4), [1, 3]);
  assert.deepEqual(regionOf(50, 50, 4), [2, 2.2]);
});
