// The screen Nudge.

import { h } from "./dom.js";

/**
 * Makes the screen.
 *
 * @param {import("./app.js").App} app
 * @returns {{element: HTMLElement, show: function(): void, hide: function(): void}}
 */
export function makeNudge(app) {
  const element = h("div", { class: "nudge" }, h("h1", { text: "Nudge" }));
  return { element, show() {}, hide() {} };
}
