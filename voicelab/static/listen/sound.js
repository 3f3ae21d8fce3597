// The sound of the listener's page: one way out, at the level that the listener set.
import { NoSound, ask } from "./lab.js";

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

/** How long a browser may take to let sound through again, after a call or behind a lock screen. */
const RESUME_MS = 1000;

/** Throws NoSound where the browser has no Web Audio. */
const checkAudio = () => {
  if (typeof AudioContext === "function" && typeof OfflineAudioContext === "function") return;
  throw new NoSound(
    "This browser cannot play the test: it has no Web Audio. Open the link in a current Firefox, Chrome, Edge or Safari.",
  );
};

/** @param {number} level decibels */
export const open = (level) => {
  checkAudio();
  if (!out) {
    // Otherwise the silent switch of an iPhone mutes the test (audiosession, W3C).
    const { audioSession } = /** @type {{ audioSession?: { type: string } }} */ (navigator);
    if (audioSession) audioSession.type = "playback";
    const context = new AudioContext({ latencyHint: "interactive" });
    const master = new GainNode(context);
    master.connect(context.destination);
    out = { context, master };
  }
  // Whoever plays waits for it, and says so where it does not come: see `soundsAgain`.
  out.context.resume().catch(() => {});
  setLevel(level);
  return out;
};

/**
 * Whether sound comes out, a moment after a press: a call or a lock screen stops it, and only a press brings it back.
 * @param {BaseAudioContext} context
 */
export const soundsAgain = async (context) => {
  if (context.state === "running") return true;
  const late = new Promise((done) => {
    setTimeout(done, RESUME_MS);
  });
  if (context instanceof AudioContext) await Promise.race([context.resume().catch(() => {}), late]);
  return /** @type {string} */ (context.state) === "running";
};

/** @param {{ id: string }} stimulus @returns {Promise<AudioBuffer>} */
export const load = async ({ id }) => {
  checkAudio();
  const content = await (await ask(`audio/${id}`)).arrayBuffer();
  try {
    // Decoding needs no sound card, so it works before the listener has touched anything.
    return await new OfflineAudioContext(1, 1, 48000).decodeAudioData(content);
  } catch {
    throw new NoSound("This browser cannot decode one of the sounds. Reload the page, or open the link in another browser.");
  }
};
