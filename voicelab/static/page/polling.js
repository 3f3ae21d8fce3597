// Gradio's stream of answers, by short polls: a browser has six connections for all its tabs on the lab, and a stream
// that is held open in each of them would starve the others. Loaded before Gradio, whose `fetch` it answers for one
// address. third_party/gradio_polls.py is the other side.

const STREAM = /\/gradio_api\/queue\/data\?/;
const JOIN = /\/gradio_api\/queue\/join/;
const CANCEL = /\/gradio_api\/cancel/;
const STOP = /\/gradio_api\/(?:cancel|reset)/;
const TRIES = 5;
const TRY_AGAIN_MS = 1000;
const SLOW_MS = 3000;
const LOST =
  "The lab was started again or cannot be reached. What it was doing for this page has stopped; what was kept is kept. " +
  "Once the lab is there, press again, or reload the page.";
const LOOK_AGAIN_MS = 2000;
const WAITING = "Still waiting for the lab: it does not answer at the moment. Nothing is lost; it goes on when it can.";

const realFetch = globalThis.fetch.bind(globalThis);

/** @param {number} ms */
const pause = (ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** What the page says about the lab's silence, if anything. @param {string} text */
const tell = (text) => {
  document.querySelector(".vl-waiting")?.remove();
  if (!text) return null;
  const box = document.createElement("p");
  box.className = "vl-waiting";
  box.setAttribute("role", "status");
  box.textContent = text;
  document.body.append(box);
  return box;
};

/** Offers to reload the page once the lab answers: a browser has nothing to show before. @param {HTMLElement} box */
const offerReload = async (box) => {
  const answers = () => realFetch("health", { cache: "no-store" }).then((answer) => answer.ok, () => false);
  while (!(await answers())) await pause(LOOK_AGAIN_MS);
  const reload = document.createElement("button");
  reload.className = "vl-button";
  reload.type = "button";
  reload.textContent = "Reload the page";
  reload.addEventListener("click", () => location.reload());
  box.append(" ", reload);
};

/** Says that a call is not answered for so long. @param {Promise<unknown>} call */
const tellWhenSlow = (call) => {
  tell("");
  const timer = setTimeout(() => tell(WAITING), SLOW_MS);
  const over = () => {
    clearTimeout(timer);
    tell("");
  };
  call.then(over, over);
};

class PolledStream {
  /** How many events have joined, and how many had when the last poll was sent. */
  joined = 0;
  running = false;
  encoder = new TextEncoder();

  /** @param {string} url of Gradio's own stream */
  constructor(url) {
    this.url = new URL(url.replace("/queue/data?", "/queue/poll?"), location.href);
    this.body = new ReadableStream({
      start: (controller) => {
        this.controller = controller;
      },
    });
    this.wake();
  }

  wake() {
    this.joined += 1;
    if (!this.running) void this.run();
  }

  async run() {
    this.running = true;
    let failed = 0;
    for (let seen = -1; seen !== this.joined; ) {
      const before = this.joined;
      try {
        if (!(await this.poll())) seen = before; // nothing is awaited, unless an event joined meanwhile
        failed = 0;
      } catch (error) {
        failed += 1;
        if (failed >= TRIES || error instanceof UnknownSession) {
          this.lose();
          break;
        }
        await pause(TRY_AGAIN_MS);
      }
    }
    this.running = false;
  }

  /** Whether something is still awaited. */
  async poll() {
    // What a person presses goes first.
    const answer = await realFetch(this.url, { cache: "no-store", priority: "low" });
    if (answer.status === 404) throw new UnknownSession();
    if (!answer.ok) throw new Error(String(answer.status));
    const body = stillAwaited(await answer.text());
    if (body) {
      this.controller?.enqueue(this.encoder.encode(body));
      tellOfAnswers(body);
    }
    return answer.headers.get("X-Pending") === "1";
  }

  /** Gradio takes everything that was awaited for failed; it does not say why. */
  lose() {
    const box = tell(LOST);
    if (box) void offerReload(box);
    dispatchEvent(new CustomEvent("voicelab:lost"));
    const message = JSON.stringify({ msg: "unexpected_error", message: LOST, success: false });
    this.controller?.enqueue(this.encoder.encode(`data: ${message}\n\n`));
  }
}

class UnknownSession extends Error {}

/** Events that somebody stopped, and of which the end has not come yet. @type {Set<string>} */
const stopped = new Set();

/** Also what is over already is stopped by Gradio's page, and has no further end. @param {string} id */
const noteStopped = (id) => {
  if (joinedAt.has(id)) stopped.add(id);
};

const STEP = '"msg":"process_generating"';

/**
 * What was on its way when its event was stopped would draw over what the page says of that.
 * @param {string} body of the stream
 */
const stillAwaited = (body) => {
  if (!stopped.size) return body;
  const parts = body.split("\n\n").filter((part) => {
    const id = [...stopped].find((each) => part.includes(`"event_id":"${each}"`));
    if (id === undefined) return true;
    if (part.includes(STEP)) return false;
    if (part.includes('"msg":"process_completed"')) stopped.delete(id);
    return true;
  });
  return parts.join("\n\n");
};

/** When events joined, by their ids. @type {Map<string, number>} */
const joinedAt = new Map();
const FIELD = "field:";

/** Tells the page's own scripts (messages.js) how events ended. @param {string} body of the stream */
const tellOfAnswers = (body) => {
  for (const line of body.split("\n\n").filter((each) => each.includes('"process_completed"'))) {
    const said = JSON.parse(line.slice("data: ".length));
    if (said.msg === "process_completed") {
      const title = said.output.title ?? "";
      const isField = title.startsWith(FIELD);
      const detail = {
        id: said.event_id,
        joined: joinedAt.get(said.event_id) ?? 0,
        success: said.success,
        // What Gradio shows by itself is not shown twice.
        error: said.output.visible === false ? said.output.error : "",
        title: isField ? "" : title,
        field: isField ? title.slice(FIELD.length) : "",
      };
      joinedAt.delete(said.event_id);
      dispatchEvent(new CustomEvent("voicelab:answered", { detail }));
    }
  }
};

/** @param {"stopping" | "stopped"} what @param {string} id of the event */
const tellOfStop = (what, id) => dispatchEvent(new CustomEvent(`voicelab:${what}`, { detail: { id } }));

/**
 * Gradio's page stops an event by two requests, the second only where the first was answered. Until then it passes over
 * every press of the button that began the event.
 * @param {string} url
 * @param {unknown} body of the request
 * @param {Promise<unknown>} answer
 */
const noteStop = (url, body, answer) => {
  if (typeof body !== "string" || !STOP.test(url)) return;
  const { event_id: id } = JSON.parse(body);
  const over = () => setTimeout(() => tellOfStop("stopped", id)); // once Gradio knows of it, too
  if (CANCEL.test(url)) {
    noteStopped(id);
    tellOfStop("stopping", id);
    answer.catch(over);
  } else answer.then(over, over);
};

/** @param {string} id of the event @param {number} pressed @param {unknown} body of the request */
const noteJoined = (id, pressed, body) => {
  joinedAt.set(id, pressed);
  const trigger = typeof body === "string" ? (JSON.parse(body).trigger_id ?? null) : null;
  dispatchEvent(new CustomEvent("voicelab:joined", { detail: { id, trigger } }));
};

/** @type {PolledStream | null} */
let stream = null;

/** @param {string} url @returns {Response} */
const opened = (url) => {
  stream = new PolledStream(url);
  return new Response(stream.body, { headers: { "Content-Type": "text/event-stream" } });
};

/** @type {typeof fetch} */
const polledFetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  if (STREAM.test(url)) return opened(url);
  const answer = realFetch(input, init);
  noteStop(url, init?.body, answer);
  if (!JOIN.test(url)) return answer;
  tellWhenSlow(answer);
  const pressed = performance.now();
  const joined = await answer;
  if (joined.ok) noteJoined((await joined.clone().json()).event_id, pressed, init?.body);
  stream?.wake();
  return joined;
};

globalThis.fetch = polledFetch;

// Whose page is gone, whose work is cancelled: the lab is told at once. A page that the browser keeps may come back.
addEventListener("pagehide", (event) => {
  if (!event.persisted && stream) navigator.sendBeacon(String(stream.url).replace("/queue/poll?", "/queue/leave?"));
});
