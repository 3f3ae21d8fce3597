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

  const clock = (seconds) => {
    const minutes = Math.floor(seconds / 60);
    const rest = (seconds - 60 * minutes).toFixed(2);
    return minutes ? `${minutes}:${rest.padStart(5, "0")}` : `${rest} s`;
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

  // The window that the lab has, in seconds with two digits, as the fields show it.
  let cut = [];

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

  // {draft, seconds, start_s, end_s}: waveform and spectrogram of a recording with a selection to drag.
  const trimmer = (element, props, trigger, watch) => {
    const box = element.querySelector(".vl-trimmer");
    const stage = make("div", "vl-stage");
    const canvas = make("canvas", "vl-wave");
    const picture = make("img", "vl-spectrogram");
    picture.alt = "Mel spectrogram of the recording: time to the right, frequency upwards, louder is brighter";
    const left = make("div", "vl-shade");
    const right = make("div", "vl-shade");
    const cursor = make("div", "vl-cursor");
    const handles = ["start", "end"].map((name) => {
      const handle = make("button", `vl-handle vl-handle-${name}`);
      handle.type = "button";
      handle.setAttribute("role", "slider");
      handle.setAttribute("aria-label", `${name} of the clip, seconds`);
      return handle;
    });
    const axis = make("div", "vl-axis");
    const tools = make("div", "vl-tools");
    const playButton = make("button", "vl-button", "▶ Play selection");
    playButton.type = "button";
    const readout = make("span", "vl-readout");
    const hint = make("span", "vl-hint", "Drag across the waveform to choose the clip, or drag its edges (arrow keys move them).");
    tools.append(playButton, readout, hint);
    stage.append(canvas, picture, left, right, cursor, ...handles);
    box.append(stage, axis, tools);

    let state = { draft: "", seconds: 0, start: 0, end: 0, peaks: [] };
    const round = (seconds) => Math.round(seconds * 100) / 100;
    const audioUrl = () => `drafts/${state.draft}/audio.wav`;

    const drawWave = () => {
      const width = canvas.clientWidth;
      const height = canvas.clientHeight;
      if (!width) return;
      const scale = window.devicePixelRatio || 1;
      canvas.width = width * scale;
      canvas.height = height * scale;
      const pen = canvas.getContext("2d");
      pen.scale(scale, scale);
      pen.fillStyle = getComputedStyle(box).getPropertyValue("--vl-wave");
      const bins = state.peaks.length;
      const loudest = Math.max(0.05, ...state.peaks.map(([low, high]) => Math.max(-low, high)));
      for (let x = 0; x < width; x += 1) {
        let low = 0;
        let high = 0;
        const last = Math.max(Math.floor((x * bins) / width) + 1, Math.floor(((x + 1) * bins) / width));
        for (let bin = Math.floor((x * bins) / width); bin < Math.min(last, bins); bin += 1) {
          low = Math.min(low, state.peaks[bin][0]);
          high = Math.max(high, state.peaks[bin][1]);
        }
        const top = height / 2 - (high / loudest) * (height / 2 - 2);
        const bottom = height / 2 - (low / loudest) * (height / 2 - 2);
        pen.fillRect(x, top, 1, Math.max(1, bottom - top));
      }
    };

    const drawAxis = () => {
      const wanted = state.seconds / Math.max(3, stage.clientWidth / 90);
      const step = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300].find((s) => s >= wanted) ?? 600;
      const ticks = [];
      for (let at = 0; at <= state.seconds; at += step) {
        const tick = make("span", "", step < 1 ? at.toFixed(1) : String(at));
        tick.style.left = `${(100 * at) / state.seconds}%`;
        ticks.push(tick);
      }
      axis.replaceChildren(...ticks);
    };

    const place = () => {
      const percent = (seconds) => `${(100 * seconds) / (state.seconds || 1)}%`;
      left.style.left = "0";
      left.style.width = percent(state.start);
      right.style.left = percent(state.end);
      right.style.width = percent(state.seconds - state.end);
      [state.start, state.end].forEach((at, which) => {
        handles[which].style.left = percent(at);
        handles[which].setAttribute("aria-valuemin", "0");
        handles[which].setAttribute("aria-valuemax", String(round(state.seconds)));
        handles[which].setAttribute("aria-valuenow", String(round(at)));
        handles[which].setAttribute("aria-valuetext", clock(at));
      });
      readout.textContent = `${clock(state.start)} – ${clock(state.end)} (${(state.end - state.start).toFixed(2)} s)`;
    };

    const settle = () => {
      stop();
      trigger("trim", { start_s: round(state.start), end_s: round(state.end) });
    };

    const timeAt = (event) => {
      const area = stage.getBoundingClientRect();
      const share = (event.clientX - area.left) / area.width;
      return Math.min(state.seconds, Math.max(0, share * state.seconds));
    };

    const drag = (event, move) => {
      event.preventDefault();
      stage.setPointerCapture(event.pointerId);
      const onMove = (moved) => {
        move(timeAt(moved));
        place();
      };
      const onEnd = () => {
        stage.removeEventListener("pointermove", onMove);
        stage.removeEventListener("pointerup", onEnd);
        stage.removeEventListener("pointercancel", onEnd);
        settle();
      };
      stage.addEventListener("pointermove", onMove);
      stage.addEventListener("pointerup", onEnd);
      stage.addEventListener("pointercancel", onEnd);
    };

    const moveStart = (at) => {
      state.start = Math.min(at, state.end - 0.1);
    };
    const moveEnd = (at) => {
      state.end = Math.max(at, state.start + 0.1);
    };
    handles.forEach((handle, which) => {
      const move = which === 0 ? moveStart : moveEnd;
      handle.addEventListener("pointerdown", (event) => {
        event.stopPropagation();
        drag(event, move);
      });
      handle.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: -0.05, ArrowRight: 0.05 }[event.key];
        if (!step) return;
        event.preventDefault();
        const now = which === 0 ? state.start : state.end;
        move(Math.min(state.seconds, Math.max(0, now + step * (event.shiftKey ? 10 : 1))));
        place();
      });
      handle.addEventListener("keyup", (event) => {
        if (event.key.startsWith("Arrow")) settle();
      });
    });
    stage.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !state.seconds) return;
      const anchor = timeAt(event);
      const before = { start: state.start, end: state.end };
      let moved = false;
      event.preventDefault();
      stage.setPointerCapture(event.pointerId);
      const onMove = (step) => {
        const at = timeAt(step);
        if (!moved && Math.abs(at - anchor) < state.seconds / 200) return;
        moved = true;
        state.start = Math.min(anchor, at);
        state.end = Math.max(anchor, at);
        place();
      };
      const onEnd = () => {
        stage.removeEventListener("pointermove", onMove);
        stage.removeEventListener("pointerup", onEnd);
        if (!moved) listen(anchor, anchor < before.end ? before.end : state.seconds);
        else if (state.end - state.start < 0.1) {
          Object.assign(state, before);
          place();
        } else settle();
      };
      stage.addEventListener("pointermove", onMove);
      stage.addEventListener("pointerup", onEnd);
    });

    const listen = (from, to) => {
      playButton.textContent = "■ Stop";
      cursor.hidden = false;
      play(
        audioUrl(),
        from,
        to,
        (now) => {
          cursor.style.left = `${(100 * now) / state.seconds}%`;
        },
        () => {
          playButton.textContent = "▶ Play selection";
          cursor.hidden = true;
        },
      );
    };
    playButton.addEventListener("click", () => {
      if (playing) stop();
      else listen(state.start, state.end);
    });
    cursor.hidden = true;

    new ResizeObserver(() => {
      drawWave();
      if (state.seconds) drawAxis();
    }).observe(stage);

    redrawOn(watch, props, async (value) => {
      box.hidden = !value.draft;
      if (!value.draft) {
        state.draft = "";
        return;
      }
      state.start = value.start_s;
      state.end = value.end_s;
      state.seconds = value.seconds;
      cut = [round(state.start), round(state.end)];
      place();
      if (state.draft === value.draft) return;
      state.draft = value.draft;
      state.peaks = [];
      drawWave();
      drawAxis();
      picture.src = `drafts/${value.draft}/spectrogram.png`;
      const answer = await fetch(`drafts/${value.draft}/peaks.json`);
      if (!answer.ok || state.draft !== value.draft) return;
      state.peaks = await answer.json();
      drawWave();
    });
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
  const isCut = (startS, endS) => startS === cut[0] && endS === cut[1];
  window.voicelab = { banner, isCut, kit, notices, progress, table, trimmer };
})();
