// The screen One step: the derivation of the step about to be taken, line by line, with all its numbers.
// The node of the graph, the formula and its matrices are one and the same line, and light up together.

import { button, formula, h, refill, select, write } from "./dom.js";
import { full, short } from "./format.js";
import { makeSum, sources } from "./sum.js";
import { Dag } from "./dag.js";
import { Fresh } from "./fresh.js";
import { Matrix } from "./matrix.js";
import { size } from "./strip.js";

const phases = { given: "Given", forward: "Forward", backward: "Backward", update: "Update" };

/** Whether each column of a line is one example's. */
export const ofExamples = (line, batch) =>
  line.phase !== "update" && line.shape.length === 2 && line.shape[1] === batch && line.rule !== "parameter" && (line.value.cut !== undefined || !/^d[Wbγβ]\d*$/.test(line.name));

/**
 * What a wrong line says of itself.
 *
 * @param {Object} line
 * @returns {string}
 */
export function wrongText(line) {
  const w = line.wrong;
  const right = w.rightText ? ` It should be ${w.rightText}.` : "";
  return `Not what it should be: at row ${w.row + 1}, column ${w.col + 1} it is ${short(w.value, 6)} in place of ${short(w.right, 6)}.${right}`;
}

/**
 * Makes the screen.
 *
 * @param {import("./app.js").App} app
 * @returns {{element: HTMLElement, show: function(): void, hide: function(): void}}
 */
