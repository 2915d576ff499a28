// Prints how fast the page at PLAY_URL trains and draws an experiment: node speed.mjs EXPERIMENT MILLISECONDS

import { address, launch } from "./help.mjs";

const [experiment, milliseconds] = process.argv.slice(2);
const browser = await launch();
const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
await page.goto(`${address}#train?open=${encodeURIComponent(`{"experiment":${experiment}}`)}`);
await page.waitForFunction(() => globalThis.playground?.frame);
await page.evaluate(() => playground.play(0));
await page.waitForFunction(() => playground.drawn > 30);
const seen = await page.evaluate(async (ms) => {
  const [step, from] = [playground.frame.step, performance.now()];
  playground.drawn = 0;
  await new Promise((done) => setTimeout(done, ms));
  const seconds = (performance.now() - from) / 1000;
  const spent = [...playground.spent.slice(0, playground.drawn)].sort((a, b) => a - b);
  return { steps: (playground.frame.step - step) / seconds, frames: playground.drawn / seconds, median: spent[spent.length >> 1], most: spent[Math.floor(0.95 * spent.length)] };
}, Number(milliseconds));
console.log(JSON.stringify(seen));
await browser.close();
