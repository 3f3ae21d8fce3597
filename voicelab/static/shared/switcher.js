// Plays one of several sounds and changes between them at the sample, with fades of 5 ms. Knows nothing of the page.

/** @typedef {"restart" | "sync"} Mode a change begins at the start, or goes on at the same time */

export const FADE_S = 0.005;
const BIN_S = 0.1;
const HEARD_SHARE = 0.9;
// Stimuli end in noise of one step of 16 bits up to their common length; what is louder sounds.
const SILENCE = 4 / 32768;
const AHEAD_S = 0.01;

/** Seconds until the last sample that sounds. @param {AudioBuffer} buffer */
export const soundingSeconds = (buffer) => {
  const samples = buffer.getChannelData(0);
  let last = samples.length - 1;
  while (last > 0 && Math.abs(/** @type {number} */ (samples[last])) < SILENCE) last -= 1;
  return (last + 1) / buffer.sampleRate;
};

/** @param {GainNode} node @param {number} from @param {number} to @param {number} at */
const fade = (node, from, to, at) => {
  node.gain.setValueAtTime(from, at);
  node.gain.linearRampToValueAtTime(to, at + FADE_S);
};

export class Switcher {
  /** The sound that is let through, or was last. @type {number | null} */
  active = null;
  /** The part that is looped, in seconds. @type {[number, number] | null} */
  region = null;
  /** What runs, by its number. @type {Map<number, { source: AudioBufferSourceNode, gain: GainNode }>} */
  voices = new Map();
  startedAt = 0;
  counted = 0;

  /**
   * @param {BaseAudioContext} context
   * @param {(AudioBuffer | null)[]} buffers null: comes later, by `put`
   * @param {AudioNode} [output]
   * @param {Mode} [mode]
   */
  constructor(context, buffers, output = context.destination, mode = "restart") {
    this.context = context;
    this.buffers = buffers;
    this.output = output;
    this.mode = mode;
    this.ends = buffers.map(() => 0);
    this.length = 0;
    this.plays = buffers.map(() => 0);
    /** How loud each is played: 1 is as it was made. */
    this.levels = buffers.map(() => 1);
    this.bins = buffers.map(() => new Uint8Array(1));
    buffers.forEach((buffer, index) => buffer && this.put(index, buffer));
  }

  /** @param {number} index @param {AudioBuffer} buffer */
  put(index, buffer) {
    const end = soundingSeconds(buffer);
    this.buffers[index] = buffer;
    this.ends[index] = end;
    this.bins[index] = new Uint8Array(Math.max(1, Math.ceil(end / BIN_S)));
    this.length = Math.max(this.length, end);
  }

  /** What was heard, as `restore` takes it. */
  get heardBins() {
    return this.bins.map((bins) => bins.join(""));
  }

  /** Takes over what was heard before a reload. @param {string[]} heard @param {number[]} plays */
  restore(heard, plays) {
    this.bins.forEach((bins, index) => {
      if (heard[index]?.length === bins.length) bins.set([...heard[index]].map(Number));
    });
    this.plays = this.plays.map((count, index) => plays[index] ?? count);
  }

  get playing() {
    return this.voices.size > 0;
  }

  /** Where the active sound is, in seconds of the stimulus. */
  position(now = this.context.currentTime) {
    if (!this.playing) return this.region ? this.region[0] : 0;
    const [from, to] = this.bounds();
    const passed = Math.max(0, now - this.startedAt);
    return this.region ? from + (passed % (to - from)) : Math.min(to, from + passed);
  }

  /** @returns {[number, number]} */
  bounds() {
    const whole = this.mode === "sync" || this.active === null ? this.length : this.ends[this.active];
    return this.region ?? [0, whole ?? this.length];
  }

  /** @param {number} index */
  play(index, at = this.context.currentTime + AHEAD_S) {
    if (this.playing && this.mode === "sync") {
      this.change(index, at);
      return;
    }
    this.stop(at);
    this.active = index;
    this.countPlay(index);
    this.startedAt = at;
    this.counted = at;
    const all = this.buffers.flatMap((buffer, each) => (buffer ? [each] : []));
    const started = this.mode === "sync" ? all : [index];
    started.forEach((each) => this.sound(each, at, each === index));
  }

  /** @param {number} index */
  countPlay(index) {
    this.plays[index] = (this.plays[index] ?? 0) + 1;
  }

  /** Sync: all sounds run, and only one is let through. @param {number} index */
  change(index, at = this.context.currentTime + AHEAD_S) {
    if (index === this.active) return;
    this.count(at);
    const late = !this.voices.has(index);
    this.voices.forEach(({ gain }, each) => {
      if (each === this.active) fade(gain, this.level(each), 0, at);
      if (each === index) fade(gain, 0, this.level(each), at);
    });
    if (late) this.sound(index, at, true, this.position(at));
    this.active = index;
    this.countPlay(index);
  }

  stop(at = this.context.currentTime + AHEAD_S) {
    this.count(at);
    this.silence(at);
  }

  /** @param {[number, number] | null} region seconds */
  loop(region) {
    const again = this.playing ? this.active : null;
    if (again !== null) this.stop();
    this.region = region;
    if (again !== null) this.play(again);
  }

  /** @param {number} index */
  level(index) {
    return this.levels[index] ?? 1;
  }

  /** @param {number} index @param {number} at @param {boolean} heard @param {number} [from] seconds */
  sound(index, at, heard, from = this.bounds()[0]) {
    const source = this.context.createBufferSource();
    const gain = this.context.createGain();
    source.buffer = this.buffers[index] ?? null;
    source.connect(gain).connect(this.output);
    if (this.region) {
      source.loop = true;
      [source.loopStart, source.loopEnd] = this.region;
    }
    gain.gain.value = 0;
    if (heard) fade(gain, 0, this.level(index), at);
    source.start(at, from);
    this.voices.set(index, { source, gain });
  }

  /** @param {number} at */
  silence(at) {
    this.voices.forEach(({ source, gain }, index) => {
      if (index === this.active) fade(gain, this.level(index), 0, at);
      source.stop(at + 2 * FADE_S);
    });
    this.voices.clear();
  }

  /** Notes what was heard since the last time. True once the active sound came to its end. */
  count(now = this.context.currentTime) {
    if (!this.playing || now <= this.counted) return false;
    const bins = this.active === null ? undefined : this.bins[this.active];
    if (!bins) return false;
    for (let at = this.counted; at <= now; at += BIN_S / 4) {
      const bin = Math.floor(this.position(at) / BIN_S);
      if (bin < bins.length) bins[bin] = 1;
    }
    this.counted = now;
    return !this.region && this.position(now) >= this.bounds()[1];
  }

  /** @param {number} index */
  heard(index) {
    const bins = this.bins[index] ?? new Uint8Array();
    return bins.reduce((sum, bin) => sum + bin, 0) >= HEARD_SHARE * bins.length;
  }

  get allHeard() {
    return this.buffers.every((_, index) => this.heard(index));
  }
}
