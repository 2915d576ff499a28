// Scenarios of the screen One step.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apart, atStep, bits, byHand, link, open, press, readLines, ready, withBrowser } from "./help.mjs";

withBrowser();

// Networks that are derived by hand: data, hidden units, their activations, and the size of a batch.
const networks = [
  [{ name: "flower" }, [4], ["tanh"]],
  [{ name: "flower" }, [1], ["sigmoid"]],
  [{ name: "moons", examples: 50, noise: 0.1 }, [5], ["relu"]],
  [{ name: "moons", examples: 50 }, [3, 4], ["leaky-relu", "elu"]],
  [{ name: "circles", examples: 40 }, [3, 3], ["silu", "gelu"]],
  [{ name: "circles", examples: 40 }, [6], ["softplus"]],
  [{ name: "xor", examples: 40 }, [4], ["identity"]],
  [{ name: "flower" }, [], []],
  [{ name: "blobs", examples: 60 }, [4], ["tanh"]],
  [{ name: "spirals", arms: 3, examples: 45 }, [5, 4], ["relu", "tanh"]],
  [{ name: "moons", examples: 50 }, [4], ["tanh"], 8],
  [{ name: "blobs", examples: 37 }, [3, 2, 3], ["tanh", "sigmoid", "tanh"], 10],
];
const rate = 0.3;

const fragment = ([data, units, activations, batch = 0], seed, steps, softmax) => link((e) => {
  Object.assign(e, { data: { kind: "toy", ...data }, rule: { kind: "gd", rate }, seed });
  e.layers = units.map((n, i) => ({ kind: "dense", units: n, activation: activations[i] }));
  e.layers.push(softmax ? { kind: "dense", units: softmax, activation: "softmax" } : { kind: "dense", units: 1, activation: "sigmoid" });
  if (batch) e.batch = batch;
}, `onestep?step=${steps}&`);

for (const [i, network] of networks.entries()) {
  const [data, units, activations, batch] = network;
  const convention = i % 2 ? "mean" : "notes";
  test(`all numbers are those by hand: ${data.name}, ${units.length ? units.join("-") : "no hidden layer"} ${activations}${batch ? `, batches of ${batch}` : ""}`, async (t) => {
    const softmax = { blobs: 3, spirals: 3 }[data.name] ?? 0;
    const page = await open(t, { fragment: fragment(network, i + 1, i % 3 ? 7 : 0, softmax) });
    await ready(page);
    const depth = units.length + 1;
    if (convention === "mean") {
      const last = page.locator(`.lines [data-line=dZ${depth}]`);
      const before = await last.textContent();
      await page.getByRole("combobox", { name: "What dZ is" }).selectOption("mean");
      while ((await last.textContent()) === before) await page.waitForTimeout(20);
    }
    assert.equal(await page.evaluate(() => playground.frame.step), i % 3 ? 7 : 0);
    const lines = await readLines(page);
    const layers = Array.from({ length: depth }, (_, l) => l + 1);
    const want = await byHand({ W: layers.map((l) => lines[`W${l}`]), B: layers.map((l) => lines[`b${l}`]), Hidden: activations, Softmax: softmax > 0, X: lines.X, Y: lines.Y }, rate, convention);
    const given = ["X", "Y", ...layers.flatMap((l) => [`W${l}`, `b${l}`])];
    assert.deepEqual(Object.keys(lines).sort(), [...Object.keys(want), ...given].sort(), "the lines are others than those by hand");
    for (const id in want) assert.equal(apart(lines[id].Data, want[id]), "", `${convention} ${id}`);
  });
}

