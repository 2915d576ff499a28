// The screen Train: the data, the network with what its units see, the decision field, the costs. With two
// runs there are two networks and two fields, on the same data and by one clock.

import { activations, differenceOf, differences, edited, isPlain, withActivation, withLayer, withUnits, withoutLayer } from "./experiment.js";
import { Curve, dashes, runColor } from "./curve.js";
import { CanvasPen, fit, scale } from "./draw.js";
import { onTheme } from "./colors.js";
import { Field, drawMarker } from "./field.js";
import { Network, columnsOf } from "./network.js";
import { Points } from "./points.js";
import { makeData } from "./data.js";
import { makeSettings } from "./settings.js";
import { button, formula, h, refill, select, write } from "./dom.js";
import { fixed, full, number, percent, short } from "./format.js";
import { colors } from "./colors.js";

/**
 * Makes the screen.
 *
 * @param {import("./app.js").App} app
 * @returns {{element: HTMLElement, show: function(): void, hide: function(): void}}
 */
export function makeTrain(app) {
  const points = new Points(app);
  const networks = h("div", { class: "networks" });
  const fields = h("div", { class: "fields-row" });
  const costs = makeCosts(app);
  const element = h("div", { class: "train" },
    h("h1", { class: "hidden-text", text: "Train" }),
    makeData(app, points),
    h("section", { class: "outcome", "aria-label": "What the network has learnt" }, fields, makeLegend(app), costs.element),
    h("section", { class: "middle", "aria-label": "Network" }, makeHeading(app), networks),
    makeSettings(app));
  let runs = [];

  app.on("state", (state) => {
    while (runs.length > state.runs.length) {
      const { network, field } = runs.pop();
      network.element.remove();
      field.element.remove();
    }
    while (runs.length < state.runs.length) {
      const run = runs.length;
      runs.push({ network: makeNetworkPanel(app, run), field: makeFieldPanel(app, run, points, () => runs[run].network.network) });
      networks.append(runs[run].network.element);
      fields.append(runs[run].field.element);
    }
    element.classList.toggle("two", runs.length > 1);
    element.classList.toggle("wide", !state.bounds);
    for (const { network, field } of runs) {
      network.take(state);
      field.take(state);
    }
    layout();
  });
  app.on("frame", () => app.screen === "train" && draw());
  app.on("screen", (name) => name === "train" && layout());

  function draw() {
    if (!app.frame || !app.state) return;
    for (const { network, field } of runs) {
      network.draw();
      field.draw();
    }
    costs.draw();
  }

  // Sizes follow the room that the style sheet gives.
  function layout() {
    if (element.hidden || !app.state) return;
    for (const { network, field } of runs) {
      network.layout();
      field.layout();
    }
    costs.layout();
    draw();
  }
  new ResizeObserver(layout).observe(element);
  onTheme(() => {
    for (const { field } of runs) field.field.renew();
    draw();
  });

  app.pictures = () => pictures(app, runs, costs);
  return { element, show: layout, hide() {} };
}

// The pictures that can be taken along, each drawn by the same lines as on the page.
function pictures(app, runs, costs) {
  const list = [];
  runs.forEach(({ network, field }, run) => {
    const suffix = runs.length > 1 ? ` ${"AB"[run]}` : "";
    if (app.state.bounds) list.push({ name: `field${suffix}`, width: 420, height: 420, draw: (pen) => field.field.paint(pen, app.state, app.frame, 420) });
    list.push({ name: `network${suffix}`, ...network.network.size, draw: (pen) => network.network.paint(pen, app.state, app.frame) });
  });
  list.push({ name: "costs", width: 560, height: 300, draw: (pen) => costs.curve.paint(pen, app, 560, 300) });
  return list;
}

/** What a run is called where there are two. */
export const runName = (state, run) => (state.runs.length < 2 ? "" : run === 0 ? "A" : `B: ${state.runs[1].difference || "the same"}`);

