// The listener's page. Everything that comes from the server enters it as text.
import { Switcher } from "./switcher.js";

const BASE = location.pathname.replace(/\/$/, "");
const STORED = `voicelab-${BASE}`;
const RETRY_MS = [1000, 2000, 4000, 8000, 15000];
const ANSWER_KEYS = ["q", "w", "e", "r", "t", "y", "u"];
const TONE_HZ = 500;

const main = document.getElementById("main");
const status = document.getElementById("status");
const where = document.getElementById("where");
const progress = document.getElementById("progress");

// What survives a reload: the session's key, the level, and answers that were not acknowledged yet.
const kept = (() => {
  let value = { key: "", level: null, outbox: [] };
  try {
    value = { ...value, ...JSON.parse(localStorage.getItem(STORED) ?? "{}") };
  } catch {
    // Storage is off or damaged: the session lives as long as the page.
  }
  return value;
})();
const keep = () => {
  try {
    localStorage.setItem(STORED, JSON.stringify(kept));
  } catch {
    // As above.
  }
};

let audio = null;
let master = null;
let current = null;
let retries = 0;
let retryTimer = 0;

const make = (tag, className = "", text = "") => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
};
const button = (text, className, onClick) => {
  const node = make("button", className, text);
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
};
const say = (text, wrong = false) => {
  status.textContent = text;
  status.dataset.level = wrong ? "wrong" : "";
};
const show = (...nodes) => {
  main.replaceChildren(...nodes);
  main.focus({ preventScroll: true });
  window.scrollTo(0, 0);
};

// An answer of the server that is an error: `code` is its stable word.
class Refused extends Error {
  constructor(message, code, httpStatus) {
    super(message);
    this.code = code;
    this.passing = httpStatus >= 500 || httpStatus === 429;
  }
}
const ask = async (path, body) => {
  const headers = { "X-Listener": kept.key || "none" };
  if (body) headers["Content-Type"] = "application/json";
  const options = { method: body ? "POST" : "GET", headers, cache: "no-store" };
  if (body) options.body = JSON.stringify(body);
  const answer = await fetch(`${BASE}/${path}`, options);
  if (answer.ok) return answer;
  const { error = "The lab does not answer as it should.", code = "" } = await answer.json().catch(() => ({}));
  throw new Refused(error, code, answer.status);
};

const over = (error) => {
  show(make("h1", "", "This test cannot go on"), make("p", "card", error.message));
  say("");
};
// Runs a step; what the network or the server does not give now is tried again, everything else is told.
const attempt = async (step) => {
  clearTimeout(retryTimer);
  try {
    await step();
    if (retries) say("");
    retries = 0;
  } catch (error) {
    if (error instanceof Refused && !error.passing) {
      if (error.code === "unknown_trial" && kept.key) {
        kept.key = "";
        keep();
        attempt(welcome);
      } else over(error);
      return;
    }
    const waiting = kept.outbox.length ? "Your answer is kept on this device. " : "";
    say(`${waiting}The lab cannot be reached; trying again…`, true);
    retryTimer = setTimeout(() => attempt(step), RETRY_MS[Math.min(retries, RETRY_MS.length - 1)]);
    retries += 1;
  }
};

const welcome = async () => {
  if (kept.key) {
    await resume();
    return;
  }
  const test = await (await ask("welcome")).json();
  const form = make("form", "card");
  const field = (name, label) => {
    const box = make("label", "field", label);
    const input = make("input");
    input.type = "text";
    input.name = name;
    input.autocomplete = name === "name" ? "name" : "off";
    input.maxLength = 80;
    input.required = true;
    box.append(input);
    form.append(box);
  };
  form.append(
    make("p", "", "You will hear short pieces of speech and answer one question about them, several times."),
    make("p", "", "Use headphones if you can, in a quiet room. You can stop at any time and go on later on this device."),
  );
  if (test.ask_name) field("name", "Your name");
  if (test.ask_code) field("code", "The code you were given");
  const start = make("button", "main", "Start");
  form.append(start);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    start.disabled = true;
    const values = Object.fromEntries(new FormData(form));
    try {
      const joined = await (await ask("join", { name: "", code: "", ...values })).json();
      kept.key = joined.key;
      kept.mode = test.mode;
      keep();
      say("");
      await attempt(resume);
    } catch (error) {
      start.disabled = false;
      say(error instanceof Refused ? error.message : "The lab cannot be reached. Try again in a moment.", true);
    }
  });
  show(make("h1", "", test.question), form);
};

