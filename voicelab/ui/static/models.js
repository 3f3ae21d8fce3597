// The models on this machine: what each needs, where it is, bringing and deleting it. Text enters through textContent only.
(() => {
  "use strict";

  const { make, redrawOn } = window.voicelab.kit;

  const LOOK_MS = 700;
  const gigabytes = (bytes) => (bytes ? `${(bytes / 1e9).toFixed(2)} GB` : "–");
  const left = (seconds) => (seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`);

  // {machine_bytes, allow_swap, idle_minutes, free_names, models}; triggers "act" with {action, model}.
  const models = (element, props, trigger, watch) => {
    const box = element.querySelector(".vl-models");
    let value = {};
    let asked = ""; // the model whose deletion is to be confirmed
    let looking = 0;

    const button = (label, action, model, title) => {
      const node = make("button", "vl-button", label);
      node.type = "button";
      node.setAttribute("aria-label", title ?? `${label} ${model}`.trim());
      node.addEventListener("click", () => {
        asked = action === "ask" ? model : "";
        if (action === "ask" || action === "keep") draw();
        else trigger("act", { action, model });
      });
      return node;
    };

    const active = (model) => model.download && ["waiting", "downloading"].includes(model.download.status);

    const onItsWay = ({ name, download }) => {
      const parts = [];
      if (download.status === "waiting") parts.push("waits for the one before");
      else if (!download.total_bytes) parts.push("asking the hub");
      else {
        parts.push(`${(download.done_bytes / 1e6).toFixed(0)} of ${(download.total_bytes / 1e6).toFixed(0)} MB`);
        if (download.bytes_per_s) {
          parts.push(`${(download.bytes_per_s / 1e6).toFixed(1)} MB/s`);
          parts.push(`${left((download.total_bytes - download.done_bytes) / download.bytes_per_s)} left`);
        }
      }
      const bar = make("progress");
      bar.max = download.total_bytes || 1;
      if (download.total_bytes) bar.value = download.done_bytes;
      bar.setAttribute("aria-label", `Download of ${name}`);
      return [make("span", "vl-model-state", parts.join(", ")), bar];
    };

    const place = (model) => {
      if (active(model)) return onItsWay(model);
      if (model.on_disk === "packaged") return [make("span", "vl-model-state", "Comes with its engine")];
      if (model.on_disk === "yes") return [make("span", "vl-model-state", `✓ On disk, ${gigabytes(model.disk_bytes)}`)];
      const there = model.on_disk === "partly" ? `Partly on disk, ${(model.disk_bytes / 1e6).toFixed(0)} MB` : "Not on disk";
      const failed = model.download && model.download.status === "failed";
      return [make("span", "vl-model-state", there), ...(failed ? [make("span", "vl-failure", model.download.message)] : [])];
    };

    const buttons = (model) => {
      if (model.on_disk === "packaged") return [];
      if (active(model)) return [button("Pause", "pause", model.name)];
      if (asked === model.name) {
        return [
          make("span", "vl-model-state", `Delete ${gigabytes(model.disk_bytes)}?`),
          button("Yes, delete", "delete", model.name),
          button("Keep", "keep", model.name),
        ];
      }
      const shown = [];
      if (model.on_disk !== "yes") shown.push(button(model.on_disk === "partly" ? "Go on" : "Download", "download", model.name));
      if (model.on_disk !== "no") {
        const remove = button("Delete", "ask", model.name);
        if (model.in_use) {
          remove.disabled = true;
          remove.title = `Not now: ${model.in_use}`;
        }
        shown.push(remove);
      }
      return shown;
    };

    const row = (model) => {
      const card = make("li", "vl-model");
      card.dataset.model = model.name;
      const about = make("div", "vl-model-about");
      about.append(make("b", "", model.name), make("span", "vl-muted", model.note));
      const needs = make("div", "vl-model-needs");
      needs.append(make("span", "", `Download ${model.on_disk === "packaged" ? "none" : gigabytes(model.size_bytes)}`));
      needs.append(make("span", "", `Memory ${gigabytes(model.memory_bytes)}`));
      const fits = make("span", model.fits ? "vl-fits" : "vl-swaps", model.fits ? "✓ fits here" : "! would swap here");
      if (!model.fits) fits.title = model.too_large;
      needs.append(fits);
      const where = make("div", "vl-model-place");
      where.append(...place(model));
      const actions = make("div", "vl-model-actions");
      actions.append(...buttons(model));
      if (model.in_use && model.on_disk !== "packaged" && !active(model)) where.append(make("span", "vl-muted", `In use: ${model.in_use}`));
      card.append(about, needs, where, actions);
      return card;
    };

    const another = () => {
      const form = make("form", "vl-tools");
      const field = make("input", "vl-note vl-repository");
      field.placeholder = `owner/name of another repository for ${value.hub_engines}`;
      field.setAttribute("aria-label", "Another repository of the hub");
      field.maxLength = 120;
      const go = make("button", "vl-button", "Download it");
      go.type = "submit";
      form.append(field, go);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (field.value.trim()) trigger("act", { action: "download", model: field.value.trim() });
      });
      return form;
    };

    const machine = () => {
      const tools = make("div", "vl-tools");
      const rest = value.idle_minutes ? `A model is unloaded after ${value.idle_minutes} min without a text.` : "A model stays loaded.";
      tools.append(make("span", "", `This machine has ${gigabytes(value.machine_bytes)} of memory. ${rest}`));
      tools.append(button("Unload now", "unload", "", "Unload the model now"));
      const label = make("label", "vl-tick");
      const tick = make("input");
      tick.type = "checkbox";
      tick.checked = value.allow_swap;
      tick.addEventListener("change", () => trigger("act", { action: tick.checked ? "allow" : "forbid", model: "" }));
      label.append(tick, make("span", "", "Load models that would swap"));
      tools.append(label);
      return tools;
    };

    const draw = () => {
      if (!value.models) {
        box.replaceChildren();
        return;
      }
      const list = make("ul", "vl-model-list");
      list.append(...value.models.map(row));
      box.replaceChildren(machine(), list, ...(value.free_names ? [another()] : []));
    };

    // While bytes come, the figures are asked for; what a person types or confirms meanwhile must not be drawn over.
    const look = async () => {
      if (!element.isConnected) {
        looking = 0;
        return;
      }
      try {
        const answer = await fetch("models", { cache: "no-store" });
        if (answer.ok && !box.contains(document.activeElement?.closest?.("input.vl-repository") ?? null)) {
          value = { ...value, ...(await answer.json()) };
          draw();
        }
      } catch {
        // The banner says that the lab does not answer.
      }
      looking = (value.models ?? []).some(active) ? setTimeout(look, LOOK_MS) : 0;
    };

    redrawOn(watch, props, (drawn) => {
      value = drawn;
      draw();
      if (!looking && (value.models ?? []).some(active)) looking = setTimeout(look, LOOK_MS);
    });
  };

  Object.assign(window.voicelab, { models });
})();
