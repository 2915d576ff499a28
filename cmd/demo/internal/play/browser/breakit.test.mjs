// Scenarios of the screen Break it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apart, byHand, link, open, press, readLines, withBrowser } from "./help.mjs";

withBrowser();

const rate = 0.3;

// A network whose second matrix is square, so that every mistake of the list fits it.
const small = (place) => link((e) => {
  Object.assign(e, { data: { kind: "toy", name: "moons", examples: 30, noise: 0.1 }, rule: { kind: "gd", rate }, seed: 4 });
  e.layers = [3, 3, 1].map((units, i) => ({ kind: "dense", units, activation: i < 2 ? "tanh" : "sigmoid" }));
}, place);

// The network of the run without a mistake, at the step in view.
const right = async (page) => {
  const { params, x, y } = await page.evaluate(() => ({ params: playground.frame.runs[0].params, x: playground.state.train.x, y: playground.state.train.y }));
  const sizes = [2, 3, 3, 1];
  const matrix = (Rows, Data) => ({ Rows, Cols: Data.length / Rows, Data });
  return {
    W: [0, 1, 2].map((l) => matrix(sizes[l + 1], params[2 * l])), B: [0, 1, 2].map((l) => matrix(sizes[l + 1], params[2 * l + 1])),
    Hidden: ["tanh", "tanh"], Softmax: false, X: matrix(2, x.flat()), Y: matrix(1, y),
  };
};

test("each mistake turns red the first line that differs from that by hand", async (t) => {
  const page = await open(t, { fragment: small("breakit?") });
  await page.locator("button[data-mistake]").nth(1).waitFor();
  const mistakes = await page.evaluate(() => [...document.querySelectorAll("button[data-mistake]:enabled")].map((b) => b.dataset.mistake).filter(Boolean));
  assert.ok(mistakes.length >= 10, `${mistakes.length} mistakes`);
  const network = await right(page);
  const want = await byHand(network, rate, "notes");
  network.W.forEach((w, i) => {
    want[`W${i + 1}`] = w.Data;
    want[`b${i + 1}`] = network.B[i].Data;
  });
  const places = new Set();
  for (const mistake of mistakes) {
    await page.locator(`button[data-mistake='${mistake}']`).click();
    const title = await page.locator(`button[data-mistake='${mistake}'] span`).first().textContent();
    await page.waitForFunction(([m, title]) => playground.frame && playground.state.runs[1]?.mistake === m && document.querySelector(".found h2").textContent === title && document.querySelector(".found-line"), [mistake, title]);
    const red = await page.evaluate(() => [...document.querySelectorAll(".breakit .node.wrong")].map((n) => n.dataset.line));
    const strip = await page.evaluate(() => [...document.querySelectorAll(".strip button.wrong")].map((b) => b.dataset.line));
    const derived = page.waitForResponse((r) => r.request().postData()?.includes('"derive"'));
    await page.locator(".breakit .node.wrong").click();
    await derived;
    await page.waitForFunction(() => new Promise((drawn) => setTimeout(() => requestAnimationFrame(() => drawn(true)))));
    const lines = await readLines(page);
    const first = Object.keys(lines).find((id) => want[id] && apart(lines[id].Data, want[id]));
    assert.deepEqual(red, [first], `${mistake}: the red nodes`);
    assert.deepEqual(strip, [first].filter((id) => /^(d|Z|A|cost|.*\+)/.test(id)), `${mistake}: the red formulas of the strip`);
    assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll(".onestep .node.wrong, .lines .line.wrong")].map((n) => n.dataset.line)), [first, first], `${mistake}: on One step`);
    places.add(first);
    await press(page, "Break it");
  }
  assert.ok(places.size >= 6, `only ${[...places]} are ever wrong`);
});

test("a mistake leads the training elsewhere, beside the right run and on its clock", async (t) => {
  const page = await open(t, { fragment: small("breakit?") });
  await page.locator("button[data-mistake='sign']").click();
  await page.waitForFunction(() => playground.frame?.runs.length === 2);
  await press(page, "Play");
  await page.waitForFunction(() => playground.frame.step > 40);
  await press(page, "Pause");
  await page.waitForFunction(() => !playground.frame.playing);
  const [a, b] = await page.evaluate(() => playground.frame.runs.map((r) => [r.step, Number(r.cost)]));
  assert.equal(a[0], b[0]);
  assert.ok(a[1] < 0.6 && b[1] > 0.8, `costs ${a[1]} and ${b[1]}`);
  await page.locator("button[data-mistake='']").click();
  await page.waitForFunction(() => playground.state.runs.length === 1 && document.querySelectorAll(".breakit .node.wrong").length === 0);
});

test("own numbers: the first wrong line is named, with its cause", async (t) => {
  const page = await open(t, { fragment: small("breakit?step=3&"), expected: /status of 400/ });
  await page.locator(".break-paste textarea").waitFor();
  const hand = await byHand(await right(page), rate, "notes");
  const rows = (id, Rows, data = hand[id]) => `${id} = [${Array.from({ length: Rows }, (_, r) => `[${data.slice((r * data.length) / Rows, ((r + 1) * data.length) / Rows).join(", ")}]`).join(",\n ")}]`;
  const verdict = async (text) => {
    await page.locator(".break-paste textarea").fill(text);
    await page.evaluate(() => document.querySelector(".breakit .verdict")?.replaceChildren()); // that of the text before
    await press(page, "Check");
    await page.locator(".breakit .verdict p").first().waitFor();
    return page.locator(".breakit .verdict").textContent();
  };
  const good = [rows("dZ3", 1), rows("dW3", 1), rows("dZ2", 3)];
  assert.match(await verdict(good.join("\n")), /right\./);
  assert.deepEqual(await page.locator(".breakit .node.wrong").count(), 0);
  const dZ2 = (await right(page)).W[2].Data.flatMap((w) => hand.dZ3.map((v) => w * v)); // without 1 − A²
  assert.match(await verdict([...good.slice(0, 2), rows("dZ2", 3, dZ2)].join("\n")), /^dZ2 is wrong.*missing activation derivative/);
  await page.waitForFunction(() => document.querySelector(".breakit .node.wrong")?.dataset.line === "dZ2");
  assert.match(await verdict("dZ3 = [[1, 2"), /./);
  assert.equal(await page.locator(".breakit .verdict .wrong").count(), 1, "a text that is cut short is taken");
});
