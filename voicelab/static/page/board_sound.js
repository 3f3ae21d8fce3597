// The sound of the board: one take at a time, and a change to another of the same line goes on at the same place.
import { stop as stopPlayer } from "../shared/player.js";
import { Switcher } from "../shared/switcher.js";

const MOST = 60; // decoded takes that are kept: some 2 MB each

/** @param {string} url @returns {Promise<AudioBuffer>} */
const decoded = async (url) => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${answer.status}`);
  // Decoding needs no sound card, so it works before anything was touched.
  return new OfflineAudioContext(1, 1, 48000).decodeAudioData(await answer.arrayBuffer());
};

export class BoardSound {
  /** @type {AudioContext | null} */
  context = null;
  /** @type {Switcher | null} */
  switcher = null;
  /** The takes of the line that sounds. @type {string[]} */
  ids = [];
  /** @type {Map<string, Promise<AudioBuffer>>} */
  buffers = new Map();
  /** What was asked for last: an answer that comes late is not played. */
  wanted = "";
  frame = 0;

  /**
   * @param {(id: string) => string} urlOf
   * @param {(ids: string[]) => number[]} levels
   * @param {{ moved: (id: string, share: number) => void, changed: () => void, failed: () => void }} told
   */
  constructor(urlOf, levels, told) {
    this.urlOf = urlOf;
    this.levels = levels;
    this.told = told;
  }

  /** The take that sounds, or is about to. */
  get playing() {
    return this.wanted;
  }

  /** @param {string} id */
  load(id) {
    const known = this.buffers.get(id) ?? decoded(this.urlOf(id));
    this.buffers.delete(id);
    this.buffers.set(id, known);
    const oldest = this.buffers.keys().next().value;
    if (this.buffers.size > MOST && oldest !== undefined) this.buffers.delete(oldest);
    return known;
  }

  /** Plays a take; `ids` are those of its line. @param {string} id @param {string[]} ids */
  async play(id, ids) {
    stopPlayer();
    this.context ??= new AudioContext({ latencyHint: "interactive" });
    const opened = this.context.resume();
    this.wanted = id;
    this.told.changed();
    try {
      const buffer = await this.load(id);
      await opened;
      if (this.wanted === id) this.start(id, ids, buffer);
    } catch {
      this.buffers.delete(id);
      if (this.wanted !== id) return;
      this.stop();
      this.told.failed();
    }
  }

  /** @param {string} id @param {string[]} ids @param {AudioBuffer} buffer */
  start(id, ids, buffer) {
    const switcher = this.ready(ids);
    const index = this.ids.indexOf(id);
    switcher.put(index, buffer);
    this.levels(this.ids).forEach((level, at) => {
      if (at !== switcher.active || !switcher.playing) switcher.levels[at] = level;
    });
    if (switcher.playing && switcher.position() >= (switcher.ends[index] ?? 0)) switcher.stop();
    switcher.play(index);
    this.follow(switcher);
    this.ids.forEach((each) => {
      void this.ahead(each, switcher);
    });
  }

  /** The same player while the line stays, so that its place is kept. @param {string[]} ids */
  ready(ids) {
    if (this.switcher?.playing && ids.every((id) => this.ids.includes(id))) return this.switcher;
    this.switcher?.stop();
    this.ids = [...ids];
    const { context } = /** @type {{ context: AudioContext }} */ (this);
    this.switcher = new Switcher(context, ids.map(() => null), context.destination, "sync");
    return this.switcher;
  }

  /** The others of the line, so that a change does not wait. @param {string} id @param {Switcher} switcher */
  async ahead(id, switcher) {
    if (this.ids.length > MOST) return;
    try {
      const buffer = await this.load(id);
      const index = this.ids.indexOf(id);
      if (this.switcher === switcher && !switcher.buffers[index]) switcher.put(index, buffer);
    } catch {
      this.buffers.delete(id); // told once somebody wants to hear it
    }
  }

  stop() {
    this.wanted = "";
    this.switcher?.stop();
    this.told.changed();
  }

  /** @param {Switcher} switcher */
  follow(switcher) {
    if (this.switcher !== switcher || !switcher.playing || switcher.active === null) return;
    const place = switcher.position();
    const end = switcher.ends[switcher.active] ?? 0;
    const id = this.ids[switcher.active] ?? "";
    if (place >= end) {
      this.stop();
      return;
    }
    this.told.moved(id, place / end);
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.follow(switcher));
  }
}
