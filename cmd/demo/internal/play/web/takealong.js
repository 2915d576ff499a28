// The screen Take along.

import { h } from "./dom.js";

/**
 * Makes the screen.
 *
 * @param {import("./app.js").App} app
 * @returns {{element: HTMLElement, show: function(): void, hide: function(): void}}
 */
export function makeTakeAlong(app) {
  const element = h("div", { class: "takealong" }, h("h1", { text: "Take along" }));
  return { element, show() {}, hide() {} };
}
