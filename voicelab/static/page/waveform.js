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
  const loudest = Math.max(QUIETEST_PEAK, ...peaks.map(([low, high]) => Math.max(-low, high)));
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
 * @param {HTMLCanvasElement} canvas
 * @param {Peak[]} peaks
 * @param {string} colour
 */
export const drawWave = (canvas, peaks, colour) => {
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
  columnsOf(peaks, width).forEach(([low, high], x) => {
    const top = middle - high * (middle - MARGIN_PIXELS);
    const bottom = middle - low * (middle - MARGIN_PIXELS);
    pen.fillRect(x, top, 1, Math.max(1, bottom - top));
  });
};
