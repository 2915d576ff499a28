// The settings: rule, rate, batch, penalties, dropout, first weights, cost, data. They lie behind one edge.

import { button, h, refill, select } from "./dom.js";
import {
  dropout, edited, init, inits, isPlain, predictsNumbers, rules, scale, withCost, withDataField, withDropout, withField, withInit, withRule, withRuleField, withScale,
} from "./experiment.js";

// What can be set, in groups: how it is read, changed, and from what it is chosen.
const groups = [
  { title: "Rule", fields: [
    { title: "rule", get: (e) => e.rule.kind, set: withRule, of: rules },
    { title: "rate", get: (e) => e.rule.rate ?? "", set: (e, v) => withRuleField(e, "rate", v), least: 0 },
    { title: "batch", get: (e) => e.batch ?? 0, set: (e, v) => withField(e, "batch", v), least: 0, whole: true, note: "0 is all examples at once" },
  ] },
  { title: "Penalties", fields: [
    { title: "L1", get: (e) => e.rule.l1 ?? 0, set: (e, v) => withRuleField(e, "l1", v), least: 0 },
    { title: "L2", get: (e) => e.rule.l2 ?? 0, set: (e, v) => withRuleField(e, "l2", v), least: 0 },
    { title: "dropout", get: dropout, set: withDropout, least: 0, most: 0.9 },
  ] },
  { title: "First weights", fields: [
    { title: "init", get: init, set: withInit, of: inits },
    { title: "scale", get: scale, set: withScale, least: 0 },
    { title: "seed", get: (e) => e.seed ?? 0, set: (e, v) => withField(e, "seed", v), least: 0, most: 4294967295, whole: true },
  ] },
  { title: "Cost and data", fields: [
    { title: "cost", get: (e) => e.cost.kind, set: withCost, of: (e) => (predictsNumbers(e) ? ["squared-error", "absolute-error", "huber"] : ["cross-entropy", "squared-error"]) },
    { title: "examples", get: (e) => e.data.examples ?? 400, set: (e, v) => withDataField(e, "examples", v), least: 4, most: 10000, whole: true, when: (e) => e.data.kind === "toy" },
    { title: "held-out share", get: (e) => e.data.held ?? 0, set: (e, v) => withDataField(e, "held", v), least: 0, most: 0.9, when: (e) => e.data.kind === "csv" },
    { title: "data seed", get: (e) => e.data.seed ?? 0, set: (e, v) => withDataField(e, "seed", v), least: 0, most: 4294967295, whole: true },
  ] },
];

/**
 * Makes the settings and the edge that shows and hides them.
 *
 * @param {import("./app.js").App} app
 * @returns {HTMLElement}
 */
export function makeSettings(app) {
  const body = h("div", { class: "fields", id: "settings" });
  const edge = h("button", { type: "button", class: "edge", "aria-expanded": "false", "aria-controls": "settings", on: { click: () => show(body.hidden) } }, h("span", { text: "Settings" }));
  const element = h("aside", { class: "settings", "aria-label": "Settings" }, edge, body);
  body.hidden = true;

  function show(open) {
    body.hidden = !open;
    element.classList.toggle("open", open);
    dispatchEvent(new Event("resize"));
    edge.setAttribute("aria-expanded", String(open));
    if (open) body.querySelector("select, input")?.focus();
  }
  body.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    show(false);
    edge.focus();
  });

  app.on("state", () => {
    const e = app.opening.experiment;
    refill(body, JSON.stringify([e, app.opening.other]), () => {
      const focused = document.activeElement?.closest(".settings") ? document.activeElement.getAttribute("aria-label") : null;
      const made = [
        h("div", { class: "heading" }, h("h2", { text: "Settings" }), button("Close settings", () => {
          show(false);
          edge.focus();
        }, { icon: "close" })),
        isPlain(e) ? groups.map((group) => h("fieldset", {}, h("legend", { text: group.title }), group.fields.filter((f) => !f.when || f.when(e)).map((f) => field(app, e, f))))
          : h("p", { class: "quiet", text: "This network has layers inside of layers: change it in its JSON, under Take along." }),
      ];
      if (focused !== null) queueMicrotask(() => body.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus());
      return made;
    });
  });
  return element;
}

function field(app, e, f) {
  const value = f.get(e);
  const change = (v) => app.open(edited(app.opening, (x) => f.set(x, v), f.get));
  if (f.of) {
    const options = typeof f.of === "function" ? f.of(e) : f.of;
    return h("label", { class: "row" }, h("span", { text: f.title }), select(f.title, options.includes(value) ? options : ["", ...options], value, change));
  }
  const input = h("input", { type: "number", "aria-label": f.title, min: f.least, max: f.most, step: f.whole ? "1" : "any", value: String(value), on: { change: () => {
    const v = Number(input.value);
    if (input.value === "" || !input.checkValidity()) {
      app.problem(`${f.title}: ${input.value || "nothing"} given, a ${f.whole ? "whole " : ""}number from ${f.least}${f.most ? ` to ${f.most}` : " on"} expected.`, "request");
      input.value = String(value);
      return;
    }
    change(v);
  } } });
  return h("label", { class: "row" }, h("span", { text: f.title }), input, f.note && h("small", { text: f.note }));
}
