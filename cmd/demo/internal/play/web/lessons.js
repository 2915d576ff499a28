// The screen Lessons.

import { h } from "./dom.js";

/**
 * Makes the screen.
 *
 * @param {import("./app.js").App} app
 * @returns {{element: HTMLElement, show: function(): void, hide: function(): void}}
 */
export function makeLessons(app) {
  const element = h("div", { class: "lessons" }, h("h1", { text: "Lessons" }));
  return { element, show() {}, hide() {} };
}
