// Scenarios of the screen Train.

import assert from "node:assert/strict";
import { test } from "node:test";
import { address, atStep, bits, link, open, press, readable, widths, withBrowser } from "./help.mjs";

withBrowser();

test("a first visit trains by itself, and asks one question", async (t) => {
  const page = await open(t, { moving: true });
  await page.waitForFunction(() => playground.frame.step > 20);
  assert.match(await page.locator(".moment").textContent(), /^[^?]+\?$/);
  assert.equal(await page.evaluate(() => playground.state.playing), true);
});

test("with reduced motion it waits for Play", async (t) => {
  const page = await open(t);
  await page.waitForTimeout(300);
  assert.deepEqual(await page.evaluate(() => [playground.state.playing, playground.frame.step]), [false, 0]);
  await press(page, "Play");
  await page.waitForFunction(() => playground.frame.step > 3);
  await press(page, "Pause");
  await page.waitForFunction(() => !playground.frame.playing);
});

test("back to any step gives its bits again, with Adam, dropout and batches", async (t) => {
  const page = await open(t, { fragment: link((e) => {
    e.rule = { kind: "adam", rate: 0.01 };
    e.layers.splice(1, 0, { kind: "dropout", rate: 0.2 });
    e.batch = 64;
  }) });
  const seen = [await bits(page)];
  for (let step = 1; step <= 5; step++) {
    await press(page, "Step forward");
    await atStep(page, step);
    seen.push(await bits(page));
  }
  assert.equal(new Set(seen).size, seen.length, "some steps changed nothing");
  for (let step = 4; step >= 0; step--) {
    await press(page, "Step back");
    await atStep(page, step);
    assert.equal(await bits(page), seen[step], `step ${step}`);
  }
  const slider = page.getByRole("slider", { name: "Step to go to" });
  await slider.fill("3");
  await atStep(page, 3);
  assert.equal(await bits(page), seen[3]);
  await press(page, "Same start again");
  await page.waitForFunction(() => playground.frame?.step === 0);
  assert.equal(await bits(page), seen[0]);
  await press(page, "New start");
  await page.waitForFunction(() => playground.opening.experiment.seed === 3 && playground.frame);
  assert.notEqual(await bits(page), seen[0]);
});

test("two runs share points, seed and clock", async (t) => {
  const page = await open(t, { fragment: link() });
  await page.getByRole("combobox", { name: "Compare" }).selectOption("rate");
  await page.waitForFunction(() => playground.frame?.runs.length === 2);
  const [a, b] = await page.evaluate(() => playground.frame.runs.map((r) => JSON.stringify([r.step, r.cost, r.params])));
  assert.equal(a, b, "they do not start alike");
  await press(page, "Play");
  await page.waitForFunction(() => playground.frame.step > 10);
  await press(page, "Pause");
  await page.waitForFunction(() => !playground.frame.playing);
  const [first, second] = await page.evaluate(() => playground.frame.runs.map((r) => [r.step, r.cost]));
  assert.equal(first[0], second[0]);
  assert.notEqual(first[1], second[1]);
  assert.equal(await page.locator(".field-panel canvas").count(), 2);
});

test("a link brings back experiment, step and bits", async (t) => {
  const page = await open(t, { fragment: link((e) => void (e.data = { kind: "toy", name: "moons", noise: 0.15 })) });
  await page.evaluate(() => playground.goto(37));
  await atStep(page, 37);
  await page.waitForFunction(() => location.hash.includes("step=37"));
  const other = await open(t, { fragment: new URL(page.url()).hash });
  await atStep(other, 37);
  assert.equal(await bits(other), await bits(page));
  assert.equal(await other.evaluate(() => playground.opening.experiment.data.name), "moons");
});

test("a link that was cut short is told, and the page goes on", async (t) => {
  const page = await open(t, { fragment: link().slice(0, -30) });
  assert.match(await page.locator(".banner").textContent(), /cut short/);
});

test("own points are set by mouse and by keyboard, and taken away", async (t) => {
  const page = await open(t);
  const examples = (n) => page.waitForFunction((n) => playground.state.train.y.length === n && playground.frame, n);
  await press(page, "Own points");
  await examples(400);
  await press(page, "Class 2");
  const box = await page.locator(".stage canvas").boundingBox();
  await page.mouse.click(box.x + box.width * 0.3, box.y + box.height * 0.3);
  await examples(401);
  assert.deepEqual(await page.evaluate(() => [playground.state.classes.length, playground.opening.experiment.layers.at(-1).units]), [3, 3]);
  await page.locator(".stage").focus();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await examples(402);
  await press(page, "Erase points");
  await page.mouse.click(box.x + box.width * 0.3, box.y + box.height * 0.3);
  await page.waitForFunction(() => playground.state.train.y.length < 402);
});

