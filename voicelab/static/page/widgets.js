// The page's own widgets. ui/tabs/widgets.py imports this module by its address for each gr.HTML, so that it does not
// matter which of the two is there first. It brings what the page begins with; the others come a little later, or when a
// tab that has them is opened: a browser asks for six things at once, and Gradio's own scripts wait behind these.
/** @import { Widget } from "./widget.js" */
import { make } from "../shared/dom.js";
import { banner } from "./banner.js";
import { isCut } from "./cut.js";
import { empty } from "./empty.js";
import "./messages.js";
import { goTo, linked } from "./navigation.js";
import { notices } from "./notices.js";
import { progress } from "./progress.js";
import "./running.js";
import { speakSoon, spoken } from "./spoken.js";
import { table } from "./tables.js";
import { byHand } from "./typed.js";

const LATER_MS = 3000;
const GONE = "This part of the page did not come from the lab. Reload the page.";

/** @type {Record<string, Widget>} */
const FIRST = { banner, empty, notices, progress, spoken, table };

/** @type {Record<string, () => Promise<Widget>>} */
const LATER = {
  best: async () => (await import("./best.js")).best,
  board: async () => (await import("./board.js")).board,
  editor: async () => (await import("./editor.js")).editor,
  figure: async () => (await import("./pictures.js")).figure,
  invitation: async () => (await import("./invitation.js")).invitation,
  listenform: async () => (await import("./listening_form.js")).listenform,
  listenresults: async () => (await import("./listening_results.js")).listenresults,
  models: async () => (await import("./models.js")).models,
  recognizers: async () => (await import("./models.js")).recognizers,
  repairs: async () => (await import("./repairs.js")).repairs,
  trimmer: async () => (await import("./trimmer.js")).trimmer,
};

/** @param {string} name */
const later = (name) => {
  const bring = LATER[name];
  if (!bring) throw new Error(`There is no widget ${name}.`);
  return bring();
};

/**
 * Draws the widget `name`; what follows is what Gradio gives it.
 * @param {string} name
 * @param {Parameters<Widget>} given
 */
export const draw = async (name, ...given) => {
  const [element] = given;
  try {
    const widget = FIRST[name] ?? (await later(name));
    widget(...given);
  } catch (error) {
    element.replaceChildren(make("p", "vl-muted", GONE));
    throw error;
  }
};

// A lab that is stopped or replaced meanwhile takes no tab from a page that is open. What fails now is tried again when
// it is drawn.
setTimeout(() => {
  for (const bring of Object.values(LATER)) bring().catch(() => undefined);
}, LATER_MS);

// What the page's listeners ask before they send something (ui/tabs/*_part.py): there and then, for what is pressed next
// must not overtake it.
Object.assign(globalThis, { voicelab: { byHand, goTo, isCut, linked, speakSoon } });
