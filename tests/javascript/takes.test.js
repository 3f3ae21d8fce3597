/** @import { TakeRow } from "../../voicelab/static/values.d.ts" */
import assert from "node:assert/strict";
import { test } from "node:test";
import { clipOf, columnsOf } from "../../voicelab/static/page/takes_columns.js";
import { beyondFirst, meanOf, yardstickSentence } from "../../voicelab/static/page/takes_summary.js";
import { number, percent } from "../../voicelab/static/shared/wording.js";

/** @param {Partial<TakeRow>} fields @returns {TakeRow} */
const take = (fields) => /** @type {TakeRow} */ ({
  ...{ id: "", line: "", length_s: 5, model: "preview", seed: 1, favourite: false, worker: "", bleed: null },
  ...{ rtf: null, word_error_rate: null, measure_notes: [], notes: [], failure: null },
  ...fields,
});

/** @param {TakeRow[]} takes @param {string} heading */
const shown = (takes, heading) => takes.map((each) => columnsOf(takes).find((column) => column.heading === heading)?.show(each));

test("the whole clip is called so", () => {
  assert.deepEqual([take({ length_s: null }), take({ length_s: 10 })].map(clipOf), ["whole", "10 s"]);
});

test("a figure that is not there is a dash", () => {
  const takes = [
    take({ word_error_rate: 0.25, insertions: 1, deletions: 2, substitutions: 3, bleed: true, bleed_words: ["the", "bells."] }),
    take({ bleed: false, silence_start_s: 0.04, silence_end_s: 1 }),
    take({}),
  ];
  assert.deepEqual(shown(takes, "Word errors"), ["25 % (+1 −2 ≠3)", "–", "–"]);
  assert.deepEqual(shown(takes, "Bleed"), ["“the bells.”", "no", "–"]);
  assert.deepEqual(shown(takes, "Silence"), ["–", "0.0 / 1.0 s", "–"]);
  assert.deepEqual(shown(takes, "Likeness"), ["–", "–", "–"]);
  assert.equal(number(undefined), "–");
  assert.equal(number(0, 1, " s"), "0.0 s");
});

test("who spoke is a column only where more than this machine did", () => {
  assert.equal(columnsOf([take({})]).some(({ heading }) => heading === "Spoken by"), false);
  assert.deepEqual(shown([take({ worker: "loft" }), take({})], "Spoken by"), ["loft", "this machine"]);
});

test("a mean has its interval where there is one", () => {
  assert.equal(meanOf(null, percent), "–");
  assert.equal(meanOf({ mean: 0.5, low: null, high: null, count: 2, same: false }, percent), "50 %");
  assert.equal(meanOf({ mean: 0.5, low: 0.25, high: 0.75, same: false, count: 3 }, percent), "50 % (25 % to 75 %)");
  assert.equal(meanOf({ mean: 0.5, low: 0.5, high: 0.5, same: true, count: 3 }, percent), "50 % (all the same)");
});

test("word errors beyond the first setting's have a sign", () => {
  const apart = { mean: 0.05, low: -0.01, high: 0.11, count: 6, same: false };
  assert.equal(meanOf(apart, beyondFirst), "+5 % (-1 % to +11 %)");
  assert.equal(meanOf({ ...apart, mean: 0, low: null, high: null, same: true }, beyondFirst), "0 % (all the same)");
});

test("the yardstick names what is known", () => {
  const known = { self_likeness: 0.9, self_likeness_low: 0.82, other_likeness: 0.4, other_voice: "Ben", noise: null, held_out_s: 0, notes: [] };
  assert.equal(
    yardstickSentence({ ...known, pitch_hz: 110.4, pitch_range_semitones: 5 }),
    "To compare with: the recording is 0.90 like itself (its least alike parts 0.82); 0.40 like Ben, another voice; speaks at 110 Hz, melody 5.0 st.",
  );
});
