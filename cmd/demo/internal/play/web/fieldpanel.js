// The panel of a decision field on Train, which takes own points too, and the legend of its marks.

import { CanvasPen, fit } from "./draw.js";
import { colors, onTheme } from "./colors.js";
import { Field } from "./field.js";
import { drawMarker } from "./marks.js";
import { h, write } from "./dom.js";
import { percent, short } from "./format.js";
import { runName } from "./app.js";

/**
 * Makes the panel of a run.
 *
 * @param {import("./app.js").App} app
 * @param {number} run
 * @param {import("./points.js").Points} points
 * @param {function(): import("./network.js").Network|undefined} network whose unit under the pointer is shown large
 * @returns {{element: HTMLElement, field: Field, take: function(Object): void, layout: function(): void, draw: function(): void}}
 */
export function makeFieldPanel(app, run, points, network) {
  const field = new Field(run);
  const title = h("h3");
  const cross = h("div", { class: "cross", hidden: true });
  const stage = h("div", { class: "stage", on: { click } }, field.canvas, cross);
  const element = h("figure", { class: "field-panel" }, title, stage);
  let described = "";

  points.onchange = () => arm();

  function arm() {
    const armed = points.active;
    stage.classList.toggle("armed", armed);
    if (armed && run === 0) {
      stage.tabIndex = 0;
      stage.setAttribute("role", "application");
      stage.setAttribute("aria-label", "Field of own points: arrows move the cross, Enter sets a point, 0 to 5 choose its class");
      stage.dataset.keys = "";
    } else {
      stage.removeAttribute("tabindex");
      stage.removeAttribute("role");
      stage.removeAttribute("aria-label");
      delete stage.dataset.keys;
    }
    place();
  }

  function click(e) {
    if (!points.active) return;
    const box = field.canvas.getBoundingClientRect();
    const at = field.toPlane(e.clientX - box.left, e.clientY - box.top);
    const bounds = app.state.bounds;
    if (at) points.at(...at, [(bounds[1] - bounds[0]) / 30, (bounds[3] - bounds[2]) / 30]);
  }
  stage.addEventListener("keydown", (e) => {
    if (!points.active || !points.key(e.key, app.state.bounds)) return;
    e.preventDefault();
    e.stopPropagation();
    place();
  });
  stage.addEventListener("blur", place);

  function place() {
    const at = document.activeElement === stage ? points.cursor : null;
    cross.hidden = !at;
    if (!at) return;
    const [x, y] = field.toPicture(...at);
    cross.style.left = `${x}px`;
    cross.style.top = `${y}px`;
  }

  return {
    element,
    field,
    take(state) {
      write(title, runName(state, run));
      title.hidden = state.runs.length < 2;
      element.hidden = !state.bounds;
      described = "";
      arm();
      const n = network();
      if (n) n.onchoose = () => this.draw();
    },
    layout() {
      field.resize(Math.floor(stage.clientWidth));
    },
    draw() {
      const of = app.frame.runs[run];
      if (!of) return;
      if (app.state.bounds) field.draw(app.state, app.frame, network()?.look(app.frame) ?? null);
      if (!app.frame.playing || described === "") describe(of);
    },
  };

  // What the picture shows, for who cannot see it; it is not told anew while it plays.
  function describe(of) {
    const text = `Decision field${app.state.runs.length > 1 ? ` of run ${"AB"[run]}` : ""} at step ${app.frame.step}. ${app.state.task === "classify" ? `Right: ${percent(of.accuracy)} of the training points${of.heldAccuracy === undefined ? "" : `, ${percent(of.heldAccuracy)} of those held out`}` : `R² ${short(of.r2)} on the training points`}.`;
    if (text === described) return;
    described = text;
    field.canvas.setAttribute("aria-label", text);
  }
}

/**
 * Makes the legend: what the marks of the field mean.
 *
 * @param {import("./app.js").App} app
 * @returns {HTMLElement}
 */
export function makeLegend(app) {
  const element = h("ul", { class: "legend" });
  const draw = () => {
    const state = app.state;
    if (!state) return;
    element.hidden = !state.bounds;
    const c = colors();
    const mark = (paint) => {
      const canvas = h("canvas", { "aria-hidden": "true" });
      fit(canvas, 14, 14);
      paint(new CanvasPen(canvas));
      return canvas;
    };
    const items = state.task === "classify"
      ? state.classes.slice(0, 6).map((name, k) => h("li", {}, mark((pen) => drawMarker(pen, k, 7, 7, 4, { fill: c.classes[k] })), /^\d+$/.test(name) ? `class ${name}` : name))
      : [h("li", {}, h("span", { class: "ramp", "aria-hidden": "true" }), `${state.targets?.[0] ?? "y"}, low to high`)];
    if (state.held) items.push(h("li", {}, mark((pen) => drawMarker(pen, 0, 7, 7, 4, { color: c.classes[0], width: 1.5 })), "held out"));
    element.replaceChildren(...items);
  };
  app.on("state", draw);
  onTheme(draw);
  return element;
}