export function makeOneStep(app) {
  let derivation = null;
  let run = 0;
  let convention = "notes";
  let example = null; // that is followed alone
  let picked = null; // the entry whose sum is open: {id, row, col}

  const dag = new Dag((id) => app.light(id));
  const sum = makeSum();
  const lines = h("div", { class: "lines" });
  const nowHead = h("div", { class: "now-head", "aria-live": "polite" });
  const matrices = h("div", { class: "matrices" });
  const note = h("p", { class: "quiet note" });
  const refused = h("p", { class: "wrong note", role: "status", hidden: true });

  const slider = h("input", { type: "range", min: "0", max: "1", step: "1", value: "0", "aria-label": "Line of the step", class: "line-slider", on: { input: () => app.light(derivation.lines[Number(slider.value)].id) } });
  const back = button("Line before", () => move(-1), { icon: "back", key: "," });
  const next = button("Next line", () => move(1), { icon: "forward", key: "." });
  const where = h("output", { class: "number where" });
  const whichRun = h("span");
  const follow = h("input", { type: "number", min: "0", step: "1", class: "follow", placeholder: "all", "aria-label": "Example to follow alone, empty for all", on: { change: () => followExample(follow.value === "" ? null : Number(follow.value)) } });
  const everyone = button("Show all examples", () => followExample(null), { text: "all", class: "framed small" });
  const element = h("div", { class: "onestep" },
    h("h1", { class: "hidden-text", text: "One step" }),
    h("div", { class: "line-bar", role: "group", "aria-label": "Lines" }, back, slider, next, where,
      h("span", { class: "choices" }, whichRun,
        h("label", { class: "quiet" }, "example ", follow), everyone,
        select("What dZ is", [{ value: "notes", text: "dZ of each example" }, { value: "mean", text: "dZ of the mean cost" }], convention, (v) => {
          convention = v;
          fresh.stale();
        }))),
    refused,
    h("div", { class: "step-body" },
      h("section", { class: "graph-part", "aria-label": "Graph" }, dag.element),
      h("section", { class: "lines-part", "aria-label": "Formulas" }, lines, note),
      h("section", { class: "now", "aria-label": "Numbers" }, nowHead, matrices, sum.element)));

  const fresh = new Fresh(app, () => (app.screen === "onestep" && app.state ? {
    do: "derive", run, convention, examples: app.state.playing ? "few" : "batch", ...(example !== null && { example }),
  } : null), take);
  const entry = new Fresh(app, () => (app.screen === "onestep" && picked ? { do: "entry", run, line: picked.id, row: picked.row, col: picked.col, convention } : null), (reply, error, request) => {
    if (!picked || request.line !== picked.id || request.row !== picked.row || request.col !== picked.col) return; // another by now
    if (error) return pick(null);
    sum.show(reply);
    lightEntries(reply);
  });

  function take(reply, error) {
    refused.hidden = !error;
    if (error) {
      write(refused, error.message);
      if (example !== null) followExample(null);
      return;
    }
    derivation = reply;
    slider.max = String(reply.lines.length - 1);
    follow.max = String(reply.batch - 1);
    write(note, reply.note ?? "");
    note.hidden = !reply.note;
    dag.set(reply.lines);
    const wrong = wrongLines(reply);
    dag.mark(wrong);
    if (app.state.runs[run]?.mistake) app.mark(wrong);
    showLines();
    if (!reply.lines.some((l) => l.id === app.lit)) return app.light((reply.lines.find((l) => l.phase === "forward") ?? reply.lines[0]).id);
    showNow();
    if (picked) entry.stale();
  }

  function showLines() {
    const wrong = wrongLines(derivation);
    refill(lines, JSON.stringify([derivation.lines.map((l) => [l.id, l.mathml, l.shape]), wrong]), () => Object.entries(phases).map(([phase, title]) => {
      const of = derivation.lines.filter((l) => l.phase === phase);
      return of.length > 0 && h("section", { class: phase }, h("h2", { class: "quiet", text: title }), h("ol", {}, of.map((l) => h("li", {}, h("button", {
        type: "button", class: "line", data: { line: l.id }, title: l.rule, on: { click: () => app.light(l.id) },
      }, formula(l.mathml, l.text), h("span", { class: "shape", text: size(l.shape) }))))));
    }));
    for (const b of lines.querySelectorAll("button")) {
      b.classList.toggle("wrong", b.dataset.line === wrong[0]);
      b.classList.toggle("follows", wrong.indexOf(b.dataset.line) > 0);
    }
    light();
  }

  function light() {
    for (const b of lines.querySelectorAll("button")) {
      const here = b.dataset.line === app.lit;
      b.classList.toggle("lit", here);
      if (here) b.setAttribute("aria-current", "true");
      else b.removeAttribute("aria-current");
    }
    dag.light(app.lit);
  }

  let shown = []; // the matrices in view, the line's own first

  function showNow() {
    const all = derivation.lines;
    const at = all.findIndex((l) => l.id === app.lit);
    if (at < 0) return;
    const line = all[at];
    slider.value = String(at);
    slider.setAttribute("aria-valuetext", `${line.text}, ${phases[line.phase].toLowerCase()}`);
    back.disabled = at === 0;
    next.disabled = at === all.length - 1;
    write(where, `${at + 1} of ${all.length}: ${phases[line.phase].toLowerCase()}`);
    refill(nowHead, JSON.stringify([line.mathml, line.text, line.shape, line.rule, line.wrong]), () => [
      h("h2", { class: "hidden-text", text: `${line.id}, ${phases[line.phase].toLowerCase()}` }),
      h("p", { class: "now-formula" }, formula(line.mathml, line.text)),
      h("p", { class: "quiet" }, `${size(line.shape)} · ${line.rule}`, derivation.columns.length < derivation.batch && example === null ? ` · ${derivation.columns.length} of ${derivation.batch} examples` : ""),
      line.wrong && h("p", { class: "wrong note", text: wrongText(line) }),
    ]);
    const of = [line, ...line.inputs.map((id) => all.find((l) => l.id === id)).filter(Boolean)];
    refill(matrices, JSON.stringify(of.map((l) => l.id)), () => {
      shown = of.map(() => new Matrix({ pick, follow: followExample }));
      return of.map((l, i) => h("figure", { class: i === 0 ? "result" : "operand" }, h("figcaption", {},
        i === 0 ? null : h("span", { class: "quiet", text: i === 1 ? "from " : "and " }),
        i === 0 ? h("span", { text: l.phase === "update" ? `new ${l.name}` : l.name }) : button(`Go to ${l.id}`, () => app.light(l.id), { text: l.name, class: "link", title: l.text }),
        " ", h("span", { class: "quiet", text: size(l.shape) })), shown[i].element));
    });
    of.forEach((l, i) => shown[i].set({ id: l.id, shape: l.shape, data: l.value.data, columns: columnsOf(l), examples: ofExamples(l, derivation.batch), wrong: l.wrong && example === null && l.phase !== "given" ? l.wrong : undefined }));
    light();
  }

  const columnsOf = (l) => l.value.cut?.columns ?? Array.from({ length: l.shape[1] ?? 1 }, (_, j) => j);

  function pick(at) {
    picked = at;
    if (!at) {
      sum.show(null);
      for (const m of shown) m.light(new Set());
      return;
    }
    if (at.id !== app.lit) app.light(at.id); // the sum of an operand: its line comes first
    picked = at;
    entry.stale();
  }

  function lightEntries(reply) {
    const names = sources(reply);
    const own = `${picked.id}${reply.name.slice(reply.name.indexOf("[") < 0 ? reply.name.length : reply.name.indexOf("["))}`;
    shown.forEach((m, i) => m.light(i === 0 ? new Set() : names, i === 0 ? own : ""));
  }

  function followExample(j) {
    example = j;
    follow.value = j === null ? "" : String(j);
    everyone.disabled = j === null;
    pick(null);
    fresh.stale();
  }

  function move(by) {
    if (!derivation) return;
    const at = derivation.lines.findIndex((l) => l.id === app.lit) + by;
    if (derivation.lines[at]) app.light(derivation.lines[at].id);
  }

  app.on("lit", () => {
    if (app.screen !== "onestep" || !derivation) return;
    pick(null);
    showNow();
  });
  app.on("state", (state) => {
    if (run >= state.runs.length) run = 0;
    if (example !== null && example >= state.batch) example = null;
    refill(whichRun, JSON.stringify(state.runs.map((r) => [r.difference, r.mistake])), () => {
      run = Math.max(0, state.runs.findIndex((r) => r.mistake));
      return state.runs.length < 2 ? [] : [select("Run", state.runs.map((r, i) => ({ value: String(i), text: i === 0 ? "run A" : `run B: ${r.difference || (r.mistake ? "with a mistake" : "the same")}` })), String(run), (v) => {
        run = Number(v);
        pick(null);
        fresh.stale();
      })];
    });
    fresh.stale();
  });
  app.on("frame", () => app.screen === "onestep" && fresh.stale());
  element.addEventListener("keydown", keys);
  addEventListener("keydown", (e) => app.screen === "onestep" && !element.contains(e.target) && keys(e));

  function keys(e) {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input[type=number], textarea, select")) return;
    if (e.key !== "," && e.key !== ".") return;
    move(e.key === "," ? -1 : 1);
    e.preventDefault();
  }

  everyone.disabled = true;
  sum.show(null);
  return {
    element,
    show() {
      if (app.state?.playing) app.pause();
      fresh.stale();
    },
    hide() {},
  };
}

/** The wrong lines of a derivation, the first of them first. */
export const wrongLines = (d) => d.lines.filter((l) => l.wrong).map((l) => l.id);

/** All digits of a value, as a person reads them. */
export const digits = (v) => full(v).replace("-", "−");
