// The screen Break it: a mistake in one formula beside the run without it, and numbers of one's own
// held against those of the step.

import { button, formula, h, refill, select, write } from "./dom.js";
import { Curve, runColor } from "./curve.js";
import { short } from "./format.js";
import { wrongLines, wrongText } from "./onestep.js";
import { CanvasPen, fit } from "./draw.js";
import { Dag } from "./dag.js";
import { Fresh } from "./fresh.js";
import { onTheme } from "./colors.js";

/**
 * The opening that plays a mistake beside the run without it; no name is the run alone.
 *
 * @param {import("./state.js").Opening} opening
 * @param {string} name
 * @param {boolean} [alone] whether the run itself makes the mistake, as a worksheet has it
 * @returns {import("./state.js").Opening}
 */
export function withMistake(opening, name, alone = false) {
  const { experiment, files } = opening;
  if (alone) return { ...opening, mistake: name };
  return { experiment, ...(files && { files }), ...(name && { other: experiment, otherMistake: name }) };
}

/**
 * A line's numbers as NumPy text, as they are pasted.
 *
 * @param {{name: string, shape: number[], value: {data: Array<number|string>}}} line
 * @returns {string}
 */
export function asNumPy({ name, shape, value }) {
  const columns = shape[1] ?? 1;
  const rows = Array.from({ length: value.data.length / columns }, (_, r) => `[${value.data.slice(r * columns, (r + 1) * columns).join(", ")}]`);
  return shape.length === 0 ? `${name} = ${value.data[0]}` : `${name} = [${rows.join(",\n       ")}]`;
}

/**
 * Makes the screen.
 *
 * @param {import("./app.js").App} app
 * @returns {{element: HTMLElement, show: function(): void, hide: function(): void}}
 */
