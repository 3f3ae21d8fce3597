// What is said of a model, and what can be done with it. Knows nothing of a page.
/** @import { DownloadState, StoredModel, StoredRecognizer } from "../values.d.ts" */
import { duration, gigabytes, megabytes } from "../shared/wording.js";

/** @typedef {StoredModel | StoredRecognizer} Stored */
/** @typedef {"" | "ask" | "ask_download"} Question that is to be answered before something is done */
/** @typedef {{ label: string, action: Question | "delete" | "download" | "keep" | "pause", held?: string }} Offer `held`: why not now */

/** Whether it is on its way. @param {Pick<Stored, "download">} model */
export const isActive = ({ download }) => download?.status === "waiting" || download?.status === "downloading";

/** Whether something is told of it that changes by itself. @param {Stored} model */
export const isChanging = (model) => isActive(model) || ("verifying" in model && model.verifying);

/** What is known of how it does on this machine; empty for nothing. @param {Stored} model */
const verifiedSentence = (model) => {
  if (!("verifying" in model)) return "";
  return model.verifying ? "Being verified…" : model.verified && `Verified: ${model.verified}`;
};

/** @param {DownloadState} download */
export const downloadSentence = ({ status, done_bytes, total_bytes, bytes_per_s }) => {
  if (status === "waiting") return "waits for the one before";
  if (!total_bytes) return "asking the hub";
  const parts = [`${megabytes(done_bytes)} of ${megabytes(total_bytes)} MB`];
  if (bytes_per_s) {
    parts.push(`${(bytes_per_s / 1e6).toFixed(1)} MB/s`, `${duration((total_bytes - done_bytes) / bytes_per_s)} left`);
  }
  return parts.join(", ");
};

/** @param {Stored} model */
const onDisk = (model) => {
  const { on_disk, disk_bytes } = model;
  if (on_disk === "packaged") return `Comes with ${"engine" in model ? "its engine" : "the lab"}`;
  if (on_disk === "yes") return `✓ On disk, ${gigabytes(disk_bytes)}`;
  return on_disk === "partly" ? `Partly on disk, ${megabytes(disk_bytes)} MB` : "Not on disk";
};

/**
 * Where a model is: in words, with its download where one is under way, why one failed, and who needs it now.
 * @param {Stored} model
 * @returns {{ text: string, download?: DownloadState, failure?: string, held?: string, verified?: string }}
 */
export const placeOf = (model) => {
  const { download, on_disk, in_use } = model;
  if (download && isActive(model)) return { text: downloadSentence(download), download };
  const verified = verifiedSentence(model);
  const missing = on_disk === "no" || on_disk === "partly";
  return {
    text: onDisk(model),
    ...(missing && download?.status === "failed" ? { failure: download.message } : {}),
    ...(in_use && on_disk !== "packaged" ? { held: `In use: ${in_use}` } : {}),
    ...(verified ? { verified } : {}),
  };
};

/** Why this machine is the wrong one for it; empty where it is not. @param {Stored} model */
const unsuited = (model) => ("unsuited" in model ? model.unsuited : "");

/**
 * What is asked before it is done; empty for nothing.
 * @param {Stored} model
 * @param {Question} question
 */
export const questionOf = (model, question) => {
  if (model.on_disk === "packaged" || isActive(model)) return "";
  if (question === "ask_download") return `${unsuited(model)} Download ${gigabytes(model.size_bytes)} all the same?`;
  return question && `Delete ${gigabytes(model.disk_bytes)}?`;
};

/** @param {Stored} model @returns {Offer} */
const bringing = (model) => {
  const label = model.on_disk === "partly" ? "Go on" : "Download";
  return unsuited(model) ? { label: `${label}…`, action: "ask_download" } : { label, action: "download" };
};

/**
 * @param {Stored} model
 * @param {Question} question the one that it waits for
 * @returns {Offer[]}
 */
export const buttonsOf = (model, question) => {
  const { on_disk, in_use } = model;
  if (on_disk === "packaged") return [];
  if (isActive(model)) return [{ label: "Pause", action: "pause" }];
  if (question === "ask") return [{ label: "Yes, delete", action: "delete" }, { label: "Keep", action: "keep" }];
  if (question) return [{ label: "Yes, download", action: "download" }, { label: "Not now", action: "keep" }];
  /** @type {Offer[]} */
  const offers = [];
  if (on_disk !== "yes") offers.push(bringing(model));
  if (on_disk !== "no") offers.push({ label: "Delete", action: "ask", ...(in_use ? { held: in_use } : {}) });
  return offers;
};
