/** @import { BoardChanges, MeasuredSetting, TakeRow } from "../../voicelab/static/values.d.ts" */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BlindRound, letterOf, ratedOf, shuffled, verdict } from "../../voicelab/static/page/board_blind.js";
import { calledOf, marksOf } from "../../voicelab/static/page/board_cell.js";
import { moved } from "../../voicelab/static/page/board_grid.js";
import { KEYS, actOf } from "../../voicelab/static/page/board_keys.js";
import { MEASURES, bestFirst, measureOf, meanOver, ranksOf } from "../../voicelab/static/page/board_measures.js";
import { settingName, sheetOf, takesOfLine } from "../../voicelab/static/page/board_sheet.js";
import { levelsOf } from "../../voicelab/static/page/board_loudness.js";
import { BoardState } from "../../voicelab/static/page/board_state.js";
import { ranked, scaleOf } from "../../voicelab/static/page/board_summary.js";
import { stepOf } from "../../voicelab/static/page/board_swipe.js";

/** @param {Partial<TakeRow>} fields @returns {TakeRow} */
const take = (fields) => /** @type {TakeRow} */ ({
  ...{ id: "", line: "One.", length_s: 5, model: "preview", seed: 0, favourite: false, rating: null, comment: "", bleed: null },
  ...{ word_error_rate: null, failure: null, repaired_from: "", repair: "", notes: [], measure_notes: [], worker: "", variant: "" },
  ...fields,
});

const PLAN = { voice: "anna", lines: ["One.", "Two."], lengths_s: [5, null], models: ["preview"], takes: 1, seed: 0, many: false };
const TAKES = [
  take({ id: "a", word_error_rate: 0.5 }),
  take({ id: "b", length_s: null, word_error_rate: 0 }),
  take({ id: "c", line: "Two.", word_error_rate: 0.2, favourite: true }),
];

/** @param {Partial<BoardChanges>} changes @returns {BoardChanges} */
const changed = (changes) => ({ revision: "x.2", whole: false, frame: null, takes: [], gone: [], settings: [], ...changes });

const opened = (plan = PLAN, takes = TAKES) => {
  const state = new BoardState();
  state.apply(changed({ revision: "x.1", whole: true, frame: { voice_name: "Anna", total: 4, plan, yardstick: null, about: [] }, takes }));
  return state;
};

/** @returns {import("../../voicelab/static/page/board_sheet.js").View} */
const view = () => ({
  filter: { model: "", clip: "", line: "", favourites: false },
  ...{ order: "plan", measure: "word_error_rate", blind: null, narrow: null },
});

/** @param {BoardState} state @param {object} [look] */
const cells = (state, look = {}) => sheetOf(state, { ...view(), ...look }).rows.map((row) => row.cells);

test("lines stand below each other, settings beside each other, and what is not made yet has its place", () => {
  const state = opened();
  assert.deepEqual(cells(state), [["a", "b"], ["c", null]]);
  assert.deepEqual(state.settings.map(settingName), ["preview, first 5 s of the clip", "preview, whole clip"]);
  assert.deepEqual([state.done, state.planned], [3, 4]);
});

test("what a search tries has a column for each stretch of the recording", () => {
  const tried = take({ id: "v", length_s: null, variant: "12.30-27.10 s", line: "Two." });
  const state = opened({ ...PLAN, lengths_s: [], models: [] }, [take({ id: "a" }), tried]);
  assert.deepEqual(cells(state), [["a", null], [null, "v"]]);
  assert.deepEqual(state.settings.map(settingName), ["preview, first 5 s of the clip", "preview, 12.30-27.10 s"]);
});

test("what changed is put where it belongs, and what is gone goes", () => {
  const state = opened();
  const mended = take({ id: "m", repaired_from: "a", repair: "shorter", length_s: 3 });
  state.apply(changed({ takes: [take({ id: "d", line: "Two.", length_s: null }), mended] }));
  assert.deepEqual(cells(state), [["a", "b"], ["m", null], ["c", "d"]], "a mended take stands below the one that it mends");
  assert.equal(state.revision, "x.2");
  state.apply(changed({ gone: ["m", "a"] }));
  assert.deepEqual(cells(state), [[null, "b"], ["c", "d"]]);
  const frame = { voice_name: "Ben", total: 4, plan: PLAN, yardstick: null, about: [] };
  state.apply(changed({ frame }));
  assert.deepEqual([state.takes.size, state.frame?.voice_name], [3, "Ben"], "the takes are what they were");
  state.apply(changed({ whole: true, frame }));
  assert.equal(state.takes.size, 0, "a new beginning");
});

test("filters take settings and lines away, and favourites leave gaps", () => {
  const state = opened();
  const filter = (/** @type {object} */ given) => cells(state, { filter: { ...view().filter, ...given } });
  assert.deepEqual(filter({ clip: "whole" }), [["b"], [null]]);
  assert.deepEqual(filter({ model: "other" }), [[], []]);
  assert.deepEqual(filter({ line: "Two." }), [["c", null]]);
  assert.deepEqual(filter({ favourites: true }), [["c", null]]);
});

