// The screen One step.

import { h } from "./dom.js";

/**
 * Makes the screen.
 *
 * @param {import("./app.js").App} app
 * @returns {{element: HTMLElement, show: function(): void, hide: function(): void}}
 */
export function makeOneStep(app) {
  const element = h("div", { class: "onestep" }, h("h1", { text: "One step" }));
  return { element, show() {}, hide() {} };
}
