// The models and the recognizers on this machine: what each needs, where it is, bringing and deleting it.
/** @import { CloneNeed, Models } from "../values.d.ts" */
/** @import { Question, Stored } from "./models_wording.js" */
/** @import { Trigger, Widget } from "./widget.js" */
import { button, make, tick } from "../shared/dom.js";
import { gigabytes } from "../shared/wording.js";
import { buttonsOf, isActive, isChanging, placeOf, questionOf } from "./models_wording.js";
import { bar } from "./progress.js";
import { boxOf, redrawOn } from "./widget.js";

const LOOK_MS = 700;

/** What stands in a list, and what stands around it. @typedef {{ before: HTMLElement[], listed: Stored[], after: HTMLElement[] }} Shown */

class StoredView {
  /** @type {Models | null} */
  value = null;
  /** What is to be answered first, and of which one. @type {{ name: string, question: Question }} */
  asked = { name: "", question: "" };
  looking = false;

  /** @param {HTMLElement} box @param {Trigger} trigger */
  constructor(box, trigger) {
    this.box = box;
    this.trigger = trigger;
  }

  /** @param {import("./models_wording.js").Offer["action"] | "unload"} action @param {string} name */
  act(action, name) {
    const isAsked = action === "ask" || action === "ask_download";
    this.asked = isAsked ? { name, question: action } : { name: "", question: "" };
    if (isAsked || action === "keep") this.draw();
    else this.trigger("act", { action, model: name });
  }

  /** @param {Models | null} value */
  take(value) {
    this.value = value;
    this.draw();
    if (!this.looking) this.lookLater();
  }

  draw() {
    this.box.replaceChildren();
    if (!this.value) return;
    const { before, listed, after } = this.shown(this.value);
    const list = make("ul", "vl-model-list");
    list.append(...listed.map((model) => this.card(model)));
    this.box.append(...before, list, ...after);
  }

  /** @param {Models} value @returns {Shown} */
  shown(value) {
    return { before: [], listed: value.recognizers, after: [] };
  }

  /** @param {Stored} model */
  card(model) {
    const card = make("li", "vl-model");
    card.dataset.model = model.name;
    const about = make("div", "vl-model-about");
    about.append(make("b", "", model.name), make("span", "vl-muted", model.note));
    if ("terms" in model && model.terms && model.on_disk !== "yes") about.append(terms(model.terms));
    card.append(about, needs(model), where(model), this.actions(model));
    return card;
  }

  /** @param {Stored} model */
  actions(model) {
    const actions = make("div", "vl-model-actions");
    const question = this.asked.name === model.name ? this.asked.question : "";
    const said = questionOf(model, question);
    if (said) actions.append(make("span", "vl-model-state", said));
    actions.append(
      ...buttonsOf(model, question).map(({ label, action, held }) => {
        const told = { name: `${label} ${model.name}`, ...(held ? { title: `Not now: ${held}` } : {}) };
        const node = button(label, "vl-button", () => this.act(action, model.name), told);
        node.disabled = Boolean(held);
        return node;
      }),
    );
    return actions;
  }

  /** While bytes come, the figures are asked for. */
  lookLater() {
    this.looking = this.value ? this.shown(this.value).listed.some(isChanging) : false;
    if (this.looking) setTimeout(() => this.look(), LOOK_MS);
  }

  async look() {
    if (!this.box.isConnected) {
      this.looking = false;
      return;
    }
    try {
      const answer = await fetch("models", { cache: "no-store" });
      // What a person types meanwhile must not be drawn over.
      const typing = document.activeElement?.matches("input.vl-repository") && this.box.contains(document.activeElement);
      if (answer.ok && this.value && !typing) {
        this.value = { ...this.value, ...(await answer.json()) };
        this.draw();
      }
    } catch {
      // The banner says that the lab does not answer.
    }
    this.lookLater();
  }
}

class ModelsView extends StoredView {
  /** @override @param {Models} value @returns {Shown} */
  shown(value) {
    const { clone_need: need, models: listed } = value;
    return {
      before: [...(need && isOpen(need, listed) ? [this.need(need)] : []), this.machine(value)],
      listed,
      after: value.free_names ? [this.another()] : [],
    };
  }

