// The page's own widgets. Each is called from a gr.HTML's js_on_load as voicelab.<name>(element, props, trigger, watch),
// draws the JSON in props.value into `element` and redraws when Python changes it. User text enters the page through textContent only.
(() => {
  "use strict";

  const make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };

  // One player for the whole page: two things never sound at once.
  const player = new Audio();
  player.preload = "auto";
  let playing = null;
  const stop = () => {
    player.pause();
    if (playing) playing.onStop();
    playing = null;
  };
  const play = async (url, startS, endS, onTime = () => {}, onStop = () => {}) => {
    stop();
    document.querySelectorAll("audio").forEach((other) => other.pause());
    if (!player.src.endsWith(url)) {
      player.src = url;
      await new Promise((ready) => {
        player.addEventListener("loadedmetadata", ready, { once: true });
        player.addEventListener("error", ready, { once: true });
      });
    }
    const mine = { onStop };
    playing = mine;
    player.currentTime = startS;
    try {
      await player.play();
    } catch {
      stop();
      return;
    }
    const tick = () => {
      if (playing !== mine) return;
      if (player.paused || player.ended || player.currentTime >= endS) {
        stop();
        return;
      }
      onTime(player.currentTime);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  };

  // The value crosses as JSON (ui/bind.py says why).
  const redrawOn = (watch, props, draw) => {
    const drawn = () => draw(props.value ? JSON.parse(props.value) : {});
    watch("value", drawn);
    drawn();
  };

  // Rows of {level: ok|warn|fail|info, label, text}.
  const notices = (element, props, trigger, watch) => {
    const list = element.querySelector(".vl-notices");
    const marks = { ok: "✓", warn: "!", fail: "✕", info: "i" };
    redrawOn(watch, props, (value) => {
      const rows = Array.isArray(value) ? value : [];
      list.replaceChildren(
        ...rows.map(({ level, label, text }) => {
          const row = make("li", `vl-notice vl-${level}`);
          const mark = make("span", "vl-mark", marks[level] ?? "i");
          mark.setAttribute("aria-label", level);
          row.append(mark);
          if (label) row.append(make("b", "", label));
          row.append(make("span", "", text));
          return row;
        }),
      );
    });
  };

  // {message, fraction: 0..1 or null, busy}.
  const progress = (element, props, trigger, watch) => {
    const box = element.querySelector(".vl-progress");
    box.setAttribute("role", "status");
    redrawOn(watch, props, (value) => {
      const { message = "", fraction = null, busy = false } = value;
      box.replaceChildren();
      box.hidden = !message;
      if (!message) return;
      box.append(make("span", "vl-progress-text", message));
      if (busy) {
        const bar = make("progress");
        bar.max = 1;
        if (fraction !== null) bar.value = fraction;
        bar.setAttribute("aria-label", "progress");
        box.append(bar);
      }
    });
  };

  // The engine's state, asked of /health: on its own, so that it tells the truth even while the page's queue is busy.
  const banner = (element) => {
    const box = element.querySelector(".vl-banner");
    const dot = make("span", "vl-dot");
    const text = make("span", "vl-banner-text", "Asking the engine…");
    const bar = make("progress");
    bar.hidden = true;
    box.replaceChildren(dot, text, bar);
    box.setAttribute("role", "status");
    const ask = async () => {
      let wait = 1000;
      try {
        const health = await (await fetch("health", { cache: "no-store" })).json();
        const state = health.ready ? "ready" : ["failed", "resting"].includes(health.stage) ? health.stage : "busy";
        box.dataset.state = state;
        dot.title = health.stage;
        const queue = health.queue_length ? ` · ${health.queue_length} in the queue` : "";
        const why = health.ready && health.model === health.default_model ? ` ${health.default_reason}` : "";
        text.textContent = health.message + why + queue;
        bar.hidden = health.stage !== "downloading" || !health.download_total_bytes;
        if (!bar.hidden) {
          bar.max = health.download_total_bytes;
          bar.value = health.download_done_bytes;
        }
        wait = health.ready ? 3000 : 700;
      } catch {
        box.dataset.state = "failed";
        text.textContent = "The lab does not answer. Is it still running in its terminal?";
        wait = 2000;
      }
      if (element.isConnected) setTimeout(ask, document.hidden ? 5000 : wait);
    };
    ask();
  };

  // Rows of an array of objects under the given columns: [{...}], columns [[key, title], …].
  const table = (element, props, trigger, watch) => {
    const box = element.querySelector(".vl-table");
    redrawOn(watch, props, (value) => {
      const { columns = [], rows = [] } = value;
      const grid = make("table");
      const head = make("tr");
      columns.forEach((title) => head.append(make("th", "", title)));
      grid.append(make("thead"), make("tbody"));
      grid.tHead.append(head);
      rows.forEach((cells) => {
        const row = make("tr");
        cells.forEach((cell, at) => {
          const node = make("td", cell.length > 24 ? "vl-sentence" : "", cell);
          node.dataset.label = columns[at];
          row.append(node);
        });
        grid.tBodies[0].append(row);
      });
      box.replaceChildren(grid);
    });
  };

  const kit = { make, play, stop, redrawOn }; // for the widgets in the other files
  window.voicelab = { banner, kit, notices, progress, table };
})();
