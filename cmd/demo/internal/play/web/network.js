// The network: each unit a square with its own field, weights as lines between them, orange where they
// push towards the second class and blue where they pull away, the thicker the larger.

import { CanvasPen, fit, scale } from "./draw.js";
import { colors, onTheme, twoShades } from "./colors.js";
import { bytes, full, number, short } from "./format.js";
import { h, write } from "./dom.js";
import { Pixels } from "./pixels.js";

const maxLines = 1500; // the strongest weights are drawn
const maxShown = 24; // units of a layer
const near = 7; // pixels from a weight's line to the pointer that shows its number

/**
 * A column of the picture: the inputs, or the units of a dense layer.
 *
 * @typedef {Object} Column
 * @property {number} layer of the list of layers, −1 for the inputs
 * @property {number} units
 * @property {string} weights name of the parameter between it and the column before, "" for none
 * @property {string} biases
 */

/**
 * The columns of a run's network.
 *
 * @param {Object} state
 * @param {number} run
 * @returns {Column[]}
 */
export function columnsOf(state, run) {
  const of = state.runs[run];
  const columns = [{ layer: -1, units: state.columns.length, weights: "", biases: "" }];
  of.layers.forEach((layer, i) => {
    if (layer.kind !== "dense") return;
    const [weights = "", biases = ""] = layer.params;
    columns.push({ layer: i, units: layer.units, weights, biases });
  });
  return columns;
}

export class Network {
  canvas = document.createElement("canvas");
  #pen = new CanvasPen(this.canvas);
  #pixels = new Map(); // the fields of units, by "layer,unit"
  #width = 0;
  #height = 0;
  #scale = 1; // of letters
  #columns = [];
  #places = []; // of each column's units: {x, y, size}
  #pointed = false; // whether what is pressed was chosen before, as a finger has to
  #chosen = null; // {column, row, col} of a weight, {column, row} of a unit
  #app;
  #run;

  /** @param {import("./app.js").App} app */
  constructor(app, run) {
    this.#app = app;
    this.#run = run;
    this.readout = h("p", { class: "readout number", "aria-live": "polite" });
    this.element = h("div", {
      class: "net", role: "application", tabindex: "0", "data-keys": "", "aria-roledescription": "network",
      on: {
        pointermove: (e) => this.#point(e),
        pointerleave: () => this.#choose(null),
        pointerdown: (e) => this.#touch(e),
        click: () => this.#pointed && this.#open(),
        keydown: (e) => this.#key(e),
        focus: () => this.#chosen ?? (this.element.matches(":focus-visible") && this.#choose({ column: 1, row: 0, col: 0 })),
        blur: () => this.#choose(null),
      },
    }, this.canvas);
    onTheme(() => {
      this.#pixels.clear();
      this.draw();
    });
  }

