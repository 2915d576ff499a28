// The data: toy sets as small multiples to choose from, own points, and a CSV file dropped on the page.

import { button, h, refill } from "./dom.js";
import { CanvasPen, fit } from "./draw.js";
import { colors, onTheme } from "./colors.js";
import { drawMarker, valueColor } from "./marks.js";
import { edited, isPlain, toys, withData, withDataField } from "./experiment.js";

const size = 46; // of a thumbnail

/**
 * Makes the chooser.
 *
 * @param {import("./app.js").App} app
 * @param {import("./points.js").Points} points
 * @returns {HTMLElement}
 */
export function makeData(app, points) {
  const thumbnails = toys.map((toy) => {
    const canvas = h("canvas", { "aria-hidden": "true" });
    const b = h("button", {
      type: "button", class: "thumbnail", "aria-label": `${toy.title}, ${toy.classes ? `${toy.classes} classes` : "numbers"}`,
      on: { click: () => choose({ kind: "toy", name: toy.name, noise: toy.noise, ...(toy.arms && { arms: toy.arms }) }, toy.classes) },
    }, canvas, h("span", { text: toy.title }));
    return { toy, canvas, b };
  });
  const sketchAll = () => thumbnails.forEach(({ toy, canvas }) => sketch(toy, canvas));
  sketchAll();
  onTheme(sketchAll);

  const noise = h("input", { type: "range", min: "0", max: "1", step: "0.05", "aria-label": "Noise", on: { change: () => setNoise(Number(noise.value)) } });
  const noiseValue = h("output", { class: "number" });
  const noiseRow = h("label", { class: "row" }, h("span", { text: "Noise" }), noise, noiseValue);
  const file = h("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv", class: "hidden-text", "aria-label": "CSV file", tabindex: "-1", on: { change: () => file.files[0] && read(file.files[0]).then(() => (file.value = "")) } });
  const own = button("Own points", () => points.toggle(), { class: "framed" });
  const about = h("p", { class: "quiet" });

  const element = h("section", { class: "data", "aria-label": "Data" },
    h("h2", { text: "Data" }),
    h("div", { class: "thumbnails" }, thumbnails.map(({ b }) => b)),
    h("div", { class: "own" }, own, button("Open CSV…", () => file.click(), { class: "framed", title: "Open a CSV file, or drop one on the page" }), file),
    points.palette, noiseRow, about);

  function choose(data, classes) {
    if (!isPlain(app.opening.experiment)) return;
    points.end();
    app.open({ ...edited(app.opening, (e) => withData(e, { ...data, ...(app.opening.experiment.data.seed && { seed: app.opening.experiment.data.seed }) }, classes)), files: undefined });
  }

  function setNoise(value) {
    app.open(edited(app.opening, (e) => withDataField(e, "noise", value)));
  }

  async function read(f) {
    const text = await f.text();
    const name = f.name.replace(/[^\w.-]+/g, "-");
    points.end();
    await openCSV(app, name, text);
  }

  addEventListener("dragover", (e) => e.preventDefault());
  addEventListener("drop", (e) => {
    e.preventDefault();
    if (e.dataTransfer.files[0]) read(e.dataTransfer.files[0]);
  });

  app.on("state", (state) => {
    const data = app.opening.experiment.data;
    for (const { toy, b } of thumbnails) {
      b.setAttribute("aria-pressed", String(data.kind === "toy" && data.name === toy.name && (data.arms ?? 2) === (toy.arms ?? 2)));
      b.disabled = !isPlain(app.opening.experiment);
    }
    own.setAttribute("aria-pressed", String(points.active));
    noiseRow.hidden = data.kind !== "toy";
    about.hidden = points.active;
    noise.value = String(data.noise ?? 0);
    noiseValue.textContent = Number(noise.value).toFixed(2);
    refill(about, JSON.stringify([data, state.train.y.length, state.held?.y.length]), () => [
      `${state.train.y.length} to train on, ${state.held ? `${state.held.y.length} held out` : "none held out"}${data.kind === "csv" ? `, of ${data.path}` : ""}.`]);
  });
  return element;
}

/**
 * Opens a CSV file: its last column is what to predict, classes where it holds texts or few different whole
 * numbers.
 *
 * @param {import("./app.js").App} app
 * @param {string} name
 * @param {string} text
 * @returns {Promise<boolean>}
 */
export function openCSV(app, name, text) {
  const { classes } = lastColumn(text);
  const data = { kind: "csv", path: name, held: 0.2, task: classes ? "classify" : "regress" };
  return app.open({ ...edited(app.opening, (e) => withData(e, data, classes)), files: { [name]: text } });
}

