// The listener's page: joining, one trial after the other, and the end.
/** @import { Joined, SessionState, ShownTrial, Trial, Welcome } from "../values.d.ts" */
/** @import { Answer } from "./kept.js" */
import { button, make } from "../shared/dom.js";
import { keep, kept } from "./kept.js";
import { Refused, ask, attempt as attemptFrom, sendAnswers } from "./lab.js";
import { askLevel } from "./level.js";
import { hold, say, show, showPlace, showProgress, steps, unsay } from "./screen.js";
import { load, opened } from "./sound.js";
import { TrialView } from "./trial.js";

const SLOW_MS = 1000;
const LOADING = "Loading the next pieces…";

/** The trial on the screen. @type {TrialView | null} */
let current = null;

/** @param {() => Promise<void>} step */
const attempt = (step) => attemptFrom(step, welcome);

const welcome = async () => {
  if (kept.key) {
    await resume();
    return;
  }
  /** @type {Welcome} */
  const test = await (await ask("welcome")).json();
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
    try {
      await join(test, Object.fromEntries(new FormData(form)));
    } catch (error) {
      start.disabled = false;
      say(error instanceof Refused ? error.message : "The lab cannot be reached. Try again in a moment.", true);
    }
  });
  return form;
};

/** @param {Welcome} test @param {object} fields */
const join = async (test, fields) => {
  /** @type {Joined} */
  const joined = await (await ask("join", { name: "", code: "", ...fields })).json();
  kept.key = joined.key;
  kept.mode = test.mode;
  keep();
  say("");
  await attempt(resume);
};

const resume = async () => {
  await sendAnswers();
  await next();
};

/** @param {number | null} [number] of an earlier trial */
const next = async (number = null) => {
  /** @type {ShownTrial} */
  const shown = await (await ask(number === null ? "trial" : `trial?number=${number}`)).json();
  showProgress(shown.answered, shown.total);
  if (shown.finished) finished(shown);
  else if (shown.trial) await begin(shown.trial, shown);
  else review(shown);
};

/** Returns the sounds of a trial; on a slow network it says that they are on their way. @param {Trial} trial */
const loaded = async (trial) => {
  const slow = setTimeout(() => say(LOADING), SLOW_MS);
  try {
    return await Promise.all(trial.stimuli.map(load));
  } finally {
    clearTimeout(slow);
    unsay(LOADING);
  }
};

/** @param {Trial} trial @param {SessionState} state */
const begin = async (trial, state) => {
  const buffers = await loaded(trial);
  showPlace(`Trial ${trial.number} of ${state.total}`);
  const showTrial = () => {
    const out = opened();
    if (out) current = new TrialView(trial, state, buffers, out, kept, { answer, back, keep });
  };
  const [first] = buffers;
  if (first && (!opened() || kept.level === null)) askLevel(first, showTrial);
  else showTrial();
};

const leave = () => {
  current = null;
  hold();
};

/** @param {Answer} given */
const answer = (given) => {
  leave();
  delete kept.begun[given.trial];
  kept.outbox.push(given);
  keep();
  say("");
  void attempt(resume);
};

/** @param {number} number */
const back = (number) => {
  leave();
  void attempt(() => next(number));
};

/** @param {SessionState} state */
const review = (state) => {
  showPlace("All answered");
  const end = button("Finish", "main", () => {
    end.disabled = true;
    void attempt(async () => finished(await (await ask("finish", {})).json()));
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
window.addEventListener("online", () => {
  if (kept.outbox.length) void attempt(resume);
});
void attempt(welcome);