  /** Takes another network. */
  take(state) {
    this.#columns = columnsOf(state, this.#run);
    this.#chosen = null;
    this.#pixels.clear();
    this.#place();
    const sizes = this.#columns.map((c) => c.units).join("-");
    this.element.setAttribute("aria-label", `Network ${sizes}. The arrow keys go from weight to weight, Enter opens one in Nudge`);
    write(this.readout, this.#hint());
  }

  resize(width, height) {
    [this.#width, this.#height] = [width, height];
    fit(this.canvas, width, height);
    this.#place();
  }

  #place() {
    const n = this.#columns.length;
    this.#scale = scale();
    this.#places = this.#columns.map((c, i) => {
      const shown = Math.min(c.units, maxShown);
      const room = this.#height / shown;
      const size = Math.max(6, Math.min(54 * this.#scale, room * 0.74, (this.#width / n) * 0.42));
      const step = Math.min(room, size * 1.5);
      const x = ((i + 0.5) / n) * this.#width - size / 2;
      const top = (this.#height - step * shown) / 2 + (step - size) / 2;
      return Array.from({ length: shown }, (_, u) => ({ x, y: top + u * step, size }));
    });
  }

  /** The size of the picture. */
  get size() {
    return { width: this.#width, height: this.#height };
  }

  /** The column, as a layer of the session counts, and unit under the pointer or cursor; null without. */
  get unit() {
    const c = this.#chosen;
    return c && c.col === undefined ? { layer: this.#columns[c.column].layer, unit: c.row } : null;
  }

  /** Draws the newest frame. */
  draw() {
    if (this.#width === 0 || !this.#app.frame || !this.#app.frame.runs[this.#run]) return;
    this.paint(this.#pen, this.#app.state, this.#app.frame, true);
    this.#tell();
  }

  /** Draws the whole picture with a pen, of the size that it has on the page. */
  paint(pen, state, frame, live = false) {
    const c = colors();
    const of = frame.runs[this.#run];
    pen.begin(this.#width, this.#height);
    for (let i = 1; i < this.#columns.length; i++) this.#paintWeights(pen, state, of, i);
    this.#columns.forEach((column, i) => this.#places[i].forEach((p, u) => {
      pen.rect(p.x, p.y, p.size, p.size, { fill: c.paper });
      const picture = this.#unitField(of, column, u);
      if (picture) pen.image(picture, p.x, p.y, p.size, p.size);
      const chosen = live && this.#chosen?.column === i && this.#chosen.row === u && this.#chosen.col === undefined;
      pen.rect(p.x, p.y, p.size, p.size, { color: chosen ? c.ink : c.edge, lineWidth: chosen ? 2.5 : 1 });
      if (column.biases && p.size > 14) this.#paintBias(pen, state, of, column, u, p);
    }));
    if (live && this.#chosen?.col !== undefined) this.#paintChosen(pen, state, of);
    this.#columns.forEach((column, i) => {
      if (column.units <= maxShown) return;
      const last = this.#places[i].at(-1);
      pen.text(last.x + last.size / 2, last.y + last.size + 10, `and ${column.units - maxShown} more`, { color: c.quiet, size: 11 * this.#scale, align: "center" });
    });
    const inputs = this.#places[0];
    inputs.forEach((p, u) => p.size > 14 && pen.text(p.x - 6, p.y + p.size / 2, clip(state.columns[u] ?? ""), { color: c.ink, size: 12 * this.#scale, align: "end", middle: true }));
  }

  #param(state, of, name) {
    const at = state.runs[this.#run].params.findIndex((p) => p.name === name);
    return at < 0 || !of.params ? null : { values: of.params[at], columns: state.runs[this.#run].params[at].shape[1] ?? 1 };
  }

  #paintWeights(pen, state, of, i) {
    const c = colors();
    const from = this.#places[i - 1];
    const to = this.#places[i];
    const w = this.#param(state, of, this.#columns[i].weights);
    const lines = [];
    let largest = 1;
    for (let row = 0; row < to.length; row++) {
      for (let col = 0; col < from.length; col++) {
        const v = w ? number(w.values[row * w.columns + col]) : 0;
        if (Math.abs(v) > largest) largest = Math.abs(v);
        lines.push({ row, col, v });
      }
    }
    if (lines.length > maxLines) {
      lines.sort((a, b) => Math.abs(b.v) - Math.abs(a.v));
      lines.length = maxLines;
    }
    // Lines of like thickness and colour are one path.
    const groups = new Map();
    for (const { row, col, v } of lines) {
      const level = Number.isFinite(v) ? Math.round((8 * Math.abs(v)) / largest) : 0;
      const key = v < 0 ? -level : level;
      if (!groups.has(key)) groups.set(key, []);
      const [a, b] = [from[col], to[row]];
      groups.get(key).push(a.x + a.size, a.y + a.size / 2, b.x, b.y + b.size / 2);
    }
    for (const [key, ends] of [...groups].sort(([a], [b]) => Math.abs(a) - Math.abs(b))) {
      const level = Math.abs(key);
      const color = level === 0 ? c.faint : c.classes[key < 0 ? 0 : 1];
      pen.curves(ends, { color, width: 0.6 + 0.55 * level, opacity: 0.35 + 0.07 * level });
    }
  }

  // The weight that is chosen, with its number in the middle of it.
  #paintChosen(pen, state, of) {
    const { column, row, col } = this.#chosen;
    const [a, b] = [this.#places[column - 1][col], this.#places[column][row]];
    if (!a || !b) return;
    const c = colors();
    const ends = [a.x + a.size, a.y + a.size / 2, b.x, b.y + b.size / 2];
    pen.curves(ends, { color: c.ink, width: 2.2 });
    const w = this.#param(state, of, this.#columns[column].weights);
    if (!w) return;
    const [x, y] = [(ends[0] + ends[2]) / 2, (ends[1] + ends[3]) / 2];
    const [width, height] = [62 * this.#scale, 20 * this.#scale];
    pen.rect(x - width / 2, y - height / 2, width, height, { fill: c.paper, color: c.ink });
    pen.text(x, y, short(w.values[row * w.columns + col]), { color: c.ink, size: 12 * this.#scale, align: "center", middle: true });
  }

  // A small square at the lower left corner: the bias.
  #paintBias(pen, state, of, column, u, p) {
    const b = this.#param(state, of, column.biases);
    if (!b) return;
    const v = number(b.values[u]);
    const c = colors();
    const r = Math.min(6, 2.5 + 2 * Math.abs(v));
    pen.shape({ x: p.x, y: p.y + p.size, r: Number.isFinite(r) ? r : 5 }, { fill: c.classes[v < 0 ? 0 : 1], color: c.paper, width: 1 });
  }

  #unitField(of, column, u) {
    const key = `${column.layer},${u}`;
    if (column.layer < 0) {
      if (!this.#pixels.has(key)) {
        const plane = inputPlane(u, this.#columns[0].units);
        if (!plane) return null;
        this.#pixels.set(key, new Pixels());
        this.#pixels.get(key).paint(plane, 32, twoShades());
      }
      return this.#pixels.get(key).canvas;
    }
    const field = of.fields?.[column.layer]?.[u];
    if (!field) return null;
    if (!this.#pixels.has(key)) this.#pixels.set(key, new Pixels());
    return this.#pixels.get(key).paint(bytes(field.base64), field.n, unitShades(field.range));
  }

  /** A unit's own field for the large picture, null where there is none. */
  look(frame) {
    const at = this.unit;
    if (!at) return null;
    if (at.layer < 0) {
      const plane = inputPlane(at.unit, this.#columns[0].units);
      return plane && { plane, n: 32, shades: twoShades() };
    }
    const field = frame.runs[this.#run].fields?.[at.layer]?.[at.unit];
    return field ? { plane: bytes(field.base64), n: field.n, shades: unitShades(field.range) } : null;
  }

  #point(e) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [e.clientX - box.left, e.clientY - box.top];
    for (let column = 0; column < this.#places.length; column++) {
      const row = this.#places[column].findIndex((p) => x >= p.x && x <= p.x + p.size && y >= p.y && y <= p.y + p.size);
      if (row >= 0) return this.#choose({ column, row });
    }
    let best = near;
    let found = null;
    for (let column = 1; column < this.#places.length; column++) {
      this.#places[column - 1].forEach((a, col) => this.#places[column].forEach((b, row) => {
        const [x0, x1] = [a.x + a.size, b.x];
        const t = (x - x0) / (x1 - x0);
        if (t < 0 || t > 1) return;
        const away = Math.abs(a.y + a.size / 2 + (b.y + b.size / 2 - a.y - a.size / 2) * ease(t) - y);
        if (away < best) [best, found] = [away, { column, row, col }];
      }));
    }
    this.#choose(found);
  }

  // A mouse has chosen what it presses; a finger chooses first, and opens with the next tap.
  #touch(e) {
    const before = JSON.stringify(this.#chosen);
    this.#point(e);
    this.#pointed = e.pointerType === "mouse" || JSON.stringify(this.#chosen) === before;
  }

  #key(e) {
    if (e.key === "Enter") this.#open();
    else if (e.key === "Escape") this.#choose(null);
    else if (!e.key.startsWith("Arrow")) return;
    else this.#choose(this.#neighbour(e.key));
    e.preventDefault();
    e.stopPropagation();
  }

  // Left and right go along a row of weights and on to the next layer, up and down from unit to unit.
  #neighbour(key) {
    const c = this.#chosen ?? { column: 1, row: 0, col: 0 };
    let { column, row, col = -1 } = c;
    const rows = () => this.#places[column].length;
    const columns = () => (column === 0 ? 0 : this.#places[column - 1].length);
    if (key === "ArrowDown") row = Math.min(row + 1, rows() - 1);
    if (key === "ArrowUp") row = Math.max(row - 1, 0);
    if (key === "ArrowRight" && ++col >= columns()) {
      if (column + 1 < this.#columns.length) [column, row, col] = [column + 1, Math.min(row, this.#places[column + 1].length - 1), -1];
      else col = columns() - 1;
    }
    if (key === "ArrowLeft" && --col < -1) {
      if (column > 0) [column, row, col] = [column - 1, Math.min(row, this.#places[column - 1].length - 1), column > 1 ? this.#places[column - 2].length - 1 : -1];
      else col = -1;
    }
    return col < 0 ? { column, row } : { column, row, col };
  }

  #choose(at) {
    const same = JSON.stringify(at) === JSON.stringify(this.#chosen);
    this.#chosen = at;
    if (same) return;
    this.draw();
    this.#tell();
    this.onchoose?.();
  }

  #open() {
    const c = this.#chosen;
    if (!c || c.column === 0) return;
    const column = this.#columns[c.column];
    const picked = { run: this.#run, param: c.col === undefined ? column.biases : column.weights, row: c.row, col: c.col ?? 0 };
    if (this.onpick) return this.onpick(picked);
    this.#app.picked = picked;
    this.#app.go("nudge");
  }

  #hint() {
    return this.#run === 0 ? "Point at a line or a square to read its number." : "";
  }

  // Tells the number under the pointer or cursor.
  #tell() {
    const c = this.#chosen;
    const state = this.#app.state;
    const of = this.#app.frame?.runs[this.#run];
    delete this.readout.dataset.value;
    delete this.readout.dataset.entry;
    if (!c || !of) return write(this.readout, this.#hint());
    const column = this.#columns[c.column];
    if (c.column === 0) return write(this.readout, `Input ${state.columns[c.row]}`);
    const name = c.col === undefined ? column.biases : column.weights;
    const param = this.#param(state, of, name);
    const entry = `${name}[${c.row},${c.col ?? 0}]`;
    if (!param) return write(this.readout, name ? `${entry}: too many numbers to show` : `Unit ${c.row + 1}`);
    const v = param.values[c.row * param.columns + (c.col ?? 0)];
    this.readout.dataset.value = full(v);
    this.readout.dataset.entry = entry;
    write(this.readout, c.col === undefined
      ? `Unit ${c.row + 1} of layer ${c.column}, bias ${entry} = ${short(v, 6)}`
      : `${entry} = ${short(v, 6)}, row ${c.row + 1}, column ${c.col + 1} of ${name}`);
  }
}

// How far up a curve between two units has come, at t of the way.
const ease = (t) => t * t * (3 - 2 * t);

const clip = (text) => (text.length > 9 ? `${text.slice(0, 8)}…` : text);

/** What an input is over the plane, where there are two. */
function inputPlane(u, inputs) {
  if (inputs !== 2) return null;
  const n = 32;
  return Uint8Array.from({ length: n * n }, (_, i) => Math.round((255 * (u === 0 ? i % n : n - 1 - Math.floor(i / n))) / (n - 1)));
}

/**
 * The pixels of a unit's values: of a unit with a range from 0 to 1 as a probability is, of others blue
 * below 0 and orange above.
 */
function unitShades(range) {
  const shades = twoShades();
  const [lo, hi] = range.map(number);
  if (lo === 0 && hi === 1) return shades;
  const reach = Math.max(Math.abs(lo), Math.abs(hi)) || 1;
  return Uint32Array.from({ length: 256 }, (_, i) => shades[Math.round(127.5 + (127.5 * (lo + (i / 255) * (hi - lo))) / reach)]);
}
