// What a person does on the board: by a key, in a cell, or in the details of a take.
/** @import { Board } from "./board.js" */
/** @import { Act } from "./board_keys.js" */
import { BlindRound, verdict } from "./board_blind.js";
import { detailsOf } from "./board_details.js";
import { actOf } from "./board_keys.js";
import { settingName } from "./board_sheet.js";

const RESTS_MS = 150; // pictures of the details are asked for once the focus stays

export class BoardActs {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  opening = undefined;

  /** @param {Board} board */
  constructor(board) {
    this.board = board;
  }

  /** @type {Record<Exclude<Act, "close" | "last">, (id: string) => void>} */
  ofTake = {
    play: (id) => this.toggle(id),
    open: (id) => this.open(id),
    star: (id) => this.star(id),
    test: (id) => this.toggleTest(id),
  };

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const { board } = this;
    const onButton = event.target instanceof Element && event.target.closest("button") !== null;
    if (onButton && (event.key === " " || event.key === "Enter")) return;
    const across = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const act = actOf(event);
    if (board.narrow && across) this.leaf(across);
    else if (act !== null) this.does(act);
    else if (!board.grid.key(event.key, event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
  }

  /** @param {Act | number} act a figure is a rating */
  does(act) {
    const id = this.board.grid.id ?? "";
    if (act === "close") this.close();
    else if (act === "last") this.compare();
    else if (typeof act === "number") this.rate(id, act);
    else if (this.board.state.take(id)) this.ofTake[act](id);
  }

  /** @param {string} id */
  toggle(id) {
    if (this.board.sound.playing === id) this.board.sound.stop();
    else this.board.play(id);
  }

  /** Plays the take that was heard before, where this one is: pressed again, it is this one's turn. */
  compare() {
    const { board } = this;
    const { last } = board; // moving there makes it the one that is heard
    if (!last) {
      board.say("Play two takes first: then B changes between them.");
      return;
    }
    if (board.grid.moveTo(last)) board.grid.focus();
    if (board.sound.playing !== last) board.play(last);
  }

  /** What sounds goes on with the take that the focus moves to, within its line. */
  onMove() {
    const { board } = this;
    const { id } = board.grid;
    const sounding = board.state.take(board.sound.playing);
    if (id && sounding && sounding.line === board.grid.line && id !== sounding.id) board.play(id);
    if (!board.opened || !id) return;
    board.opened = id;
    clearTimeout(this.opening);
    this.opening = setTimeout(() => this.showDetails(), RESTS_MS);
  }

  /** @param {string} id */
  open(id) {
    this.board.opened = id;
    this.showDetails();
  }

  close() {
    const { board } = this;
    board.sound.stop();
    if (!board.opened) return;
    board.opened = "";
    this.showDetails();
    board.grid.focus();
  }

  showDetails() {
    const { board } = this;
    const take = board.state.take(board.opened);
    board.parts.side.replaceChildren(...(take ? [detailsOf(board, take)] : []));
    board.parts.main.classList.toggle("vl-board-open", take !== undefined);
  }

  /** What the person said is shown at once, and kept meanwhile. @param {string} id */
  redraw(id) {
    const { board } = this;
    board.grid.refresh(id);
    board.drawTools();
    if (board.opened === id) this.showDetails();
  }

  /** @param {string} id @param {number} rating 0 takes it away */
  rate(id, rating) {
    const take = this.board.state.take(id);
    if (!take || take.failure) return;
    take.rating = rating || null;
    this.board.send("rate", id, String(rating));
    this.redraw(id);
  }

  /** @param {string} id */
  star(id) {
    const take = this.board.state.take(id);
    if (!take || take.failure) return;
    take.favourite = !take.favourite;
    this.board.send("favourite", id, take.favourite ? "yes" : "");
    this.redraw(id);
  }

  /** @param {string} id */
  toggleTest(id) {
    const { board } = this;
    if (board.blind || board.state.take(id)?.failure) return;
    board.test = board.test.includes(id) ? board.test.filter((each) => each !== id) : [...board.test, id];
    this.redraw(id);
  }

  /** @param {string} id */
  use(id) {
    this.board.chosen = id;
    this.board.send("use", id);
    this.redraw(id);
  }

  /** Names are hidden from here on, and the columns of each line are in an order of their own. */
  judge() {
    const { board } = this;
    board.sound.stop();
    Object.assign(board, { blind: new BlindRound(), found: [], opened: "" });
    Object.assign(board.filter, { model: "", clip: "" });
    board.draw();
    board.say("The names are hidden. Listen, rate with 1 to 9, then press Reveal.");
  }

  reveal() {
    const { board } = this;
    board.sound.stop();
    board.found = verdict(board.state, settingName).map(
      ({ name, mean, count }) => `${name}: ${(mean ?? 0).toFixed(1)} of 9, ${count} ${count === 1 ? "take" : "takes"} rated`,
    );
    board.blind = null;
    board.draw();
    board.say(board.found.length ? "Revealed." : "Revealed. Nothing was rated.");
  }

  /** @param {number} step lines, on a narrow screen */
  leaf(step) {
    const { board } = this;
    const page = Math.max(0, Math.min(board.sheet.lines.length - 1, board.page + step));
    if (page === board.page) return;
    const focused = board.grid.node.contains(document.activeElement);
    board.sound.stop();
    board.page = page;
    board.arrange();
    board.grid.move({ row: 0, column: 0 });
    if (focused) board.grid.focus();
  }
}