// The line above the networks: what to compare with.
function makeHeading(app) {
  const values = h("span");
  const add = button("Add a hidden layer", () => app.open(edited(app.opening, withLayer)), { text: "+ layer", class: "framed small" });
  const what = select("Compare", [{ value: "", text: "one run" }, ...differences.map((d) => ({ value: d.name, text: `other ${d.title}` }))], "", (name) => {
    const d = differences.find((d) => d.name === name);
    if (!d) app.open({ ...app.opening, other: undefined, otherMistake: undefined });
    else compare(d, d.first?.(app.opening.experiment) ?? pick(d));
  });
  const element = h("div", { class: "heading" }, h("h2", { text: "Network" }), add, h("span", { class: "compare" }, h("span", { class: "quiet", text: "compare" }), what, values));

  add.disabled = true;
  const pick = (d) => d.values(app.opening.experiment).find((v) => String(v) !== String(d.get(app.opening.experiment)));
  const compare = (d, value) => app.open({ ...app.opening, other: d.set(app.opening.experiment, value), otherMistake: app.opening.mistake });

  app.on("state", () => {
    const { experiment, other } = app.opening;
    const plain = isPlain(experiment);
    what.disabled = !plain;
    add.disabled = !plain || experiment.layers.length >= 8;
    const d = other && plain ? differenceOf(experiment, other) : undefined;
    what.value = d?.name ?? "";
    refill(values, JSON.stringify([experiment, other]), () => {
      if (!d) return [];
      const value = String(d.get(other));
      const options = d.values(experiment).map(String);
      return [select(`Other ${d.title}`, options.includes(value) ? options : [value, ...options], value, (v) => compare(d, v))];
    });
  });
  return element;
}

function makeNetworkPanel(app, run) {
  const network = new Network(app, run);
  const title = h("h3");
  const layers = h("div", { class: "layers" });
  const table = makeLayerTable(app, run);
  const element = h("div", { class: "network-panel" }, h("div", { class: "panel-head" }, title, network.readout), h("div", { class: "scroll" }, h("div", { class: "drawing" }, layers, network.element)), table.element);

  return {
    element,
    network,
    take(state) {
      write(title, runName(state, run));
      title.hidden = state.runs.length < 2;
      network.take(state);
      const columns = columnsOf(state, run);
      layers.dataset.columns = String(columns.length);
      layers.style.gridTemplateColumns = `repeat(${columns.length}, minmax(0, 1fr))`;
      refill(layers, JSON.stringify([state.runs[run].layers, run, state.columns]), () => columns.map((c, i) => layerHead(app, state, run, c, i, columns.length)));
      table.take(state);
    },
    layout() {
      const width = network.element.clientWidth;
      const most = Math.max(...columnsOf(app.state, run).map((c) => Math.min(c.units, 24)));
      const two = app.state.runs.length > 1;
      const em = 14 * scale();
      layers.classList.toggle("tight", width / layers.children.length < 150);
      network.resize(width, Math.min(two ? Math.max(8 * em, innerHeight / 2 - 19.5 * em) : Math.max(17 * em, innerHeight - 33.5 * em), Math.max((two ? 8 : 14) * em, most * 5.5 * em)));
    },
    draw() {
      network.draw();
      table.draw();
    },
  };
}