const resume = async () => {
  await send();
  await next();
};

// Sends what is in the outbox, oldest first; an answer leaves it only when the server has it, or will never take it.
const send = async () => {
  while (kept.outbox.length) {
    try {
      await ask("answers", kept.outbox[0]);
    } catch (error) {
      if (!(error instanceof Refused) || error.passing) throw error;
      say(error.message, true);
      if (error.code === "link_closed" || error.code === "unknown_test") throw error;
    }
    kept.outbox.shift();
    keep();
  }
};

const next = async (number = null) => {
  const shown = await (await ask(number === null ? "trial" : `trial?number=${number}`)).json();
  progress.hidden = false;
  progress.max = Math.max(1, shown.total);
  progress.value = shown.answered;
  if (shown.finished) {
    finished(shown);
  } else if (!shown.trial) {
    review(shown);
  } else {
    where.textContent = `Trial ${shown.trial.number} of ${shown.total}`;
    const buffers = await Promise.all(shown.trial.stimuli.map(load));
    if (audio && kept.level !== null) begin(shown, buffers);
    else setLevel(buffers[0], () => begin(shown, buffers));
  }
};

const load = async ({ id }) => {
  const content = await (await ask(`audio/${id}`)).arrayBuffer();
  // Decoding needs no sound card, so it works before the listener has touched anything.
  return new OfflineAudioContext(1, 1, 48000).decodeAudioData(content);
};

const review = (shown) => {
  where.textContent = "All answered";
  const end = button("Finish", "main", async () => {
    end.disabled = true;
    await attempt(async () => finished(await (await ask("finish", {})).json()));
  });
  const steps = make("div", "steps");
  steps.append(button("Back", "", () => attempt(() => next(shown.total))), end);
  show(make("h1", "", "That was the last one"), make("p", "card", "Finish, or go back to change an answer."), steps);
};

const finished = (shown) => {
  where.textContent = "Done";
  progress.value = progress.max;
  show(make("h1", "", "Thank you"), make("p", "card", `All ${shown.total} answers are kept. You can close this page.`));
  say("");
};

const decibels = (value) => 10 ** (value / 20);

// Once, at the start, with a tone as loud as the speech; then the level stays.
const setLevel = (buffer, then) => {
  const samples = buffer.getChannelData(0);
  const loud = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  const slider = make("input");
  Object.assign(slider, { type: "range", min: -40, max: 0, step: 1, value: kept.level ?? -6 });
  slider.setAttribute("aria-label", "Level, in decibels");
  let tone = null;
  const open = () => {
    audio ??= new AudioContext({ latencyHint: "interactive" });
    audio.resume();
    master ??= new GainNode(audio);
    master.connect(audio.destination);
    master.gain.value = decibels(Number(slider.value));
  };
  const quiet = () => {
    tone?.stop();
    tone = null;
    toneButton.textContent = "Play the test tone";
    toneButton.setAttribute("aria-pressed", "false");
  };
  const toneButton = button("Play the test tone", "", () => {
    open();
    if (tone) {
      quiet();
      return;
    }
    tone = new OscillatorNode(audio, { frequency: TONE_HZ });
    tone.connect(new GainNode(audio, { gain: Math.min(0.7, loud * Math.SQRT2) })).connect(master);
    tone.start();
    toneButton.textContent = "Stop the tone";
    toneButton.setAttribute("aria-pressed", "true");
  });
  slider.addEventListener("input", () => {
    if (master) master.gain.value = decibels(Number(slider.value));
  });
  const ready = button(kept.level === null ? "This is comfortable: begin" : "Go on", "main", () => {
    open();
    quiet();
    kept.level = Number(slider.value);
    keep();
    then();
  });
  const row = make("label", "rating");
  row.append(make("span", "", "Level"), slider);
  const box = make("div", "card");
  // The level was set before: a browser only wants a touch before it plays.
  if (kept.level !== null) box.append(make("p", "", "Welcome back. You go on where you were, at the level you set."));
  else {
    box.append(
      make("p", "", "The tone is about as loud as the speech will be. Set it so that it is comfortable; it stays so."),
      toneButton,
      row,
    );
  }
  const steps = make("div", "steps");
  steps.append(ready);
  show(make("h1", "", kept.level === null ? "Set the level" : "Ready?"), box, steps);
};

