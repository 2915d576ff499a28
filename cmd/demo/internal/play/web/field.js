// The decision field: what the network says of every point of the plane, with the examples over it.

import { CanvasPen, fit, scale } from "./draw.js";
import { Pixels, smooth, zeroLines } from "./pixels.js";
import { bytes, number } from "./format.js";
import { classShades, colors, twoShades } from "./colors.js";
import { drawMarker, plain, ticks, valueColor } from "./marks.js";

const margins = { left: 34, right: 8, top: 8, bottom: 34 };
const maxPoints = 1000; // drawn of a set

/**
 * The range of the numbers to predict, as colours show it.
 *
 * @param {Object} state
 * @returns {[number, number]}
 */
export function valueRange(state) {
  let lo = Infinity;
  let hi = -Infinity;
  for (const v of state.train.y) {
    lo = Math.min(lo, number(v));
    hi = Math.max(hi, number(v));
  }
  return lo < hi ? [lo, hi] : [lo - 1, lo + 1];
}

// The pixels of the probability of the second class, whose bytes have 0.5 in their middle; scores, which are
// no probabilities, go to the full colours.
function probabilityShades(state, range) {
  const shades = twoShades();
  if (state.experiment.layers.at(-1).activation !== "sigmoid") return shades;
  const [lo, hi] = range.map(number);
  return lo === 0 && hi === 1 ? shades : Uint32Array.from({ length: 256 }, (_, i) => shades[Math.round(255 * (lo + (i / 255) * (hi - lo)))]);
}

/** The large field of one run. */
export class Field {
  canvas = document.createElement("canvas");
  #pen = new CanvasPen(this.canvas);
  #pixels = new Pixels();
  #points = document.createElement("canvas"); // examples and axes, which change less often than what is below them
  #pointsOf = null;
  #size = 0;
  #scale = 1; // of letters
  #bounds = [0, 1, 0, 1];

  /**
   * @param {number} run
   */
  constructor(run) {
    this.run = run;
    this.canvas.setAttribute("role", "img");
  }

  /** Makes the picture as wide as there is room. */
  resize(size) {
    this.#size = size;
    this.#scale = scale();
    if (fit(this.canvas, size, size)) this.#pointsOf = null;
  }

  /** Forgets what was drawn of the examples, as when colours change. */
  renew() {
    this.#pointsOf = null;
  }

