// Plays speech while it is spoken: samples of 16 bits, each part scheduled where the one before it ends.
import { besides, stop as stopPlayer } from "../shared/player.js";

const AHEAD_S = 0.04; // of what is put into an empty queue, so that it is there when its time comes
const FULL_SCALE = 32768;
const BYTES = 2;

/**
 * @typedef {object} Told
 * @property {() => void} sounding the first sample is heard
 * @property {() => void} ended nothing sounds any more: it is over, was stopped, or broke off
 */

/** One take that is followed. @typedef {{ abort: AbortController, sources: Set<AudioBufferSourceNode>, until: number, whole: boolean, told: Told }} Run */

/** Little-endian samples as numbers of -1 to 1. @param {Uint8Array} bytes of whole samples */
export const samplesOf = (bytes) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.byteLength / BYTES }, (_, at) => view.getInt16(BYTES * at, true) / FULL_SCALE);
};

export class LivePlayer {
  /** @type {AudioContext | null} */
  context = null;
  /** @type {Run | null} */
  run = null;

  constructor() {
    besides(() => this.stop());
  }

  stop() {
    const { run } = this;
    if (!run) return;
    this.run = null;
    run.abort.abort();
    run.sources.forEach((source) => source.stop());
    run.told.ended();
  }

  /**
   * Ends what sounds, and plays what comes from `url`.
   * @param {string} url
   * @param {number} rate samples a second
   * @param {Told} told
   */
  async play(url, rate, told) {
    stopPlayer();
    this.stop();
    document.querySelectorAll("audio").forEach((other) => other.pause());
    this.context ??= new AudioContext({ sampleRate: rate, latencyHint: "interactive" });
    /** @type {Run} */
    const run = { abort: new AbortController(), sources: new Set(), until: 0, whole: false, told };
    this.run = run;
    try {
      await Promise.all([this.follow(run, url), this.context.resume()]);
    } catch {
      // Stopped, or speaking failed: that is told where it was asked for. What came of it is heard to its end.
    }
    run.whole = true;
    this.settle(run);
  }

  /**
   * Asks for what comes, again and again: a stream would hold one of the six connections that a browser has.
   * @param {Run} run @param {string} url
   */
  async follow(run, url) {
    let at = 0;
    for (let isOver = false; !isOver && this.run === run; ) {
      const answer = await fetch(`${url}?from=${at}`, { signal: run.abort.signal, cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const bytes = new Uint8Array(await answer.arrayBuffer());
      at += bytes.length;
      isOver = answer.headers.get("X-Over") === "1";
      if (bytes.length && this.run === run) this.schedule(run, samplesOf(bytes));
    }
  }

  /** @param {Run} run @param {Float32Array<ArrayBuffer>} samples */
  schedule(run, samples) {
    const { context } = this;
    if (!context) return;
    const buffer = context.createBuffer(1, samples.length, context.sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    const isFirst = !run.until;
    const at = Math.max(run.until, context.currentTime + AHEAD_S);
    run.until = at + buffer.duration;
    run.sources.add(source);
    source.addEventListener("ended", () => {
      run.sources.delete(source);
      this.settle(run);
    });
    source.start(at);
    if (isFirst) setTimeout(() => this.run === run && run.told.sounding(), 1000 * (at - context.currentTime));
  }

  /** @param {Run} run */
  settle(run) {
    if (this.run !== run || !run.whole || run.sources.size) return;
    this.run = null;
    run.told.ended();
  }
}
