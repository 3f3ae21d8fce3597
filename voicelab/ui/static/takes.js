// The widgets of a comparison: the table of takes with everything that can be done with one, and two takes side by side.
(() => {
  "use strict";

  const { make, play, redrawOn, stop } = window.voicelab.kit;

  const number = (value, digits = 2, unit = "") =>
    value === null || value === undefined ? "–" : `${value.toFixed(digits)}${unit}`;
  const percent = (value) => (value === null || value === undefined ? "–" : `${(100 * value).toFixed(0)} %`);
  const gigabytes = (value) => (value ? `${(value / 1e9).toFixed(2)} GB` : "–");
  const clipOf = (take) => (take.length_s ? `${take.length_s} s` : "whole");
  const mean = (value, show) => {
    if (!value) return "–";
    if (value.same) return `${show(value.mean)} (all the same)`;
    return value.low === null ? show(value.mean) : `${show(value.mean)} (${show(value.low)} to ${show(value.high)})`;
  };

  const button = (label, className, onClick, title) => {
    const node = make("button", `vl-button ${className}`, label);
    node.type = "button";
    if (title) {
      node.title = title;
      node.setAttribute("aria-label", title);
    }
    node.addEventListener("click", onClick);
    return node;
  };

  const tableOf = (headings, rows) => {
    const table = make("table");
    const head = make("tr");
    headings.forEach((heading) => head.append(make("th", "", heading)));
    table.append(make("thead"), make("tbody"));
    table.tHead.append(head);
    rows.forEach((cells) => {
      const row = make("tr");
      cells.forEach((cell, at) => {
        const node = make("td", "", cell);
        node.dataset.label = headings[at];
        row.append(node);
      });
      table.tBodies[0].append(row);
    });
    const wide = make("div", "vl-wide");
    wide.append(table);
    return wide;
  };

  // A picture that was drawn for light and for dark ground; the style sheet shows the one that fits.
  const picture = (sources, alt) =>
    ["light", "dark"].map((ground) => {
      const image = make("img", `vl-picture vl-on-${ground}`);
      image.src = sources[ground];
      image.alt = alt;
      return image;
    });

  // [heading, what is shown, what is sorted by, field of its explanation]
  const columns = [
    ["Clip", clipOf, (take) => take.length_s ?? Infinity],
    ["Model", (take) => take.model, (take) => take.model],
    ["Seed", (take) => String(take.seed), (take) => take.seed],
    ["RTF", (take) => number(take.rtf), (take) => take.rtf, "rtf"],
    ["First audio", (take) => number(take.first_audio_s, 2, " s"), (take) => take.first_audio_s, "first_audio_s"],
    ["Memory", (take) => gigabytes(take.peak_memory_bytes), (take) => take.peak_memory_bytes, "peak_memory_bytes"],
    ["Length", (take) => number(take.duration_s, 1, " s"), (take) => take.duration_s, "duration_s"],
    ["Words/min", (take) => number(take.words_per_minute, 0), (take) => take.words_per_minute, "words_per_minute"],
    [
      "Word errors",
      (take) =>
        take.word_error_rate === null
          ? "–"
          : `${percent(take.word_error_rate)} (+${take.insertions} −${take.deletions} ≠${take.substitutions})`,
      (take) => take.word_error_rate,
      "word_error_rate",
    ],
    ["Likeness", (take) => number(take.likeness), (take) => take.likeness, "likeness"],
    ["Held out", (take) => number(take.likeness_held_out), (take) => take.likeness_held_out, "likeness_held_out"],
    ["Cleanness", (take) => number(take.noise, 1), (take) => take.noise, "noise"],
    ["Pitch", (take) => number(take.pitch_hz, 0, " Hz"), (take) => take.pitch_hz, "pitch_hz"],
    ["Melody", (take) => number(take.pitch_range_semitones, 1, " st"), (take) => take.pitch_range_semitones, "pitch_range_semitones"],
    [
      "Silence",
      (take) => (take.silence_start_s === undefined ? "–" : `${number(take.silence_start_s, 1)} / ${number(take.silence_end_s, 1)} s`),
      (take) => take.silence_end_s,
      "silence_end_s",
    ],
    [
      "Bleed",
      (take) => (take.bleed === null ? "–" : take.bleed ? `“${take.bleed_words.join(" ")}”` : "no"),
      (take) => (take.bleed ? 1 : 0),
      "bleed",
    ],
  ];

  const IDENTITY = 3; // the columns that a failed take has, too

  const takes = (element, props, trigger, watch) => {
    const box = element.querySelector(".vl-takes");
    // Kept while the table is drawn again.
    const view = { model: "", clip: "", line: "", favourites: false, matched: true, sort: "", down: false, pair: [], blind: [] };
    let chosen = "";
    let value = {};

    const send = (action, take, extra = "") =>
      trigger("choose", { action, experiment: value.experiment, take: take.id, extra });

    // Who spoke is shown where more than this machine did.
    const columnsOf = () =>
      (value.takes ?? []).some((take) => take.worker)
        ? [...columns, ["Spoken by", (take) => take.worker || "this machine", (take) => take.worker]]
        : columns;

    const player = (take) => {
      const name = `${take.model}, ${clipOf(take)} clip, seed ${take.seed}`;
      const toggle = button("▶", "vl-play", () => {
        if (toggle.textContent === "■") {
          stop();
          return;
        }
        const url = `takes/${value.experiment}/${take.id}${view.matched ? "/matched" : ""}.wav`;
        play(url, 0, Infinity, undefined, () => (toggle.textContent = "▶"));
        toggle.textContent = "■";
      }, `Play ${name}`);
      const keep = make("a", "vl-download", "⤓");
      keep.href = `takes/${value.experiment}/${take.id}.wav`;
      keep.download = "";
      keep.title = "Download this take as it was spoken";
      keep.setAttribute("aria-label", `Download ${name}`);
      return [toggle, keep];
    };

    const mender = (take) => {
      const ways = take.failure
        ? [["again", "Try again"], ["seed", "Try with a new seed"]]
        : [
            ...(take.bleed && take.bleed_place !== "middle" ? [["cut", "Cut the leaked words off"]] : []),
            ["silence", "Again, with silence after the clip"],
            ["seed", "Again, with a new seed"],
            ["shorter", "Again, from a shorter clip"],
          ];
      const select = make("select", "vl-select");
      select.setAttribute("aria-label", `Mend ${take.model}, seed ${take.seed}`);
      select.append(new Option("Mend…", ""), ...ways.map(([way, label]) => new Option(label, way)));
      select.addEventListener("change", () => {
        if (select.value) send("mend", take, select.value);
        select.value = "";
      });
      return select;
    };

    const remarker = (take) => {
      const field = make("input", "vl-note");
      field.placeholder = "Your note";
      field.value = take.comment;
      field.maxLength = 2000;
      field.setAttribute("aria-label", `Note on ${take.model}, seed ${take.seed}`);
      field.addEventListener("change", () => send("comment", take, field.value));
      return field;
    };

    const chooser = (take) => {
      const wrap = make("label", "vl-tick vl-blind");
      const node = make("input");
      node.type = "checkbox";
      node.checked = view.blind.includes(take.id);
      node.setAttribute("aria-label", `Into the listening test: ${take.model}, ${clipOf(take)} clip, seed ${take.seed}`);
      node.addEventListener("change", () => {
        view.blind = node.checked ? [...view.blind, take.id] : view.blind.filter((id) => id !== take.id);
        draw();
      });
      wrap.append(node, make("span", "", "blind"));
      wrap.title = "Choose for a blind listening test";
      return wrap;
    };

    const cellOf = (take, [heading, show]) => {
      const cell = make("td", "", show(take));
      cell.dataset.label = heading;
      if (heading === "Clip") cell.title = `${number(take.clip_seconds, 2, " s")} of the clip: “${take.clip_text}”`;
      if (heading === "Word errors" && take.recognizer) cell.title = `${take.recognizer} heard: “${take.heard}”`;
      if (heading === "Bleed" && take.bleed) cell.className = "vl-bled";
      if (take.measure_notes && take.measure_notes.length && cell.textContent === "–") cell.title = take.measure_notes.join(" ");
      return cell;
    };

    const toolsOf = (take) => {
      const tools = make("div", "vl-does");
      if (!take.failure) {
        const star = button(take.favourite ? "★" : "☆", "vl-star", () => send("favourite", take, take.favourite ? "" : "yes"),
          take.favourite ? "Favourite: take the star away" : "Make it a favourite");
        const pair = button(view.pair.includes(take.id) ? "AB"[view.pair.indexOf(take.id)] : "◧", "vl-pair", () => {
          view.pair = view.pair.includes(take.id) ? view.pair.filter((id) => id !== take.id) : [...view.pair.slice(-1), take.id];
          draw();
        }, "Choose for a look at two takes");
        const use = button(chosen === take.id ? "✓ In use" : "Use for this voice", "vl-use", () => {
          chosen = take.id;
          draw();
          send("use", take);
        });
        tools.append(...player(take), star, pair, chooser(take), use);
      }
      if (!value.active) tools.append(mender(take));
      if (!take.failure) tools.append(remarker(take));
      if (take.repaired_from) tools.append(make("span", "vl-muted", take.notes.at(-1) ?? ""));
      return tools;
    };

    // Two rows: what was measured, and below it what can be done.
    const rowsOf = (take) => {
      const rows = make("tbody", take.repaired_from ? "vl-take vl-mended" : "vl-take");
      const measures = make("tr", "vl-measures");
      const columns = columnsOf();
      const shown = take.failure ? columns.slice(0, IDENTITY) : columns;
      measures.append(...shown.map((column) => cellOf(take, column)));
      if (take.failure) {
        const why = make("td", "vl-failure", take.failure);
        why.colSpan = columns.length - IDENTITY;
        measures.append(why);
      }
      const does = make("tr");
      const cell = make("td");
      cell.colSpan = columns.length;
      cell.append(toolsOf(take));
      does.append(cell);
      rows.append(measures, does);
      return rows;
    };

    const headOf = (hints) => {
      const head = make("tr");
      columnsOf().forEach(([heading, , , field]) => {
        const cell = make("th");
        const arrow = view.sort === heading ? (view.down ? " ↓" : " ↑") : "";
        const sorter = button(heading + arrow, "vl-sort", () => {
          view.down = view.sort === heading && !view.down;
          view.sort = heading;
          draw();
        });
        if (hints[field]) sorter.title = hints[field];
        cell.setAttribute("aria-sort", view.sort !== heading ? "none" : view.down ? "descending" : "ascending");
        cell.append(sorter);
        head.append(cell);
      });
      return head;
    };

    const filters = (list, shown) => {
      const tools = make("div", "vl-tools");
      const select = (key, label, values) => {
        if (values.length < 2) {
          view[key] = "";
          return;
        }
        const node = make("select", "vl-select");
        node.setAttribute("aria-label", label);
        node.append(new Option(label, ""), ...values.map((each) => new Option(each.slice(0, 60), each)));
        node.value = view[key];
        node.addEventListener("change", () => {
          view[key] = node.value;
          draw();
        });
        tools.append(node);
      };
      select("model", "Every model", [...new Set(list.map((take) => take.model))]);
      select("clip", "Every clip length", [...new Set(list.map(clipOf))]);
      select("line", "Every line", [...new Set(list.map((take) => take.line))]);
      const tick = (key, label) => {
        const wrap = make("label", "vl-tick");
        const node = make("input");
        node.type = "checkbox";
        node.checked = view[key];
        node.addEventListener("change", () => {
          view[key] = node.checked;
          draw();
        });
        wrap.append(node, make("span", "", label));
        tools.append(wrap);
      };
      tick("favourites", "Favourites only");
      tick("matched", "Play equally loud");
      const made = shown.filter((take) => !take.failure).map((take) => take.id);
      const sent = view.blind.length ? view.blind : made;
      if (!value.active && sent.length > 1) {
        const label = view.blind.length ? `Send ${sent.length} to a listening test` : `Send all ${sent.length} to a listening test`;
        tools.append(button(label, "vl-send", () => send("listen", { id: "" }, sent.join(" "))));
      }
      if (view.pair.length === 2) tools.append(button("Look at A and B", "vl-look", () => send("pair", { id: view.pair[0] }, view.pair[1])));
      return tools;
    };

    const settings = (rows) =>
      tableOf(
        ["Model", "Quantization", "Clip", "Takes", "Failed", "Bled", "Peak memory", "Likeness", "Word errors", "Cleanness", "Speed (RTF)"],
        rows.map((each) => [
          each.model, each.quantization, clipOf(each), String(each.takes), String(each.failed), String(each.bled),
          gigabytes(each.peak_memory_bytes), mean(each.likeness, number), mean(each.word_error_rate, percent),
          mean(each.noise, (shown) => number(shown, 1)), mean(each.rtf, number),
        ]),
      );

    const measuredAgainst = (yardstick) => {
      if (!yardstick) return [];
      const parts = [];
      if (yardstick.self_likeness !== null) parts.push(`the recording is ${number(yardstick.self_likeness)} like itself`);
      if (yardstick.other_likeness !== null) parts.push(`${number(yardstick.other_likeness)} like ${yardstick.other_voice}, another voice`);
      if (yardstick.pitch_hz !== null) parts.push(`speaks at ${number(yardstick.pitch_hz, 0, " Hz")}, melody ${number(yardstick.pitch_range_semitones, 1, " st")}`);
      if (yardstick.noise !== null) parts.push(`cleanness ${number(yardstick.noise, 1)}`);
      return [make("p", "vl-muted", `To compare with: ${parts.join("; ")}.`)];
    };

    const explained = (about) => {
      const fold = make("details", "vl-about");
      fold.append(make("summary", "", "What the measures are"));
      const list = make("dl");
      about.forEach(({ label, what, source }) => list.append(make("dt", "", label), make("dd", "", `${what} (${source})`)));
      fold.append(list);
      return fold;
    };

    const links = () => {
      const row = make("p", "vl-links");
      [["Report (one HTML file)", "report.html"], ["Figures as CSV", "takes.csv"], ["Everything as JSON", "experiment.json"]].forEach(([label, file]) => {
        const link = make("a", "", label);
        link.href = `experiments/${value.experiment}/${file}`;
        link.download = "";
        row.append(link);
      });
      return row;
    };

    const draw = () => {
      const { takes: list = [], settings: means = [], yardstick = null, about = [], scatter = {} } = value;
      box.replaceChildren();
      if (!list.length) return;
      const hints = Object.fromEntries(about.map(({ field, what }) => [field, what]));
      const shown = list.filter(
        (take) =>
          (!view.model || take.model === view.model) &&
          (!view.clip || clipOf(take) === view.clip) &&
          (!view.line || take.line === view.line) &&
          (!view.favourites || take.favourite),
      );
      const column = columnsOf().find(([heading]) => heading === view.sort);
      if (column) {
        const key = (take) => column[2](take) ?? (view.down ? -Infinity : Infinity);
        shown.sort((one, other) => (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0) * (view.down ? -1 : 1));
      }
      box.append(make("h4", "", "Settings: means with 95 % intervals"), settings(means), ...measuredAgainst(yardstick));
      if (scatter.light) box.append(...picture(scatter, "Likeness against word errors, one mark per take and a shape per setting"));
      box.append(filters(list, shown));
      [...new Set(shown.map((take) => take.line))].forEach((line) => {
        const section = make("section", "vl-line");
        const table = make("table");
        table.append(make("thead"), ...shown.filter((take) => take.line === line).map(rowsOf));
        table.tHead.append(headOf(hints));
        const wide = make("div", "vl-wide");
        wide.append(table);
        section.append(make("h4", "", line), wide);
        box.append(section);
      });
      if (!shown.length) box.append(make("p", "vl-muted", "No take fits these filters."));
      box.append(links(), explained(about));
    };

    redrawOn(watch, props, (drawn) => {
      if (drawn.experiment !== value.experiment) Object.assign(view, { pair: [], blind: [] });
      value = drawn;
      draw();
    });
  };

  // {light, dark, alt}: pictures as data addresses.
  const figure = (element, props, trigger, watch) => {
    const box = element.querySelector(".vl-figure");
    redrawOn(watch, props, (value) => box.replaceChildren(...(value.light ? picture(value, value.alt) : [])));
  };

  Object.assign(window.voicelab, { figure, takes });
})();
