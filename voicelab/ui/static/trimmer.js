// The waveform and spectrogram of a recording, and the window that is cut out of it. Drawn like the widgets of widgets.js.
(() => {
  "use strict";

  const { make, play, stop, redrawOn } = window.voicelab.kit;

  const clock = (seconds) => {
    const minutes = Math.floor(seconds / 60);
    const rest = (seconds - 60 * minutes).toFixed(2);
    return minutes ? `${minutes}:${rest.padStart(5, "0")}` : `${rest} s`;
  };

  // Start and end of the window that the lab has, in seconds with two digits, as the fields of the page show it.
  let cut = [];
  const isCut = (startS, endS) => startS === cut[0] && endS === cut[1];

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

    let sounding = false;
    const listen = (from, to) => {
      play(
        audioUrl(),
        from,
        to,
        (now) => {
          cursor.style.left = `${(100 * now) / state.seconds}%`;
        },
        () => {
          sounding = false;
          playButton.textContent = "▶ Play selection";
          cursor.hidden = true;
        },
      );
      // After play(), which ends what sounded before.
      sounding = true;
      playButton.textContent = "■ Stop";
      cursor.hidden = false;
    };
    playButton.addEventListener("click", () => {
      if (sounding) stop();
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

  Object.assign(window.voicelab, { isCut, trimmer });
})();
