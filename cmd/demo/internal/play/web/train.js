// The screen Train.

import { h } from "./dom.js";

/**
 * Makes the screen.
 *
 * @param {import("./app.js").App} app
 * @returns {{element: HTMLElement, show: function(): void, hide: function(): void}}
 */
export function makeTrain(app) {
  return { element: h("div", { class: "train" }), show() {}, hide() {} };
}