test("a CSV file is opened, with classes or with numbers", async (t) => {
  const page = await open(t, { expected: /status of 400/ });
  const file = (name, text) => page.getByLabel("CSV file").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  const rows = Array.from({ length: 40 }, (_, i) => [i % 7, (3 * i) % 5, (i % 7) + ((3 * i) % 5)]);
  await file("numbers.csv", `a,b,y\n${rows.map(([a, b, y]) => `${a},${b},${y / 10 + 0.05}`).join("\n")}\n`);
  await page.waitForFunction(() => playground.state.task === "regress" && playground.frame);
  await file("three kinds.csv", `a,b,c,kind\n${rows.map(([a, b, y]) => `${a},${b},1.5,${["low", "middle", "high"][Math.floor(y / 4) % 3]}`).join("\n")}\n`);
  await page.waitForFunction(() => playground.state.classes.length === 3 && playground.frame);
  assert.deepEqual(await page.evaluate(() => playground.state.columns), ["a", "b", "c"]);
  await file("bad.csv", "a,b\n1\n");
  await page.locator(".banner").waitFor();
  assert.equal(await page.evaluate(() => playground.state.classes.length), 3, "the present experiment is lost");
});

test("the number under the cursor is the weight", async (t) => {
  const page = await open(t);
  await page.locator(".net").focus();
  const params = await page.evaluate(() => playground.frame.runs[0].params);
  for (const [keys, entry, value] of [
    [["ArrowLeft", "ArrowRight"], "W1[0,0]", params[0][0]],
    [["ArrowDown", "ArrowDown", "ArrowRight"], "W1[2,1]", params[0][5]],
    [["ArrowRight"], "b2[0,0]", params[3][0]],
    [["ArrowRight", "ArrowRight"], "W2[0,1]", params[2][1]],
  ]) {
    for (const key of keys) await page.keyboard.press(key);
    const readout = page.locator(".readout");
    assert.deepEqual([await readout.getAttribute("data-entry"), Number(await readout.getAttribute("data-value"))], [entry, value]);
  }
  await page.keyboard.press("Enter");
  assert.deepEqual(await page.evaluate(() => [playground.screen, playground.picked]), ["nudge", { run: 0, param: "W2", row: 0, col: 1 }]);
});

test("everything that trains works by keys alone", async (t) => {
  const page = await open(t);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await atStep(page, 2);
  await page.keyboard.press("Home");
  await atStep(page, 0);
  await page.keyboard.press("End");
  await atStep(page, 2);
  await page.keyboard.press("ArrowLeft");
  await atStep(page, 1);
  await page.keyboard.press(" ");
  await page.waitForFunction(() => playground.frame.step > 5);
  await page.keyboard.press(" ");
  await page.waitForFunction(() => !playground.frame.playing);
  await page.keyboard.press("2");
  assert.equal(await page.evaluate(() => document.body.dataset.screen), "onestep");
  await page.goBack();
  assert.equal(await page.evaluate(() => document.body.dataset.screen), "train");
});

test("every control can be reached by Tab and shows that it has the focus", async (t) => {
  const page = await open(t);
  await press(page, "Settings");
  await page.evaluate(() => document.activeElement.blur());
  const wanted = await page.evaluate(() => [...document.querySelectorAll("button, select, input, [tabindex='0']")].filter((e) => e.checkVisibility() && !e.disabled && e.tabIndex >= 0).length);
  const reached = new Set();
  for (let i = 0; i < wanted + 10; i++) {
    await page.keyboard.press("Tab");
    const [id, outline] = await page.evaluate(() => {
      const e = document.activeElement;
      e.dataset.reached ??= String(Math.random());
      return [e === document.body ? "" : e.dataset.reached, getComputedStyle(e).outlineStyle];
    });
    if (!id) continue;
    reached.add(id);
    assert.notEqual(outline, "none");
  }
  assert.ok(reached.size >= wanted, `${reached.size} of ${wanted} reached`);
});

test("a server that is gone is told, and the page goes on where it was", async (t) => {
  const page = await open(t, { expected: /ERR_INTERNET_DISCONNECTED|Failed to load/ });
  await page.evaluate(() => playground.goto(12));
  await atStep(page, 12);
  const before = await bits(page);
  await page.context().setOffline(true);
  await page.evaluate(() => playground.step(1));
  await page.locator(".banner").waitFor();
  assert.match(await page.locator(".banner").textContent(), /does not answer/);
  await page.context().setOffline(false);
  await page.locator(".banner").waitFor({ state: "hidden" });
  await atStep(page, 12);
  assert.equal(await bits(page), before);
});

