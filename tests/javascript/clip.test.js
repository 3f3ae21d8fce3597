import assert from "node:assert/strict";
import { test } from "node:test";
import { AWAITED_MS, CutSending } from "../../voicelab/static/page/cut_sending.js";
import { withEdge, withKey, within } from "../../voicelab/static/page/selection.js";
import { snapped } from "../../voicelab/static/page/pauses.js";
import { columnsOf, columnsWithin, ticksOf } from "../../voicelab/static/page/waveform.js";
import { clock, hundredths } from "../../voicelab/static/shared/wording.js";

const SELECTION = { start: 2, end: 5, seconds: 10 };

test("an edge stays a tenth of a second from the other one", () => {
  assert.deepEqual(withEdge(SELECTION, "start", 7), { start: 4.9, end: 5, seconds: 10 });
  assert.deepEqual(withEdge(SELECTION, "end", 1), { start: 2, end: 2.1, seconds: 10 });
  assert.deepEqual(withEdge(SELECTION, "end", 8), { start: 2, end: 8, seconds: 10 });
});

test("arrow keys move an edge, further with Shift, and never out of the recording", () => {
  assert.equal(hundredths(withKey(SELECTION, "start", "ArrowRight", false)?.start ?? 0), 2.05);
  assert.equal(hundredths(withKey(SELECTION, "end", "ArrowLeft", true)?.end ?? 0), 4.5);
  assert.equal(withKey({ start: 0, end: 5, seconds: 10 }, "start", "ArrowLeft", true)?.start, 0);
  assert.equal(withKey({ start: 2, end: 10, seconds: 10 }, "end", "ArrowRight", true)?.end, 10);
  assert.equal(withKey(SELECTION, "end", "Home", false), null);
  assert.deepEqual([within(-1, 3), within(4, 3), within(2, 3)], [0, 3, 2]);
});

test("a column is as high as the loudest of what it stands for", () => {
  const peaks = /** @type {[number, number][]} */ ([[-0.1, 0.2], [-0.4, 0.1], [0, 0.05], [-0.05, 0]]);
  assert.deepEqual(columnsOf(peaks, 2), [[-1, 0.5], [-0.125, 0.125]]);
  assert.equal(columnsOf(peaks, 8).length, 8, "more pixels than peaks");
  assert.deepEqual(columnsOf(peaks, 8)[1], columnsOf(peaks, 8)[0]);
  assert.deepEqual(columnsOf([[-0.001, 0.001]], 1), [[-0.02, 0.02]], "silence is not blown up");
  assert.deepEqual(columnsOf([], 2), [[0, 0], [0, 0]]);
});

test("the times under a waveform leave each other room", () => {
  assert.deepEqual(ticksOf(2, 900).map(({ text }) => text), ["0.0", "0.5", "1.0", "1.5", "2.0"]);
  assert.deepEqual(ticksOf(60, 360).map(({ at }) => at), [0, 15, 30, 45, 60]);
  assert.deepEqual(ticksOf(1800, 90).map(({ at }) => at), [0, 600, 1200, 1800]);
});

test("the part that is seen is as high as among all of the recording", () => {
  const peaks = /** @type {[number, number][]} */ (Array.from({ length: 100 }, (_, at) => [0, at < 50 ? 0.25 : 0.5]));
  assert.deepEqual(columnsWithin(peaks, 2, { from: 0, to: 0.5 }), [[0, 0.5], [0, 0.5]]);
  assert.deepEqual(columnsWithin(peaks, 2, { from: 0.25, to: 0.75 }), [[0, 0.5], [0, 1]]);
  assert.deepEqual(columnsWithin(peaks, 4, { from: 0, to: 1 }), columnsOf(peaks, 4));
  assert.equal(columnsWithin([], 3, { from: 0, to: 1 }).length, 3);
});

test("a start is drawn to the speech after a pause, an end to the speech before it", () => {
  /** @type {[number, number][]} */
  const pauses = [[1, 1.5]];
  assert.equal(snapped(pauses, "start", 1.4, 0.1), 1.45);
  assert.equal(snapped(pauses, "end", 1.02, 0.1), 1.1);
  assert.equal(snapped(pauses, "end", 1.4, 0.1), 1.4);
  assert.equal(snapped([], "end", 1.4, 0.1), 1.4);
});

test("a place in a recording", () => {
  assert.equal(clock(5.678), "5.68 s");
  assert.equal(clock(65), "1:05.00");
});

test("of the windows that were chosen before an answer only the last is sent, and an older answer is known as one", () => {
  /** @type {import("../../voicelab/static/page/cut_sending.js").Cut[]} */
  const sent = [];
  const sending = new CutSending((cut) => sent.push(cut));
  sending.begin([0, 10]);
  sending.choose([0, 9]);
  sending.choose([0, 8]);
  sending.choose([0, 7]);
  assert.deepEqual(sent, [[0, 9]]);
  assert.equal(sending.isOld([0, 9]), true);
  assert.deepEqual(sent, [[0, 9], [0, 7]]);
  assert.equal(sending.isOld([0, 10]), true);
  assert.equal(sending.isOld([0, 7]), false);
  assert.equal(sending.isOld([0, 10]), false);
  sending.choose([0, 10]);
  sending.choose([0, 9]);
  assert.deepEqual(sent.slice(2), [[0, 10], [0, 9]]);
  sending.begin([1, 2]);
});

test("an answer that does not come holds nothing up for long", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  /** @type {import("../../voicelab/static/page/cut_sending.js").Cut[]} */
  const sent = [];
  const sending = new CutSending((cut) => sent.push(cut));
  sending.choose([0, 9]);
  sending.choose([0, 8]);
  context.mock.timers.tick(AWAITED_MS);
  assert.deepEqual(sent, [[0, 9], [0, 8]]);
  sending.begin([1, 2]);
});
