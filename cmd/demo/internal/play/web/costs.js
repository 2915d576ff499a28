// Both costs on one axis, and the numbers of the moment beside.

import { CanvasPen, fit } from "./draw.js";
import { Curve, dashes, runColor } from "./curve.js";
import { fixed, full, percent, short } from "./format.js";
import { h, refill, write } from "./dom.js";
import { onTheme } from "./colors.js";

/**
 * Makes the costs of all runs.
 *
 * @param {import("./app.js").App} app
 * @returns {{element: HTMLElement, curve: Curve, layout: function(): void, draw: function(): void}}
 */
export function makeCosts(app) {
  const curve = new Curve();
  const body = h("tbody");
  const head = h("tr");
  const table = h("table", { class: "scores" }, h("thead", {}, head), body);
  const log = h("input", { type: "checkbox", on: { change: () => {
    curve.log = log.checked;
    curve.draw(app);
  } } });
  const stage = h("div", { class: "curve" }, curve.canvas);
  const end = h("p", { class: "end", role: "status", hidden: true });
  const element = h("div", { class: "costs" }, table, end, stage);
  let cells = [];
  let described = "";

  const swatches = () => element.querySelectorAll("canvas.swatch-line").forEach((canvas) => {
    fit(canvas, 26, 10);
    const pen = new CanvasPen(canvas);
    pen.begin(26, 10);
    pen.line([1, 5, 25, 5], { color: runColor(Number(canvas.dataset.run)), width: 2, dash: dashes[canvas.dataset.set] });
  });
  app.on("state", (state) => {
    const classify = state.task === "classify";
    const score = classify ? "right" : "R²";
    refill(head, "head" + score, () => [h("td", {}, h("label", { class: "check" }, log, "log axis")), ["cost", score].map((t) => h("th", { scope: "col", text: t }))]);
    const key = JSON.stringify([state.runs.length, state.held !== null, classify]);
    if (!refill(body, key, () => {
      cells = [];
      return state.runs.flatMap((_, run) => ["train", "held"].filter((set) => set === "train" || state.held).map((set) => {
        const cost = h("td", { class: "number" });
        const right = h("td", { class: "number" });
        cells.push({ run, set, cost, right });
        return h("tr", {}, h("th", { scope: "row" }, h("canvas", { class: "swatch-line", "aria-hidden": "true", data: { run: String(run), set } }), `${state.runs.length > 1 ? `${"AB"[run]} ` : ""}${set === "train" ? "training" : "held out"}`), cost, right);
      }));
    })) return;
    swatches();
  });
  onTheme(swatches);

  return {
    element,
    curve,
    layout() {
      curve.resize(stage.clientWidth, stage.clientHeight);
    },
    draw() {
      curve.draw(app);
      const classify = app.state.task === "classify";
      for (const { run, set, cost, right } of cells) {
        const of = app.frame.runs[run];
        if (!of) continue;
        const c = set === "train" ? of.cost : of.heldCost;
        const r = classify ? (set === "train" ? of.accuracy : of.heldAccuracy) : set === "train" ? of.r2 : of.heldR2;
        cost.dataset.value = full(c);
        write(cost, fixed(c, 4));
        right.dataset.value = full(r);
        write(right, classify ? percent(r) : fixed(r, 4));
      }
      const ends = app.frame.runs.flatMap((of, run) => (of.stopped || of.over ? [`${app.state.runs.length > 1 ? `Run ${"AB"[run]}: ` : ""}${of.stopped || `the end of its ${of.step} steps`}`] : []));
      end.hidden = ends.length === 0;
      end.classList.toggle("wrong", app.frame.runs.some((of) => of.stopped));
      write(end, ends.join(" · "));
      if (!app.frame.playing || described === "") {
        const text = `Costs up to step ${app.state.furthest}: ${app.frame.runs.map((of, run) => `${app.frame.runs.length > 1 ? `run ${"AB"[run]} ` : ""}training ${short(of.cost)}${of.heldCost === undefined ? "" : `, held out ${short(of.heldCost)}`}`).join("; ")}`;
        if (text !== described) curve.canvas.setAttribute("aria-label", (described = text));
      }
    },
  };
}
