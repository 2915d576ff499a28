// The screen Break it.

import { h } from "./dom.js";

/**
 * Makes the screen.
 *
 * @param {import("./app.js").App} app
 * @returns {{element: HTMLElement, show: function(): void, hide: function(): void}}
 */
export function makeBreakIt(app) {
  const element = h("div", { class: "breakit" }, h("h1", { text: "Break it" }));
  return { element, show() {}, hide() {} };
}
