import assert from "node:assert/strict";
import { test } from "node:test";
import { address, open, withBrowser } from "./help.mjs";
import { tour } from "./tour.mjs";

withBrowser();

test("a new user bends the boundary, opens a formula and breaks a derivative", async (t) => {
  const page = await open(t, { moving: true });
  await page.evaluate(() => sessionStorage.clear());
  await page.goto("about:blank");
  assert.equal((await tour(page, address)).length, 5);
});
