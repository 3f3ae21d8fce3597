// What the board knows of a comparison: put together of what came since it was asked first. Knows nothing of a page.
/** @import { BoardChanges, BoardFrame, MeasuredSetting, TakeRow } from "../values.d.ts" */

/** @typedef {{ key: string, model: string, length_s: number | null, variant: string }} Setting across: a model and a length, or another part of the recording */
/** @typedef {{ line: string, slot: string, cells: (string | null)[] }} Row ids of takes, null where there is none yet */

/** @param {{ model: string, length_s: number | null, variant: string }} of */
export const settingKey = ({ model, length_s, variant }) => JSON.stringify([model, length_s, variant]);

/** @param {{ model: string, length_s: number | null, variant: string }} of @returns {Setting} */
const settingOf = ({ model, length_s, variant }) => ({ key: settingKey({ model, length_s, variant }), model, length_s, variant });

/** What a row of takes is called within its line. @param {TakeRow} take @param {TakeRow} original */
const slotOf = (take, original) => (take.repaired_from ? `seed ${original.seed}, mended: ${take.repair}` : `seed ${take.seed}`);

export class BoardState {
  revision = "";
  /** @type {BoardFrame | null} */
  frame = null;
  /** @type {Map<string, TakeRow>} */
  takes = new Map();
  /** @type {Map<string, MeasuredSetting>} */
  measured = new Map();
  /** @type {Setting[]} */
  settings = [];
  /** @type {Row[]} */
  rows = [];

  /** @param {BoardChanges} changes */
  apply(changes) {
    this.revision = changes.revision;
    this.frame = changes.frame ?? this.frame;
    if (changes.whole) {
      this.takes.clear();
      this.measured.clear();
    }
    changes.gone.forEach((id) => this.takes.delete(id));
    changes.takes.forEach((take) => this.takes.set(take.id, take));
    changes.settings.forEach((setting) => this.measured.set(settingKey(setting), setting));
    this.layOut();
  }

  layOut() {
    const { plan } = this.frame ?? {};
    if (!plan) return;
    const planned = plan.models.flatMap((model) => plan.lengths_s.map((length_s) => settingOf({ model, length_s, variant: "" })));
    // A search asks for its settings round by round, so they are those of the takes that there are.
    const asked = [...this.takes.values()].filter((take) => !take.repaired_from).map(settingOf);
    this.settings = [...new Map([...planned, ...asked].map((setting) => [setting.key, setting])).values()];
    const columns = new Map(this.settings.map(({ key }, at) => [key, at]));
    /** @type {Map<string, Map<string, Row>>} */
    const lines = new Map(plan.lines.map((line) => [line, new Map()]));
    lines.forEach((slots, line) => {
      for (let number = 0; number < plan.takes; number += 1) this.rowOf(slots, line, `seed ${plan.seed + number}`);
    });
    this.takes.forEach((take) => {
      const original = this.takes.get(take.repaired_from) ?? take;
      const slots = lines.get(take.line);
      const column = columns.get(settingKey(original));
      if (slots && column !== undefined) this.rowOf(slots, take.line, slotOf(take, original)).cells[column] = take.id;
    });
    this.rows = [...lines.values()].flatMap((slots) => [...slots.values()]);
  }

  /** @param {Map<string, Row>} slots @param {string} line @param {string} slot */
  rowOf(slots, line, slot) {
    const known = slots.get(slot);
    if (known) return known;
    const row = { line, slot, cells: this.settings.map(() => null) };
    slots.set(slot, row);
    return row;
  }

  /** @param {string | null | undefined} id */
  take(id) {
    return id ? this.takes.get(id) : undefined;
  }

  /** Takes that were made or failed, and were not mended. */
  get done() {
    return [...this.takes.values()].filter((take) => !take.repaired_from).length;
  }

  get planned() {
    return this.frame?.total ?? 0;
  }
}
