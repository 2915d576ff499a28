// A matrix with all its entries to scroll through, of which only those in view are elements, and a
// long list in the same way.

import { button, h } from "./dom.js";
import { colors, mix, onTheme } from "./colors.js";
import { full, number, short } from "./format.js";
import { scale } from "./draw.js";

const cell = { width: 82, height: 24 }; // pixels at letters of 14 pixels to the em
const mostRows = 10; // in view, more are scrolled to
const beyond = 2; // rows and columns beside those in view

/** The name of an entry as the session says it: dW1[2,0], or cost of a number. */
export const entryName = (id, shape, row, col) => (shape.length === 0 ? id : `${id}[${[row, col].slice(0, shape.length).join(",")}]`);

/**
 * Which of a row of cells are to be elements.
 *
 * @param {number} from the edge in view, in pixels
 * @param {number} room in view
 * @param {number} size of a cell
 * @param {number} count of cells
 * @returns {[number, number]} the first, and the one behind the last
 */
export function inView(from, room, size, count) {
  const first = Math.max(0, Math.floor(from / size) - beyond);
  return [Math.min(first, count), Math.min(count, Math.ceil((from + room) / size) + beyond)];
}

/**
 * @typedef {Object} Sheet what a matrix shows
 * @property {string} id of its line
 * @property {number[]} shape of the whole
 * @property {Array<number|string>} data row by row, of the columns that are shown
 * @property {number[]} columns which of the whole these are
 * @property {boolean} examples whether each column is an example's
 * @property {{row: number, col: number}} [wrong] an entry that is wrong
 */

/** The matrix of one line. The arrow keys go from entry to entry, Enter or a click picks one. */
export class Matrix {
  #sheet = null;
  #cells = new Map(); // by "row,column", of the columns that are shown; row −1 is the head
  #rows = new Map();
  #at = { row: 0, column: 0 }; // where the keys are
  #lit = new Set(); // names of entries
  #picked = "";
  #reach = 1; // the largest magnitude, for the tints

