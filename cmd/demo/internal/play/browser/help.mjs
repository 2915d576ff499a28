// What all scenarios need: a browser, pages whose console must stay empty, and ways to look at them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
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

/** Starts a browser. */
export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

/** Starts the browser for the tests of a file, and ends it. */
export function withBrowser() {
  before(async () => {
    browser = await launch();
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

/** Presses the button of a name. */
export const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

/**
 * The fragment of an experiment on the flower, changed by f, which may return more of the opening.
 *
 * @param {function(Object): Object|void} [f]
 * @param {string} [place] the screen and what else the fragment is to say
 */
export function link(f, place = "train?") {
  const experiment = {
    version: 1,
    layers: [{ kind: "dense", units: 4, activation: "tanh" }, { kind: "dense", units: 1, activation: "sigmoid" }],
    cost: { kind: "cross-entropy" }, rule: { kind: "gd", rate: 1.2 }, data: { kind: "toy", name: "flower", noise: 0.2 }, seed: 2,
  };
  return `#${place}open=${encodeURIComponent(JSON.stringify({ experiment, ...f?.(experiment) }))}`;
}

const axeText = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

/** Holds a page, opened with bypassCSP, to the width of its window, to texts that overlap and, unless withAxe is false, to what axe finds. */
export async function readable(page, where, withAxe = true) {
  if (withAxe) {
    await page.addScriptTag({ content: axeText });
    const violations = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(", ")}`)));
    assert.deepEqual(violations, [], where);
  }
  assert.deepEqual(await page.evaluate(overlaps), [], where);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${where}: the page is wider than the window`);
}

/** Waits until One step shows its numbers. */
export const ready = (page) => page.waitForFunction(() => document.querySelector(".onestep .now .result .cell[data-value]"));

/**
 * Goes through the lines of One step with the button, and reads each matrix off the page by scrolling through it.
 *
 * @returns {Promise<Object<string, {Rows: number, Cols: number, Data: number[]}>>} by the ids of the lines, in their order, with all digits
 */
export const readLines = (page) => page.evaluate(() => {
  const slider = document.querySelector(".line-slider");
  const next = document.querySelector("button[aria-label='Next line']");
  slider.value = "0";
  slider.dispatchEvent(new Event("input"));
  const out = {};
  for (;;) {
    const view = document.querySelector(".now .result .view");
    const seen = new Map();
    for (let y = 0; ; y += view.clientHeight / 2) {
      view.scrollTop = y;
      for (let x = 0; ; x += view.clientWidth) {
        view.scrollLeft = x;
        view.dispatchEvent(new Event("scroll"));
        for (const cell of view.querySelectorAll("[data-entry]")) seen.set(cell.dataset.entry, Number(cell.dataset.value));
        if (x >= view.scrollWidth - view.clientWidth) break;
      }
      if (y >= view.scrollHeight - view.clientHeight) break;
    }
    const places = [...seen.keys()].map((k) => (k.match(/\[(.*)\]/)?.[1] ?? "0").split(",").map(Number));
    const [Rows, Cols] = [0, 1].map((i) => 1 + Math.max(...places.map((p) => p[i] ?? 0)));
    const Data = new Array(Rows * Cols).fill(NaN);
    [...seen.values()].forEach((v, i) => (Data[places[i][0] * Cols + (places[i][1] ?? 0)] = v));
    out[document.querySelector(".lines [aria-current]").dataset.line] = { Rows, Cols, Data };
    if (next.disabled) return out;
    next.click();
  }
});

/**
 * What the formulas that are derived by hand give for a network, in Go and without the engine.
 *
 * @param {{W: Object[], B: Object[], Hidden: string[], Softmax: boolean, X: Object, Y: Object}} network
 * @param {number} rate of plain gradient descent
 * @param {"notes"|"mean"} convention
 * @returns {Promise<Object<string, number[]>>} by the ids of the lines
 */
export async function byHand(network, rate, convention) {
  const answer = await fetch(process.env.BY_HAND, { method: "POST", body: JSON.stringify(network) });
  if (!answer.ok) throw new Error(await answer.text());
  const hand = await answer.json();
  const m = convention === "notes" ? network.X.Cols : 1;
  const lines = { cost: [hand.Cost] };
  hand.Z.forEach((_, i) => {
    const l = i + 1;
    lines[`Z${l}`] = hand.Z[i].Data;
    if (network.Hidden[i] !== "identity") lines[`A${l}`] = hand.A[i].Data; // else it is Z
    if (network.Hidden[i] === "silu") lines[`t${l}`] = hand.Z[i].Data.map((z) => 1 / (1 + Math.exp(-z)));
    lines[`dZ${l}`] = hand.DZ[i].Data.map((v) => v * m);
    lines[`dW${l}`] = hand.DW[i].Data;
    lines[`db${l}`] = hand.DB[i].Data;
    lines[`W${l}+`] = network.W[i].Data.map((v, k) => v - rate * hand.DW[i].Data[k]);
    lines[`b${l}+`] = network.B[i].Data.map((v, k) => v - rate * hand.DB[i].Data[k]);
  });
  return lines;
}

/** The first entry that is further from that by hand than 1e-12 of the largest, as a sentence; "" where there is none. */
export function apart(got, want) {
  if (got.length !== want.length) return `${got.length} numbers, ${want.length} expected`;
  const largest = Math.max(1, ...want.map(Math.abs));
  const at = got.findIndex((v, i) => !(Math.abs(v - want[i]) <= 1e-12 * largest));
  return at < 0 ? "" : `entry ${at} is ${got[at]}, ${want[at]} expected`;
}

// The pairs of texts and controls that lie over one another, run in the page. The strip lies over the page.
function overlaps() {
  const boxes = [];
  const strip = document.querySelector(".strip");
  const add = (q, name, element) => {
    const box = { x: q.x, y: q.y, r: q.right, b: q.bottom, name, element, strip: strip.contains(element) };
    for (let e = element; e !== document.body; e = e.parentElement) { // what is scrolled out of view is not seen
      if (e === strip || getComputedStyle(e).overflow === "visible") continue;
      const c = e.getBoundingClientRect();
      Object.assign(box, { x: Math.max(box.x, c.x), y: Math.max(box.y, c.y), r: Math.min(box.r, c.right), b: Math.min(box.b, c.bottom) });
    }
    if (box.r - box.x > 1 && box.b - box.y > 1) boxes.push(box);
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    if (!n.data.trim() || n.parentElement.closest(".hidden-text, .skip, math, option, noscript, [hidden]")) continue;
    const range = document.createRange();
    range.selectNodeContents(n);
    for (const q of range.getClientRects()) add(q, n.data.trim().slice(0, 30), n.parentElement);
  }
  for (const e of document.querySelectorAll("button, select, input, canvas, .formula")) if (!e.closest(".skip, .hidden-text, [hidden]")) add(e.getBoundingClientRect(), `<${e.ariaLabel ?? e.className}>`, e);
  const inside = (p, q) => p.x >= q.x - 1 && p.r <= q.r + 1 && p.y >= q.y - 3 && p.b <= q.b + 3;
  const related = (p, q) => p.element.contains(q.element) || q.element.contains(p.element);
  const out = [];
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach((c) => {
    if (a.strip !== c.strip || related(a, c) && (inside(a, c) || inside(c, a))) return;
    const [w, h] = [Math.min(a.r, c.r) - Math.max(a.x, c.x), Math.min(a.b, c.b) - Math.max(a.y, c.y)];
    if (w > 1.5 && h > 2.5) out.push(`${a.name} over ${c.name}`);
  }));
  return out;
}
