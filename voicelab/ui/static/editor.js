// The transcript's words as the text of the page: hear, judge and correct each in its place. Drawn like the widgets of
// widgets.js, from JSON; user text enters the page through textContent and input.value only.
(() => {
  "use strict";

  const { make, play, stop, redrawOn } = window.voicelab.kit;

  // What the hand typed last into the plain text. The page sets that text too, and Gradio reports both as changes: a text
  // that comes back from an undo must not be kept as if it had been typed.
  let typed = null;
  document.addEventListener("input", (event) => {
    if (event.target.closest?.("#make-text")) typed = event.target.value;
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#make-undo, #make-redo")) typed = null;
  });

  const AROUND_S = 0.15;
  const REPLAY_S = 2;
  const AWAITED_MS = 5000;
  const SHOWN_WORDS = 8; // of what was heard instead: a text that fits nowhere has all of it
  const SAYS = {
    ok: "fits the audio",
    doubtful: "doubtful",
    wrong: "does not fit the audio",
    unchecked: "not checked against the audio yet",
    uncovered: "speech that no word covers: is something missing here?",
  };
  const KEYS = [
    ["Space", "play or pause"],
    ["R", "hear the last 2 seconds again"],
    ["N / P", "next / previous doubtful word, and hear it"],
    ["A", "accept what was heard instead"],
    ["← / →", "word before / after"],
    ["Enter, double-click", "edit the word (Enter keeps, Escape does not; empty takes it out)"],
    ["Z / Shift+Z", "undo / redo (Ctrl or ⌘ too)"],
    ["?", "show or hide these keys"],
  ];

  // {url, offset_s, seconds, glue, text, words: [{text, start_s, end_s, score, verdict, heard, suggestion?, opinion?}],
  //  uncovered: [[start_s, end_s]], undoable, redoable, opinion_by, heard_by, changes: [{kind, text}]}.
  // Events: reword {text, before}, stepback, stepforth.
  const editor = (element, props, trigger, watch) => {
    const box = element.querySelector(".vl-editor");
    const bar = make("div", "vl-editor-bar");
    const list = make("div", "vl-words");
    const help = make("dl", "vl-keys");
    const diff = make("details", "vl-diff");
    box.append(bar, list, help, diff);
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", "Transcript");
    help.hidden = true;
    help.id = "vl-editor-keys";
    KEYS.forEach(([key, does]) => help.append(make("dt", "", key), make("dd", "", does)));

    let value = {};
    let tokens = [];
    let nodes = [];
    let current = 0;
    let at = 0;
    let sounding = false;
    let field = null;
    let waiting = null;
    let awaited = null;
    const plain = (text) => text.replace(/\s+/g, " ").trim();

    const button = (text, title, act) => {
      const node = make("button", "vl-button", text);
      node.type = "button";
      node.title = title;
      node.addEventListener("click", act);
      bar.append(node);
      return node;
    };

    // ---- listening -------------------------------------------------------------------------------------------------
    const listen = (from, to) => {
      const offset = value.offset_s ?? 0;
      const end = value.seconds ?? 0;
      const start = Math.max(0, from);
      play(
        value.url,
        offset + start,
        offset + Math.min(end, to),
        (now) => {
          at = now - offset;
          nodes.forEach((node, index) => {
            const token = tokens[index];
            node.classList.toggle("vl-playing", at >= token.start_s && at < token.end_s);
          });
        },
        () => {
          sounding = false;
          playButton.textContent = "▶ Play";
          nodes.forEach((node) => node.classList.remove("vl-playing"));
        },
      );
      at = start;
      sounding = true;
      playButton.textContent = "⏸ Pause";
    };
    const hear = (index) => listen(tokens[index].start_s - AROUND_S, tokens[index].end_s + AROUND_S);
    const toggle = () => {
      if (sounding) stop();
      else listen(at >= (value.seconds ?? 0) - 0.05 ? 0 : at, value.seconds ?? 0);
    };
    const replay = () => listen(at - REPLAY_S, sounding ? (value.seconds ?? 0) : at);

    // ---- choosing --------------------------------------------------------------------------------------------------
    const choose = (index, focus = true) => {
      if (!nodes.length) return;
      current = Math.max(0, Math.min(nodes.length - 1, index));
      nodes.forEach((node, each) => (node.tabIndex = each === current ? 0 : -1));
      if (focus) nodes[current].focus();
      accept.disabled = !better(current);
    };
    const asks = (token) => ["doubtful", "wrong", "uncovered"].includes(token.verdict) || token.opinion !== undefined;
    const seek = (step) => {
      for (let count = 1; count <= tokens.length; count += 1) {
        const index = (current + step * count + tokens.length * count) % tokens.length;
        if (asks(tokens[index])) {
          choose(index);
          hear(index);
          return;
        }
      }
    };

    // ---- changing --------------------------------------------------------------------------------------------------
    // What could stand instead, and for which tokens: neighbours of which the same was heard are one stretch.
    const better = (index) => {
      const token = tokens[index];
      if (!token) return null;
      if (token.suggestion) return { first: index, last: index, text: token.suggestion };
      const key = token.heard ? "heard" : token.opinion ? "opinion" : "";
      if (!key) return null;
      const alike = (other) => other && other.verdict !== "uncovered" && other[key] === token[key] && !other.suggestion;
      let first = index;
      let last = index;
      while (alike(tokens[first - 1])) first -= 1;
      while (alike(tokens[last + 1])) last += 1;
      return { first, last, text: token[key] };
    };
    // The marks and the capital of what was there stay: they are the writer's, and no recognizer's.
    const dressed = (text, first, last) => {
      const mark = /[.,;:!?…。，！？]+["”’)]*$/u.exec(tokens[last].text);
      const bare = mark && !/[.,;:!?…。，！？]["”’)]*$/u.test(text) ? text + mark[0] : text;
      return /^\p{Lu}/u.test(tokens[first].text) ? bare.charAt(0).toUpperCase() + bare.slice(1) : bare;
    };
    const replace = (first, last, text) => {
      const kept = (token) => (token.verdict === "uncovered" ? "" : token.text);
      const words = tokens.map(kept);
      words.splice(first, last - first + 1, text.trim());
      const whole = words.filter(Boolean).join(value.glue ?? " ");
      if (!whole) {
        status.textContent = "The last word stays: a voice needs its text.";
        return;
      }
      typed = null;
      awaited = null;
      trigger("reword", { text: whole, before: value.text ?? "" });
      // Shown at once, so that the next edit builds on this one; the check's answer to an older text is passed over.
      const { start_s } = tokens[first];
      const { end_s } = tokens[last];
      const mine = { text: text.trim(), start_s, end_s, score: null, verdict: "unchecked", heard: "" };
      const rest = tokens.filter(({ verdict }, index) => verdict !== "uncovered" && (index < first || index > last));
      const changed = mine.text ? [...rest, mine] : rest;
      draw({ ...value, text: whole, words: changed.sort((one, other) => one.start_s - other.start_s) });
      status.textContent = "Saving…";
      awaited = { text: plain(whole), until: Date.now() + AWAITED_MS };
    };
    const takeBetter = () => {
      const found = better(current);
      if (!found) return;
      replace(found.first, found.last, dressed(found.text, found.first, found.last));
    };
    const edit = (index) => {
      if (field) field.blur();
      choose(index, false);
      const token = tokens[index];
      const before = token.verdict === "uncovered" ? "" : token.text;
      field = make("input", "vl-word-field");
      field.value = before;
      field.size = Math.max(4, before.length + 1);
      field.setAttribute("aria-label", before ? `Instead of ${before}` : "What is said here");
      const mine = field;
      const close = (keep) => {
        if (field !== mine) return;
        field = null;
        const text = mine.value.trim();
        mine.replaceWith(nodes[index]);
        const late = waiting;
        waiting = null;
        if (keep && text !== before) replace(index, index, text);
        else if (late) draw(late);
        choose(index);
      };
      mine.addEventListener("input", () => (mine.size = Math.max(4, mine.value.length + 1)));
      mine.addEventListener("blur", () => close(true));
      mine.addEventListener("keydown", (event) => {
        event.stopPropagation();
        if (event.key === "Enter" && !event.isComposing) {
          event.preventDefault();
          close(true);
        } else if (event.key === "Escape") {
          event.preventDefault();
          close(false);
        }
      });
      nodes[index].replaceWith(mine);
      mine.focus();
      mine.select();
    };

    // ---- the bar ---------------------------------------------------------------------------------------------------
    const playButton = button("▶ Play", "Play or pause (Space)", toggle);
    button("↺ 2 s", "Hear the last 2 seconds again (R)", replay);
    const previous = button("‹", "Previous doubtful word (P)", () => seek(-1));
    const next = button("› doubtful", "Next doubtful word (N)", () => seek(1));
    previous.setAttribute("aria-label", "Previous doubtful word");
    const accept = button("Accept", "Write what was heard instead of the chosen word (A)", takeBetter);
    const step = (event) => () => {
      typed = null;
      awaited = null;
      trigger(event, {});
    };
    const undo = button("Undo", "Take the last change back (Z)", step("stepback"));
    const redo = button("Redo", "Do it again (Shift+Z)", step("stepforth"));
    const helpButton = button("?", "Keys", () => {
      help.hidden = !help.hidden;
      helpButton.setAttribute("aria-expanded", String(!help.hidden));
    });
    helpButton.setAttribute("aria-controls", help.id);
    helpButton.setAttribute("aria-expanded", "false");
    helpButton.setAttribute("aria-label", "Keys");
    const status = make("span", "vl-editor-status");
    status.setAttribute("role", "status");
    bar.append(status);

    // ---- keys ------------------------------------------------------------------------------------------------------
    const typing = (target) =>
      target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) || target.closest?.("[role=listbox]");
    const onKey = (event) => {
      if (!element.isConnected) {
        document.removeEventListener("keydown", onKey);
        return;
      }
      if (event.defaultPrevented || event.altKey || box.hidden || !box.offsetParent || typing(event.target)) return;
      const onWord = nodes.indexOf(event.target);
      const onOtherControl = onWord < 0 && event.target.closest?.("button, a, summary, audio, [role=slider], [role=tab]");
      const command = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      let act = null;
      if (key === "z") act = event.shiftKey ? () => redo.click() : () => undo.click();
      else if (command && key === "y") act = () => redo.click();
      else if (command) return;
      else if (key === "?") act = () => helpButton.click();
      else if (key === " " && !onOtherControl) act = toggle;
      else if (key === "r") act = replay;
      else if (key === "n") act = () => seek(1);
      else if (key === "p") act = () => seek(-1);
      else if (key === "a") act = takeBetter;
      else if (key === "enter" && onWord >= 0) act = () => edit(onWord);
      else if (key === "arrowleft" && onWord >= 0) act = () => choose(onWord - 1);
      else if (key === "arrowright" && onWord >= 0) act = () => choose(onWord + 1);
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", onKey);

    // ---- drawing ---------------------------------------------------------------------------------------------------
    const beginning = (text) => {
      const parts = text.split(" ");
      return parts.length > SHOWN_WORDS ? `${parts.slice(0, SHOWN_WORDS).join(" ")} …` : text;
    };
    const titleOf = (token) => {
      const score = token.score === null || token.score === undefined ? "" : ` (${Math.round(100 * token.score)} %)`;
      const parts = [SAYS[token.verdict] + (token.verdict === "uncovered" ? "" : score)];
      if (token.heard) parts.push(`heard: “${token.heard}”`);
      if (token.suggestion) parts.push(`write: “${token.suggestion}”`);
      if (token.opinion !== undefined) {
        parts.push(token.opinion ? `${value.opinion_by} hears: “${token.opinion}”` : `${value.opinion_by} hears no word here`);
      }
      return parts.join("; ");
    };
    const drawn = (token, index) => {
      const node = make("button", "vl-word", token.text);
      node.type = "button";
      node.dataset.verdict = token.verdict;
      if (token.opinion !== undefined) node.dataset.opinion = "differs";
      node.title = titleOf(token);
      node.setAttribute("aria-label", `${token.verdict === "uncovered" ? "no word" : token.text}: ${node.title}`);
      const before = tokens.slice(0, index).findLast((other) => other.verdict !== "uncovered");
      const said = before?.heard === token.heard ? "" : token.heard; // of words with the same, the first carries it
      const instead = token.suggestion || said;
      if (instead) node.append(make("small", "vl-heard", beginning(instead)));
      node.addEventListener("click", () => {
        choose(index);
        hear(index);
      });
      node.addEventListener("dblclick", () => edit(index));
      node.addEventListener("focus", () => choose(index, false));
      return node;
    };
    const drawDiff = () => {
      const parts = value.changes ?? [];
      // A word that stands for another is one change, although it is a removed and an added one.
      const changed = parts.filter(({ kind }, index) => kind !== "same" && (parts[index - 1]?.kind ?? "same") === "same").length;
      diff.hidden = !parts.length;
      if (diff.hidden) return;
      const open = diff.open;
      const by = value.heard_by || "the recognizer";
      const summary = changed ? `What was changed since ${by} heard it: ${changed}` : `Nothing was changed since ${by} heard it`;
      const text = make("p", "vl-diff-text");
      const tags = { same: "span", removed: "del", added: "ins" };
      parts.forEach((part) => text.append(make(tags[part.kind], "", part.text), document.createTextNode(" ")));
      diff.replaceChildren(make("summary", "", summary), text);
      diff.open = open;
    };
    const draw = (given) => {
      if (awaited && Date.now() < awaited.until) {
        const text = (given.words ?? []).map((word) => word.text).join(given.glue ?? " ");
        if (plain(text) !== awaited.text) return;
      }
      awaited = null;
      if (field) {
        waiting = given; // an open field is never taken away from under the hand
        return;
      }
      const focused = list.contains(document.activeElement);
      value = given;
      const gaps = (value.uncovered ?? []).map(([start_s, end_s]) => ({ start_s, end_s, text: "…", verdict: "uncovered" }));
      tokens = [...(value.words ?? []), ...gaps].sort((one, other) => one.start_s - other.start_s);
      box.hidden = !tokens.length;
      nodes = tokens.map(drawn);
      list.replaceChildren(...nodes.flatMap((node) => [node, document.createTextNode(" ")]));
      undo.disabled = !value.undoable;
      redo.disabled = !value.redoable;
      const doubtful = tokens.filter(asks).length;
      next.textContent = doubtful ? `› ${doubtful} doubtful` : "› doubtful";
      next.disabled = previous.disabled = !doubtful;
      status.textContent = tokens.length ? "Saved." : "";
      choose(current, focused);
      drawDiff();
    };
    redrawOn(watch, props, draw);
  };

  Object.assign(window.voicelab, { editor, isTyped: (text) => text === typed });
})();
