// The page's own widgets. ui/tabs/widgets.py imports this module by its address for each gr.HTML, so that it does not
// matter which of the two is there first.
import "./messages.js";
import { linked } from "./navigation.js";
import "./running.js";
import { speakSoon } from "./spoken.js";
import { isCut } from "./trimmer.js";
import { byHand } from "./typed.js";

export { banner } from "./banner.js";
export { best } from "./best.js";
export { board } from "./board.js";
export { editor } from "./editor.js";
export { empty } from "./empty.js";
export { invitation } from "./invitation.js";
export { listenform } from "./listening_form.js";
export { listenresults } from "./listening_results.js";
export { models, recognizers } from "./models.js";
export { notices } from "./notices.js";
export { figure } from "./pictures.js";
export { progress } from "./progress.js";
export { repairs } from "./repairs.js";
export { spoken } from "./spoken.js";
export { table } from "./tables.js";
export { trimmer } from "./trimmer.js";

// What the page's listeners ask before they send something (ui/tabs/make_tab.py): there and then, for what is pressed next
// must not overtake it.
Object.assign(globalThis, { voicelab: { byHand, isCut, linked, speakSoon } });
