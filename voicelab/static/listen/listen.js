// The listener's page: joining, one trial after the other, and the end.
/** @import { Joined, SessionState, ShownTrial, Trial, Welcome } from "../values.d.ts" */
/** @import { Answer } from "./kept.js" */
import { button, make } from "../shared/dom.js";
import { SLOW_MS, attempt as attemptFrom, hurry, slowly } from "./attempts.js";
import { adopt, change, kept } from "./kept.js";
import { Refused, askValue, sendAnswers } from "./lab.js";
import { askLevel } from "./level.js";
import { hold, say, sayMeanwhile, show, showPlace, showProgress, steps } from "./screen.js";
import { load, loadedShare, opened } from "./sound.js";
import { TrialView } from "./trial.js";

/** The trial on the screen. @type {TrialView | null} */
let current = null;

/** @param {() => Promise<void>} step */
const attempt = (step) => attemptFrom(step, welcome);

const welcome = async () => {
  /** @type {Welcome | null} */
  const test = kept.key ? null : await askValue("welcome");
  if (test) adopt(test.test);
  if (!test || kept.key) {
    await resume();
    return;
  }
  show(make("h1", "", test.question), joinForm(test));
};

/** @param {"name" | "code"} name @param {string} label */
const fieldOf = (name, label) => {
  const line = make("label", "field", label);
  const input = make("input");
  input.type = "text";
  input.name = name;
  input.autocomplete = name === "name" ? "name" : "off";
  input.maxLength = 80;
  input.required = true;
  line.append(input);
  return line;
};

/** @param {Welcome} test */
const joinForm = (test) => {
  const form = make("form", "card");
  form.append(
    make("p", "", "You will hear short pieces of speech and answer one question about them, several times."),
    make("p", "", "Use headphones if you can, in a quiet room. You can stop at any time and go on later on this device."),
  );
  if (test.ask_name) form.append(fieldOf("name", "Your name"));
  if (test.ask_code) form.append(fieldOf("code", "The code you were given"));
  const start = make("button", "main", "Start");
  form.append(start);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    start.disabled = true;
    say("");
    try {
      await slowly(() => join(test, Object.fromEntries(new FormData(form))));
    } catch (error) {
      start.disabled = false;
      say(error instanceof Refused ? error.message : "The lab cannot be reached. Try again in a moment.", true);
    }
  });
  return form;
};

/** @param {Welcome} test @param {object} fields */
const join = async (test, fields) => {
  // Drawn before it is asked for: where the lab's answer is lost, asking again is no second listener. Nor is a second
  // tab, which finds what the first has drawn, or begun.
  change((now) => {
    now.wish ||= drawnKey();
  });
  if (!kept.key) {
    /** @type {Joined} */
    const joined = await askValue("join", { name: "", code: "", ...fields });
    change((now) => Object.assign(now, { key: joined.key, wish: "", mode: test.mode }));
  }
  say("");
  await attempt(resume);
};

/** 256 bits of chance, as the lab draws them. */
const drawnKey = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

const resume = async () => {
  await sendAnswers();
  await next(kept.at);
};

/** @param {number | null} number of an earlier trial @returns {Promise<ShownTrial>} */
const askTrial = async (number) => {
  if (number === null) return askValue("trial");
  try {
    return await askValue(`trial?number=${number}`);
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== "unknown_trial") throw error;
    say(error.message, true); // finished in another tab, for one
    return askTrial(null);
  }
};

/** @param {number | null} number of an earlier trial */
const next = async (number) => {
  const shown = await askTrial(number);
  showProgress(shown.answered, shown.total);
  if (shown.finished) finished(shown);
  else if (shown.trial) await begin(shown.trial, shown);
  else review(shown);
};

/** Returns the sounds of a trial; on a slow network it says how far they are. @param {Trial} trial */
const loaded = async ({ stimuli }) => {
  const tell = () => sayMeanwhile(`Loading the next pieces… ${10 * Math.floor(10 * loadedShare(stimuli))} %`);
  const telling = setInterval(tell, SLOW_MS);
  try {
    return await load(stimuli);
  } finally {
    clearInterval(telling);
  }
};

/** @param {Trial} trial @param {SessionState} state */
const begin = async (trial, state) => {
  const buffers = await loaded(trial);
  change((now) => {
    now.at = trial.value === null ? null : trial.number;
  });
  showPlace(`Trial ${trial.number} of ${state.total}`);
  const showTrial = () => {
    const out = opened();
    if (out) current = new TrialView(trial, state, buffers, out, kept, { answer, back, change });
  };
  const [first] = buffers;
  if (first && (!opened() || kept.level === null)) askLevel(first, showTrial);
  else showTrial();
};

const leave = () => {
  current = null;
  hold();
  say("");
};

/** @param {Answer} given */
const post = (given) =>
  change((now) => {
    delete now.begun[given.trial];
    now.outbox.push(given);
  });

/** @param {Answer} given */
const answer = (given) => {
  leave();
  post(given);
  change((now) => {
    now.at = null;
  });
  void attempt(resume);
};

/** @param {number} number @param {Answer | null} [changed] the answer of the trial that is left, where it is another now */
const back = (number, changed = null) => {
  leave();
  if (changed) post(changed);
  change((now) => {
    now.at = number;
  });
  void attempt(resume);
};

/** @param {SessionState} state */
const review = (state) => {
  showPlace("All answered");
  const end = button("Finish", "main", () => {
    hold();
    void attempt(async () => finished(await askValue("finish", {})));
  });
  const again = button("Back", "", () => back(state.total));
  show(
    make("h1", "", "That was the last one"),
    make("p", "card", "Finish, or go back to change an answer."),
    steps(again, end),
  );
};

/** @param {SessionState} state */
const finished = ({ total }) => {
  showPlace("Done");
  showProgress(total, total);
  const all = total === 1 ? "Your answer is" : `All ${total} answers are`;
  show(make("h1", "", "Thank you"), make("p", "card", `${all} kept. You can close this page.`));
  say("");
};

document.addEventListener("keydown", (event) => current?.key(event));
window.addEventListener("online", hurry);
// The timers of a page that nobody looks at may run once a minute.
document.addEventListener("visibilitychange", () => document.hidden || hurry());
void attempt(welcome);