// What is lit: the line in the list, the node in the graph, the name of the matrix in full view, and the
// formula in the strip.
const lit = (page) => page.evaluate(() => ({
  line: document.querySelector(".lines .line.lit")?.dataset.line,
  node: document.querySelector(".dag .node.lit, .graph-part .node.lit")?.dataset.line,
  matrix: document.querySelector(".now .result [data-entry]").dataset.entry.replace(/\[.*/, ""),
  strip: document.querySelector(".strip button.lit")?.dataset.line,
}));

test("node, formula and matrix light up together, forward and back, whichever is pressed", async (t) => {
  const page = await open(t, { fragment: link(undefined, "onestep?line=X&") });
  await ready(page);
  const ids = await page.evaluate(() => [...document.querySelectorAll(".lines .line")].map((b) => b.dataset.line));
  assert.deepEqual(ids.slice(-14), ["Z1", "A1", "Z2", "A2", "cost", "dZ2", "dW2", "db2", "dZ1", "dW1", "db1", "W1+", "b1+", "W2+", "b2+"].slice(-14));
  const strip = new Set(await page.evaluate(() => [...document.querySelectorAll(".strip button")].map((b) => b.dataset.line)));
  const holds = async (id, how) => assert.deepEqual(await lit(page), { line: id, node: id, matrix: id, strip: strip.has(id) ? id : undefined }, `${id} ${how}`);
  await holds("X", "by the link");
  for (const id of ids.slice(1)) {
    await press(page, "Next line");
    await holds(id, "forward");
  }
  for (const id of ids.slice(0, -1).reverse()) {
    await page.keyboard.press(",");
    await holds(id, "back");
  }
  await page.getByRole("slider", { name: "Line of the step" }).fill(String(ids.indexOf("dZ1")));
  await holds("dZ1", "by the slider");
  await page.locator(".graph-part .node[data-line=dW2]").click();
  await holds("dW2", "by its node");
  await page.locator(".lines [data-line=A1]").click();
  await holds("A1", "by its formula");
  await page.locator(".strip [data-line=db1]").click();
  await holds("db1", "by the strip");
});

test("One step goes along with the training, and back at step 0 has the first bits again", async (t) => {
  const page = await open(t, { fragment: link((e) => void (e.rule = { kind: "adam", rate: 0.01 }), "onestep?line=dW1&") });
  await ready(page);
  const numbers = () => page.evaluate(() => [...document.querySelectorAll(".now [data-entry]")].map((c) => `${c.dataset.entry} ${c.dataset.value}`).join());
  const [first, firstBits] = [await numbers(), await bits(page)];
  await press(page, "Step forward");
  await atStep(page, 1);
  await page.waitForFunction((old) => [...document.querySelectorAll(".now [data-entry]")].map((c) => `${c.dataset.entry} ${c.dataset.value}`).join() !== old, first);
  await press(page, "Step back");
  await atStep(page, 0);
  await page.waitForFunction((old) => [...document.querySelectorAll(".now [data-entry]")].map((c) => `${c.dataset.entry} ${c.dataset.value}`).join() === old, first);
  assert.equal(await bits(page), firstBits);
});

test("an entry opens its sum, with the numbers that were added", async (t) => {
  const page = await open(t, { fragment: link(undefined, "onestep?line=dW1&step=3&") });
  await ready(page);
  await page.locator(".now [data-entry='dW1[2,0]']").click();
  const total = page.locator("[data-sum='dW1[2,0]']");
  await total.waitFor();
  assert.match(await page.locator(".sum h3").textContent(), /dW1\[2,0\].*row 3, column 1 of dW1/);
  const terms = await page.evaluate(() => {
    const list = document.querySelector(".sum .long-list");
    const seen = new Map();
    for (let y = 0; y < list.scrollHeight; y += list.clientHeight) {
      list.scrollTop = y;
      list.dispatchEvent(new Event("scroll"));
      for (const li of list.querySelectorAll("li")) seen.set(Number(li.getAttribute("aria-posinset")), Number(li.querySelector("[data-value]").dataset.value));
    }
    return [...seen].sort((a, b) => a[0] - b[0]).map((e) => e[1]);
  });
  assert.equal(terms.length, 400);
  const factor = await page.locator(".sum .total").textContent();
  assert.match(factor, /^\(1\/m\) = 0\.0025/);
  const [sum, entry] = [Number(await total.getAttribute("data-value")), Number(await page.locator(".now .result [data-entry='dW1[2,0]']").getAttribute("data-value"))];
  const added = terms.reduce((a, b) => a + b, 0) / 400;
  assert.ok(Math.abs(added - sum) <= 1e-14 && Math.abs(sum - entry) <= 1e-14 && sum !== 0, `${added}, ${sum}, ${entry}`);
  await page.locator(".lines [data-line=dZ1]").click();
  await page.locator(".now .result .head [data-at='-1,2']").click();
  await page.waitForFunction(() => document.querySelector(".now .result .head").children.length === 1);
  assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll(".now .result [data-entry]")].map((c) => c.dataset.entry)), ["dZ1[0,2]", "dZ1[1,2]", "dZ1[2,2]", "dZ1[3,2]"]);
});
