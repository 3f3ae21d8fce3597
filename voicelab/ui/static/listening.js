// The widgets of the tab Listen: options of a new test, its link, its results. Text enters through textContent only.
(() => {
  "use strict";

  const { make, redrawOn } = window.voicelab.kit;
  const isDark = () => document.body.classList.contains("dark") || document.querySelector(".dark") !== null;

  // Triggers "make" with the fields of Options that were changed or not.
  const listenform = (element, props, trigger) => {
    const box = element.querySelector(".vl-listenform");
    const start = make("button", "vl-button vl-primary", "Make the listening test");
    start.type = "button";
    const details = make("details");
    details.append(make("summary", "", "More choices: question, trials, catch trials, link"));
    const grid = make("div", "vl-fields");
    details.append(grid);
    const fields = {};
    const field = (name, label, properties, read) => {
      const row = make("label", properties.type === "checkbox" ? "vl-check" : "vl-field");
      const input = make("input");
      Object.assign(input, properties);
      if (properties.type === "checkbox") row.append(input, make("span", "", label));
      else row.append(make("span", "", label), input);
      grid.append(row);
      fields[name] = () => read(input);
    };
    const number = (input) => Number(input.value);
    const text = (input) => input.value.trim();
    const ticked = (input) => input.checked;
    field("question", "Question (empty: the usual one)", { type: "text", maxLength: 300 }, text);
    field("trials", "Trials per listener", { type: "number", min: 1, max: 100, value: 20 }, number);
    field("catch_share", "Catch trials, %", { type: "number", min: 0, max: 50, value: 40 }, (input) => number(input) / 100);
    field("days", "The link works for days (0: for ever)", { type: "number", min: 0, max: 365, value: 14 }, number);
    field("max_answers", "Close after answers (0: never)", { type: "number", min: 0, value: 0 }, number);
    field("listeners", "Listeners until results are shown (0: at once)", { type: "number", min: 0, max: 10000, value: 8 }, number);
    field("code", "Code that listeners must know", { type: "text", maxLength: 64 }, text);
    field("practice", "Begin with a practice trial", { type: "checkbox", checked: true }, ticked);
    field("back", "Listeners may go back and change answers", { type: "checkbox" }, ticked);
    field("ask_name", "Ask for a name", { type: "checkbox" }, ticked);
    field("anchor", "Similarity: add anchors (low-passed speech, another speaker)", { type: "checkbox", checked: true }, ticked);
    field("mode", "Switching goes on at the same time", { type: "checkbox" }, (input) => (input.checked ? "sync" : "restart"));
    start.addEventListener("click", () => {
      const options = Object.fromEntries(Object.entries(fields).map(([name, read]) => [name, read()]));
      trigger("make", { options });
    });
    box.replaceChildren(start, details);
  };

  // {test, url, path, alone, facts}.
  const invitation = (element, props, trigger, watch) => {
    const box = element.querySelector(".vl-invitation");
    redrawOn(watch, props, ({ test = "", url = "", path = "", alone = false, facts = "" }) => {
      box.hidden = !test;
      if (!test) {
        box.replaceChildren();
        return;
      }
      const text = make("div", "vl-invitation-text");
      text.append(make("p", "", facts));
      if (!url) {
        text.append(make("p", "", "The link is closed. Press New link to open it again."));
        box.replaceChildren(text);
        return;
      }
      const open = make("a", "vl-button vl-primary", "Listen now");
      // On this machine by the address that this page has; the printed one is for others.
      open.href = path;
      open.target = "_blank";
      open.rel = "noopener";
      const address = make("input");
      Object.assign(address, { type: "text", readOnly: true, value: url });
      address.setAttribute("aria-label", "Link for listeners");
      address.addEventListener("focus", () => address.select());
      const copy = make("button", "vl-button", "Copy");
      copy.type = "button";
      copy.addEventListener("click", async () => {
        address.select();
        try {
          await navigator.clipboard.writeText(url);
          copy.textContent = "Copied";
        } catch {
          copy.textContent = "Press Ctrl+C";
        }
      });
      const row = make("div", "vl-tools");
      row.append(open, address, copy);
      text.append(row);
      if (alone) {
        text.append(make("p", "vl-hint", "Only this machine can open this link: start the lab with --host 0.0.0.0 to invite others."));
        box.replaceChildren(text);
        return;
      }
      const code = make("img", "vl-qr");
      code.src = `listening/${test}/qr.svg?for=${encodeURIComponent(path)}`;
      code.alt = "The link as a QR code, for a phone's camera";
      box.replaceChildren(text, code);
    });
  };

  const tableOf = ({ title, columns, rows }) => {
    const details = make("details");
    details.append(make("summary", "", title));
    const wrap = make("div", "vl-table");
    const table = make("table");
    const headings = make("tr");
    columns.forEach((column) => headings.append(make("th", "", column)));
    table.append(make("thead"), make("tbody"));
    table.tHead.append(headings);
    rows.forEach((cells) => {
      const row = make("tr");
      cells.forEach((cell, at) => {
        const node = make("td", "", cell);
        if (columns[at]) node.dataset.label = columns[at];
        row.append(node);
      });
      table.tBodies[0].append(row);
    });
    wrap.append(table);
    details.append(wrap);
    return details;
  };

  // {test, rows, paragraph, rules, excluded, settings, plots, views}; nothing is drawn without answers.
  const listenresults = (element, props, trigger, watch) => {
    const box = element.querySelector(".vl-listenresults");
    redrawOn(watch, props, (value) => {
      box.hidden = !value.test;
      if (!value.test) {
        box.replaceChildren();
        return;
      }
      const dark = isDark() ? "1" : "0";
      const sections = value.views.map((view) => {
        const section = make("section");
        section.append(make("h3", "", view.title), make("p", "vl-hint", view.said));
        const list = make("ul", "vl-notices");
        view.pairs.forEach(({ text, tells }) => {
          const row = make("li", `vl-notice ${tells ? "vl-ok" : "vl-info"}`);
          const mark = make("span", "vl-mark", tells ? "✓" : "?");
          mark.setAttribute("aria-label", tells ? "told apart" : "not told apart");
          row.append(mark, make("span", "", text));
          list.append(row);
        });
        // An empty list of this class hides its block (lab.css).
        if (view.pairs.length) section.append(list);
        if (view.ranking.length > 2) {
          const order = make("ol");
          view.ranking.forEach((text) => order.append(make("li", "", text)));
          section.append(make("h4", "", "Ranking (Bradley-Terry)"), order);
        }
        value.plots.forEach((plot) => {
          const picture = make("img", "vl-plot");
          picture.src = `listening/${value.test}/plots/${plot}.png?view=${view.name}&dark=${dark}&rows=${value.rows}`;
          picture.alt = `${plot} plot: the figures are in the text above`;
          section.append(picture);
        });
        view.groups.forEach((group) => section.append(tableOf(group)));
        return section;
      });
      const rules = make("p", "vl-hint", `${value.rules} ${value.excluded.join(" ")}`);
      const use = make("div", "vl-tools");
      use.append(make("span", "", "Let the voice speak with"));
      value.settings.forEach(({ key, label }) => {
        const button = make("button", "vl-button", label);
        button.type = "button";
        button.addEventListener("click", () => trigger("choose", { setting: key }));
        use.append(button);
      });
      const paragraph = make("textarea", "vl-paragraph");
      Object.assign(paragraph, { readOnly: true, value: value.paragraph, rows: 5 });
      paragraph.setAttribute("aria-label", "A paragraph for a report");
      const files = make("div", "vl-tools");
      ["csv", "json"].forEach((kind) => {
        const link = make("a", "vl-button", `Answers as ${kind.toUpperCase()}`);
        link.href = `listening/${value.test}/answers.${kind}`;
        link.download = "";
        files.append(link);
      });
      box.replaceChildren(...sections, rules, use, make("h4", "", "For a report"), paragraph, files);
    });
  };

  Object.assign(window.voicelab, { listenform, invitation, listenresults });
})();
