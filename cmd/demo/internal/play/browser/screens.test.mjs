// What holds on every screen: it can be read, at all widths, light and dark, and works by keyboard alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { link, open, readable, widths, withBrowser } from "./help.mjs";

withBrowser();

// The screens, and what is there once they have their numbers.
const screens = {
  onestep: ".now .result .cell[data-value]",
  nudge: ".nudge-numbers [data-value]",
  breakit: ".breakit button",
  takealong: ".takealong button",
  lessons: ".lessons button",
};

for (const [screen, there] of Object.entries(screens)) {
  test(`${screen}: axe finds nothing and no label overlaps another, at three widths, light and dark`, async (t) => {
    const page = await open(t, { bypassCSP: true, fragment: link(undefined, `${screen}?step=20&`) });
    for (const [i, viewport] of widths.entries()) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme: i === 0 ? "light" : "dark" });
      await page.locator(there).first().waitFor();
      await page.waitForTimeout(100);
      await readable(page, `${screen} ${viewport.width}`, i !== 1);
    }
  });

  test(`${screen}: every control can be reached by Tab and shows that it has the focus`, async (t) => {
    const page = await open(t, { fragment: link(undefined, `${screen}?step=20&`) });
    await page.locator(there).first().waitFor();
    await page.evaluate(() => document.activeElement.blur());
    const wanted = await page.evaluate(() => [...document.querySelectorAll("button, select, input, textarea, summary, a[href], [tabindex='0']")].filter((e) => e.checkVisibility() && !e.disabled && e.tabIndex >= 0).length);
    const reached = new Set();
    for (let i = 0; i < wanted + 5; i++) {
      await page.keyboard.press("Tab");
      const [id, marked] = await page.evaluate(() => {
        const e = document.activeElement;
        e.dataset.reached ??= String(Math.random());
        const box = getComputedStyle(e.matches(".node") ? e.querySelector("rect") : e); // nodes of a graph have a thick edge in its place
        return [e === document.body ? "" : e.dataset.reached, e.matches(".node") ? box.strokeWidth === "3px" : box.outlineStyle !== "none"];
      });
      if (!id) continue;
      reached.add(id);
      assert.ok(marked, await page.evaluate(() => document.activeElement.outerHTML.slice(0, 200)));
    }
    assert.ok(reached.size >= wanted, `${reached.size} of ${wanted} reached`);
  });
}

test("a formula is opened, a weight nudged, a mistake made and a lesson opened by keys alone", async (t) => {
  const page = await open(t, { fragment: link() });
  const focused = (f) => page.waitForFunction((text) => document.activeElement?.matches(text), f);
  // Presses Tab until an element that matches has the focus.
  const tab = async (selector) => {
    for (let i = 0; i < 150; i++) {
      if (await page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`${selector} is not reached`);
  };
  await tab(".strip [data-line=dW1]");
  await page.keyboard.press("Enter");
  await page.locator(".now .result [data-entry='dW1[0,0]']").waitFor();
  await page.evaluate(() => document.activeElement.blur());
  await tab(".now .result .cell");
  for (const key of ["Home", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown"]) await page.keyboard.press(key);
  await focused("[data-entry^='dW1[']");
  const entry = await page.evaluate(() => document.activeElement.dataset.entry);
  await page.keyboard.press("Enter");
  await page.locator(`[data-sum='${entry}']`).waitFor();
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("3");
  await page.locator("[data-nudge=moved][data-value]").waitFor();
  const before = await page.locator("[data-nudge=moved]").getAttribute("data-value");
  await tab(".nudge-slider");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((v) => document.querySelector("[data-nudge=moved]").dataset.value !== v, before);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("4");
  await tab("[data-mistake=no-slope]");
  await page.keyboard.press("Enter");
  await page.locator(".breakit .node.wrong[data-line=dZ1]").waitFor();
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("6");
  await page.locator(".lesson-open").first().waitFor();
  await tab(".lesson-open");
  await page.keyboard.press("Enter");
  await page.locator(".task .lesson-numbers").waitFor();
});

test("on a phone every screen can be chosen, and begins at its top", async (t) => {
  const page = await open(t, { viewport: widths.at(-1), fragment: "#lessons" });
  await page.locator(".lesson-open").first().waitFor();
  const boxes = await page.evaluate(() => [...document.querySelectorAll("nav.screens button")].map((b) => b.getBoundingClientRect()).map((q) => [q.left, q.right]));
  assert.equal(boxes.length, 7);
  for (const [left, right] of boxes) assert.ok(left >= 0 && right <= 375, `a name from ${left} to ${right} of 375`);
  await page.evaluate(() => scrollTo(0, 1500));
  await page.keyboard.press("1");
  await page.waitForFunction(() => document.body.dataset.screen === "train" && scrollY === 0);
});
