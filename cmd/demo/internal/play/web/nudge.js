// The screen Nudge: one weight is moved by hand, and what the gradient foretells of the cost is held
// against what comes.

import { Chart, ends } from "./chart.js";
import { colors, onTheme } from "./colors.js";
import { full, number, short } from "./format.js";
import { h, refill, select, write } from "./dom.js";
import { entryName, Matrix } from "./matrix.js";
import { Fresh } from "./fresh.js";
import { Network } from "./network.js";

const reach = 1; // the weight is moved by at most so much either way
const samples = 24; // places at which the cost is looked up for the curve

/**
 * How far from the gradient a step of h takes the central difference: the range of its powers of 10.
 *
 * @param {Array<{h: number, error: number}>} curve
 * @returns {{x: number[], y: number[]}} exponents; an error of 0 is none
 */
export function valley(curve) {
  const points = curve.map((q) => [Math.log10(number(q.h)), Math.log10(number(q.error))]);
  return { x: points.map((p) => p[0]), y: points.map((p) => (Number.isFinite(p[1]) ? p[1] : NaN)) };
}

/**
 * Makes the screen.
 *
 * @param {import("./app.js").App} app
 * @returns {{element: HTMLElement, show: function(): void, hide: function(): void}}
 */
export function makeNudge(app) {
  let at = null; // {run, param, row, col}
  let delta = 0.1;
  let reply = null;
  let costs = new Map(); // by delta, at the weight and step in view
  let place = ""; // of which these are

  const network = h("div", { class: "nudge-net" });
  let picture = null; // the network, and of which run
  const params = h("span");
  const matrix = new Matrix({ pick: ({ row, col }) => choose({ ...at, row, col }) });
  const title = h("h2", { class: "nudge-title" });
  const slider = h("input", { type: "range", min: String(-reach), max: String(reach), step: "0.005", value: String(delta), class: "nudge-slider", on: { input: () => move(Number(slider.value)) } });
  const amount = h("input", { type: "number", step: "any", value: String(delta), "aria-label": "Change of the weight", on: { change: () => amount.value !== "" && move(Number(amount.value)) } });
  const rows = new Map();
  const table = h("table", { class: "scores nudge-numbers" }, h("caption", { class: "hidden-text", text: "What the gradient foretells, and what comes" }), h("tbody", {}, [
    ["value", "weight w"], ["moved", "w + Δ"], ["gradient", "gradient g, by the chain rule"], ["predicted", "foretold: g·Δ"], ["actual", "what comes: J(w + Δ) − J(w)"], ["difference", "what the straight line misses"], ["central", "central difference"], ["error", "its distance from g"],
  ].map(([name, text]) => {
    const cell = h("td", { class: "number", data: { nudge: name } });
    const label = h("th", { scope: "row", text });
    rows.set(name, { cell, label });
    return h("tr", {}, label, cell);
  })));
  const kink = h("p", { class: "wrong note", role: "status", hidden: true });
  const refused = h("p", { class: "wrong note", role: "status", hidden: true });
  const slope = new Chart();
  const v = new Chart();
  const slopeStage = h("div", { class: "nudge-chart" }, slope.canvas);
  const vStage = h("div", { class: "nudge-chart" }, v.canvas);
  const element = h("div", { class: "nudge" },
    h("h1", { class: "hidden-text", text: "Nudge" }),
    h("section", { class: "nudge-choose", "aria-label": "Weight" }, h("h2", { text: "Choose a weight" }), network, h("p", { class: "choices-row" }, params), matrix.element),
    h("section", { class: "nudge-move", "aria-label": "Move it" }, title,
      h("div", { class: "nudge-drag" }, h("span", { class: "quiet", "aria-hidden": "true", text: "Δ" }), slider, amount), refused, table, kink),
    h("section", { class: "nudge-pictures", "aria-label": "Pictures" },
      h("figure", {}, h("figcaption", { text: "The cost as this weight moves, and the straight line that the gradient foretells" }), slopeStage),
      h("figure", {}, h("figcaption", { text: "How far the central difference is from the gradient, for each h: cut short on the right, rounding on the left" }), vStage)));

  const fresh = new Fresh(app, () => (app.screen === "nudge" && at ? { do: "nudge", run: at.run, param: at.param, row: at.row, col: at.col, delta } : null), take);

  // The curve of the cost is looked up in turns, the middle first, while nothing else is asked for.
  const trace = new Fresh(app, () => {
    if (app.screen !== "nudge" || !at || app.state.playing) return null;
    const next = Array.from({ length: samples + 1 }, (_, i) => (reach * (2 * i - samples)) / samples).sort((a, b) => Math.abs(a) - Math.abs(b)).find((d) => !costs.has(d));
    return next === undefined ? null : { do: "nudge", run: at.run, param: at.param, row: at.row, col: at.col, delta: next };
  }, (answer, error, request) => {
    if (error || key(request) !== place) return;
    costs.set(request.delta, number(answer.actual));
    drawSlope();
    setTimeout(() => trace.stale());
  });

  const key = ({ run, param, row, col }) => JSON.stringify([run, param, row, col, app.state.step]);

  function take(answer, error, request) {
    refused.hidden = !error;
    if (error) return write(refused, error.message);
    reply = answer;
    if (key(request) !== place) {
      place = key(request);
      costs = new Map();
    }
    costs.set(number(answer.delta), number(answer.actual));
    const cost = number(answer.cost);
    put("value", answer.value);
    put("moved", number(answer.value) + number(answer.delta));
    put("gradient", answer.gradient);
    put("predicted", answer.predicted);
    put("actual", answer.actual);
    put("difference", number(answer.actual) - number(answer.predicted));
    put("central", answer.central.value, short(answer.central.value, 10));
    put("error", answer.central.error);
    write(rows.get("central").label, `central difference, h = ${short(answer.central.h, 2)}`);
    write(rows.get("actual").label, `what comes: J(w + Δ) − J(w), J(w) = ${short(cost)}`);
    kink.hidden = !answer.kink;
    write(kink, answer.kink ?? "");
    drawSlope();
    drawValley();
    trace.stale();
  }

  function put(name, value, text = short(value, name === "gradient" ? 10 : 6)) {
    const { cell } = rows.get(name);
    cell.dataset.value = full(value);
    write(cell, text);
  }

  function drawSlope() {
    if (!reply) return;
    const c = colors();
    const w = number(reply.value);
    const g = number(reply.gradient);
    const cost = number(reply.cost);
    const moves = [...costs.keys(), 0].sort((a, b) => a - b);
    const all = moves.map((d) => cost + (d === 0 ? 0 : costs.get(d)));
    const far = Math.max(reach, Math.abs(number(reply.delta)));
    slope.picture = {
      x: [w - far * 1.04, w + far * 1.04], y: ends([...all, cost + number(reply.predicted)], 0.12), across: "weight", up: "cost",
      lines: [
        { x: [w - far, w + far], y: [cost - g * far, cost + g * far], color: c.classes[0], dash: [5, 3] },
        { x: moves.map((d) => w + d), y: all, color: c.ink },
      ],
      marks: [
        { x: w, y: cost, color: c.ink },
        { x: w + number(reply.delta), y: cost + number(reply.predicted), color: c.classes[0] },
        { x: w + number(reply.delta), y: cost + number(reply.actual), color: c.classes[1] },
      ],
    };
    slope.canvas.setAttribute("aria-label", `Cost against the weight: at ${short(w)} it is ${short(cost)} with slope ${short(g)}; moved by ${short(reply.delta)} it changes by ${short(reply.actual)}, where the line foretells ${short(reply.predicted)}`);
    slope.draw();
  }

  function drawValley() {
    const c = colors();
    const { x, y } = valley(reply.curve);
    const [lo, hi] = ends(y, 0);
    v.picture = { log: true, x: [-12, -1], y: [Math.floor(lo), Math.max(Math.ceil(hi), Math.floor(lo) + 1)], across: "h", up: "|difference − g|", lines: [{ x, y, color: c.ink, dots: 2.500 }],
      marks: number(reply.central.error) > 0 ? [{ x: Math.log10(number(reply.central.h)), y: Math.log10(number(reply.central.error)), color: c.classes[1] }] : [] };
    const best = reply.curve.reduce((a, b) => (number(b.error) < number(a.error) ? b : a));
    v.canvas.setAttribute("aria-label", `Error of the central difference against h: the least, ${short(best.error, 2)}, is at h = ${short(best.h, 2)}; at 0.1 it is ${short(reply.curve[0].error, 2)}, at 1e−12 ${short(reply.curve.at(-1).error, 2)}`);
    v.draw();
  }

  function move(to) {
    delta = to;
    if (document.activeElement !== amount) amount.value = String(to);
    slider.value = String(to);
    fresh.stale();
  }

  // Takes another weight, or the nearest that there is.
  function choose(wanted) {
    const { state, frame } = app;
    const run = Math.min(wanted?.run ?? 0, state.runs.length - 1);
    const of = state.runs[run].params;
    const p = of.find((one) => one.name === wanted?.param) ?? of[0];
    if (!p) return;
    const [r = 1, c = 1] = p.shape;
    at = { run, param: p.name, row: Math.min(wanted?.row ?? 0, r - 1), col: Math.min(wanted?.col ?? 0, c - 1) };
    app.picked = at;
    const name = entryName(p.name, [r, c], at.row, at.col);
    write(title, `Nudge ${name}${state.runs.length > 1 ? ` of run ${"AB"[run]}` : ""}`);
    slider.setAttribute("aria-label", `Change of ${name}`);
    refill(params, JSON.stringify([of, run, state.runs.length]), () => [
      state.runs.length > 1 && select("Run", ["0", "1"].map((i) => ({ value: i, text: `run ${"AB"[i]}` })), String(run), (i) => choose({ ...at, run: Number(i) })),
      " ", select("Weights or biases", of.map((one) => ({ value: one.name, text: `${one.name} (${one.shape.join(",")})` })), p.name, (n) => choose({ ...at, param: n, row: 0, col: 0 })),
    ]);
    for (const list of params.querySelectorAll("select")) list.value = list.getAttribute("aria-label") === "Run" ? String(run) : p.name;
    const values = frame?.runs[run]?.params?.[of.indexOf(p)];
    matrix.element.hidden = !values;
    if (values) {
      matrix.set({ id: p.name, shape: [r, c], data: values.flat(), columns: Array.from({ length: c }, (_, j) => j), examples: false });
      matrix.light(new Set([name]), name);
    }
    showNetwork(run);
    fresh.stale();
  }

  function showNetwork(run) {
    if (!picture || picture.run !== run) {
      picture = { run, of: new Network(app, run) };
      picture.of.onpick = (where) => choose(where);
      network.replaceChildren(picture.of.element, picture.of.readout);
      picture.of.take(app.state);
    }
    const width = network.clientWidth;
    if (width > 0) picture.of.resize(width, Math.min(260, Math.max(120, 60 * Math.max(...app.state.runs[run].layers.map((l) => l.units || 1)))));
    picture.of.draw();
  }

  function layout() {
    if (element.hidden || !app.state) return;
    for (const [chart, stage] of [[slope, slopeStage], [v, vStage]]) {
      chart.resize(stage.clientWidth, stage.clientHeight);
      chart.draw();
    }
    if (at) showNetwork(at.run);
  }
  new ResizeObserver(layout).observe(element);
  onTheme(() => {
    if (reply) {
      drawSlope();
      drawValley();
    }
  });

  app.on("state", (state) => {
    picture = null;
    reply = null;
    if (app.screen === "nudge" && state) choose(app.picked);
  });
  app.on("frame", () => app.screen === "nudge" && choose(at ?? app.picked));
  return {
    element,
    show() {
      if (app.state?.playing) app.pause();
      if (app.state) choose(app.picked);
      layout();
    },
    hide() {},
  };
}
