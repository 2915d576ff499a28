// The panel of a network on Train: above its picture the layers with their formulas, units and functions,
// below it the sizes of their gradients.

import { activations, edited, isPlain, withActivation, withUnits, withoutLayer } from "./experiment.js";
import { button, formula, h, refill, select, write } from "./dom.js";
import { full, number, percent, short } from "./format.js";
import { Network, columnsOf } from "./network.js";
import { runName } from "./app.js";
import { scale } from "./draw.js";

/**
 * Makes the panel of a run.
 *
 * @param {import("./app.js").App} app
 * @param {number} run
 * @returns {{element: HTMLElement, network: Network, take: function(Object): void, layout: function(): void, draw: function(): void}}
 */
export function makeNetworkPanel(app, run) {
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
