/** @import { Question } from "../../voicelab/static/page/models_wording.js" */
/** @import { EngineHealth, StoredModel } from "../../voicelab/static/values.d.ts" */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sentenceOf, stateOf, whyOf } from "../../voicelab/static/page/banner.js";
import { buttonsOf, downloadSentence, placeOf, questionOf } from "../../voicelab/static/page/models_wording.js";
import { duration, gigabytes } from "../../voicelab/static/shared/wording.js";

/** @param {Partial<StoredModel>} fields @returns {StoredModel} */
const model = (fields) =>
  /** @type {StoredModel} */ ({
    ...{ name: "small", repository: "some/one", size_bytes: 2e9, memory_bytes: 6e9, disk_bytes: 0, on_disk: "no" },
    ...{ fits: true, unsuited: "", too_large: "", in_use: "", note: "", download: null },
    ...fields,
  });

/** @param {Partial<import("../../voicelab/static/values.d.ts").DownloadState>} fields */
const download = (fields) => ({
  ...{ status: /** @type {const} */ ("downloading"), done_bytes: 0, total_bytes: 0, bytes_per_s: null, message: "" },
  ...fields,
});

/** @param {Partial<EngineHealth>} fields */
const health = (fields) => /** @type {EngineHealth} */ ({ ready: false, stage: "loading", message: "Loading.", queue_length: 0, ...fields });

test("the banner has four states", () => {
  assert.equal(stateOf(health({ ready: true, stage: "ready" })), "ready");
  assert.equal(stateOf(health({ stage: "failed" })), "failed");
  assert.equal(stateOf(health({ stage: "resting" })), "resting");
  assert.equal(stateOf(health({ stage: "warming up" })), "busy");
});

test("the banner says why a model speaks that is no clone, and who waits", () => {
  const chosen = { model: "a", default_model: "a", default_reason: "There is no GPU.", default_clones: false };
  const ready = { ...chosen, ready: true, message: "Ready." };
  assert.equal(sentenceOf(health({ ...ready, queue_length: 2 })), "Ready. It does not clone. · 2 in the queue");
  assert.equal(whyOf(health(ready)), "There is no GPU.");
  assert.equal(whyOf(health({ ...ready, default_clones: true })), "");
  assert.equal(sentenceOf(health({ ...ready, default_clones: true })), "Ready.");
  assert.equal(sentenceOf(health({ ...ready, model: "b" })), "Ready.");
  assert.equal(whyOf(health({ ...ready, model: "b" })), "");
});

test("a download says how far it is and how long it will take", () => {
  assert.equal(downloadSentence(download({ status: "waiting" })), "waits for the one before");
  assert.equal(downloadSentence(download({})), "asking the hub");
  assert.equal(downloadSentence(download({ done_bytes: 5e8, total_bytes: 2e9 })), "500 of 2000 MB");
  assert.equal(
    downloadSentence(download({ done_bytes: 5e8, total_bytes: 2e9, bytes_per_s: 1e7 })),
    "500 of 2000 MB, 10.0 MB/s, 3 min left",
  );
  assert.deepEqual([duration(0), duration(89), duration(90)], ["1 s", "89 s", "2 min"]);
  assert.equal(gigabytes(null), "–");
});

test("what would take minutes a sentence is downloaded in a second step", () => {
  const slow = model({ unsuited: "It takes minutes here." });
  assert.deepEqual(buttonsOf(slow, ""), [{ label: "Download…", action: "ask_download" }]);
  assert.equal(questionOf(slow, "ask_download"), "It takes minutes here. Download 2.00 GB all the same?");
  assert.deepEqual(
    buttonsOf(slow, "ask_download").map(({ action }) => action),
    ["download", "keep"],
  );
  assert.equal(questionOf(slow, ""), "");
  assert.equal(questionOf(model({ on_disk: "packaged" }), "ask"), "");
});

test("only what can be done is offered", () => {
  const labels = (/** @type {Partial<StoredModel>} */ fields, question = /** @type {Question} */ ("")) => buttonsOf(model(fields), question).map(({ label }) => label);
  assert.deepEqual(labels({ on_disk: "packaged" }), []);
  assert.deepEqual(labels({}), ["Download"]);
  assert.deepEqual(labels({ on_disk: "partly" }), ["Go on", "Delete"]);
  assert.deepEqual(labels({ on_disk: "yes" }, "ask"), ["Yes, delete", "Keep"]);
  assert.deepEqual(labels({ download: download({}) }, "ask"), ["Pause"]);
  assert.equal(buttonsOf(model({ on_disk: "yes", in_use: "it speaks." }), "")[0]?.held, "it speaks.");
});

test("where a model is", () => {
  assert.deepEqual(placeOf(model({ on_disk: "partly", disk_bytes: 7e8 })), { text: "Partly on disk, 700 MB" });
  const failed = download({ status: "failed", message: "No network." });
  assert.deepEqual(placeOf(model({ download: failed })), { text: "Not on disk", failure: "No network." });
  assert.deepEqual(placeOf(model({ on_disk: "yes", disk_bytes: 2e9, download: failed })), { text: "✓ On disk, 2.00 GB" });
  assert.equal(placeOf(model({ on_disk: "yes", verifying: true, verified: "old" })).verified, "Being verified…");
  assert.equal(placeOf(model({ on_disk: "yes", verifying: false, verified: "3 pass" })).verified, "Verified: 3 pass");
  assert.equal(placeOf(model({ on_disk: "packaged", in_use: "it speaks." })).held, undefined);
});
