// What the tab Speak speaks: heard while it is spoken, there to play afterwards, and what was spoken before it.
/** @import { SpokenTake } from "../values.d.ts" */
/** @import { KeptTake } from "./spoken_kept.js" */
/** @import { Trigger, Widget } from "./widget.js" */
import { button, fold, make } from "../shared/dom.js";
import { playButton } from "../shared/player.js";
import { LivePlayer } from "./live_player.js";
import { begin, end } from "./running.js";
import { forget, keepTake, keptTakes, MOST } from "./spoken_kept.js";
import { boxOf, redrawOn } from "./widget.js";

const RATE = 24000;
/** What sounds, for the button that stops it (running.js). */
const SOUND = "spoken-sound";

/** @param {KeptTake} take */
const aboutOf = ({ voice, model, seed, seconds, at }) =>
  [voice, model, `seed ${seed}`, `${seconds.toFixed(1)} s`, new Date(at).toLocaleString([], { dateStyle: "short", timeStyle: "short" })].join(" · ");

const TRIES = 50;
const TRY_MS = 100;

/** Presses Speak once the tab is there. @param {number} [tries] */
export const speakSoon = (tries = TRIES) => {
  /** @type {HTMLButtonElement | null} */
  const node = document.querySelector("#speak-button");
  if (node?.checkVisibility() && !node.disabled) node.click();
  else if (tries) setTimeout(() => speakSoon(tries - 1), TRY_MS);
};

class SpokenView {
  player = new LivePlayer();
  /** The take that is on its way, or was last. */
  current = "";
  /** @type {KeptTake[]} */
  takes = [];
  /** @type {KeptTake | null} */
  deleted = null;
  /** @type {Map<string, string>} */
  urls = new Map();
  isOpen = false;
  keepsNone = false;

  /** @param {HTMLElement} box @param {Trigger} trigger */
  constructor(box, trigger) {
    this.now = make("p", "vl-spoken-now");
    this.now.setAttribute("role", "status");
    this.list = make("div", "vl-spoken-takes");
    box.replaceChildren(this.now, this.list);
    this.trigger = trigger;
    document.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest("#speak-stop")) this.player.stop();
    });
    void this.bringBack();
  }

  async bringBack() {
    try {
      const kept = await keptTakes();
      this.takes = [...this.takes, ...kept.filter(({ id }) => !this.takes.some((take) => take.id === id))];
    } catch {
      this.keepsNone = true;
    }
    this.draw();
  }

  /** @param {SpokenTake} take */
  async follow(take) {
    if (take.id !== this.current) {
      this.current = take.id;
      this.hear(take.id);
    }
    if (!take.over || this.takes.some(({ id }) => id === take.id)) return;
    const answer = await fetch(`spoken/${take.id}/speech.wav`);
    if (answer.ok) await this.keep({ ...take, at: Date.now(), sound: await answer.blob() });
  }

  /** @param {string} id */
  hear(id) {
    const told = {
      sounding: () => {
        this.now.textContent = "You hear it while it is spoken.";
        this.now.dataset.sounding = id;
      },
      ended: () => {
        end(SOUND);
        this.now.textContent = "";
        delete this.now.dataset.sounding;
      },
    };
    void this.player.play(`spoken/${id}/live.pcm`, RATE, told); // which first ends what sounds
    begin(SOUND);
  }

  /** @param {KeptTake} take */
  async keep(take) {
    this.takes = [take, ...this.takes].slice(0, MOST);
    this.draw();
    try {
      await keepTake(take);
    } catch {
      this.keepsNone = true;
      this.draw();
    }
  }

  /** @param {KeptTake} take */
  async remove(take) {
    this.deleted = take;
    this.takes = this.takes.filter((other) => other !== take);
    this.draw();
    await forget(take.id).catch(() => {});
  }

  async takeBack() {
    const take = this.deleted;
    if (!take) return;
    this.deleted = null;
    this.takes = [...this.takes, take].sort((one, other) => other.at - one.at);
    this.draw();
    await keepTake(take).catch(() => {});
  }

  draw() {
    const [newest, ...earlier] = this.takes;
    this.list.replaceChildren();
    if (this.deleted) {
      const line = make("p", "vl-tools");
      line.append(make("span", "vl-muted", "Deleted."), button("Undo", "vl-button", () => this.takeBack(), { name: "Undo the deletion" }));
      this.list.append(line);
    }
    if (newest) this.list.append(this.card(newest, this.whole(newest)));
    if (earlier.length) this.list.append(this.earlier(earlier));
    if (newest) this.list.append(make("p", "vl-muted", this.keptWhere()));
  }

  keptWhere() {
    if (this.keepsNone) return "This browser keeps nothing: what was spoken is gone after a reload. Download what you need.";
    return `The last ${MOST} takes are kept in this browser, and nowhere else.`;
  }

  /** @param {KeptTake[]} takes */
  earlier(takes) {
    const node = fold(`Spoken earlier (${takes.length})`, "vl-spoken-earlier");
    node.open = this.isOpen;
    node.addEventListener("toggle", () => {
      this.isOpen = node.open;
    });
    const look = { label: "▶ Play", stopLabel: "■ Stop", className: "vl-button" };
    node.append(...takes.map((take) => this.card(take, playButton({ ...look, name: `Play ${take.text.slice(0, 40)}` }, () => ({ url: this.urlOf(take) })))));
    return node;
  }

  /** @param {KeptTake} take */
  whole(take) {
    const node = make("audio");
    node.controls = true;
    node.preload = "metadata";
    node.src = this.urlOf(take);
    node.setAttribute("aria-label", "The whole take");
    node.addEventListener("play", () => this.player.stop());
    return node;
  }

  /** @param {KeptTake} take @param {HTMLElement} player */
  card(take, player) {
    const card = make("div", "vl-spoken-take");
    const tools = make("div", "vl-tools");
    const short = take.text.slice(0, 40);
    const download = make("a", "vl-button", "Download");
    download.href = this.urlOf(take);
    download.download = take.name;
    download.setAttribute("aria-label", `Download ${short}`);
    tools.append(
      player,
      download,
      button("Same seed", "vl-button", () => this.trigger("again", { seed: take.seed }), {
        title: "Speak with the seed of this take from now on",
        name: `Same seed as ${short}`,
      }),
      button("Delete", "vl-button", () => this.remove(take), { name: `Delete ${short}` }),
    );
    card.append(make("p", "vl-spoken-text", take.text), make("p", "vl-muted", aboutOf(take)), tools);
    return card;
  }

  /** @param {KeptTake} take */
  urlOf(take) {
    const url = this.urls.get(take.id) ?? URL.createObjectURL(take.sound);
    this.urls.set(take.id, url);
    return url;
  }
}

/** Triggers "again" with {seed}. @type {Widget} */
export const spoken = (element, props, trigger, watch) => {
  const view = new SpokenView(boxOf(element, "spoken"), trigger);
  redrawOn(watch, props, (/** @type {SpokenTake | null} */ take) => {
    if (take) void view.follow(take);
  });
};