const begin = (shown, buffers) => {
  const { trial } = shown;
  const switcher = new Switcher(audio, buffers, master, kept.mode ?? "restart");
  const began = performance.now();
  const rated = !trial.options.length;
  const answers = rated ? trial.stimuli.filter(({ label }) => label !== "Reference") : [];
  let value = trial.value ?? (rated ? answers.map(() => null) : null);
  const known = trial.value !== null;

  const pads = trial.stimuli.map(({ label }, index) => {
    const pad = button("", `stimulus${label.length > 1 ? " long" : ""}`, () => {
      switcher.play(index);
      refresh();
    });
    pad.append(make("span", "", label), make("small"));
    return pad;
  });
  const grid = make("div", "stimuli");
  grid.setAttribute("role", "group");
  grid.setAttribute("aria-label", "Listen");
  grid.append(...pads);

  const track = make("div", "track");
  track.setAttribute("aria-hidden", "true");
  const part = make("div", "part");
  const head = make("div", "head");
  track.append(part, head);

  const toggle = button("Play", "", () => {
    if (switcher.playing) switcher.stop();
    else switcher.play(switcher.active ?? 0);
    refresh();
  });
  const tools = make("div", "tools");
  tools.append(toggle, make("kbd", "", "space"));

  const details = make("details");
  details.append(make("summary", "", "Loop a part, change how switching works"));
  const range = (text, value_) => {
    const label = make("label", "", text);
    const input = make("input");
    Object.assign(input, { type: "range", min: 0, max: 100, step: 1, value: value_ });
    label.append(input);
    input.addEventListener("input", setRegion);
    return [label, input];
  };
  const looped = make("input");
  looped.type = "checkbox";
  const loopLabel = make("label");
  loopLabel.append(looped, make("span", "", "Loop this part"));
  const [fromLabel, from] = range("From", 0);
  const [toLabel, to] = range("To", 100);
  const sync = make("input");
  sync.type = "checkbox";
  sync.checked = switcher.mode === "sync";
  const syncLabel = make("label");
  syncLabel.append(sync, make("span", "", "Go on at the same time when I switch (otherwise from the start)"));
  sync.addEventListener("change", () => {
    switcher.stop();
    switcher.mode = sync.checked ? "sync" : "restart";
    kept.mode = switcher.mode;
    keep();
    refresh();
  });
  function setRegion() {
    const start = (Math.min(from.value, to.value) / 100) * switcher.length;
    const end = Math.max(start + 0.2, (Math.max(from.value, to.value) / 100) * switcher.length);
    switcher.loop(looped.checked ? [start, end] : null);
    part.style.left = `${looped.checked ? (100 * start) / switcher.length : 0}%`;
    part.style.width = `${looped.checked ? (100 * (end - start)) / switcher.length : 0}%`;
    refresh();
  }
  looped.addEventListener("change", setRegion);
  details.append(loopLabel, fromLabel, toLabel, syncLabel);

  const fieldset = make("fieldset");
  const legend = make("legend", "", rated ? "Rate each one; the best possible is 100" : "Your answer");
  fieldset.append(legend);
  const sliders = [];
  if (rated) {
    const scale = make("div", "scale");
    scale.setAttribute("aria-hidden", "true");
    scale.append(...["Not at all", "Somewhat", "The same"].map((text) => make("span", "", text)));
    fieldset.append(scale);
    answers.forEach(({ label }, index) => {
      const row = make("label", "rating");
      const input = make("input");
      Object.assign(input, { type: "range", min: 0, max: 100, step: 1, value: value[index] ?? 50 });
      input.setAttribute("aria-label", `Rating of ${label}`);
      const output = make("output", "", value[index] === null ? "–" : String(value[index]));
      const set = () => {
        value[index] = Number(input.value);
        output.textContent = input.value;
        refresh();
      };
      input.addEventListener("input", set);
      input.addEventListener("pointerup", set);
      row.append(make("strong", "", label), input, output);
      fieldset.append(row);
      sliders.push(input);
    });
  } else {
    const options = make("div", "options");
    trial.options.forEach((option, index) => {
      const row = make("label", "option");
      const input = make("input");
      Object.assign(input, { type: "radio", name: "answer", checked: value === option.value });
      input.addEventListener("change", () => {
        value = option.value;
        refresh();
      });
      row.append(input, make("span", "", option.label), make("kbd", "", ANSWER_KEYS[index]));
      options.append(row);
      sliders.push(input);
    });
    fieldset.append(options);
  }

  const hint = make("p", "hint");
  hint.id = "hint";
  hint.setAttribute("aria-live", "polite");
  const submit = button("Next", "main", () => {
    if (submit.disabled) return;
    submit.disabled = true;
    leave();
    kept.outbox.push({
      trial: trial.id,
      value,
      plays: switcher.plays.map((plays) => Math.max(1, plays)),
      heard_s: (performance.now() - began) / 1000,
    });
    keep();
    say("");
    attempt(resume);
  });
  submit.setAttribute("aria-describedby", "hint");
  submit.append(" ", make("kbd", "", "enter"));
  const steps = make("div", "steps");
  if (shown.back && trial.number > 1) {
    steps.append(
      button("Back", "", () => {
        leave();
        attempt(() => next(trial.number - 1));
      }),
    );
  }
  steps.append(submit);

  function refresh() {
    const unlocked = known || switcher.allHeard;
    const left = trial.stimuli.filter((_, index) => !switcher.heard(index)).map(({ label }) => label);
    const answered = rated ? value.every((rating) => rating !== null) : value !== null;
    pads.forEach((pad, index) => {
      const heard = switcher.heard(index);
      const sounding = switcher.playing && switcher.active === index;
      pad.setAttribute("aria-pressed", String(sounding));
      pad.dataset.heard = String(heard);
      pad.lastChild.textContent = sounding ? "playing" : heard ? "✓ heard" : "not heard yet";
      const { label } = trial.stimuli[index];
      pad.setAttribute("aria-label", `Play ${label}, ${pad.lastChild.textContent.replace("✓ ", "")}`);
    });
    toggle.textContent = switcher.playing ? "Stop" : "Play";
    sliders.forEach((input) => (input.disabled = !unlocked));
    submit.disabled = !unlocked || !answered;
    const told = !unlocked ? `Listen to the end of ${left.join(", ")} first.` : answered ? "" : "Now choose an answer.";
    if (hint.textContent !== told) hint.textContent = told;
  }
  const tick = setInterval(() => {
    if (!switcher.playing) return;
    if (switcher.count()) switcher.stop();
    head.style.left = `${(100 * switcher.position()) / switcher.length}%`;
    refresh();
  }, 40);
  const leave = () => {
    clearInterval(tick);
    switcher.stop();
    current = null;
  };
  current = (event) => {
    const key = event.key.toLowerCase();
    const typing = event.target.matches("input[type=text]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const stimulus = trial.stimuli.findIndex(
      ({ label }, index) => key === label[0].toLowerCase() || key === String(index + 1),
    );
    const option = rated ? -1 : ANSWER_KEYS.indexOf(key);
    if (key === " " && !event.target.matches("button, summary, input[type=checkbox]")) toggle.click();
    else if (key === "enter" && !event.target.matches("button, summary")) submit.click();
    else if (stimulus >= 0) pads[stimulus].click();
    else if (option >= 0 && sliders[option] && !sliders[option].disabled) sliders[option].click();
    else return;
    event.preventDefault();
  };

  const heading = make("h1", "", trial.question);
  const practice = make("p", "practice", "Practice: this one does not count");
  show(...(trial.practice ? [practice] : []), heading, grid, track, tools, details, fieldset, hint, steps);
  refresh();
};

document.addEventListener("keydown", (event) => current?.(event));
window.addEventListener("online", () => {
  if (kept.outbox.length) attempt(resume);
});
attempt(welcome);
