// What helps to choose and mend a clip: the best windows of a recording, and the repairs with before and after.
(() => {
  "use strict";

  const { make, play, stop, redrawOn } = window.voicelab.kit;

  const player = (label, url, range, name) => {
    const node = make("button", "vl-button", label);
    node.type = "button";
    node.setAttribute("aria-label", name);
    node.addEventListener("click", () => {
      if (node.textContent === "■ Stop") {
        stop();
        return;
      }
      play(url(), ...range(), undefined, () => (node.textContent = label));
      node.textContent = "■ Stop";
    });
    return node;
  };

  // {draft, seconds, windows: [{start_s, end_s, score, reasons: []}]}, best first. Event: take {start_s, end_s}.
  const best = (element, props, trigger, watch) => {
    const box = element.querySelector(".vl-best");
    const mark = (windows, seconds) => {
      const stage = document.querySelector("#make-trimmer .vl-stage");
      if (!stage) return;
      stage.querySelectorAll(".vl-best-mark").forEach((old) => old.remove());
      windows.forEach(({ start_s, end_s }, index) => {
        const node = make("div", "vl-best-mark", String(index + 1));
        node.style.left = `${(100 * start_s) / seconds}%`;
        node.style.width = `${(100 * (end_s - start_s)) / seconds}%`;
        stage.append(node);
      });
    };
    redrawOn(watch, props, (value) => {
      const { draft = "", seconds = 1, windows = [] } = value;
      mark(windows, seconds);
      if (!windows.length) {
        box.replaceChildren();
        return;
      }
      const rows = make("ol");
      windows.forEach((window, index) => {
        const row = make("li", "vl-best-window");
        const length = (window.end_s - window.start_s).toFixed(1);
        row.append(make("h4", "", `${index + 1} · ${window.start_s.toFixed(1)} – ${window.end_s.toFixed(1)} s (${length} s)`));
        const reasons = make("ul");
        window.reasons.forEach((reason) => reasons.append(make("li", "", reason)));
        const take = make("button", "vl-button vl-take", "Take it");
        take.type = "button";
        take.addEventListener("click", () => {
          rows.querySelectorAll(".vl-best-window").forEach((other) => other.classList.toggle("vl-taken", other === row));
          trigger("take", { start_s: window.start_s, end_s: window.end_s });
        });
        const range = () => [window.start_s, window.end_s];
        row.append(reasons, player("▶ Listen", () => `drafts/${draft}/audio.wav`, range, `Listen to window ${index + 1}`), take);
        rows.append(row);
      });
      box.replaceChildren(rows);
    });
  };

  // {draft, key, repairs: [], tail_silence, choices: [{name, label, about}]}. Events: mend {repairs, tail_silence}, trim_edges.
  const repairs = (element, props, trigger, watch) => {
    const box = element.querySelector(".vl-repairs");
    redrawOn(watch, props, (value) => {
      const { draft = "", key = "", repairs: chosen = [], tail_silence: tail = true, choices = [] } = value;
      box.hidden = !draft;
      if (box.hidden) return;
      const boxes = choices.map(({ name, label, about }) => {
        const line = make("label");
        const tick = make("input");
        tick.type = "checkbox";
        tick.name = name;
        tick.checked = name === "tail" ? tail : chosen.includes(name);
        const text = make("span", "", `${label} `);
        text.append(make("small", "", about));
        line.append(tick, text);
        return { line, tick };
      });
      boxes.forEach(({ tick }) =>
        tick.addEventListener("change", () => {
          stop();
          const ticked = boxes.filter((each) => each.tick.checked).map((each) => each.tick.name);
          trigger("mend", { repairs: ticked.filter((name) => name !== "tail"), tail_silence: ticked.includes("tail") });
        }),
      );
      const tools = make("div", "vl-repairs-tools");
      const edges = make("button", "vl-button", "Trim silent edges");
      edges.type = "button";
      edges.addEventListener("click", () => trigger("trim_edges", {}));
      const whole = () => [0, Infinity];
      const clip = (which) => () => `drafts/${draft}/clip.wav?as=${which}&key=${encodeURIComponent(key)}`;
      tools.append(
        player("▶ Before", clip("recorded"), whole, "Listen to the clip as it was recorded"),
        player("▶ After", clip("repaired"), whole, "Listen to the clip with its repairs"),
        edges,
      );
      box.replaceChildren(...boxes.map(({ line }) => line), tools);
    });
  };

  Object.assign(window.voicelab, { best, repairs });
})();
