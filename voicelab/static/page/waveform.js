// A waveform: what is drawn of it, and drawing it.
/** @typedef {[number, number]} Peak lowest and highest, full scale -1..1 */

const QUIETEST_PEAK = 0.05; // a recording of silence is not blown up to noise
const MARGIN_PIXELS = 2;
const TICK_PIXELS = 90;
const STEPS_S = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300];
const LONGEST_STEP_S = 600;

/**
 * One column per pixel, as high as the loudest of what it stands for, the loudest of all being 1.
 * @param {Peak[]} peaks
 * @param {number} width pixels
 * @returns {Peak[]}
 */
export const columnsOf = (peaks, width) => {
  const loudest = peaks.reduce((most, [low, high]) => Math.max(most, -low, high), QUIETEST_PEAK);
  return Array.from({ length: width }, (_, x) => {
    const first = Math.floor((x * peaks.length) / width);
    const last = Math.max(first + 1, Math.floor(((x + 1) * peaks.length) / width));
    const within = peaks.slice(first, last);
    const low = Math.min(0, ...within.map((peak) => peak[0]));
    const high = Math.max(0, ...within.map((peak) => peak[1]));
    return [low / loudest, high / loudest];
  });
};

/**
 * The times under a waveform.
 * @param {number} seconds
 * @param {number} width pixels
 * @returns {{ at: number, text: string }[]}
 */
export const ticksOf = (seconds, width) => {
  const wanted = seconds / Math.max(3, width / TICK_PIXELS);
  const step = STEPS_S.find((each) => each >= wanted) ?? LONGEST_STEP_S;
  const count = Math.floor(seconds / step) + 1;
  return Array.from({ length: count }, (_, index) => {
    const at = index * step;
    return { at, text: step < 1 ? at.toFixed(1) : String(at) };
  });
};

/**
 * The columns of a part that is seen, as high as among all of them.
 * @param {Peak[]} peaks
 * @param {number} width pixels
 * @param {{ from: number, to: number }} part shares of the whole
 */
export const columnsWithin = (peaks, width, { from, to }) => {
  const whole = columnsOf(peaks, Math.min(peaks.length, Math.round(width / (to - from))) || width);
  const first = Math.floor(from * whole.length);
  const seen = whole.slice(first, Math.max(first + 1, Math.ceil(to * whole.length)));
  return Array.from({ length: width }, (_, x) => seen[Math.floor((x * seen.length) / width)] ?? /** @type {Peak} */ ([0, 0]));
};

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Peak[]} peaks
 * @param {string} colour
 * @param {{ from: number, to: number }} [part] shares of the whole
 */
export const drawWave = (canvas, peaks, colour, part = { from: 0, to: 1 }) => {
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  const pen = canvas.getContext("2d");
  if (!width || !pen) return;
  const scale = window.devicePixelRatio || 1;
  canvas.width = width * scale;
  canvas.height = height * scale;
  pen.scale(scale, scale);
  pen.fillStyle = colour;
  const middle = height / 2;
  columnsWithin(peaks, width, part).forEach(([low, high], x) => {
    const top = middle - high * (middle - MARGIN_PIXELS);
    const bottom = middle - low * (middle - MARGIN_PIXELS);
    pen.fillRect(x, top, 1, Math.max(1, bottom - top));
  });
};
