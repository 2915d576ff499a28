// Charts of few lines with round numbers at both axes, drawn with either pen.

import { CanvasPen, fit, scale as letters } from "./draw.js";
import { plain, ticks } from "./marks.js";
import { colors } from "./colors.js";

const margins = { left: 58, right: 12, top: 10, bottom: 36 };

/**
 * @typedef {Object} Line of a chart
 * @property {number[]} x
 * @property {number[]} y
 * @property {string} color
 * @property {number} [width]
 * @property {number[]} [dash]
 * @property {number} [dots] radius of a dot at each point
 *
 * @typedef {Object} Picture
 * @property {Line[]} lines
 * @property {[number, number]} x the ends of the axis; of a log axis exponents of 10
 * @property {[number, number]} y
 * @property {boolean} [log] both axes show powers of 10
 * @property {string} across what goes to the right
 * @property {string} up what goes up
 * @property {Array<{x: number, y: number, color: string}>} [marks]
 */

/** A chart on a canvas. */
export class Chart {
  canvas = document.createElement("canvas");
  #pen = new CanvasPen(this.canvas);
  #width = 0;
  #height = 0;
  /** @type {Picture|null} */
  picture = null;

  constructor() {
    this.canvas.setAttribute("role", "img");
  }

  resize(width, height) {
    [this.#width, this.#height] = [width, height];
    fit(this.canvas, width, height);
  }

  draw() {
    if (this.#width > 0 && this.picture) this.paint(this.#pen, this.#width, this.#height);
  }

  /** Draws the whole picture with a pen. */
  paint(pen, width, height) {
    const { lines, x, y, log, across, up, marks = [] } = this.picture;
    const c = colors();
    const s = letters();
    const box = { x: s * margins.left, y: s * margins.top, width: width - s * (margins.left + margins.right), height: height - s * (margins.top + margins.bottom) };
    const toX = (v) => box.x + (box.width * (v - x[0])) / (x[1] - x[0]);
    const toY = (v) => box.y + box.height * (1 - (v - y[0]) / (y[1] - y[0]));
    const name = (v) => (log ? `1e${v}`.replace("-", "−") : plain(v));
    pen.begin(width, height);
    for (const v of ticks(...y, 5)) {
      if (log && !Number.isInteger(v)) continue;
      pen.line([box.x, toY(v), box.x + box.width, toY(v)], { color: c.faint });
      pen.text(box.x - 7, toY(v), name(v), { color: c.ink, size: 11 * s, align: "end", middle: true });
    }
    for (const v of ticks(...x, Math.max(2, Math.floor(box.width / (80 * s))))) {
      if (log && !Number.isInteger(v)) continue;
      pen.line([toX(v), box.y + box.height, toX(v), box.y + box.height + 4], { color: c.edge });
      pen.text(toX(v), box.y + box.height + 16 * s, name(v), { color: c.ink, size: 11 * s, align: "center" });
    }
    pen.clip(box.x, box.y - 4, box.width + 4, box.height + 8, () => {
      for (const line of lines) {
        pen.line(line.x.flatMap((v, i) => [toX(v), Number.isFinite(line.y[i]) ? toY(line.y[i]) : NaN]), { color: line.color, width: line.width ?? 1.8, dash: line.dash ?? [] });
        if (line.dots) line.x.forEach((v, i) => Number.isFinite(line.y[i]) && pen.shape({ x: toX(v), y: toY(line.y[i]), r: line.dots }, { fill: line.color }));
      }
      for (const m of marks) pen.shape({ x: toX(m.x), y: toY(m.y), r: 5 }, { fill: m.color, color: c.paper, width: 1.5 });
    });
    pen.line([box.x, box.y, box.x, box.y + box.height, box.x + box.width, box.y + box.height], { color: c.edge });
    pen.text(box.x + box.width, height - 3, `→ ${across}`, { color: c.quiet, size: 11 * s, align: "end" });
    pen.text(2, height - 3, `↑ ${up}`, { color: c.quiet, size: 11 * s });
  }
}

/**
 * The ends of an axis that all numbers fit on, with some room around them.
 *
 * @param {number[]} values
 * @param {number} [room] as a share of what they span
 * @returns {[number, number]}
 */
export function ends(values, room = 0.05) {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const [lo, hi] = [Math.min(...finite), Math.max(...finite)];
  const pad = hi > lo ? room * (hi - lo) : Math.max(1e-3 * Math.abs(hi), 1e-9);
  return [lo - pad, hi + pad];
}
