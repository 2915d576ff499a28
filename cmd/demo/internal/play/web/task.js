// What stands beside every screen: the task of a worksheet with its claim, its question and whether it is
// met, or the lesson whose settings are open, with its verdict and its numbers.

import { button, h, refill, write } from "./dom.js";
import { full, percent, short } from "./format.js";
import { verdict } from "./lessons.js";

/** The page's screen that the session calls so: one-step is onestep. */
export const screenOf = (name) => name.replace("-", "");

/** A value's JSON with its keys in order, for comparing. */
const canonical = (value) => JSON.stringify(value, (_, v) => (v && typeof v === "object" && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v));

/**
 * The lesson whose settings are open: the one chosen last, if several have the same.
 *
 * @param {Object[]} lessons
 * @param {import("./state.js").Opening} opening
 * @param {string} chosen its name
 * @returns {Object|undefined}
 */
export function lessonOf(lessons, opening, chosen) {
  const fits = lessons.filter((l) => canonical([l.experiment, l.other ?? null]) === canonical([opening.experiment, opening.other ?? null]));
  return opening.mistake || opening.otherMistake ? undefined : fits.find((l) => l.name === chosen) ?? fits[0];
}

/**
 * What a frame has for a number of a lesson.
 *
 * @param {{name: string, run: number}} number
 * @param {Object} frame
 * @returns {number}
 */
export function numberHere({ name, run }, frame) {
  const of = frame.runs[run];
  return Number({ cost: of?.cost, accuracy: of?.accuracy, dead: of?.units.dead?.[0] }[name] ?? NaN);
}

const numberNames = { cost: "cost", accuracy: "right", dead: "dead units" };
const said = (name, v) => (name === "cost" ? short(v, 6) : percent(v));

// The numbers of a lesson, with room for those of this page: a row for each kind, columns for each run.
function numberTable({ numbers, other }) {
  const runs = other ? [0, 1] : [0];
  const names = [...new Set(numbers.map((n) => n.name))];
  const heads = runs.flatMap((run) => ["lesson", "here"].map((text) => h("th", { scope: "col", text: other ? `${"AB"[run]} ${text}` : text })));
  return h("table", { class: "scores lesson-numbers" },
    h("thead", {}, h("tr", {}, h("td", { text: `step ${numbers[0].at}` }), heads)),
    h("tbody", {}, names.map((name) => h("tr", {}, h("th", { scope: "row", text: numberNames[name] ?? name }), runs.flatMap((run) => {
      const i = numbers.findIndex((n) => n.name === name && n.run === run);
      return i < 0 ? [h("td"), h("td")] : [h("td", { class: "number", text: said(name, numbers[i].value), data: { value: full(numbers[i].value), lesson: String(i) } }), h("td", { class: "number", data: { here: String(i) }, text: "—" })];
    })))));
}

/**
 * Makes the panel, which is hidden where there is neither worksheet nor lesson.
 *
 * @param {import("./app.js").App} app
 * @returns {HTMLElement}
 */
