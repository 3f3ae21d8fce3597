// The sound of the listener's page: one way out, at the level that the listener set.
import { ask } from "./lab.js";

/** @typedef {{ context: AudioContext, master: GainNode }} Out */

/** Opened by the first touch: before that a browser plays nothing. @type {Out | null} */
let out = null;

/** @param {number} value */
export const fromDecibels = (value) => 10 ** (value / 20);

/** How loud something is: 1 is full scale. @param {Float32Array} samples */
export const rootMeanSquare = (samples) =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);

export const opened = () => out;

/** @param {number} level decibels */
export const setLevel = (level) => {
  if (out) out.master.gain.value = fromDecibels(level);
};

/** @param {number} level decibels */
export const open = (level) => {
  if (!out) {
    const context = new AudioContext({ latencyHint: "interactive" });
    const master = new GainNode(context);
    master.connect(context.destination);
    out = { context, master };
  }
  void out.context.resume();
  setLevel(level);
  return out;
};

/** @param {{ id: string }} stimulus @returns {Promise<AudioBuffer>} */
export const load = async ({ id }) => {
  const content = await (await ask(`audio/${id}`)).arrayBuffer();
  // Decoding needs no sound card, so it works before the listener has touched anything.
  return new OfflineAudioContext(1, 1, 48000).decodeAudioData(content);
};
