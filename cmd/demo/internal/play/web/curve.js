// The costs of training and held-out examples against the steps, of all runs on one axis.

import { CanvasPen, fit, scale as letterScale } from "./draw.js";
import { colors } from "./colors.js";
import { count } from "./format.js";
import { plain, ticks } from "./marks.js";

const margins = { left: 52, right: 10, top: 10, bottom: 24 };

/** The colour of a run's lines: ink for the first, the marker of the third class for the second. */
export const runColor = (run) => (run === 0 ? colors().ink : colors().classes[2]);

/** What tells the lines apart besides: training is drawn through, held out dashed. */
export const dashes = { train: [], held: [5, 3] };

export class Curve {
  canvas = document.createElement("canvas");
  #pen = new CanvasPen(this.canvas);
  #width = 0;
  #height = 0;
  #scale = 1; // of letters
  log = false;

  constructor() {
    this.canvas.setAttribute("role", "img");
  }

  resize(width, height) {
    [this.#width, this.#height] = [width, height];
    this.#scale = letterScale();
    fit(this.canvas, width, height);
  }

  draw(app) {
    if (this.#width > 0) this.paint(this.#pen, app, this.#width, this.#height);
  }

  /** Draws the whole picture with a pen. */
  paint(pen, app, width, height) {
    const c = colors();
    const lines = app.state.runs.flatMap((_, run) => {
      const { steps, train, held } = app.curve(run);
      return [{ run, dash: dashes.held, steps, costs: held }, { run, dash: dashes.train, steps, costs: train }];
    }).filter((line) => line.costs.length > 0);
    pen.begin(width, height);
    const s = this.#scale;
    const box = { x: s * margins.left, y: s * margins.top, width: width - s * (margins.left + margins.right), height: height - s * (margins.top + margins.bottom) };
    const { lo, hi, last } = this.#range(lines, app.state.furthest);
    const scale = this.log ? (v) => Math.log10(Math.max(v, lo)) : (v) => v;
    const x = (step) => box.x + (step / last) * box.width;
    const y = (cost) => box.y + box.height * (1 - (scale(cost) - scale(lo)) / (scale(hi) - scale(lo)));
    for (const v of this.log ? powers(lo, hi) : ticks(lo, hi, 4)) {
      pen.line([box.x, y(v), box.x + box.width, y(v)], { color: c.faint });
      pen.text(box.x - 7, y(v), this.log ? `1e${Math.round(Math.log10(v))}`.replace("-", "−") : plain(v), { color: c.ink, size: 11 * s, align: "end", middle: true });
    }
    const marks = ticks(0, last, Math.max(2, Math.floor(box.width / (90 * s)))).filter(Number.isInteger);
    for (const v of marks) {
      pen.line([x(v), box.y + box.height, x(v), box.y + box.height + 4], { color: c.edge });
      const atEdge = x(v) > width - 30 * s;
      pen.text(atEdge ? width - 2 : x(v), box.y + box.height + 16 * s, count(v), { color: c.ink, size: 11 * s, align: atEdge ? "end" : "center" });
    }
    pen.clip(box.x, box.y - 2, box.width + 2, box.height + 4, () => {
      for (const { run, dash, steps, costs } of lines) {
        const path = new Float64Array(2 * steps.length);
        for (let i = 0; i < steps.length; i++) {
          path[2 * i] = x(steps[i]);
          path[2 * i + 1] = Number.isFinite(costs[i]) ? y(costs[i]) : NaN;
        }
        pen.line(path, { color: runColor(run), width: 1.8, dash });
      }
    });
    const now = x(app.state.step);
    pen.line([now, box.y, now, box.y + box.height], { color: c.edge, width: 1, dash: [2, 2] });
    pen.line([box.x, box.y, box.x, box.y + box.height, box.x + box.width, box.y + box.height], { color: c.edge });
  }

  // The ends of the axes: round numbers, so that they seldom change.
  #range(lines, furthest) {
    let lo = Infinity;
    let hi = 0;
    for (const { costs } of lines) {
      for (const v of costs) {
        if (!Number.isFinite(v)) continue;
        if (v > 0) lo = Math.min(lo, v);
        hi = Math.max(hi, v);
      }
    }
    if (!(hi > 0)) hi = 1;
    if (this.log) {
      lo = 10 ** Math.floor(Math.log10(lo < Infinity ? lo : 0.1));
      hi = 10 ** Math.ceil(Math.log10(hi) + 1e-9);
      if (!(hi > lo)) hi = 10 * lo;
    } else {
      lo = 0;
      hi = roundUp(hi);
    }
    return { lo, hi, last: roundUp(Math.max(furthest, 20)) };
  }
}

const roundUp = (v) => {
  const power = 10 ** Math.floor(Math.log10(v));
  return [1, 1.5, 2, 3, 4, 5, 7.5, 10].map((f) => f * power).find((s) => s >= v * 0.999999);
};

function powers(lo, hi) {
  const all = [];
  for (let v = lo; v <= hi * 1.001; v *= 10) all.push(v);
  const every = Math.ceil(all.length / 5);
  return all.filter((_, i) => i % every === 0);
}
