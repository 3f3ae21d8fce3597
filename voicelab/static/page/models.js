// The models on this machine: what each needs, where it is, bringing and deleting it.
/** @import { Models, StoredModel } from "../values.d.ts" */
/** @import { Trigger, Widget } from "./widget.js" */
import { button, make, tick } from "../shared/dom.js";
import { gigabytes } from "../shared/wording.js";
import { buttonsOf, isActive, placeOf } from "./models_wording.js";
import { bar } from "./progress.js";
import { boxOf, redrawOn } from "./widget.js";

const LOOK_MS = 700;

class ModelsView {
  /** @type {Models | null} */
  value = null;
  /** The model whose deletion is to be confirmed. */
  asked = "";
  looking = false;

  /** @param {HTMLElement} box @param {Trigger} trigger */
  constructor(box, trigger) {
    this.box = box;
    this.trigger = trigger;
  }

  /** @param {string} action @param {string} model */
  act(action, model) {
    this.asked = action === "ask" ? model : "";
    if (action === "ask" || action === "keep") this.draw();
    else this.trigger("act", { action, model });
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
    const list = make("ul", "vl-model-list");
    list.append(...this.value.models.map((model) => this.card(model)));
    this.box.append(this.machine(this.value), list, ...(this.value.free_names ? [this.another()] : []));
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

  /** @param {StoredModel} model */
  card(model) {
    const card = make("li", "vl-model");
    card.dataset.model = model.name;
    const about = make("div", "vl-model-about");
    about.append(make("b", "", model.name), make("span", "vl-muted", model.note));
    if (model.terms && model.on_disk !== "yes") about.append(terms(model.terms));
    card.append(about, needs(model), where(model), this.actions(model));
    return card;
  }

  /** @param {StoredModel} model */
  actions(model) {
    const actions = make("div", "vl-model-actions");
    const asked = this.asked === model.name;
    if (asked && buttonsOf(model, asked).some(({ action }) => action === "keep")) {
      actions.append(make("span", "vl-model-state", `Delete ${gigabytes(model.disk_bytes)}?`));
    }
    actions.append(
      ...buttonsOf(model, asked).map(({ label, action, held }) => {
        const told = { name: `${label} ${model.name}`, ...(held ? { title: `Not now: ${held}` } : {}) };
        const node = button(label, "vl-button", () => this.act(action, model.name), told);
        node.disabled = Boolean(held);
        return node;
      }),
    );
    return actions;
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

  /** While bytes come, the figures are asked for. */
  lookLater() {
    this.looking = this.value?.models.some(isActive) ?? false;
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

/** @param {StoredModel} model */
const needs = (model) => {
  const node = make("div", "vl-model-needs");
  const fits = make("span", model.fits ? "vl-fits" : "vl-swaps", model.fits ? "✓ fits here" : "! would swap here");
  if (!model.fits) fits.title = model.too_large;
  node.append(
    make("span", "", `Download ${model.on_disk === "packaged" ? "none" : gigabytes(model.size_bytes)}`),
    make("span", "", `Memory ${gigabytes(model.memory_bytes)}`),
    fits,
  );
  return node;
};

/** @param {StoredModel} model */
const where = (model) => {
  const node = make("div", "vl-model-place");
  const { text, failure, download, held } = placeOf(model);
  node.append(make("span", "vl-model-state", text));
  if (download) {
    const done = download.total_bytes ? download.done_bytes : null;
    node.append(bar(`Download of ${model.name}`, download.total_bytes || 1, done));
  }
  if (failure) node.append(make("span", "vl-failure", failure));
  if (held) node.append(make("span", "vl-muted", held));
  return node;
};

/** Triggers "act" with {action, model}. @type {Widget} */
export const models = (element, props, trigger, watch) => {
  const view = new ModelsView(boxOf(element, "models"), trigger);
  redrawOn(watch, props, (/** @type {Models | null} */ value) => view.take(value));
};
