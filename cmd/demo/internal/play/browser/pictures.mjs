// Writes the pictures of docs/playground.md, and into it the times of a new user's first minute:
//
//	demo play --addr 127.0.0.1:8080 &
//	PLAY_URL=http://127.0.0.1:8080/ CHROMIUM=/usr/bin/chromium node pictures.mjs ../../../../../docs
//
// Names of screens behind it write the pictures of these alone.
// Each screen is one picture in light and one in dark colours, with the page at 1280, 1024 and 375 pixels side by side.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { address, launch, link } from "./help.mjs";
import { tour } from "./tour.mjs";

const [docs, ...only] = process.argv.slice(2);
const height = 800;
const windows = [1280, 1024, 375];
const gap = 16;

// The screens: where each opens, and what is done there before its picture is taken.
const screens = {
  train: { open: link(undefined, "train?step=900&") },
  onestep: { open: link(undefined, "onestep?step=12&line=dW1&"), async then(page) {
    await page.locator(".now .result [data-entry='dW1[2,0]']").click();
    await page.locator("[data-sum='dW1[2,0]']").waitFor();
  } },
  nudge: { open: link(undefined, "nudge?step=60&"), async then(page) {
    await page.locator(".nudge [data-entry='W1[2,1]']").click();
  } },
  breakit: { open: link((e) => ({ other: e, otherMistake: "no-slope" }), "breakit?step=300&") },
  takealong: { open: link(undefined, "takealong?step=300&") },
  lessons: { open: "#lessons" },
  worksheet: { open: "#lessons", async then(page) {
    await page.getByRole("button", { name: "Start How weights start", exact: true }).click();
    await page.waitForFunction(() => document.body.dataset.screen === "train" && playground.frame);
  } },
};

/** A PNG with a palette: the 256 colours that are most frequent, others as the nearest of these. */
function png(width, height, rgba) {
  const bucket = (i) => ((rgba[i] >> 3) << 10) | ((rgba[i + 1] >> 3) << 5) | (rgba[i + 2] >> 3);
  const sums = new Map();
  for (let i = 0; i < rgba.length; i += 4) {
    const b = bucket(i);
    let s = sums.get(b);
    if (!s) sums.set(b, (s = [0, 0, 0, 0]));
    s[0]++;
    for (let k = 0; k < 3; k++) s[k + 1] += rgba[i + k];
  }
  const palette = [...sums.values()].sort((a, b) => b[0] - a[0]).slice(0, 256).map(([n, ...c]) => c.map((v) => Math.round(v / n)));
  const nearest = new Map();
  for (const [b, [n, ...c]] of sums) {
    const distance = (p) => p.reduce((d, v, k) => d + (v - c[k] / n) ** 2, 0);
    nearest.set(b, palette.reduce((best, p, at) => (distance(p) < distance(palette[best]) ? at : best), 0));
  }
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = nearest.get(bucket(4 * (y * width + x)));
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), chunk("IHDR", head), chunk("PLTE", Buffer.from(palette.flat())), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

// Puts shots side by side, made smaller, and writes them.
async function write(page, name, shots, scale, paper) {
  const [width, tall, data] = await page.evaluate(async ({ shots, scale, gap, paper }) => {
    const images = await Promise.all(shots.map(async (s) => createImageBitmap(await (await fetch(`data:image/png;base64,${s}`)).blob())));
    const width = Math.round(images.reduce((w, i) => w + i.width * scale, gap * (images.length - 1)));
    const tall = Math.round(images[0].height * scale);
    const c = new OffscreenCanvas(width, tall).getContext("2d");
    c.fillStyle = paper;
    c.fillRect(0, 0, width, tall);
    c.imageSmoothingQuality = "high";
    let x = 0;
    for (const i of images) {
      c.drawImage(i, Math.round(x), 0, Math.round(i.width * scale), tall);
      x += i.width * scale + gap;
    }
    let text = "";
    const all = c.getImageData(0, 0, width, tall).data;
    for (let at = 0; at < all.length; at += 32768) text += String.fromCharCode(...all.subarray(at, at + 32768));
    return [width, tall, btoa(text)];
  }, { shots: shots.map((s) => s.toString("base64")), scale, gap, paper });
  const file = png(width, tall, Buffer.from(data, "base64"));
  writeFileSync(join(docs, "pictures", name), file);
  console.log(`${name}: ${width}×${tall}, ${Math.round(file.length / 1000)} kB`);
}

const browser = await launch();
const blank = await browser.newPage();
for (const [name, { open, then }] of Object.entries(screens)) for (const colorScheme of ["light", "dark"]) {
  if (only.length > 0 && !only.includes(name)) continue;
  const shots = [];
  for (const width of windows) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
    const page = await context.newPage();
    await page.goto(address + open);
    await page.waitForFunction(() => globalThis.playground?.frame);
    await then?.(page);
    await page.waitForTimeout(1500); // for what is drawn in turns
    shots.push(await page.screenshot());
    await context.close();
  }
  await write(blank, `play-${name}-${colorScheme}.png`, shots, 0.6, colorScheme === "dark" ? "#000000" : "#9a9a9a");
  if (name === "train" && colorScheme === "light") await write(blank, "play.png", shots.slice(0, 1), 0.8, "#ffffff");
}

const page = await (await browser.newContext({ viewport: { width: 1280, height } })).newPage();
const went = await tour(page, address);
const guide = join(docs, "playground.md");
const table = ["| seconds | done | seen |", "| ---: | --- | --- |", ...went.map((w) => `| ${w.seconds.toFixed(1)} | ${w.did} | ${w.seen} |`)].join("\n");
writeFileSync(guide, readFileSync(guide, "utf8").replace(/(<!-- tour -->\n)[^]*?(\n<!-- end of tour -->)/, `$1${table}$2`));
console.log(table);
await browser.close();