export function makeBreakIt(app) {
  let mistakes = [];
  let derivation = null; // of the run with the mistake, or of the only one
  let judged = null; // the lines that pasted numbers have wrong, the first first; null before
  let judgedAt = -1; // the step whose numbers they were held against
  const list = h("ul", { class: "mistakes" });
  const dag = new Dag((id) => open(id));
  const found = h("div", { class: "found", "aria-live": "polite" });
  const curve = new Curve();
  const stage = h("div", { class: "break-curve" }, curve.canvas);
  const keys = h("ul", { class: "legend break-keys" });
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  const paste = h("textarea", { rows: "6", spellcheck: "false", "aria-label": "Numbers to judge, as JSON or NumPy text", placeholder: 'dW1 = [[0.1, 0.2], …]   or   {"dW1": [[0.1, 0.2], …]}' });
  const name = h("span");
  const verdict = h("div", { class: "verdict", role: "status" });
  const element = h("div", { class: "breakit" },
    h("h1", { class: "hidden-text", text: "Break it" }),
    h("section", { class: "break-list", "aria-label": "Mistakes" }, h("h2", { text: "Make a mistake" }), list),
    h("section", { class: "break-graph", "aria-label": "Where it shows" }, found, dag.element),
    h("section", { class: "break-outcome", "aria-label": "Where it leads" }, h("h2", { text: "Where it leads" }), stage, keys),
    h("section", { class: "break-paste", "aria-label": "Your numbers" }, h("h2", { text: "Or judge your own numbers" }),
      h("p", { class: "quiet", text: "Paste what your program computes to the step in view, for any of its lines. The first wrong line is found, and what made it so." }),
      paste,
      h("p", { class: "row" }, name, button("Check", check, { class: "primary", text: "Check" }), button("Fill in this step's numbers", fill, { class: "framed" })),
      verdict));

  const wrongRun = () => Math.max(0, app.state.runs.findIndex((r) => r.mistake));
  const present = () => app.state?.runs[wrongRun()].mistake ?? "";
  const fresh = new Fresh(app, () => (app.screen === "breakit" && app.state ? { do: "derive", run: wrongRun(), examples: "few" } : null), (reply, error) => {
    if (error) return write(found, error.message);
    derivation = reply;
    dag.set(reply.lines);
    fillNames();
    tell();
  });

  // What is wrong: of the numbers pasted last, or of the run's mistake.
  function tell() {
    const wrong = judged ?? wrongLines(derivation);
    dag.mark(wrong);
    dag.light(judged ? wrong[0] ?? "" : "");
    app.mark(wrong);
    const mistake = mistakes.find((m) => m.name === present());
    const line = derivation.lines.find((l) => l.id === derivation.firstWrong);
    refill(found, JSON.stringify([mistake, line?.id, line?.text, line?.wrong, judged]), () => [
      h("h2", { text: judged ? (wrong.length > 0 ? `Your first wrong line: ${wrong[0]}` : "Your numbers are right") : mistake ? mistake.title : "Nothing is wrong yet" }),
      !judged && mistake && h("p", { text: sentence(mistake.what) }),
      !judged && line && [
        h("p", {}, h("span", { class: "wrong found-line" }, "✗ first wrong: ", formula(line.mathml, line.text)), " ", button("See its numbers in One step", () => open(line.id), { text: "See its numbers", class: "framed small" })),
        h("p", { text: wrongText(line) }),
      ],
      !judged && mistake && !line && h("p", { class: "quiet", text: "At this step all numbers are the right ones still." }),
      !judged && !mistake && h("p", { class: "quiet", text: "Choose a mistake: it is made in a second run, beside the right one, and found by comparing the two." }),
    ]);
  }

  function open(id) {
    app.go("onestep", id);
  }

  async function make(mistake) {
    judged = null;
    verdict.replaceChildren();
    await app.open(withMistake(app.opening, mistake, Boolean(app.sheet)), { play: Boolean(mistake) && !still.matches });
    if (mistake && found.getBoundingClientRect().top > innerHeight * 0.7) found.scrollIntoView({ block: "center" }); // as on a phone
  }

  async function showMistakes() {
    const reply = await app.ask({ do: "mistakes" });
    if (!reply) return;
    mistakes = reply;
    const now = present();
    refill(list, JSON.stringify([reply, now]), () => [{ name: "", title: "No mistake", what: "the run alone, as it should be", available: true }, ...reply].map((m) => h("li", {},
      h("button", { type: "button", class: "mistake", "aria-pressed": String(m.name === now), disabled: !m.available, title: sentence(m.what), data: { mistake: m.name }, on: { click: () => make(m.name) } },
        h("span", { text: m.title }), !m.available && h("span", { class: "quiet", text: `Not here: ${m.why}.` })))));
    if (derivation) tell();
  }

  // The lines that numbers can be given for.
  function fillNames() {
    const names = derivation.lines.filter((l) => l.phase === "forward" || l.phase === "backward").map((l) => l.id);
    refill(name, names.join(), () => [select("Line that the numbers are of", [{ value: "", text: "named in the text" }, ...names], "", () => {})]);
  }

  async function check() {
    if (app.state.playing) await app.pause();
    const line = name.firstChild?.value;
    let reply;
    try {
      reply = await app.try({ do: "judge", run: 0, text: paste.value, ...(line && { line }) });
    } catch (error) {
      judged = null;
      verdict.replaceChildren(h("p", { class: "wrong note", text: error.message }));
      return;
    }
    judged = reply.wrong.map((w) => w.line);
    judgedAt = app.state.step;
    verdict.replaceChildren(
      h("p", { class: judged.length > 0 ? "wrong note" : "right note", text: reply.text }),
      ...reply.wrong.slice(1).map((w) => h("p", {}, h("strong", { text: w.line }), ` ${w.independent ? "is wrong on its own, too" : `follows from ${w.from}`}: ${w.text}`)),
      reply.right.length > 0 && judged.length > 0 ? h("p", { class: "quiet", text: `Right: ${reply.right.join(", ")}.` }) : "",
      h("p", { class: "quiet", text: `A number counts as right up to a relative error of ${short(reply.tolerance, 1)}${reply.convention ? `; dZ is ${reply.convention === "mean" ? "of the mean cost" : "of each example, as in the notes"}` : ""}.` }));
    if (derivation) tell();
  }

  async function fill() {
    if (app.state.playing) await app.pause();
    const reply = await app.ask({ do: "derive", run: 0, examples: "batch" });
    if (!reply) return;
    const line = reply.lines.find((l) => l.id === (name.firstChild?.value || "dW1")) ?? reply.lines.find((l) => l.phase === "backward");
    if (line.value.cut) return verdict.replaceChildren(h("p", { class: "wrong note", text: `${line.id} has too many numbers to be written here.` }));
    paste.value = asNumPy(line);
    verdict.replaceChildren(h("p", { class: "quiet", text: `The right numbers of ${line.id}. Change one, and check.` }));
  }

  function layout() {
    if (element.hidden || !app.state) return;
    curve.resize(stage.clientWidth, stage.clientHeight);
    curve.draw(app);
    for (const canvas of keys.querySelectorAll("canvas")) {
      fit(canvas, 26, 10);
      const pen = new CanvasPen(canvas);
      pen.begin(26, 10);
      pen.line([1, 5, 25, 5], { color: runColor(Number(canvas.dataset.run)), width: 2 });
    }
  }
  new ResizeObserver(layout).observe(element);
  onTheme(layout);

  function showCosts() {
    if (!app.frame) return;
    if (refill(keys, JSON.stringify(app.state.runs.map((r) => r.mistake)), () => app.state.runs.map((r, run) => h("li", {},
      h("canvas", { "aria-hidden": "true", data: { run: String(run) } }), app.state.runs.length > 1 ? (r.mistake ? `B, ${(mistakes.find((m) => m.name === r.mistake)?.title ?? r.mistake)}` : run === 0 ? "A, right" : `B, ${r.difference || "the same"}`) : "cost", h("strong", { class: "number", data: { cost: String(run) } }))))) layout();
    app.frame.runs.forEach((r, run) => {
      const cell = keys.querySelector(`[data-cost="${run}"]`);
      if (!cell) return;
      cell.dataset.value = String(Number(r.cost));
      write(cell, r.stopped ? r.stopped : short(r.cost));
    });
    curve.canvas.setAttribute("aria-label", `Costs up to step ${app.state.furthest}: ${app.frame.runs.map((r, run) => `${app.frame.runs.length > 1 ? `run ${"AB"[run]} ` : ""}${short(r.cost)}`).join(", ")}`);
    curve.draw(app);
  }

  app.on("state", () => {
    judged = derivation = null;
    if (app.screen === "breakit") show();
  });
  app.on("frame", () => {
    if (app.screen !== "breakit") return;
    if (judgedAt !== app.state.step) judged = null;
    showCosts();
    fresh.stale();
  });

  async function show() {
    layout();
    fresh.stale();
    await showMistakes();
    keys.refilled = "";
    showCosts();
  }

  return { element, show, hide() {} };
}

// What begins with a symbol, such as dZ, keeps its small letter.
const sentence = (text) => `${/^[a-z][A-Z]/.test(text) ? text[0] : text[0].toUpperCase()}${text.slice(1)}.`;