  /**
   * @param {{pick?: function({id: string, row: number, col: number}): void, follow?: function(number): void}} on
   *   follow is told the column whose head was pressed
   */
  constructor(on = {}) {
    this.on = on;
    this.body = h("div", { class: "sheet", role: "presentation" });
    this.view = h("div", { class: "view", role: "grid", "data-keys": "", on: {
      scroll: () => this.#render(),
      keydown: (e) => this.#key(e),
      click: (e) => this.#click(e),
    } }, this.body);
    this.element = h("div", { class: "matrix" }, this.view);
    new ResizeObserver(() => this.#render()).observe(this.view);
    onTheme(() => this.#render(true));
  }

  /** @param {Sheet} sheet */
  set(sheet) {
    const before = this.#sheet;
    const same = before && before.id === sheet.id && before.columns.length === sheet.columns.length && before.shape.join() === sheet.shape.join();
    this.#sheet = sheet;
    this.rows = sheet.shape.length > 0 ? sheet.shape[0] : 1;
    this.columns = sheet.shape.length > 1 ? sheet.columns.length : 1;
    this.#reach = sheet.data.reduce((most, v) => (Number.isFinite(number(v)) ? Math.max(most, Math.abs(number(v))) : most), 0) || 1;
    this.head = sheet.examples || this.columns > 1;
    const s = scale();
    [this.width, this.height] = [cell.width * s, cell.height * s];
    this.body.style.width = `${this.columns * this.width}px`;
    this.body.style.height = `${(this.rows + (this.head ? 1 : 0)) * this.height}px`;
    this.view.style.maxHeight = `${(Math.min(this.rows, mostRows) + 1.6) * this.height}px`;
    this.view.setAttribute("aria-label", sheet.shape.length === 0 ? sheet.id : `${sheet.id}, ${sheet.shape.join(" by ")}`);
    this.view.setAttribute("aria-rowcount", String(this.rows + (this.head ? 1 : 0)));
    this.view.setAttribute("aria-colcount", String(this.columns));
    this.element.classList.toggle("plain", sheet.shape.length === 0);
    this.element.classList.toggle("headed", this.head);
    if (!same) {
      this.#at = { row: 0, column: 0 };
      this.#picked = "";
      this.#lit = new Set();
      this.view.scrollTo(0, 0);
      for (const row of this.#rows.values()) row.remove();
      this.#cells.clear();
      this.#rows.clear();
    }
    this.#render(true);
  }

  /** Lights entries by their names, and marks one as picked. */
  light(names, picked = "") {
    this.#lit = names;
    this.#picked = picked;
    this.#render(true);
  }

  // Makes the elements of what is in view, and takes away the others. Where all is news the texts are
  // written again.
  #render(all = false) {
    if (!this.#sheet) return;
    const { view } = this;
    const top = this.head ? this.height : 0;
    const [c0, c1] = inView(view.scrollLeft, view.clientWidth || 600, this.width, this.columns);
    const [r0, r1] = inView(view.scrollTop - top, view.clientHeight || 300, this.height, this.rows);
    const rows = new Set([this.#at.row]);
    if (this.head) rows.add(-1);
    for (let r = r0; r < r1; r++) rows.add(r);
    const columns = new Set([this.#at.column]);
    for (let c = c0; c < c1; c++) columns.add(c);
    for (const [r, row] of this.#rows) {
      if (rows.has(r)) continue;
      row.remove();
      this.#rows.delete(r);
      for (const key of this.#cells.keys()) if (key.startsWith(`${r},`)) this.#cells.delete(key);
    }
    for (const [key, element] of this.#cells) {
      if (columns.has(Number(key.split(",")[1]))) continue;
      element.remove();
      this.#cells.delete(key);
    }
    for (const r of [...rows].sort((a, b) => a - b)) {
      if (!this.#rows.has(r)) {
        const row = h("div", { role: "row", class: r < 0 ? "head" : null, "aria-rowindex": r + (this.head ? 2 : 1) });
        row.style.top = `${(r + (this.head ? 1 : 0)) * this.height}px`;
        row.style.height = `${this.height}px`;
        this.#rows.set(r, row);
        this.body.append(row);
      }
      for (const c of columns) {
        const key = `${r},${c}`;
        let element = this.#cells.get(key);
        if (!element) {
          element = this.#make(r, c);
          this.#cells.set(key, element);
          this.#rows.get(r).append(element);
        } else if (!all) continue;
        this.#write(element, r, c);
      }
    }
  }

  #make(r, c) {
    const element = h("div", { role: r < 0 ? "columnheader" : "gridcell", class: "cell", "aria-colindex": c + 1, data: { at: `${r},${c}` } });
    element.style.left = `${c * this.width}px`;
    element.style.width = `${this.width}px`;
    return element;
  }

  #write(element, r, c) {
    const s = this.#sheet;
    const col = s.columns[c] ?? 0;
    const here = r === this.#at.row && c === this.#at.column;
    element.tabIndex = here ? 0 : -1;
    if (r < 0) {
      element.textContent = String(col);
      element.title = s.examples ? `Follow example ${col} alone` : `Column ${col}`;
      return;
    }
    const value = s.data[r * this.columns + c];
    const name = entryName(s.id, s.shape, r, col);
    element.textContent = brief(value);
    element.dataset.value = full(value);
    element.dataset.entry = name;
    element.title = `${name} = ${full(value)}`;
    element.classList.toggle("lit", this.#lit.has(name));
    element.classList.toggle("picked", this.#picked === name);
    const wrong = s.wrong && s.wrong.row === r && s.wrong.col === col;
    element.classList.toggle("wrong", Boolean(wrong));
    element.setAttribute("aria-selected", String(this.#picked === name));
    element.style.backgroundColor = this.#lit.has(name) || wrong ? "" : tint(number(value), this.#reach);
  }

  #key(e) {
    const [rows, columns] = [this.rows, this.columns];
    let { row, column } = this.#at;
    const page = Math.max(1, Math.floor(this.view.clientWidth / this.width));
    if (e.key === "ArrowRight") column++;
    else if (e.key === "ArrowLeft") column--;
    else if (e.key === "ArrowDown") row++;
    else if (e.key === "ArrowUp") row--;
    else if (e.key === "Home") column = 0;
    else if (e.key === "End") column = columns - 1;
    else if (e.key === "PageDown") column += page;
    else if (e.key === "PageUp") column -= page;
    else if (e.key === "Enter" || e.key === " ") {
      e.preventDefault();
      return this.#press(row, column);
    } else return;
    e.preventDefault();
    this.#go(Math.min(Math.max(row, this.head ? -1 : 0), rows - 1), Math.min(Math.max(column, 0), columns - 1));
  }

  #go(row, column) {
    this.#at = { row, column };
    const { view } = this;
    const into = (at, size, from, room) => (at < from ? at : at + size > from + room ? at + size - room : from);
    view.scrollLeft = into(column * this.width, this.width, view.scrollLeft, view.clientWidth);
    if (row >= 0) view.scrollTop = into(row * this.height, this.height, view.scrollTop, view.clientHeight - (this.head ? this.height : 0));
    this.#render(true);
    this.#cells.get(`${row},${column}`)?.focus({ preventScroll: true });
  }

  #click(e) {
    const at = e.target.closest(".cell")?.dataset.at.split(",").map(Number);
    if (!at) return;
    this.#at = { row: at[0], column: at[1] };
    this.#render(true);
    this.#press(at[0], at[1]);
  }

  #press(row, column) {
    const { id, columns, examples } = this.#sheet;
    const col = columns[column] ?? 0;
    if (row >= 0) this.on.pick?.({ id, row, col });
    else if (examples) this.on.follow?.(col);
  }
}

// A value in few letters: whole numbers as they are.
function brief(value) {
  const x = number(value);
  return Number.isInteger(x) && Math.abs(x) < 1e6 ? String(x).replace("-", "−") : short(x, Math.abs(x) < 0.01 ? 3 : 4);
}

// The background of a value: as weights are drawn, blue below 0 and orange above.
function tint(v, reach) {
  const c = colors();
  if (!Number.isFinite(v) || v === 0) return "";
  return mix(c.paper, c.classes[v < 0 ? 0 : 1], 0.26 * Math.min(1, Math.abs(v) / reach));
}

/**
 * A list of which only what is in view is elements.
 *
 * @param {string} label
 * @param {number} lines in view
 * @returns {{element: HTMLElement, set: function(number, function(number): Array<Node|string>): void}}
 */
export function makeLongList(label, lines) {
  const body = h("ol", { class: "sheet" });
  const element = h("div", { class: "long-list", tabindex: "0", role: "group", "aria-label": label, "data-keys": "", on: { scroll: render } }, body);
  let count = 0;
  let make = () => [];
  let height = 24;
  const made = new Map();

  function render() {
    const [from, to] = inView(element.scrollTop, element.clientHeight || lines * height, height, count);
    for (const [i, li] of made) {
      if (i >= from && i < to) continue;
      li.remove();
      made.delete(i);
    }
    for (let i = from; i < to; i++) {
      if (made.has(i)) continue;
      const li = h("li", { "aria-setsize": count, "aria-posinset": i + 1 }, make(i));
      li.style.top = `${i * height}px`;
      li.style.height = `${height}px`;
      made.set(i, li);
      body.append(li);
    }
  }
  return {
    element,
    set(n, of) {
      [count, make] = [n, of];
      height = cell.height * scale();
      body.replaceChildren();
      made.clear();
      body.style.height = `${n * height}px`;
      element.style.maxHeight = `${lines * height + 4}px`;
      element.scrollTop = 0;
      render();
    },
  };
}

/** A button that copies a text, and says so. */
export function copyButton(label, text) {
  const b = button(label, async () => {
    try {
      await navigator.clipboard.writeText(text());
      b.textContent = "Copied";
    } catch {
      b.textContent = "Not allowed here";
    }
    setTimeout(() => {
      b.textContent = label;
    }, 1500);
  }, { class: "framed" });
  return b;
}
