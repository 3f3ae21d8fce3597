// The sound of the listener's page: one way out, at the level that the listener set.
import { NoSound, askSound } from "./lab.js";

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

/** So many sounds stay in memory: those of a few trials, to go back to on a slow network. */
const MOST_SOUNDS = 12;
/** @typedef {{ share: number, buffer: Promise<AudioBuffer> }} Sound how much of it has come, from 0 to 1, and what it is then */
/** Sounds that are here or on their way, by their ids, the oldest first. @type {Map<string, Sound>} */
const sounds = new Map();

/** @param {ArrayBuffer} content @returns {Promise<AudioBuffer>} */
const decoded = async (content) => {
  try {
    // Decoding needs no sound card, so it works before the listener has touched anything.
    return await new OfflineAudioContext(1, 1, 48000).decodeAudioData(content);
  } catch {
    throw new NoSound("This browser cannot decode one of the sounds. Reload the page, or open the link in another browser.");
  }
};

/** What came before one of the others failed is not asked for again. @param {{ id: string }} stimulus */
const loadOne = ({ id }) => {
  const known = sounds.get(id);
  if (known) return known.buffer;
  const onShare = (/** @type {number} */ share) => {
    sound.share = share;
  };
  const sound = { share: 0, buffer: askSound(id, onShare).then(decoded) };
  sounds.set(id, sound);
  sound.buffer.catch(() => sounds.delete(id));
  return sound.buffer;
};

/** The sounds of one trial. @param {{ id: string }[]} stimuli */
export const load = async (stimuli) => {
  checkAudio();
  const loaded = await Promise.all(stimuli.map(loadOne));
  const spare = [...sounds.keys()].filter((id) => !stimuli.some((stimulus) => stimulus.id === id));
  spare.slice(0, Math.max(0, sounds.size - MOST_SOUNDS)).forEach((id) => sounds.delete(id));
  return loaded;
};

/** How much of the sounds of a trial has come, from 0 to 1. @param {{ id: string }[]} stimuli */
export const loadedShare = (stimuli) =>
  stimuli.reduce((sum, { id }) => sum + (sounds.get(id)?.share ?? 0), 0) / stimuli.length;
