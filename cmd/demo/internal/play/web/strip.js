// The formula strip along the bottom edge: the lines of one step as the session derives them, each
// with its shape, each a door to One step. While steps go slowly the lines light up one after the other, as
// the step passes through them.

import { formula, h, refill } from "./dom.js";

const phases = { forward: "Forward", backward: "Backward", update: "Update" };
const slow = 5; // steps a second, up to which a step is followed
const longest = 1500; // milliseconds for which one step is followed

/**
 * Makes the strip in an element.
 *
 * @param {import("./app.js").App} app
 * @param {HTMLElement} place
 */
export function makeStrip(app, place) {
  let buttons = new Map();
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  app.on("state", (state) => {
    const lines = state.runs[0].strip ?? [];
    const changed = refill(place, JSON.stringify(lines), () => {
      buttons = new Map();
      return Object.entries(phases).map(([phase, title]) => {
        const of = lines.filter((line) => line.phase === phase);
        return of.length > 0 && h("section", { class: "phase", "aria-label": title }, h("h2", { text: title }), h("ol", {}, of.map((line) => {
          const b = h("button", { type: "button", title: `${line.rule}. Open in One step`, data: { line: line.id }, on: { click: () => app.go("onestep", line.id) } },
            formula(line.mathml, line.text), h("span", { class: "shape", text: size(line.shape) }));
          buttons.set(line.id, b);
          return h("li", {}, b);
        })));
      });
    });
    if (!changed) return;
    light(app.lit);
    mark(app.wrong);
  });
  app.on("lit", light);
  app.on("wrong", mark);

  // The first wrong line is red; what follows from it bears a mark.
  function mark(lines) {
    for (const [line, b] of buttons) {
      b.classList.toggle("wrong", line === lines[0]);
      b.classList.toggle("follows", lines.indexOf(line) > 0);
    }
    if (buttons.has(lines[0])) show(buttons.get(lines[0]));
  }

  function light(id) {
    for (const [line, b] of buttons) {
      b.classList.toggle("lit", line === id);
      if (line === id) b.setAttribute("aria-current", "true");
      else b.removeAttribute("aria-current");
    }
    const b = buttons.get(id);
    if (b) show(b);
  }

  // Scrolls the strip, and nothing else, so that a line is in view.
  function show(b) {
    const [left, right] = [b.offsetLeft, b.offsetLeft + b.offsetWidth];
    if (left < place.scrollLeft || right > place.scrollLeft + place.clientWidth) place.scrollLeft = left - 24;
  }

  // A step that is seen passes through the lines.
  let before = 0;
  let following = 0;
  app.on("frame", (frame) => {
    const one = frame.step === before + 1 && (!frame.playing || (app.speed > 0 && app.speed <= slow));
    before = frame.step;
    if (one && !still.matches && app.screen === "train") follow(frame.playing ? Math.min(longest, 900 / app.speed) : longest / 2);
  });

  function follow(milliseconds) {
    const from = performance.now();
    const all = [...buttons.values()];
    const mine = ++following;
    const scrolled = place.scrollLeft;
    let at = -1;
    function tick(now) {
      if (mine !== following) return;
      const next = Math.floor(((now - from) / milliseconds) * all.length);
      if (next !== at) {
        all[at]?.classList.remove("passed");
        all[(at = next)]?.classList.add("passed");
        if (all[at]) show(all[at]);
      }
      if (at < all.length) requestAnimationFrame(tick);
      else place.scrollLeft = scrolled;
    }
    for (const b of all) b.classList.remove("passed");
    requestAnimationFrame(tick);
  }
}

/** What a shape is called, as explain writes it: (4,2), or scalar. */
export function size(shape) {
  return shape.length === 0 ? "scalar" : `(${shape.join(",")})`;
}