test("the best settings and the worst lines come first when that is asked for", () => {
  const state = opened();
  assert.deepEqual(cells(state, { order: "settings" }), [["b", "a"], [null, "c"]]);
  assert.deepEqual(cells(state, { order: "lines" }), [["a", "b"], ["c", null]], "25 % before 20 %");
  assert.deepEqual(cells(opened(PLAN, [take({ id: "c", line: "Two.", word_error_rate: 1 })]), { order: "lines" }), [["c", null], [null, null]]);
});

test("a narrow screen has the takes of one line below each other", () => {
  const state = opened();
  const sheet = sheetOf(state, { ...view(), narrow: 1 });
  assert.deepEqual(sheet.rows.map((row) => [row.label, row.about, ...row.cells]), [
    ["preview", "first 5 s of the clip", "c"],
    ["preview", "whole clip", null],
  ]);
  assert.deepEqual([sheet.columns[0]?.label, sheet.lines], ["Two.", ["One.", "Two."]]);
  assert.deepEqual(takesOfLine(sheet, "Two."), ["c"]);
  assert.equal(sheetOf(state, { ...view(), narrow: 9 }).columns[0]?.label, "Two.", "beyond the last line is the last line");
});

test("a blind board has letters, and the order of a line stays while takes come", () => {
  const state = opened({ ...PLAN, takes: 2 });
  const blind = new BlindRound(() => 0);
  const sheet = sheetOf(state, { ...view(), blind });
  assert.deepEqual(sheet.columns.map(({ label, about }) => label + about), ["A", "B"]);
  assert.deepEqual(sheet.rows.map((row) => row.cells), [["b", "a"], [null, null], ["c", null], [null, null]], "a gap would tell the setting");
  blind.random = () => 0.99;
  assert.deepEqual(cells(state, { blind })[0], ["b", "a"]);
  assert.deepEqual(cells(state, { blind, order: "settings" })[0], ["b", "a"], "an order by measures would tell");
});

test("every order of the columns is as likely as any other", () => {
  const counts = new Map();
  let seed = 7;
  const random = () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };
  for (let round = 0; round < 6000; round += 1) {
    const order = shuffled(3, random).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.equal(counts.size, 6);
  assert.ok([...counts.values()].every((count) => Math.abs(count - 1000) < 150), String([...counts.values()]));
});