  /** Draws a frame on the page. look is a unit's own field that is to be shown in its place. */
  draw(state, frame, look = null) {
    if (!this.#size) return;
    if (this.#pointsOf !== state.train) {
      fit(this.#points, this.#size, this.#size);
      const pen = new CanvasPen(this.#points);
      pen.begin(this.#size, this.#size);
      this.#frame(state);
      this.drawPoints(pen, state, this.#size);
      this.#paintAxes(pen, state, this.#size, this.#inner(this.#size));
      this.#pointsOf = state.train;
    }
    this.paint(this.#pen, state, frame, this.#size, look, this.#points);
  }

  /** The place in the plane that a place in the picture is, null outside of the field. */
  toPlane(x, y) {
    const inner = this.#inner(this.#size);
    const [u, v] = [(x - inner.x) / inner.size, (y - inner.y) / inner.height];
    if (!(u >= 0 && u <= 1 && v >= 0 && v <= 1)) return null;
    const [a, b, c, d] = this.#bounds;
    return [a + u * (b - a), d - v * (d - c)];
  }

  /** The place in the picture of a place in the plane. */
  toPicture(x1, x2, size = this.#size) {
    const inner = this.#inner(size);
    const [a, b, c, d] = this.#bounds;
    return [inner.x + ((x1 - a) / (b - a)) * inner.size, inner.y + ((d - x2) / (d - c)) * inner.height];
  }

  #inner(size) {
    const s = this.#scale;
    return { x: s * margins.left, y: s * margins.top, size: size - s * (margins.left + margins.right), height: size - s * (margins.top + margins.bottom) };
  }

  #frame(state) {
    this.#bounds = state.bounds ?? [0, 1, 0, 1];
  }

  /**
   * Draws the whole picture with a pen.
   *
   * @param {CanvasPen} pen
   * @param {Object} state
   * @param {Object} frame
   * @param {number} size
   * @param {{plane: Uint8Array, n: number, shades: Uint32Array}|null} look
   * @param {HTMLCanvasElement|null} points drawn before, else they are drawn anew
   */
  paint(pen, state, frame, size, look = null, points = null) {
    this.#frame(state);
    const box = this.#inner(size);
    pen.begin(size, size);
    const field = frame.runs[this.run].field;
    pen.clip(box.x, box.y, box.size, box.height, () => {
      if (look) pen.image(this.#pixels.paint(look.plane, look.n, look.shades), box.x, box.y, box.size, box.height);
      else if (field) this.#paintField(pen, state, field, box);
      if (points === null) this.drawPoints(pen, state, size);
    });
    if (points !== null) pen.image(points, 0, 0, size, size);
    else this.#paintAxes(pen, state, size, box);
  }

  #paintField(pen, state, field, box) {
    const n = field.n;
    const planes = field.planes.map(bytes);
    const cell = box.size / n;
    const cellHeight = box.height / n;
    let zero;
    if (state.task === "regress") {
      const [lo, hi] = valueRange(state);
      const [from, to] = field.range.map(number);
      const shades = twoShades();
      const mapped = Uint32Array.from({ length: 256 }, (_, i) => shades[Math.min(255, Math.max(0, Math.round((255 * (from + (i / 255) * (to - from) - lo)) / (hi - lo))))]);
      pen.image(this.#pixels.paint(planes[0], n, mapped), box.x, box.y, box.size, box.height);
      return;
    }
    if (planes.length === 1) {
      pen.image(this.#pixels.paint(planes[0], n, probabilityShades(state, field.range)), box.x, box.y, box.size, box.height);
      zero = [(i) => planes[0][i] - 127.5];
    } else {
      const [best, p] = planes;
      const of = state.classes.length;
      const shades = state.classes.map((_, k) => classShades(k, of));
      pen.image(this.#pixels.paint(p, n, (i) => shades[best[i] % of]), box.x, box.y, box.size, box.height);
      zero = shades.slice(1).map((_, k) => smooth(Float32Array.from(p, (v, i) => (best[i] === k + 1 ? v : -v)), n));
    }
    for (const at of zero) {
      const line = zeroLines(at, n);
      for (let i = 0; i < line.length; i += 2) {
        line[i] = box.x + (line[i] + 0.5) * cell;
        line[i + 1] = box.y + (line[i + 1] + 0.5) * cellHeight;
      }
      pen.line(line, { color: colors().ink, width: 1.6 });
    }
  }

  /** Draws the examples: those held out hollow, over the others. */
  drawPoints(pen, state, size) {
    const c = colors();
    this.#frame(state);
    const total = Math.min(state.train.y.length, maxPoints) + Math.min(state.held?.y.length ?? 0, maxPoints);
    const radius = Math.min(Math.max((60 / Math.sqrt(total)) * (size / 420), 1.8), 4);
    const range = state.task === "regress" ? valueRange(state) : null;
    const set = (of, hollow) => {
      if (!of || of.x.length < 2) return;
      const every = Math.max(1, of.y.length / maxPoints);
      for (let j = 0; j < of.y.length; j += every) {
        const i = Math.floor(j);
        const [x, y] = this.toPicture(number(of.x[0][i]), number(of.x[1][i]), size);
        const color = range ? valueColor((number(of.y[i]) - range[0]) / (range[1] - range[0])) : c.classes[of.y[i] % 6];
        const k = range ? 0 : of.y[i];
        if (hollow) {
          drawMarker(pen, k, x, y, radius, { color: c.paper, width: 3 });
          drawMarker(pen, k, x, y, radius, { color, width: 1.3 });
        } else drawMarker(pen, k, x, y, radius, { fill: color, color: range ? c.edge : c.paper, width: range ? 0.6 : 0.8 });
      }
    };
    set(state.train, false);
    set(state.held, true);
  }

  #paintAxes(pen, state, size, box) {
    const c = colors();
    const [a, b, d, e] = this.#bounds;
    const s = this.#scale;
    pen.rect(box.x + 0.5, box.y + 0.5, box.size - 1, box.height - 1, { color: c.edge });
    for (const v of ticks(a, b, size > 260 ? 6 : 4)) {
      const [x] = this.toPicture(v, d, size);
      pen.line([x, box.y + box.height, x, box.y + box.height + 4], { color: c.edge });
      pen.text(x, box.y + box.height + 16 * s, plain(v), { color: c.ink, size: 11 * s, align: "center" });
    }
    for (const v of ticks(d, e, size > 260 ? 6 : 4)) {
      const [, y] = this.toPicture(a, v, size);
      pen.line([box.x - 4, y, box.x, y], { color: c.edge });
      pen.text(box.x - 7, y, plain(v), { color: c.ink, size: 11 * s, align: "end", middle: true });
    }
    const [x1, x2] = state.columns.length >= 2 ? state.columns : ["x1", "x2"];
    pen.text(box.x + box.size, size - 3, `→ ${x1}`, { color: c.quiet, size: 11 * s, align: "end" });
    pen.text(2, size - 3, `↑ ${x2}`, { color: c.quiet, size: 11 * s });
  }
}
