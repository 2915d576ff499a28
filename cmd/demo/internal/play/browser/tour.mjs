// The first minute of a new user, as clicks.

/**
 * Goes through the page as it opens: waits until the boundary has bent, opens a formula with its numbers, and
 * breaks a derivative.
 *
 * @param {import("playwright-core").Page} page that is about to show the first visit
 * @param {string} address
 * @returns {Promise<Array<{did: string, seen: string, seconds: number}>>} what was done and seen, with the time since the page was asked for
 */
export async function tour(page, address) {
  const from = performance.now();
  const went = [];
  const note = (did, seen) => went.push({ did, seen, seconds: (performance.now() - from) / 1000 });
  await page.goto(address);
  await page.waitForFunction(() => globalThis.playground?.frame);
  note("open the page", `“${(await page.locator(".moment").textContent()).trim()}” The flower trains by itself.`);
  // Logistic regression, whose boundary is a straight line, gets 47 % of the flower right.
  await page.waitForFunction(() => playground.frame.runs[0].accuracy >= 0.8);
  note("watch", "the boundary has bent: more than 80 % of the points are right, where logistic regression gets 47 %");
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await page.locator(".strip [data-line=dW1]").click();
  await page.locator(".now .result [data-entry='dW1[2,0]']").waitFor();
  note("click Pause, and dW1 in the strip below", "One step: the formula of dW1 with its matrix, between dZ1 and X that it is computed of");
  await page.locator(".now .result [data-entry='dW1[2,0]']").click();
  await page.locator("[data-sum='dW1[2,0]']").waitFor();
  note("click the entry in row 3, column 1", `its sum over 400 examples with all their numbers: ${Number(await page.locator("[data-sum='dW1[2,0]']").getAttribute("data-value")).toPrecision(4)}`);
  await page.getByRole("button", { name: "Break it", exact: true }).click();
  await page.locator("button[data-mistake=no-slope]").click();
  await page.locator(".breakit .node.wrong[data-line=dZ1]").waitFor();
  note("click Break it, and “1 − A² dropped”", "dZ1 turns red, what follows from it is dashed, and a second run goes where the mistake leads");
  return went;
}
