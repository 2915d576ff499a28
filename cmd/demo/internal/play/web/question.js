// The question of the moment.

/**
 * Makes the question in an element.
 *
 * @param {import("./app.js").App} app
 * @param {HTMLElement} place
 */
export function makeQuestion(app, place) {
  place.textContent = "Can four units part the petals?";
}
