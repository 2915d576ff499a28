// Scenarios of the screens Nudge, Take along and Lessons, of worksheets, and of links to every screen.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { atStep, bits, byHand, link, open, press, readLines, ready, withBrowser } from "./help.mjs";

withBrowser();

test("a nudge foretells and finds what the formulas by hand give, and changes nothing", async (t) => {
  const page = await open(t, { fragment: link(undefined, "nudge?step=50&") });
  const cell = (name) => page.locator(`[data-nudge=${name}][data-value]`).getAttribute("data-value").then(Number);
  await page.locator(".nudge [data-entry='W1[2,1]']").click();
  const before = await bits(page);
  const network = await page.evaluate(() => {
    const matrix = (Rows, Data) => ({ Rows, Cols: Data.length / Rows, Data });
    const [W1, b1, W2, b2] = playground.frame.runs[0].params;
    const { x, y } = playground.state.train;
    return { W: [matrix(4, W1), matrix(1, W2)], B: [matrix(4, b1), matrix(1, b2)], Hidden: ["tanh"], Softmax: false, X: matrix(2, x.flat()), Y: matrix(1, y) };
  });
  const hand = await byHand(network, 1, "notes");
  const value = network.W[0].Data[5];
  for (const delta of [0.3, -0.05]) {
    await page.getByRole("spinbutton", { name: "Change of the weight" }).fill(String(delta));
    await page.keyboard.press("Enter");
    await page.waitForFunction(([v, d]) => Math.abs(Number(document.querySelector("[data-nudge=moved]").dataset.value) - v - d) < 1e-12, [value, delta]);
    network.W[0].Data[5] = await cell("moved");
    const moved = await byHand(network, 1, "notes");
    const near = async (name, want) => assert.ok(Math.abs((await cell(name)) - want) <= 1e-12, `${name} is ${await cell(name)}, ${want} by hand`);
    await near("value", value);
    await near("gradient", hand.dW1[5]);
    await near("predicted", hand.dW1[5] * delta);
    await near("actual", moved.cost[0] - hand.cost[0]);
    assert.ok((await cell("error")) < 1e-8);
  }
  assert.equal(await bits(page), before);
});

test("a nudge is dragged by keys and by pointer", async (t) => {
  const page = await open(t, { fragment: link(undefined, "nudge?") });
  await page.locator("[data-nudge=actual][data-value]").waitFor();
  const moved = () => page.locator("[data-nudge=moved]").getAttribute("data-value").then(Number);
  const slider = page.locator(".nudge-slider");
  const from = await moved();
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((v) => Number(document.querySelector("[data-nudge=moved]").dataset.value) > v, from);
  assert.ok(Math.abs((await moved()) - from - 0.005) < 1e-12);
  const box = await slider.boundingBox();
  await page.mouse.click(box.x + box.width - 2, box.y + box.height / 2);
  await page.waitForFunction((v) => Number(document.querySelector("[data-nudge=moved]").dataset.value) > v + 0.5, from);
});

test("exported programs run, and give the page's numbers", async (t) => {
  const page = await open(t, { fragment: link((e) => void (e.data.examples = 60), "onestep?step=4&"), acceptDownloads: true });
  await ready(page);
  const lines = await readLines(page);
  await press(page, "Take along");
  const python = [process.env.PYTHON, "python3", "/usr/bin/python3"].find((p) => {
    try {
      if (p) execFileSync(p, ["-c", "import numpy"], { stdio: "ignore" });
      return p;
    } catch {
      return false;
    }
  });
  const dir = mkdtempSync("_exported"); // in the module, whose packages the program imports, and not one of them
  t.after(() => rmSync(dir, { recursive: true }));
  for (const [title, command, args] of [["NumPy", python, []], ["Go", "go", ["run"]], ["Go, plain loops", "go", ["run"]]]) {
    if (!command) {
      t.diagnostic("no Python with NumPy: the NumPy program is not run");
      continue;
    }
    await page.getByRole("group", { name: "Language" }).getByRole("button", { name: title, exact: true }).click();
    const first = { NumPy: "# ", Go: "// ", "Go, plain loops": "// " }[title];
    await page.waitForFunction(([f, imports]) => {
      const text = document.querySelector("pre.code").textContent;
      return text.startsWith(f) && text.includes("chainrule/graph") === imports;
    }, [first, title === "Go"]);
    const [file] = await Promise.all([page.waitForEvent("download"), press(page, "Download program")]);
    const path = join(dir, file.suggestedFilename());
    await file.saveAs(path);
    const printed = execFileSync(command, [...args, path], { encoding: "utf8" }).trim().split("\n").map((line) => JSON.parse(line));
    assert.ok(printed.length >= 9, `${title} prints ${printed.length} lines`);
    for (const { name, values } of printed) {
      const want = (lines[`${name}+`] ?? lines[name])?.Data;
      assert.ok(want, `${title}: ${name} is no line of the page`);
      values.forEach((v, i) => assert.ok(Math.abs(v - want[i]) <= 1e-12 * Math.max(1, Math.abs(want[i])), `${title}: ${name}[${i}] is ${v}, the page has ${want[i]}`));
    }
  }
});

