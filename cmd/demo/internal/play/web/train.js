// The screen Train: the data, the network with what its units see, the decision field, the costs. With two
// runs there are two networks and two fields, on the same data and by one clock.

import { differenceOf, differences, edited, isPlain, withLayer } from "./experiment.js";
import { makeCosts } from "./costs.js";
import { makeData } from "./data.js";
import { makeFieldPanel, makeLegend } from "./fieldpanel.js";
import { makeNetworkPanel } from "./layers.js";
import { makeSettings } from "./settings.js";
import { onTheme } from "./colors.js";
import { Points } from "./points.js";
import { button, h, refill, select } from "./dom.js";

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
  const runs = [];

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
  const sized = new ResizeObserver(layout);
  for (const part of [element, element.querySelector(".middle")]) sized.observe(part); // the settings narrow the middle alone
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
    if (network.network.size.width === 0) network.network.resize(560, 300); // Train was not in view yet
    list.push({ name: `network${suffix}`, ...network.network.size, draw: (pen) => network.network.paint(pen, app.state, app.frame) });
  });
  list.push({ name: "costs", width: 560, height: 300, draw: (pen) => costs.curve.paint(pen, app, 560, 300) });
  return list;
}

// The line above the networks: what to compare with.
function makeHeading(app) {
  const values = h("span");
  const add = button("Add a hidden layer", () => app.open(edited(app.opening, withLayer)), { text: "+ layer", class: "framed small" });
  const what = select("Compare", [{ value: "", text: "one run" }, ...differences.map((d) => ({ value: d.name, text: `other ${d.title}` })), { value: "else", text: "something else" }], "", (name) => {
    if (name === "else") { // a mistake, or what a lesson opened: no choice of this list
      what.value = differenceInView();
      return;
    }
    const d = differences.find((other) => other.name === name);
    if (!d) app.open({ ...app.opening, other: undefined, otherMistake: undefined });
    else compare(d, d.first?.(app.opening.experiment) ?? pick(d));
  });
  const element = h("div", { class: "heading" }, h("h2", { text: "Network" }), add, h("span", { class: "compare" }, h("span", { class: "quiet", text: "compare" }), what, values));

  add.disabled = true;
  const pick = (d) => d.values(app.opening.experiment).find((v) => String(v) !== String(d.get(app.opening.experiment)));
  const differenceInView = () => {
    const { experiment, other } = app.opening;
    return other ? (isPlain(experiment) && differenceOf(experiment, other)?.name) || "else" : "";
  };
  const compare = (d, value) => app.open({ ...app.opening, other: d.set(app.opening.experiment, value), otherMistake: app.opening.mistake });

  app.on("state", () => {
    const { experiment, other } = app.opening;
    const plain = isPlain(experiment);
    what.disabled = !plain;
    add.disabled = !plain || experiment.layers.length >= 8;
    const d = other && plain ? differenceOf(experiment, other) : undefined;
    what.value = differenceInView();
    refill(values, JSON.stringify([experiment, other]), () => {
      if (!d) return [];
      const value = String(d.get(other));
      const options = d.values(experiment).map(String);
      return [select(`Other ${d.title}`, options.includes(value) ? options : [value, ...options], value, (v) => compare(d, v))];
    });
  });
  return element;
}
