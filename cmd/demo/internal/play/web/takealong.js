// The screen Take along: the link, the files, the program and the pictures of what is in view.

import { button, h, refill, select, write } from "./dom.js";
import { CanvasPen, fit, toPNG, toSVG } from "./draw.js";
import { colors, onTheme } from "./colors.js";
import { bytes } from "./format.js";
import { copyButton } from "./matrix.js";
import { Fresh } from "./fresh.js";
import { runName } from "./app.js";

const files = [
  { format: "experiment", title: "Experiment", what: "network, cost, rule, data and seed as JSON: demo train reads it, and so does this page" },
  { format: "model", title: "Model", what: "weights and settings, and where the training stands, to go on from (safetensors)" },
  { format: "npz", title: "Weights", what: "W1, b1, … for numpy.load" },
  { format: "csv", title: "Costs", what: "the cost of each step on the curve" },
];

const programs = [
  { format: "numpy", title: "NumPy" },
  { format: "go", title: "Go" },
  { format: "go-loops", title: "Go, plain loops" },
  { format: "latex", title: "LaTeX" },
];

const longest = 140; // letters of a line in the preview
const mostLines = 400;

/**
 * A program as its preview shows it: lines of numbers are cut short, and what is left out is counted.
 *
 * @param {string} text
 * @returns {string}
 */
export function preview(text) {
  const lines = text.replace(/\n$/, "").split("\n");
  const cut = lines.slice(0, mostLines).map((line) => (line.length > longest + 30 ? `${line.slice(0, longest)} … ${line.length - longest} more letters` : line));
  if (lines.length > mostLines) cut.push(`… ${lines.length - mostLines} more lines`);
  return cut.join("\n");
}

/** Saves something as a file of the reader's. */
function save(name, blob) {
  const a = h("a", { href: URL.createObjectURL(blob), download: name });
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 10_000);
}

/**
 * Makes the screen.
 *
 * @param {import("./app.js").App} app
 * @returns {{element: HTMLElement, show: function(): void, hide: function(): void}}
 */
export function makeTakeAlong(app) {
  let run = 0;
  let format = "numpy";
  let steps = 1;
  let program = null; // {name, text}

  const link = h("input", { type: "text", readonly: true, "aria-label": "Link to what is in view", on: { focus: () => link.select() } });
  const whichRun = h("span");
  const code = h("pre", { class: "code", tabindex: "0", "aria-label": "Program", "data-keys": "" });
  const refused = h("p", { class: "wrong note", role: "status", hidden: true });
  const tabs = programs.map((p) => h("button", { type: "button", class: "framed", "aria-pressed": "false", data: { format: p.format }, text: p.title, on: { click: () => choose(p.format) } }));
  const count = h("input", { type: "number", min: "1", max: "1000000", step: "1", value: "1", "aria-label": "Steps that the program takes", on: { change: () => {
    steps = Math.max(1, Math.trunc(Number(count.value)) || 1);
    count.value = String(steps);
    fresh.stale();
  } } });
  const pictures = h("ul", { class: "pictures" });
  const element = h("div", { class: "takealong" },
    h("h1", { class: "hidden-text", text: "Take it along" }),
    h("section", { "aria-label": "Link" }, h("h2", { text: "The link" }), h("p", { class: "quiet", text: "It opens this screen, this network and this step, computed anew. What stands behind # does so behind the address of any playground, also on another machine." }),
      h("p", { class: "link-row" }, link, copyButton("Copy", () => link.value))),
    h("section", { "aria-label": "Files" }, h("h2", {}, "Files ", whichRun), h("ul", { class: "files" }, files.map((f) => h("li", {},
      button(`Download ${f.title.toLowerCase()}`, () => download(f.format), { text: f.title, class: "framed" }), h("span", { class: "quiet", text: f.what }))))),
    h("section", { class: "program", "aria-label": "Program" }, h("h2", { text: "This step as a program" }),
      h("p", { class: "quiet", text: "Forward pass, backward pass and update with the numbers of this step, to run on its own, with the same numbers. The one called Go uses this library, the others do without." }),
      h("p", { class: "link-row" }, h("span", { class: "tabs", role: "group", "aria-label": "Language" }, tabs), h("label", { class: "quiet steps-of" }, "steps ", count)),
      refused, code,
      h("p", { class: "link-row" }, copyButton("Copy program", () => program?.text ?? ""), button("Download program", () => program && save(program.name, new Blob([program.text], { type: "text/plain" })), { class: "framed" }))),
    h("section", { class: "picture-part", "aria-label": "Pictures" }, h("h2", { text: "Pictures" }), pictures));

  const fresh = new Fresh(app, () => (app.screen === "takealong" && app.state ? { do: "export", run, format, ...(format !== "latex" && { steps }) } : null), (reply, error) => {
    refused.hidden = !error;
    code.hidden = Boolean(error);
    if (error) return write(refused, error.message);
    program = { name: reply.name, text: new TextDecoder().decode(bytes(reply.base64)) };
    write(code, preview(program.text));
  });

  async function download(of) {
    const reply = await app.ask({ do: "export", run, format: of });
    if (reply) save(reply.name, new Blob([bytes(reply.base64)], { type: reply.mime }));
  }

  function choose(next) {
    format = next;
    for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.format === format));
    count.disabled = format === "latex";
    fresh.stale();
  }

  function showPictures() {
    if (!app.frame || !app.pictures) return;
    const all = app.pictures();
    refill(pictures, JSON.stringify(all.map((p) => [p.name, p.width, p.height])), () => all.map((p, i) => h("li", {},
      h("canvas", { role: "img", "aria-label": `Picture: ${p.name}` }), h("p", {}, h("span", { text: p.name }),
        button(`${p.name} as SVG`, () => save(`${p.name}.svg`, new Blob([toSVG(app.pictures()[i].draw, colors().paper)], { type: "image/svg+xml" })), { text: "SVG", class: "framed small" }),
        button(`${p.name} as PNG`, async () => {
          const now = app.pictures()[i];
          save(`${p.name}.png`, await toPNG(now.width, now.height, now.draw, colors().paper));
        }, { text: "PNG", class: "framed small" })))));
    [...pictures.querySelectorAll("canvas")].forEach((canvas, i) => {
      const { width, height, draw } = all[i];
      const scale = Math.min(1, 260 / width);
      fit(canvas, width * scale, height * scale);
      const c = canvas.getContext("2d");
      c.save();
      c.scale(scale, scale);
      draw(new CanvasPen(canvas));
      c.restore();
    });
  }

  function show() {
    if (app.screen !== "takealong" || !app.state) return;
    const here = new URL(app.link(), location.href);
    if (link.value !== here.href) link.value = here.href;
    showPictures();
    fresh.stale();
  }

  app.on("state", (state) => {
    if (run >= state.runs.length) run = 0;
    refill(whichRun, JSON.stringify(state.runs.map((r) => [r.difference, r.mistake])), () => (state.runs.length < 2 ? [] : [select("Run", state.runs.map((_, i) => ({ value: String(i), text: `of run ${runName(state, i)}` })), String(run), (v) => {
      run = Number(v);
      fresh.stale();
    })]));
    show();
  });
  let drawn = 0;
  app.on("frame", (frame) => {
    if (app.screen !== "takealong" || (frame.playing && performance.now() - drawn < 500)) return;
    drawn = performance.now();
    show();
  });
  onTheme(() => app.screen === "takealong" && showPictures());
  choose(format);
  return {
    element,
    show() {
      if (app.state?.playing) app.pause();
      show();
    },
    hide() {},
  };
}