export function makeTask(app) {
  const element = h("aside", { class: "task", "aria-label": "Task", hidden: true });
  let seen = new Map(); // the numbers of the lesson that were come to, by their place in its list
  let lesson = null;
  let closed = ""; // the opening whose lesson was closed

  async function take(reply) {
    if (!reply) return;
    app.sheet = reply.worksheet;
    if (app.sheet) showSheet();
    else showLesson();
  }

  function showSheet() {
    const { title, task, tasks, given } = app.sheet;
    const t = tasks[task];
    element.hidden = false;
    element.setAttribute("aria-label", "Worksheet");
    refill(element, JSON.stringify([app.sheet, app.screen]), () => [
      h("div", { class: "task-head" }, h("strong", { text: title }),
        h("ol", { class: "dots" }, tasks.map((one, i) => h("li", {}, h("button", {
          type: "button", class: one.met ? "met" : null, disabled: !one.open, "aria-label": `Task ${i + 1}${one.met ? ", done" : ""}`, "aria-current": i === task ? "step" : null, text: one.met ? "✓" : String(i + 1), on: { click: () => app.class({ task: i }) },
        })))),
        !given && button("Leave the worksheet", () => app.class({ name: "" }), { icon: "close", class: "small" })),
      h("div", { class: "task-text" }, h("p", { class: "quiet", text: t.claim }), h("p", { class: "task-question", text: t.question })),
      h("div", { class: "task-goal" },
        h("p", { class: t.met ? "goal met" : "goal", role: "status" }, h("span", { "aria-hidden": "true", text: t.met ? "✓ " : "○ " }), t.met ? "Done: " : "", t.text),
        t.change.length > 0 && h("p", { class: "quiet", text: `To change: ${t.change.map(plainly).join(", ")}` }),
        t.met && task + 1 < tasks.length && button("Next task", () => app.class({ task: task + 1 }), { class: "primary" }),
        t.met && task + 1 === tasks.length && tasks.every((one) => one.met) && h("p", { text: "All tasks are done." }),
        app.screen !== screenOf(t.screen) && button(`Show where: ${t.screen}`, () => app.go(screenOf(t.screen)), { text: "Show where", class: "framed" })),
    ]);
  }

  async function showLesson() {
    const lessons = app.state && (await app.lessons());
    if (app.sheet || !lessons) return;
    const key = canonical(app.opening);
    const found = closed === key ? undefined : lessonOf(lessons, app.opening, app.lesson);
    if (found !== lesson) seen = new Map();
    lesson = found ?? null;
    element.hidden = !lesson;
    if (!lesson) return refill(element, "", () => []);
    element.setAttribute("aria-label", "Lesson");
    const at = [...new Set(lesson.numbers.map((n) => n.at))].filter((step) => step > 0);
    refill(element, `lesson ${lesson.name}`, () => [
      h("div", { class: "task-head" }, h("strong", { text: lesson.title }), verdict(lesson.verdict), button("Close the lesson", () => {
        closed = key;
        showLesson();
      }, { icon: "close", class: "small" })),
      h("div", { class: "task-text" }, h("p", { class: "task-question", text: lesson.claim }), lesson.finding && h("p", { class: "quiet", text: lesson.finding })),
      h("div", { class: "task-goal" },
        lesson.numbers.length > 0 && numberTable(lesson),
        at.map((step) => button(`Go to step ${step}`, () => app.goto(step), { class: "framed small" }))),
    ]);
    fillNumbers();
  }

  function fillNumbers() {
    if (!lesson || !app.frame) return;
    lesson.numbers.forEach((n, i) => {
      if (app.frame.step !== n.at) return;
      seen.set(i, numberHere(n, app.frame));
    });
    for (const [i, v] of seen) {
      const cell = element.querySelector(`[data-here="${i}"]`);
      if (!cell) continue;
      cell.dataset.value = full(v);
      write(cell, said(lesson.numbers[i].name, v));
    }
  }

  // Frames tell whether the task is met; what else there is to say is asked for when that changes.
  app.on("frame", (frame) => {
    const t = app.sheet?.tasks[app.sheet.task];
    if (t && frame.task && frame.task.index === app.sheet.task && frame.task.met !== t.met) app.class({}, false);
    if (!app.sheet) fillNumbers();
  });
  app.on("state", () => (app.sheet ? showSheet() : showLesson()));
  app.on("screen", () => app.sheet && showSheet());
  app.on("class", take);
  return element;
}

// What may be changed, as a reader would call it.
function plainly(path) {
  const words = { "rule.rate": "the rate", mistake: "the mistake", other: "the second run", data: "the data", seed: "the seed" };
  const rest = path.replace(/^experiment\./, "");
  const layer = /^layers\[(\d+)\]\.?(.*)$/.exec(rest);
  if (layer) return `${{ init: "first weights", "init.scale": "scale of the first weights", activation: "activation", units: "units", "": "all" }[layer[2]] ?? layer[2]} of layer ${Number(layer[1]) + 1}`;
  return words[rest] ?? rest;
}
