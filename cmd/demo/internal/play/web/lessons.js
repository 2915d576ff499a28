// The screen Lessons: the claims of the notes, each with its settings to open and its verdict, and the
// worksheets of a class.

import { button, h, refill } from "./dom.js";
import { screenOf } from "./task.js";

/**
 * Makes the screen.
 *
 * @param {import("./app.js").App} app
 * @returns {{element: HTMLElement, show: function(): void, hide: function(): void}}
 */
export function makeLessons(app) {
  const list = h("div", { class: "lesson-list" });
  const sheets = h("ul", { class: "sheets" });
  const element = h("div", { class: "lessons" },
    h("h1", { class: "hidden-text", text: "Lessons" }),
    h("section", { "aria-label": "Lessons" }, h("h2", { text: "What the notes claim" }), h("p", { class: "quiet", text: "Each opens with the settings that test it. The verdict is that of demo lesson, which trains the same." }), list),
    h("section", { class: "sheet-part", "aria-label": "Worksheets" }, h("h2", { text: "Worksheets" }), h("p", { class: "quiet", text: "Tasks in order, each with a condition that this page checks." }), sheets));
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  async function open(lesson) {
    if (app.sheet && !app.sheet.given) await app.class({ name: "" });
    const { experiment, other } = lesson;
    app.lesson = lesson.name;
    if (await app.open({ experiment, ...(other && { other }) }, { play: lesson.steps > 0 && !still.matches })) app.go(screenOf(lesson.screen));
  }

  async function show() {
    const [lessons, sheet] = [await app.lessons(), await app.class({})];
    if (lessons) {
      refill(list, "lessons", () => [...Map.groupBy(lessons, (l) => l.section)].map(([section, of]) => h("section", { "aria-label": section }, h("h3", { text: section }), h("ul", {}, of.map((l) => h("li", { class: "lesson" },
        h("p", { class: "lesson-head" }, button(`Open ${l.title}`, () => open(l), { text: l.title, class: "framed lesson-open" }), verdict(l.verdict)),
        h("p", { text: l.claim }),
        l.finding && h("p", { class: "quiet", text: l.finding })))))));
    }
    if (!sheet) return;
    refill(sheets, JSON.stringify(sheet), () => sheet.shipped.map((s) => {
      const here = sheet.worksheet?.title === s.title;
      return h("li", {}, button(`${here ? "Leave" : "Start"} ${s.title}`, () => (here ? app.class({ name: "" }).then(show) : app.class({ name: s.name })), { text: here ? "Leave" : "Start", class: "framed" }),
        h("p", {}, h("strong", { text: s.title }), h("br"), h("span", { class: "quiet", text: `${s.section} · ${s.tasks} tasks` })));
    }));
    for (const b of element.querySelectorAll("button")) b.disabled = Boolean(sheet.worksheet?.given); // a teacher's worksheet cannot be left
  }

  return { element, show, hide() {} };
}

/** The verdict of a lesson. */
export const verdict = (text) => h("span", { class: `verdict-of ${{ holds: "holds", "holds in part": "part" }[text] ?? "fails"}`, text });
