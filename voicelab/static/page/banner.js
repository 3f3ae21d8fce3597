/** @import { EngineHealth } from "../values.d.ts" */
/** @import { Widget } from "./widget.js" */
import { make } from "../shared/dom.js";
import { boxOf } from "./widget.js";

const READY_MS = 3000;
const BUSY_MS = 700;
const SILENT_MS = 2000;
const HIDDEN_MS = 5000;

/** How the banner is coloured. @param {EngineHealth} health */
export const stateOf = ({ ready, stage }) => {
  if (ready) return "ready";
  return stage === "failed" || stage === "resting" ? stage : "busy";
};

/** Why a model speaks that does not clone, while it is the one that was chosen for this machine. @param {EngineHealth} health */
export const whyOf = ({ ready, model, default_model: chosen, default_clones: clones, default_reason: reason }) =>
  ready && model === chosen && !clones ? reason : "";

/** @param {EngineHealth} health */
export const sentenceOf = (health) => {
  const queue = health.queue_length ? ` · ${health.queue_length} in the queue` : "";
  return health.message + (whyOf(health) ? " It does not clone." : "") + queue;
};

/** @param {HTMLProgressElement} bar @param {EngineHealth} health */
const showDownload = (bar, health) => {
  bar.hidden = health.stage !== "downloading" || !health.download_total_bytes;
  if (bar.hidden) return;
  bar.max = health.download_total_bytes;
  bar.value = health.download_done_bytes;
};

/**
 * The engine's state, asked of /health: on its own, so that it tells the truth even while the page's queue is busy.
 * @type {Widget}
 */
export const banner = (element) => {
  const box = boxOf(element, "banner");
  const dot = make("span", "vl-dot");
  const text = make("span", "vl-banner-text", "Asking the engine…");
  const bar = make("progress");
  bar.hidden = true;
  const why = make("a", "vl-banner-why", "What would a clone need?");
  why.href = "#machine";
  why.hidden = true;
  box.replaceChildren(dot, text, bar, why);
  box.setAttribute("role", "status");
  const look = async () => {
    /** @type {EngineHealth} */
    const health = await (await fetch("health", { cache: "no-store" })).json();
    box.dataset.state = stateOf(health);
    dot.title = health.stage;
    text.textContent = sentenceOf(health);
    why.hidden = !whyOf(health);
    why.title = whyOf(health);
    showDownload(bar, health);
    return health.ready ? READY_MS : BUSY_MS;
  };
  const ask = async () => {
    let wait = SILENT_MS;
    try {
      wait = await look();
    } catch {
      box.dataset.state = "failed";
      text.textContent = "The lab does not answer. Is it still running in its terminal?";
    }
    if (element.isConnected) setTimeout(ask, document.hidden ? HIDDEN_MS : wait);
  };
  void ask();
};