/**
 * Looks at the last column of a file, only to find out how many outputs a network needs: the session
 * reads the file itself.
 *
 * @param {string} text
 * @returns {{classes: number}} 0 for numbers to predict
 */
export function lastColumn(text) {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/).filter((line) => line.trim() !== "");
  const separator = [",", ";", "\t", "|"].reduce((best, s) => (lines[0]?.split(s).length > (lines[0]?.split(best).length ?? 0) ? s : best), ",");
  const cells = lines.map((line) => line.split(separator).at(-1).trim().replace(/^"(.*)"$/, "$1"));
  const isNumber = (cell) => cell !== "" && Number.isFinite(Number(cell.replace(",", ".")));
  const headed = cells.length > 1 && !isNumber(cells[0]) && cells.slice(1).some(isNumber);
  const first = lines[0]?.split(separator).every((cell) => !isNumber(cell.trim())) || headed ? 1 : 0;
  const values = cells.slice(first);
  const different = new Set(values);
  const numbers = values.every(isNumber) && !(different.size <= 10 && values.every((v) => Number.isInteger(Number(v))));
  return { classes: numbers ? 0 : Math.max(different.size, 2) };
}

// Draws a set as its formula has it, without noise.
function sketch(toy, canvas) {
  fit(canvas, size, size);
  const pen = new CanvasPen(canvas);
  pen.begin(size, size);
  const c = colors();
  const points = sketches[toy.name](toy);
  const reach = Math.max(...points.flatMap(([x, y]) => [Math.abs(x), Math.abs(y)]));
  for (const [x, y, k] of points) {
    const at = [size / 2 + (x / reach) * (size / 2 - 5), size / 2 - (y / reach) * (size / 2 - 5)];
    if (toy.classes) drawMarker(pen, k, ...at, 1.7, { fill: c.classes[k] });
    else pen.shape({ x: at[0], y: at[1], r: 2 }, { fill: valueColor(k) });
  }
}

const range = (n) => Array.from({ length: n }, (_, i) => i);
const grid = (f) => range(49).map((i) => [(i % 7) / 3 - 1, Math.floor(i / 7) / 3 - 1]).flatMap(([x, y]) => f(x, y));
const cloud = (x, y, k) => range(14).map((i) => [x + 0.28 * Math.sqrt(i) * Math.cos(2.4 * i) * 0.9, y + 0.28 * Math.sqrt(i) * Math.sin(2.4 * i) * 0.9, k]);

// The points of each set as x1, x2 and class, or a number from 0 to 1: the formulas of internal/toy.
const sketches = {
  flower: () => [0, 1].flatMap((k) => range(34).map((i) => {
    const t = 3.12 * (k + i / 33);
    const r = 4 * Math.sin(4 * t);
    return [r * Math.sin(t), r * Math.cos(t), k];
  })),
  moons: () => [0, 1].flatMap((k) => range(16).map((i) => {
    const [x, y] = [Math.cos((Math.PI * i) / 15), Math.sin((Math.PI * i) / 15)];
    return k ? [1 - x - 0.5, 0.5 - y - 0.25, k] : [x - 0.5, y - 0.25, k];
  })),
  circles: () => [0, 1].flatMap((k) => range(k ? 12 : 22).map((i) => {
    const t = (2 * Math.PI * i) / (k ? 12 : 22);
    return [(k ? 0.5 : 1) * Math.cos(t), (k ? 0.5 : 1) * Math.sin(t), k];
  })),
  spirals: ({ classes }) => range(classes).flatMap((k) => range(20).map((i) => {
    const u = (i + 1) / 20;
    const t = 2 * Math.PI * (u + k / classes);
    return [4 * u * Math.sin(t), 4 * u * Math.cos(t), k];
  })),
  blobs: () => [[0, 2], [-2, -1], [2, -1]].flatMap(([x, y], k) => cloud(x, y - 0.3, k)),
  xor: () => grid((x, y) => (Math.abs(x) < 0.1 || Math.abs(y) < 0.1 ? [] : [[x, y, x * y > 0 ? 0 : 1]])),
  gauss: () => [0, 1].flatMap((k) => cloud(4 * k - 2, 4 * k - 2, k).map(([x, y]) => [x, y, k])),
  plane: () => grid((x, y) => [[x, y, 0.5 + (x + y) / 4]]),
  bumps: () => grid((x, y) => [[x, y, 0.5 + 0.5 * (Math.exp(-3 * ((x - 0.5) ** 2 + (y - 0.5) ** 2)) - Math.exp(-3 * ((x + 0.5) ** 2 + (y + 0.5) ** 2)))]]),
};
