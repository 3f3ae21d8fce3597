// What is said of a model, and what can be done with it. Knows nothing of a page.
/** @import { DownloadState, StoredModel } from "../values.d.ts" */
import { duration, gigabytes, megabytes } from "../shared/wording.js";

/** @typedef {{ label: string, action: "ask" | "delete" | "download" | "keep" | "pause", held?: string }} Offer `held`: why not now */

/** Whether it is on its way. @param {Pick<StoredModel, "download">} model */
export const isActive = ({ download }) => download?.status === "waiting" || download?.status === "downloading";

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

/** @param {StoredModel} model */
const onDisk = ({ on_disk, disk_bytes }) => {
  if (on_disk === "packaged") return "Comes with its engine";
  if (on_disk === "yes") return `✓ On disk, ${gigabytes(disk_bytes)}`;
  return on_disk === "partly" ? `Partly on disk, ${megabytes(disk_bytes)} MB` : "Not on disk";
};

/**
 * Where a model is: in words, with its download where one is under way, why one failed, and who needs it now.
 * @param {StoredModel} model
 * @returns {{ text: string, download?: DownloadState, failure?: string, held?: string }}
 */
export const placeOf = (model) => {
  const { download, on_disk, in_use } = model;
  if (download && isActive(model)) return { text: downloadSentence(download), download };
  const missing = on_disk === "no" || on_disk === "partly";
  return {
    text: onDisk(model),
    ...(missing && download?.status === "failed" ? { failure: download.message } : {}),
    ...(in_use && on_disk !== "packaged" ? { held: `In use: ${in_use}` } : {}),
  };
};

/**
 * @param {StoredModel} model
 * @param {boolean} asked whether its deletion is to be confirmed
 * @returns {Offer[]}
 */
export const buttonsOf = (model, asked) => {
  const { on_disk, in_use } = model;
  if (on_disk === "packaged") return [];
  if (isActive(model)) return [{ label: "Pause", action: "pause" }];
  if (asked) return [{ label: "Yes, delete", action: "delete" }, { label: "Keep", action: "keep" }];
  /** @type {Offer[]} */
  const offers = [];
  if (on_disk !== "yes") offers.push({ label: on_disk === "partly" ? "Go on" : "Download", action: "download" });
  if (on_disk !== "no") offers.push({ label: "Delete", action: "ask", ...(in_use ? { held: in_use } : {}) });
  return offers;
};
