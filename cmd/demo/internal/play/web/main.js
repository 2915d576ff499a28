// The page: its screens, what surrounds them, and the keyboard.

import { App } from "./app.js";
import { button } from "./dom.js";
import { connect } from "./transport.js";
import { makeBreakIt } from "./breakit.js";
import { makeControls } from "./controls.js";
import { makeLessons } from "./lessons.js";
import { makeNudge } from "./nudge.js";
import { makeOneStep } from "./onestep.js";
import { makeQuestion } from "./question.js";
import { makeStrip } from "./strip.js";
import { makeTakeAlong } from "./takealong.js";
import { makeTask } from "./task.js";
import { makeTrain } from "./train.js";

const screens = [
  { name: "train", title: "Train", make: makeTrain },
  { name: "onestep", title: "One step", make: makeOneStep },
  { name: "nudge", title: "Nudge", make: makeNudge },
  { name: "breakit", title: "Break it", make: makeBreakIt },
  { name: "takealong", title: "Take along", make: makeTakeAlong },
  { name: "lessons", title: "Lessons", make: makeLessons },
];

// Makes the list of screens, and shows the one that the app says.
function makeScreens(app) {
  const main = document.querySelector("main");
  const nav = document.querySelector("nav.screens");
  const made = new Map();
  const links = screens.map(({ name, title, make }, i) => {
    const screen = make(app);
    screen.element.hidden = true;
    main.append(screen.element);
    made.set(name, screen);
    return button(title, () => app.go(name), { text: title, title: `${title} (${i + 1})`, key: String(i + 1) });
  });
  nav.append(...links, makeThemeSwitch());
  let shown = "";
  app.on("screen", (name) => {
    if (!made.has(name)) name = app.screen = "train";
    if (name === shown) return;
    made.get(shown)?.hide();
    for (const [n, screen] of made) screen.element.hidden = n !== name;
    links.forEach((link, i) => (screens[i].name === name ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current")));
    document.body.dataset.screen = shown = name;
    scrollTo(0, 0);
    document.title = `${screens.find((s) => s.name === name).title}: chainrule`;
    made.get(name).show();
  });
}

// Makes the switch between light and dark, which remembers the choice of the reader in this tab.
function makeThemeSwitch() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const stored = sessionStorage.getItem("theme");
  if (stored) root.dataset.theme = stored;
  return button("Light or dark", () => {
    const now = root.dataset.theme ?? (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    sessionStorage.setItem("theme", root.dataset.theme);
    dispatchEvent(new Event("theme"));
  }, { icon: "theme", class: "theme" });
}

// Keys that do the same on every screen, unless something that takes keys has the focus.
function listenToKeys(app) {
  addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || !app.state || e.defaultPrevented) return;
    if (e.target.closest("input, select, textarea, [contenteditable], [data-keys]")) return;
    const go = screens[Number(e.key) - 1];
    if (go) app.go(go.name);
    else if (e.key === " " && !e.target.closest("button, summary, a")) app.state.playing ? app.pause() : app.play();
    else if (e.key === "ArrowRight" || e.key === "ArrowLeft") app.step(e.key === "ArrowRight" ? 1 : -1, e.shiftKey ? "epoch" : "step");
    else if (e.key === "Home") app.goto(0);
    else if (e.key === "End") app.goto(app.state.furthest);
    else return;
    e.preventDefault();
  });
}

const app = new App(await connect());
makeScreens(app);
makeQuestion(app, document.querySelector(".moment"));
makeControls(app, document.querySelector(".controls"));
makeStrip(app, document.querySelector(".strip"));
document.querySelector("main").before(makeTask(app));
listenToKeys(app);
await app.start();
globalThis.playground = app; // for who looks behind the page with the browser's tools
