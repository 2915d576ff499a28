// The formula strip along the bottom edge: the lines of one step as the session derives them, each
// with its shape, each a door to One step.

import { formula, h, refill } from "./dom.js";

const phases = { forward: "Forward", backward: "Backward", update: "Update" };

/**
 * Makes the strip in an element.
 *
 * @param {import("./app.js").App} app
 * @param {HTMLElement} place
 */
export function makeStrip(app, place) {
  let buttons = new Map();

  app.on("state", (state) => {
    const lines = state.runs[0].strip ?? [];
    const changed = refill(place, JSON.stringify(lines), () => {
      buttons = new Map();
      return Object.entries(phases).map(([phase, title]) => {
        const of = lines.filter((line) => line.phase === phase);
        return of.length && h("section", { class: "phase" }, h("h2", { text: title }), h("ol", {}, of.map((line) => {
          const b = h("button", { type: "button", "aria-label": `${line.text}, ${size(line.shape)}. Open in One step`, data: { line: line.id }, on: { click: () => app.go("onestep", line.id) } },
            formula(line.mathml, line.text), h("span", { class: "shape", text: size(line.shape) }));
          buttons.set(line.id, b);
          return h("li", {}, b);
        })));
      });
    });
    if (changed) light(app.lit);
  });
  app.on("lit", light);

  function light(id) {
    for (const [line, b] of buttons) {
      b.classList.toggle("lit", line === id);
      line === id ? b.setAttribute("aria-current", "true") : b.removeAttribute("aria-current");
    }
    const b = buttons.get(id);
    if (b) place.scrollTo({ left: b.offsetLeft - (place.clientWidth - b.offsetWidth) / 2, behavior: "auto" });
  }
}

/** What a shape is called: 4×2, or a number. */
export function size(shape) {
  return shape.length === 0 ? "a number" : shape.join("×");
}