test("letters go on after Z", () => {
  assert.deepEqual([0, 25, 26, 27, 51, 52, 701, 702].map(letterOf), ["A", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA"]);
});

test("a blind round ranks settings by the ratings of their takes", () => {
  const state = opened(PLAN, [take({ id: "a", rating: 3 }), take({ id: "b", length_s: null, rating: 8 }), take({ id: "c", line: "Two.", rating: 4 })]);
  assert.deepEqual(verdict(state, settingName), [
    { name: "preview, whole clip", mean: 8, count: 1 },
    { name: "preview, first 5 s of the clip", mean: 3.5, count: 2 },
  ]);
  assert.deepEqual(ratedOf([...state.takes.values(), take({ failure: "No." })]), { rated: 3, made: 3 });
  assert.deepEqual(verdict(opened(), settingName), []);
});

test("ranks: lower errors are better, equals share a place, and what was not measured has none", () => {
  const takes = [take({ id: "a", word_error_rate: 0.2 }), take({ id: "b", word_error_rate: 0 }), take({ id: "c", word_error_rate: 0.2 }), take({ id: "d" })];
  assert.deepEqual([...ranksOf(takes, measureOf("word_error_rate"))], [["a", 2], ["b", 1], ["c", 2]]);
  const likeness = ranksOf([take({ id: "a", likeness: 0.5 }), take({ id: "b", likeness: 0.9 })], measureOf("likeness"));
  assert.deepEqual([...likeness], [["a", 2], ["b", 1]], "higher likeness is better");
  assert.equal(ranksOf([take({ id: "a", duration_s: 2 })], measureOf("duration_s")).size, 0, "no length is better than another");
  assert.equal(ranksOf([take({ id: "a", word_error_rate: 0, failure: "No." })], measureOf("word_error_rate")).size, 0);
  assert.equal(measureOf("nonsense"), MEASURES[0]);
});

test("settings without the measure come last", () => {
  const entries = [{ name: "none", mean: null }, { name: "bad", mean: 0.5 }, { name: "good", mean: 0.1 }];
  assert.deepEqual(bestFirst(entries, measureOf("word_error_rate")).map(({ name }) => name), ["good", "bad", "none"]);
  assert.deepEqual(bestFirst(entries, measureOf("likeness")).map(({ name }) => name), ["bad", "good", "none"]);
  assert.equal(bestFirst(entries, measureOf("pitch_hz")), entries);
  assert.deepEqual(meanOver([take({ rating: 4 }), take({ rating: 5 }), take({})], "rating"), { mean: 4.5, count: 2 });
});

test("the ranking has the means of the lab with their intervals, and plain ones where it has none", () => {
  const state = opened();
  const mean = (/** @type {number} */ value) => ({ mean: value, low: 0, high: 1, count: 3, same: false });
  const setting = (/** @type {number | null} */ length_s, /** @type {number} */ value) =>
    /** @type {MeasuredSetting} */ (/** @type {unknown} */ ({ model: "preview", length_s, variant: "", word_error_rate: mean(value) }));
  state.apply(changed({ settings: [setting(5, 0.4), setting(null, 0.1)], takes: [take({ id: "a", rating: 6 })] }));
  const told = (/** @type {string} */ field) => ranked(state, measureOf(field)).map((each) => [each.place, each.setting.length_s, each.mean, each.whole?.high]);
  assert.deepEqual(told("word_error_rate"), [["1", null, 0.1, 1], ["2", 5, 0.4, 1]]);
  assert.deepEqual(told("rating"), [["1", 5, 6, undefined], ["2", null, null, undefined]]);
});

test("equally loud: all come down to the quietest, or as far as its peak asks for", () => {
  const sounds = new Map([
    ["loud", { outline: [], loudness_lufs: -14, headroom_db: -2 }],
    ["quiet", { outline: [], loudness_lufs: -20, headroom_db: 0 }],
    ["silent", { outline: [], loudness_lufs: null, headroom_db: 0 }],
  ]);
  const decibels = (/** @type {string[]} */ ids) => levelsOf(ids, sounds).map((level) => Math.round(20 * Math.log10(level)));
  assert.deepEqual(decibels(["loud", "quiet", "silent", "unknown"]), [-6, 0, 0, 0]);
  assert.deepEqual(decibels(["loud"]), [-2]);
});

test("keys", () => {
  const key = (/** @type {string} */ pressed, more = {}) => actOf({ key: pressed, ctrlKey: false, metaKey: false, altKey: false, ...more });
  assert.deepEqual([" ", "Enter", "Escape", "s", "S", "b", "t", "7", "0"].map((each) => key(each)), ["play", "open", "close", "star", "star", "last", "test", 7, 0]);
  assert.deepEqual([key("x"), key("ArrowUp"), key("F1"), key("b", { ctrlKey: true }), key("1", { altKey: true })], [null, null, null, null, null]);
  assert.equal(KEYS.length, 8);
});

test("arrows stay within the board", () => {
  const size = { rows: 3, columns: 2 };
  const at = { row: 1, column: 1 };
  const to = (/** @type {string} */ pressed, control = false) => Object.values(moved(pressed, at, size, control) ?? {});
  assert.deepEqual(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"].map((each) => to(each)), [[0, 1], [2, 1], [1, 0], [1, 1]]);
  assert.deepEqual([to("PageDown"), to("PageUp"), to("Home"), to("End", true), to("Home", true)], [[2, 1], [0, 1], [1, 0], [2, 1], [0, 0]]);
  assert.equal(moved("a", at, size), null);
});

test("a finger leafs across, and scrolls down", () => {
  assert.deepEqual([stepOf(-120, 10), stepOf(120, -10), stepOf(20, 0), stepOf(120, 100)], [1, -1, 0, 0]);
});

test("a cell tells what it shows, and blind nothing that tells the settings apart", () => {
  const bled = take({ id: "a", word_error_rate: 0.25, bleed: true, favourite: true, rating: 7, comment: "Warm." });
  const look = { name: "preview", measure: measureOf("word_error_rate"), rank: 2, asRank: false, blind: false, sounding: false, sound: undefined };
  assert.equal(calledOf(bled, look), "preview, Word errors 25 %, favourite, rated 7 of 9, words of the reference in it");
  assert.equal(calledOf(bled, { ...look, asRank: true, sounding: true }), "preview, Word errors 2., favourite, rated 7 of 9, words of the reference in it, playing");
  assert.equal(calledOf(bled, { ...look, name: "B, line 1", blind: true }), "B, line 1, favourite, rated 7 of 9");
  assert.deepEqual(marksOf(bled, false).map(([kind]) => kind), ["star", "rating", "bleed", "note"]);
  assert.deepEqual(marksOf(bled, true).map(([kind]) => kind), ["star", "rating"]);
  assert.equal(calledOf(take({ failure: "No." }), look), "preview: failed");
  assert.equal(calledOf(undefined, look), "no take yet");
});

test("a scale is not stretched until what cannot be told apart fills it", () => {
  const { low, high, at } = scaleOf([0.931, 0.934], 100, 0, 0.04);
  assert.ok(Math.abs(high - low - 0.04) < 1e-9);
  assert.ok(at(0.931) - at(0.934) < 10);
  const wide = scaleOf([0.5, 0.9], 100, 0, 0.04);
  assert.ok(wide.low > 0.45 && wide.high < 0.95);
});
