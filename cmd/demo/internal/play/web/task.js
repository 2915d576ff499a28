// The task of a worksheet, beside every screen: its claim, its question, and whether it is met.

/**
 * Makes the panel, which is hidden where there is no worksheet.
 *
 * @param {import("./app.js").App} app
 * @returns {HTMLElement|null}
 */
export function makeTask(app) {
  return null;
}
