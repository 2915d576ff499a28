// Own points: set by a click on the field, or by keyboard, as a CSV file of two inputs and a class.

import { button, h } from "./dom.js";
import { colors } from "./colors.js";
import { edited, withData } from "./experiment.js";
import { number } from "./format.js";

const name = "points.csv";
const eraser = -1;
const most = 600; // that are taken over from another set

/**
 * The points that a reader sets. While it is active a click on a field sets a point of the chosen class, or
 * takes points away with the eraser; every change opens the points as an experiment.
 */
export class Points {
  active = false;
  #app;
  #points = []; // [x1, x2, class]
  #class = 1; // of the next point, eraser for none
  #cursor = null; // of the keyboard, in the plane

  /** @param {import("./app.js").App} app */
  constructor(app) {
    this.#app = app;
    this.palette = h("div", { class: "palette", role: "group", "aria-label": "Own points", hidden: true });
  }

  /** Begins with the points in view, or ends. */
  toggle() {
    if (this.active) return this.end();
    if (!this.#app.state) return;
    const state = this.#app.state;
    const plane = state.columns.length === 2 && state.task === "classify";
    const { x, y } = state.train;
    const every = Math.max(1, Math.ceil(y.length / most));
    this.#points = plane ? y.flatMap((k, i) => (i % every === 0 ? [[number(x[0][i]), number(x[1][i]), Math.min(k, 5)]] : [])) : [[-1, 0, 0], [-0.8, 0.3, 0], [1, 0, 1], [0.8, -0.3, 1]];
    this.active = true;
    this.#show();
    this.#open();
  }

  /** Ends; the points stay open as they are. */
  end() {
    this.active = false;
    this.#app.settled("points");
    this.#cursor = null;
    this.#show();
    this.onchange?.();
  }

  #show() {
    this.palette.hidden = !this.active;
    if (!this.active) return;
    const c = colors();
    const erase = button("Erase points", () => {
      this.#class = eraser;
      this.#show();
    }, { icon: "close", class: "swatch" });
    erase.setAttribute("aria-pressed", String(this.#class === eraser));
    this.palette.replaceChildren(
      h("div", { class: "classes", role: "group", "aria-label": "Class of the next point" }, c.classes.map((_, k) => {
        const b = button(`Class ${k}`, () => {
          this.#class = k;
          this.#show();
        }, { text: String(k), class: `swatch class${k}` });
        b.setAttribute("aria-pressed", String(k === this.#class));
        return b;
      }), erase),
      button("Clear all points", () => {
        this.#points = [];
        this.#open();
      }, { text: "Clear", class: "framed" }),
      h("p", { class: "quiet", text: "Click into the field. By keyboard: arrows and Enter there." }));
  }

  /** Sets a point, or takes away those within reach. */
  at(x1, x2, reach) {
    const before = this.#points.length;
    if (this.#class === eraser) this.#points = this.#points.filter(([a, b]) => Math.hypot((a - x1) / reach[0], (b - x2) / reach[1]) > 1);
    else this.#points.push([x1, x2, this.#class]);
    if (this.#points.length !== before) this.#open();
  }

  /** The place of the keyboard's cross, null where it is not in use. */
  get cursor() {
    return this.active ? this.#cursor : null;
  }

  /** Moves the keyboard's cross or sets a point there; returns whether the key is one of its. */
  key(key, bounds) {
    const [a, b, c, d] = bounds ?? [-2, 2, -2, 2];
    this.#cursor ??= [(a + b) / 2, (c + d) / 2];
    const [x, y] = [(b - a) / 40, (d - c) / 40];
    const move = { ArrowLeft: [-x, 0], ArrowRight: [x, 0], ArrowUp: [0, y], ArrowDown: [0, -y] }[key];
    if (move) this.#cursor = [Math.min(b, Math.max(a, this.#cursor[0] + move[0])), Math.min(d, Math.max(c, this.#cursor[1] + move[1]))];
    else if (key === "Enter") this.at(...this.#cursor, [x, y]);
    else if (/^[0-5]$/.test(key)) {
      this.#class = Number(key);
      this.#show();
    } else return false;
    return true;
  }

  // Opens the points, once there are two classes.
  #open() {
    const present = [...new Set(this.#points.map((p) => p[2]))].sort();
    if (present.length < 2) {
      this.#app.problem(`Own points: ${this.#points.length} of ${present.length === 1 ? "one class" : "no class"} set, points of two classes at least expected.`, "points");
      this.onchange?.();
      return;
    }
    this.#app.settled("points");
    const text = `x1,x2,label\n${this.#points.map(([x, y, k]) => `${rounded(x)},${rounded(y)},class ${k}`).join("\n")}\n`;
    const data = { kind: "csv", path: name, label: "label", header: "yes", task: "classify" };
    this.#app.open({ ...edited(this.#app.opening, (e) => withData(e, data, present.length)), files: { [name]: text } });
  }

  /** The points that are set, which may not be open yet. */
  get set() {
    return this.#points;
  }
}

const rounded = (v) => Number(v.toPrecision(4));
