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
    for (const viewport of widths) for (const colorScheme of ["light", "dark"]) {
      const page = await open(t, { viewport, colorScheme, bypassCSP: true, fragment: link(undefined, `${screen}?step=20&`) });
      await page.locator(there).first().waitFor();
      await page.waitForTimeout(100);
      await readable(page, `${screen} ${viewport.width} ${colorScheme}`);
      await page.close();
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
      const [id, outline] = await page.evaluate(() => {
        const e = document.activeElement;
        e.dataset.reached ??= String(Math.random());
        return [e === document.body ? "" : e.dataset.reached, getComputedStyle(e).outlineStyle];
      });
      if (!id) continue;
      reached.add(id);
      assert.notEqual(outline, "none", await page.evaluate(() => document.activeElement.outerHTML.slice(0, 200)));
    }
    assert.ok(reached.size >= wanted, `${reached.size} of ${wanted} reached`);
  });
}
