// Where one is stands in the address, so that Back goes back within the lab, a reload stays, and a tab can be linked. And
// what was written stays over a reload.

const TAB = "[role=tab][data-tab-id]";
/** What people write, by the ids of its blocks. Of a browser's tab: another one has its own. */
const WRITTEN = ["speak-text", "make-name", "make-consent", "compare-lines", "compare-each"];
/** Those of them that the page fills in too: by a tick, or with what a voice that is opened again has. */
const FILLED_IN = ["make-name", "make-consent"];

/** The tabs in which something can be linked to. */
const LINKED = ["compare", "listen"];

/** @returns {HTMLButtonElement[]} */
const tabs = () => [...document.querySelectorAll(TAB)].map((tab) => /** @type {HTMLButtonElement} */ (tab));

/** What is open on a tab, by the tab's name: it belongs to the address. @type {Map<string, string>} */
const opened = new Map();

/** @param {string} tab */
const addressOf = (tab) => `#${[tab, opened.get(tab)].filter(Boolean).join("/")}`;

/** What a tab shows from now on. @param {string} tab @param {string} id */
export const nowOpen = (tab, id) => {
  opened.set(tab, id);
  if (chosen() === tab && wanted() === tab) history.replaceState(null, "", addressOf(tab));
};

const wanted = () => location.hash.slice(1).split("/")[0] ?? "";
const chosen = () => tabs().find((tab) => tab.getAttribute("aria-selected") === "true")?.dataset.tabId ?? "";

/** What the address asked for when the page was opened, by its tab. @type {Map<string, string>} */
const asked = new Map([[wanted(), location.hash.split("/")[1] ?? ""]]);

/** What a tab is to open because of a link: said once, for then the person chooses. @param {string} tab */
export const linked = (tab) => {
  const id = decodeURIComponent(asked.get(tab) ?? "");
  asked.delete(tab);
  return id;
};

/** @param {string} name of a tab */
export const goTo = (name) => {
  const tab = tabs().find(({ dataset }) => dataset.tabId === name);
  if (tab && name !== chosen()) tab.click();
};

const follow = () => goTo(wanted());

/** The tab that was noted last: until another one is shown, an address that differs is one that is being followed. */
let noted = "";

const note = () => {
  const now = chosen();
  if (!now || now === noted) return;
  const first = !noted;
  noted = now;
  if (now === wanted()) return;
  if (first && wanted()) follow();
  else if (first) history.replaceState(null, "", addressOf(now));
  else history.pushState(null, "", addressOf(now));
};

/** @param {string} id @returns {HTMLInputElement | HTMLTextAreaElement | null} */
const fieldOf = (id) => document.querySelector(`#${id} textarea, #${id} input`);

/** @type {Set<string>} */
const brought = new Set();

/** Those of which what was kept has been brought back. @type {Set<string>} */
const settled = new Set();

/** Those that a person has changed meanwhile: what was kept does not come once more over that. @type {Set<string>} */
const byHand = new Set();
/** Ticking this changes the note. */
const TICK = "#make-agreed";

/** Gradio fills a field in once more after it has put it there. */
const LOOKS = 10;
const LOOK_MS = 200;

/** @param {string} id @param {number} looks */
const write = (id, looks) => {
  const field = fieldOf(id);
  const kept = sessionStorage.getItem(`voicelab-${id}`);
  if (kept === null || !looks || byHand.has(id)) {
    settled.add(id);
    return;
  }
  if (field && field.value !== kept) {
    field.value = kept;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  setTimeout(() => write(id, looks - 1), LOOK_MS);
};

const bringBack = () => {
  for (const id of WRITTEN.filter((each) => !brought.has(each) && fieldOf(each))) {
    brought.add(id);
    write(id, LOOKS);
  }
};

/** What is typed is what is kept, from then on. @param {Event} event */
const keep = (event) => {
  const field = /** @type {HTMLInputElement | null} */ (event.target instanceof Element ? event.target : null);
  if (event.isTrusted && field?.closest(TICK)) byHand.add("make-consent");
  const id = WRITTEN.find((each) => field?.closest(`#${each}`));
  if (field && id) sessionStorage.setItem(`voicelab-${id}`, field.value);
};

/** What nobody typed, but stands there when the page goes. */
const keepFilledIn = () => {
  for (const id of FILLED_IN.filter((each) => settled.has(each))) {
    const field = fieldOf(id);
    if (field) sessionStorage.setItem(`voicelab-${id}`, field.value);
  }
};

/** Gradio names an empty box that nothing may name: it is a picture of nothing. */
const mend = () => {
  document.querySelectorAll(".empty[aria-label]:not([role])").forEach((box) => box.setAttribute("role", "img"));
};

new MutationObserver(() => {
  note();
  bringBack();
  mend();
}).observe(document, { subtree: true, childList: true, attributeFilter: ["aria-selected"] });
addEventListener("hashchange", () => {
  const [tab = "", id = ""] = location.hash.slice(1).split("/");
  // Another comparison or test was linked to: the page opens it as it opens a link, and what was written is kept.
  if (LINKED.includes(tab) && id && opened.get(tab) !== id) location.reload();
  else follow();
});
document.addEventListener("input", keep);
addEventListener("pagehide", keepFilledIn);