test("the settings of each lesson give the lesson's numbers, to the bit", async (t) => {
  const page = await open(t, { fragment: "#lessons" });
  await page.locator(".lesson-open").first().waitFor();
  const titles = await page.locator(".lesson-open").allTextContents();
  assert.equal(titles.length, 14);
  for (const title of titles) {
    await press(page, "Lessons");
    await press(page, `Open ${title}`);
    await page.locator(".task .task-head strong", { hasText: title }).waitFor();
    const go = page.locator(".task button", { hasText: "Go to step" });
    for (let i = 0; i < (await go.count()); i++) await go.nth(i).click();
    await page.waitForFunction(() => [...document.querySelectorAll(".task [data-here]")].every((c) => c.dataset.value), null, { timeout: 60_000 });
    const [wanted, here] = await page.evaluate(() => ["lesson", "here"].map((kind) => [...document.querySelectorAll(`.task [data-${kind}]`)].map((c) => c.dataset.value)));
    assert.ok(wanted.length > 0, `${title} has no numbers`);
    assert.deepEqual(here, wanted, title);
  }
});

test("a worksheet is solved by clicks", async (t) => {
  const page = await open(t, { fragment: "#lessons" });
  await press(page, "Start Six formulas of back-propagation");
  const task = page.getByRole("complementary", { name: "Worksheet" });
  const done = () => task.locator(".goal.met").waitFor();
  await ready(page);
  assert.equal(await task.locator(".goal.met").count(), 0, "done before anything is done");
  assert.equal(await task.getByRole("button", { name: "Show where" }).count(), 0, "the way to where it is");
  await press(page, "Nudge");
  await task.getByRole("button", { name: "Show where" }).click();
  await page.locator(".lines [data-line=dW2]").click();
  await page.locator(".now .result [data-entry='dW2[0,2]']").click();
  await done();
  for (const mistake of ["no-slope", "wrong-axis"]) {
    await press(page, "Next task");
    await page.locator(`button[data-mistake='${mistake}']`).click();
    await done();
  }
  await press(page, "Next task");
  await press(page, "One step");
  await page.waitForFunction(() => playground.state.batch === 4);
  await ready(page);
  const { A2, Y } = await readLines(page);
  await press(page, "Break it");
  await page.locator(".break-paste textarea").fill(`dZ2 = [[${A2.Data.map((a, i) => a - Y.Data[i])}]]`);
  await press(page, "Check");
  await done();
  assert.match(await task.textContent(), /All tasks are done\./);
  await press(page, "Leave the worksheet");
  await task.waitFor({ state: "hidden" });
});

test("what a worksheet does not let change is refused with a sentence", async (t) => {
  const page = await open(t, { fragment: "#lessons", expected: /status of 4/ });
  await press(page, "Start How large a step may be");
  await page.waitForFunction(() => document.body.dataset.screen === "train" && playground.frame);
  const units = await page.evaluate(() => playground.state.runs[0].layers[0].units);
  await press(page, "One unit more in layer 1");
  await page.locator(".banner").waitFor();
  assert.match(await page.locator(".banner").textContent(), /units/);
  assert.equal(await page.evaluate(() => playground.state.runs[0].layers[0].units), units);
});

test("a link to any screen brings back the screen, the formula, the mistake and the bits", async (t) => {
  const page = await open(t, { fragment: link((e) => ({ other: e, otherMistake: "no-slope" }), "breakit?step=9&") });
  for (const screen of ["One step", "Nudge", "Break it", "Take along", "Lessons", "Train"]) {
    await press(page, screen);
    if (screen === "One step") {
      await ready(page);
      await page.locator(".onestep .node[data-line=dW2]").click();
    }
    await page.waitForFunction((name) => location.hash.startsWith(`#${name.toLowerCase().replace(" ", "")}`), screen);
    const other = await open(t, { fragment: new URL(page.url()).hash });
    await atStep(other, 9);
    assert.equal(await bits(other), await bits(page));
    const seen = (p) => p.evaluate(() => [document.body.dataset.screen, document.title, playground.state.runs.map((r) => r.mistake), document.body.dataset.screen === "onestep" && playground.lit]);
    assert.deepEqual(await seen(other), await seen(page));
    await other.context().close();
  }
});
