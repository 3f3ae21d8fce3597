// What was spoken on the tab Speak, kept in this browser over a reload: on no server, and seen by nobody else.
/** @import { SpokenTake } from "../values.d.ts" */

/** @typedef {SpokenTake & { at: number, sound: Blob }} KeptTake `at`: milliseconds since 1970 */

export const MOST = 100;
const STORE = "takes";

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const answered = (request) =>
  new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("The browser keeps nothing.")));
  });

/** @type {Promise<IDBDatabase> | null} */
let opened = null;

const open = () => {
  const request = indexedDB.open("voicelab-spoken", 1);
  request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE, { keyPath: "id" }));
  return answered(request);
};

/** @param {IDBTransactionMode} mode */
const store = async (mode) => {
  opened ??= open();
  return (await opened).transaction(STORE, mode).objectStore(STORE);
};

/** The newest first. @returns {Promise<KeptTake[]>} */
export const keptTakes = async () => {
  /** @type {KeptTake[]} */
  const takes = await answered((await store("readonly")).getAll());
  return takes.sort((one, other) => other.at - one.at);
};

/** @param {string} id */
export const forget = async (id) => {
  await answered((await store("readwrite")).delete(id));
};

/** Keeps `take`, and lets go of the oldest where there are too many. @param {KeptTake} take */
export const keepTake = async (take) => {
  await answered((await store("readwrite")).put(take));
  for (const { id } of (await keptTakes()).slice(MOST)) await forget(id);
};
