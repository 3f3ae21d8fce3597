// The link of a listening test.
/** @import { Invitation } from "../values.d.ts" */
/** @import { Widget } from "./widget.js" */
import { button, make } from "../shared/dom.js";
import { nowOpen } from "./navigation.js";
import { boxOf, redrawOn } from "./widget.js";

const ALONE = "Only this machine can open this link: start the lab with --host 0.0.0.0 to invite others.";

/** On this machine by the address that this page has; the printed one is for others. @param {string} path */
const openLink = (path) => {
  const open = make("a", "vl-button vl-primary", "Listen now");
  open.href = path;
  open.target = "_blank";
  open.rel = "noopener";
  return open;
};

/** @param {string} url */
const copyable = (url) => {
  const address = make("input");
  address.type = "text";
  address.readOnly = true;
  address.value = url;
  address.setAttribute("aria-label", "Link for listeners");
  address.addEventListener("focus", () => address.select());
  const copy = button("Copy", "vl-button", async () => {
    address.select();
    try {
      await navigator.clipboard.writeText(url);
      copy.textContent = "Copied";
    } catch {
      copy.textContent = "Press Ctrl+C";
    }
  });
  return [address, copy];
};

/** @param {Invitation} value */
const qrCode = ({ test, path }) => {
  const code = make("img", "vl-qr");
  code.src = `listening/${test}/qr.svg?for=${encodeURIComponent(path)}`;
  code.alt = "The link as a QR code, for a phone's camera";
  return code;
};

/** @param {Invitation} value */
const partsOf = (value) => {
  const text = make("div", "vl-invitation-text");
  text.append(make("p", "", value.facts));
  if (!value.url) {
    text.append(make("p", "", "The link is closed. Press New link to open it again."));
    return [text];
  }
  const row = make("div", "vl-tools");
  row.append(openLink(value.path), ...copyable(value.url));
  text.append(row);
  if (!value.alone) return [text, qrCode(value)];
  text.append(make("p", "vl-hint", ALONE));
  return [text];
};

/** @type {Widget} */
export const invitation = (element, props, _trigger, watch) => {
  const box = boxOf(element, "invitation");
  redrawOn(watch, props, (/** @type {Invitation | null} */ value) => {
    box.hidden = !value?.test;
    box.replaceChildren(...(value?.test ? partsOf(value) : []));
    if (value?.test) nowOpen("listen", value.test);
  });
};
