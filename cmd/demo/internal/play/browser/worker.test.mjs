// The playground as files: the engine in a worker does what the one behind the server does.

import assert from "node:assert/strict";
import { test } from "node:test";
import { atStep, bits, open, withBrowser } from "./help.mjs";

withBrowser();

const goTo = async (page, step) => {
  await page.evaluate((s) => playground.goto(s), step);
  await atStep(page, step);
};

const costs = (page) => page.evaluate(() => playground.frame.runs.map((r) => r.cost));

test("the worker's numbers are the server's, and come back to the bit", async (t) => {
  const begun = performance.now();
  const page = await open(t, { at: process.env.PLAY_STATIC });
  t.diagnostic(`first frame after ${Math.round(performance.now() - begun)} ms`);
  const served = await open(t);
  const first = await bits(page);
  for (const step of [1, 60, 7]) {
    await goTo(page, step);
    await goTo(served, step);
    const [got, want] = [await costs(page), await costs(served)];
    assert.equal(got.length, want.length);
    got.forEach((v, i) => assert.ok(Math.abs(v - want[i]) <= 1e-9 * want[i], `step ${step}: ${v}, ${want[i]} expected`));
  }
  await goTo(page, 0);
  assert.equal(await bits(page), first);
});

test("the worker answers while it trains as fast as it goes", async (t) => {
  const page = await open(t, { at: process.env.PLAY_STATIC });
  await page.evaluate(() => playground.ask({ do: "play", speed: 0 }));
  await page.waitForFunction(() => playground.frame.step > 200);
  const derived = await page.evaluate(() => playground.ask({ do: "derive", run: 0 }));
  assert.ok(derived.step > 0 && derived.lines.length > 6, JSON.stringify(derived).slice(0, 200));
  await page.evaluate(() => playground.ask({ do: "pause" }));
  await page.waitForFunction(() => !playground.frame.playing);
});

test("what is wrong with a request reaches the page", async (t) => {
  const page = await open(t, { at: process.env.PLAY_STATIC });
  const wrong = await page.evaluate(() => playground.try({ do: "goto", step: -1 }).catch((e) => ({ message: e.message, path: e.path })));
  assert.equal(wrong.path, "step");
  assert.match(wrong.message, /at least 0 expected/);
});