  /** What would let this machine clone, and the button for it. @param {CloneNeed} need */
  need({ text, model, command }) {
    const box = make("div", "vl-empty vl-clone-need");
    box.append(make("p", "", text));
    if (model) box.append(button(`Download ${model}`, "vl-button vl-primary", () => this.act("download", model)));
    else if (command) box.append(make("code", "", command), copying(command));
    return box;
  }

  /** @param {Models} value */
  machine({ idle_minutes, machine_bytes, allow_swap }) {
    const tools = make("div", "vl-tools");
    const rest = idle_minutes ? `A model is unloaded after ${idle_minutes} min without a text.` : "A model stays loaded.";
    tools.append(
      make("span", "", `This machine has ${gigabytes(machine_bytes)} of memory. ${rest}`),
      button("Unload now", "vl-button", () => this.act("unload", ""), { name: "Unload the model now" }),
      tick("vl-tick", "Load models that would swap", allow_swap, (checked) => {
        this.trigger("act", { action: checked ? "allow" : "forbid", model: "" });
      }),
    );
    return tools;
  }

  another() {
    const form = make("form", "vl-tools");
    const field = make("input", "vl-note vl-repository");
    field.placeholder = `owner/name of another repository for ${this.value?.hub_engines ?? "an engine"}`;
    field.setAttribute("aria-label", "Another repository of the hub");
    field.maxLength = 120;
    const go = make("button", "vl-button", "Download it");
    go.type = "submit";
    form.append(field, go);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (field.value.trim()) this.trigger("act", { action: "download", model: field.value.trim() });
    });
    return form;
  }
}

/** What is to be agreed to before a download, its address as a link. @param {string} said */
const terms = (said) => {
  const node = make("span", "vl-model-terms");
  for (const [index, part] of said.split(/(https:\/\/[^\s)]+)/).entries()) {
    if (index % 2) {
      const link = make("a", "", part);
      link.href = part;
      link.target = "_blank";
      link.rel = "noopener noreferrer";
      node.append(link);
    } else node.append(part);
  }
  return node;
};

/** Whether there is still something to be done about it. @param {CloneNeed} need @param {Stored[]} models */
const isOpen = (need, models) => !models.some((model) => model.name === need.model && (model.on_disk === "yes" || isActive(model)));

/** @param {string} command */
const copying = (command) => {
  const node = button("Copy the command", "vl-button vl-primary", () => {
    void navigator.clipboard.writeText(command).then(() => {
      node.textContent = "✓ Copied";
    });
  });
  return node;
};

/** @param {import("../values.d.ts").StoredModel} model */
const suits = ({ fits, too_large, unsuited }) => {
  if (fits && !unsuited) return make("span", "vl-fits", "✓ fits here");
  const node = make("span", "vl-swaps", fits ? "! not for this machine" : "! would swap here");
  node.title = fits ? unsuited : too_large;
  return node;
};

/** @param {Stored} model */
const needs = (model) => {
  const node = make("div", "vl-model-needs");
  node.append(make("span", "", `Download ${model.on_disk === "packaged" ? "none" : gigabytes(model.size_bytes)}`));
  if ("fits" in model) node.append(make("span", "", `Memory ${gigabytes(model.memory_bytes)}`), suits(model));
  return node;
};

/** @param {Stored} model */
const where = (model) => {
  const node = make("div", "vl-model-place");
  const { text, failure, download, held, verified } = placeOf(model);
  node.append(make("span", "vl-model-state", text));
  if (download) {
    const done = download.total_bytes ? download.done_bytes : null;
    node.append(bar(`Download of ${model.name}`, download.total_bytes || 1, done));
  }
  if (failure) node.append(make("span", "vl-failure", failure));
  if (verified) node.append(make("span", "vl-muted vl-model-verified", verified));
  if (held) node.append(make("span", "vl-muted", held));
  return node;
};

/** Triggers "act" with {action, model}. @type {Widget} */
export const recognizers = (element, props, trigger, watch) => {
  const view = new StoredView(boxOf(element, "recognizers"), trigger);
  redrawOn(watch, props, (/** @type {Models | null} */ value) => view.take(value));
};

/** Triggers "act" with {action, model}. @type {Widget} */
export const models = (element, props, trigger, watch) => {
  const view = new ModelsView(boxOf(element, "models"), trigger);
  redrawOn(watch, props, (/** @type {Models | null} */ value) => view.take(value));
};
