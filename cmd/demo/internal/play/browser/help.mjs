// What all scenarios need: a browser, pages whose console must stay empty, and ways to look at them.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { chromium } from "playwright-core";

/** The address of the page, with a slash at its end. */
export const address = process.env.PLAY_URL;

export const widths = [
  { width: 1280, height: 800 },
  { width: 1024, height: 768 },
  { width: 375, height: 740 },
];

let browser;
const complaints = [];

/** Starts the browser for the tests of a file, and ends it. */
export function withBrowser() {
  before(async () => {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM,
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual(complaints, [], "the console of some page was not empty");
  });
}

/**
 * Opens the page at a fragment, at rest unless options say otherwise. It is closed when the test ends.
 *
 * @param {import("node:test").TestContext} t
 * @param {{at?: string, fragment?: string, moving?: boolean, expected?: RegExp}} [options] at is another address than
 *   the server's; expected is what the console may say; others are those of a browser context
 */
export async function open(t, { at = address, fragment = "", moving = false, expected, ...options } = {}) {
  const context = await browser.newContext({ viewport: widths[0], reducedMotion: moving ? "no-preference" : "reduce", ...options });
  t.after(() => context.close());
  const page = await context.newPage();
  const complain = (text) => expected?.test(text) || complaints.push(`${t.name}: ${text}`);
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && complain(m.text()));
  page.on("pageerror", (e) => complain(e.stack));
  await page.goto(at + fragment);
  await page.waitForFunction(() => globalThis.playground?.frame);
  return page;
}

/** Waits until the newest frame is of a step. */
export const atStep = (page, step) => page.waitForFunction((s) => playground.frame?.step === s && !playground.frame.playing, step);

/** What the page holds of a step: all weights and costs of all runs, with all digits. */
export const bits = (page) => page.evaluate(() => JSON.stringify(playground.frame.runs.map((r) => [r.step, r.cost, r.heldCost, r.params])));