test("nothing moves when numbers change", async (t) => {
  const page = await open(t);
  const places = () => page.evaluate(() => [...document.querySelectorAll(".controls *, .outcome *, .middle *, .strip *")].filter((e) => !e.closest("meter, math, option")).map((e) => {
    const { x, y, width, height } = e.getBoundingClientRect();
    return [e.tagName, e.className, x, y, width, height].join(" ");
  }));
  const question = () => page.locator(".moment").boundingBox();
  const [before, top] = [await places(), await question()];
  for (const step of [1, 30, 1200]) {
    await page.evaluate((s) => playground.goto(s), step);
    await atStep(page, step);
    assert.deepEqual(await places(), before, `at step ${step}`);
    assert.deepEqual(await question(), top);
  }
});

test("pictures are whole as SVG and PNG", async (t) => {
  const page = await open(t);
  const found = await page.evaluate(async () => {
    const { toPNG, toSVG } = await import("./draw.js");
    return Promise.all(playground.pictures().map(async ({ name, width, height, draw }) => {
      const text = toSVG(draw, "#ffffff");
      const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
      const png = new Uint8Array(await (await toPNG(width, height, draw, "#ffffff")).arrayBuffer());
      return { name, broken: parsed.querySelector("parsererror") !== null, shapes: parsed.querySelectorAll("path, rect, circle, polygon, image").length, png: png.length, signature: String.fromCharCode(...png.slice(1, 4)) };
    }));
  });
  assert.deepEqual(found.map((p) => p.name), ["field", "network", "costs"]);
  for (const p of found) assert.ok(!p.broken && p.shapes > 5 && p.png > 1000 && p.signature === "PNG", JSON.stringify(p));
});

test("nothing is cut off: the network beside the settings, choices, and on a phone the screens and data", async (t) => {
  const page = await open(t, { fragment: link() });
  await press(page, "Settings");
  await page.waitForFunction(() => document.querySelector(".net canvas").getBoundingClientRect().width <= document.querySelector(".net").clientWidth + 1);
  await press(page, "One step");
  const cut = await page.locator(".onestep select").evaluateAll((selects) => selects.flatMap((select) => {
    const free = select.cloneNode(true); // as wide as its longest choice
    free.style.cssText = "position: absolute; max-width: none; width: auto";
    select.after(free);
    const wanted = free.offsetWidth;
    free.remove();
    return wanted > select.offsetWidth + 1 ? [`${select.ariaLabel}: ${select.offsetWidth} of ${wanted} px`] : [];
  }));
  assert.deepEqual(cut, []);
  const phone = await open(t, { viewport: widths.at(-1), fragment: link() });
  const outside = await phone.locator("nav.screens button, .thumbnail").evaluateAll((buttons) => buttons.filter((b) => b.getBoundingClientRect().right > innerWidth).map((b) => b.textContent || b.ariaLabel));
  assert.deepEqual(outside, []);
});

test("a second run with a mistake is not called the same", async (t) => {
  const page = await open(t, { fragment: link((e) => ({ other: structuredClone(e), otherMistake: "no-mean" })) });
  assert.equal(await page.locator(".network-panel h3").nth(1).textContent(), "B: with a mistake");
});

test("axe finds nothing and no label overlaps another, at three widths, light and dark", async (t) => {
  for (const viewport of widths) for (const [colorScheme, two] of [["light", false], ["light", true], ["dark", true]]) {
    const page = await open(t, { viewport, colorScheme, bypassCSP: true, fragment: link((e) => (two ? { other: { ...structuredClone(e), rule: { kind: "gd", rate: 0.1 } } } : {}), "train?step=20&") });
    if (two) await press(page, "Settings");
    await readable(page, `${viewport.width} ${colorScheme} ${two ? "two runs" : "one run"}`);
    await page.close();
  }
});

test("a frame takes at most 8 ms of script", async (t) => {
  const page = await open(t, { fragment: link((e) => ({ other: { ...structuredClone(e), rule: { kind: "gd", rate: 0.1 } } })) });
  await page.evaluate(() => playground.play(0));
  await page.waitForFunction(() => playground.drawn >= 20);
  await page.evaluate(() => (playground.drawn = 0));
  await page.waitForFunction(() => playground.drawn >= 60);
  const spent = await page.evaluate(() => [...playground.spent.slice(0, playground.drawn)].sort((a, b) => a - b));
  t.diagnostic(`script a frame, two runs: median ${spent[spent.length >> 1].toFixed(1)} ms, 95 % below ${spent[Math.floor(0.95 * spent.length)].toFixed(1)} ms, at ${address}`);
  assert.ok(spent[spent.length >> 1] <= 8, `median ${spent[spent.length >> 1]} ms`);
});