// What stands above a column: the formula of the layer, its units and its function.
function layerHead(app, state, run, column, i, columns) {
  if (i === 0) return h("div", { class: "layer" }, h("span", { class: "quiet", text: `X (${column.units},${state.batch})` }));
  const layer = state.runs[run].layers[column.layer];
  const l = i - 1; // among the dense layers
  const plain = isPlain(app.opening.experiment) && run === 0;
  const last = i === columns - 1;
  const edit = (f, read) => app.open(edited(app.opening, f, read));
  const behind = state.runs[run].layers.slice(column.layer + 1).findIndex((x) => x.kind === "dense");
  const more = state.runs[run].layers.slice(column.layer + 1, behind < 0 ? undefined : column.layer + 1 + behind);
  return h("div", { class: "layer" },
    h("button", { type: "button", class: "layer-formula", title: `Layer ${i}. Open in One step`, on: { click: () => app.go("onestep", `Z${i}`) } }, formula(layer.formula.mathml, layer.formula.text)),
    h("div", { class: "edit" }, plain && !last ? h("div", { class: "stepper", role: "group", "aria-label": `Units of layer ${i}` },
      button(`One unit less in layer ${i}`, () => layer.units > 1 && edit((e) => withUnits(e, l, layer.units - 1)), { icon: "minus" }),
      h("span", { class: "number", text: String(layer.units) }),
      button(`One unit more in layer ${i}`, () => edit((e) => withUnits(e, l, layer.units + 1)), { icon: "plus" })) : !last && h("span", { class: "number", text: String(layer.units) }),
    plain && !last
      ? select(`Activation of layer ${i}`, activations, layer.activation || "identity", (v) => edit((e) => withActivation(e, l, v), (e) => e.layers[column.layer]?.activation))
      : h("span", { class: "function", text: layer.activation || "identity" }),
    plain && !last && button(`Remove layer ${i}`, () => edit((e) => withoutLayer(e, l)), { icon: "close", class: "small" })),
    more.length > 0 && h("span", { class: "quiet", text: more.map((x) => x.kind).join(", ") }));
}

// A row for each layer: the share of dead or saturated units, and the largest entry of its gradients.
function makeLayerTable(app, run) {
  const body = h("tbody");
  const element = h("table", { class: "sizes" },
    h("thead", {}, h("tr", {}, ["Layer", "dead", "saturated", "max |dW|", "max |db|"].map((t) => h("th", { scope: "col", text: t })))), body);
  let rows = [];
  return {
    element,
    take(state) {
      const of = state.runs[run];
      refill(body, JSON.stringify([of.layers, of.params]), () => {
        rows = [];
        return columnsOf(state, run).slice(1).map((c, i) => {
          const params = [c.weights, c.biases].map((name) => of.params.findIndex((p) => p.name === name));
          const share = () => h("td", { class: "number" });
          const bar = (p) => (p < 0 ? h("td") : h("td", { class: "number bar", data: { entry: `d${of.params[p].name}` } }, h("span"), h("meter", { min: "-8", max: "1", "aria-hidden": "true" })));
          const row = { shares: sharesAt(of.layers, c.layer), params, dead: share(), saturated: share(), bars: params.map(bar) };
          rows.push(row);
          return h("tr", {}, h("th", { scope: "row", text: String(i + 1) }), row.dead, row.saturated, row.bars);
        });
      });
    },
    draw() {
      const of = app.frame.runs[run];
      for (const row of rows) {
        tell(row.dead, of.units.dead[row.shares]);
        tell(row.saturated, of.units.saturated[row.shares]);
        row.params.forEach((p, i) => {
          if (p < 0) return;
          const v = number(of.gradients[p]);
          const cell = row.bars[i];
          cell.dataset.value = full(v);
          write(cell.firstChild, v === 0 ? "0" : Number.isFinite(v) ? v.toExponential(1).replace("+", "").replace("-", "−") : short(v));
          cell.lastChild.value = v > 0 ? Math.min(Math.max(Math.log10(v), -8), 1) : -8;
        });
      }
    },
  };
}

// Where the session tells the shares of a layer's units: it has those of the hidden layers with a function, −1
// for any other.
function sharesAt(layers, i) {
  const counts = (layer, j) => j < layers.length - 1 && layer.activation;
  return counts(layers[i], i) ? layers.slice(0, i).filter(counts).length : -1;
}

function tell(cell, share) {
  const none = share === undefined || share === null || Number.isNaN(number(share));
  write(cell, none ? "–" : percent(share, 0));
  if (none) delete cell.dataset.value;
  else cell.dataset.value = full(share);
}

function makeFieldPanel(app, run, points, network) {
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

// What the marks of the field mean.
function makeLegend(app) {
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

// Both costs on one axis, and the numbers of the moment beside.
function makeCosts(app) {
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
  const element = h("div", { class: "costs" }, table, end, h("div", { class: "curve-box" }, stage, h("label", { class: "check" }, log, "log")));
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
    refill(head, "head" + score, () => [h("td"), ["cost", score].map((t) => h("th", { scope: "col", text: t }))]);
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
