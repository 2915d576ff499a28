// Play, pause, steps both ways, the slider and the speed.

import { button, h, icon, select, write } from "./dom.js";
import { count } from "./format.js";

const speeds = [
  { value: "1", text: "1 a second" },
  { value: "5", text: "5 a second" },
  { value: "20", text: "20 a second" },
  { value: "60", text: "60 a second" },
  { value: "250", text: "250 a second" },
  { value: "1000", text: "1000 a second" },
  { value: "0", text: "full speed" },
];

/**
 * Makes the controls in an element.
 *
 * @param {import("./app.js").App} app
 * @param {HTMLElement} place
 */
export function makeControls(app, place) {
  const play = button("Play", () => (app.state?.playing ? app.pause() : app.play()), { icon: "play", class: "primary play", key: "space" });
  const epochs = [
    button("Epoch back", () => app.step(-1, "epoch"), { icon: "epochBack", key: "Shift+←" }),
    button("Epoch forward", () => app.step(1, "epoch"), { icon: "epoch", key: "Shift+→" }),
  ];
  const back = button("Step back", () => app.step(-1), { icon: "back", key: "←" });
  const step = h("output", { class: "number step", "aria-label": "Step" });
  const slider = h("input", {
    type: "range", min: "0", max: "1", step: "1", value: "0", "aria-label": "Step to go to", class: "timeline",
    on: { input: () => goto(Number(slider.value)) },
  });
  const speed = select("Speed", speeds, String(app.speed), (v) => {
    app.speed = Number(v);
    if (app.state?.playing) app.play();
  });
  const rate = h("span", { class: "number rate", "aria-hidden": "true" });

  // The slider asks for one step at a time: what it passes meanwhile is left out.
  let going = false;
  let wanted = -1;
  async function goto(to) {
    wanted = to;
    if (going) return;
    going = true;
    while (wanted >= 0) {
      const next = wanted;
      wanted = -1;
      await app.goto(next);
    }
    going = false;
  }

  place.append(
    h("div", { class: "group" }, play, back, button("Step forward", () => app.step(1), { icon: "forward", key: "→" }), epochs),
    h("div", { class: "group timegroup" }, slider, step),
    h("div", { class: "group" }, speed, rate),
    h("div", { class: "group" },
      button("Same start again", () => app.restart(), { icon: "start", title: "Same start again: the same first weights" }),
      button("New start", () => app.restart(((app.opening.experiment.seed ?? 0) + 1) >>> 0), { icon: "dice", title: "New start: other first weights" })),
  );

  app.on("state", (state) => {
    const name = state.playing ? "Pause" : "Play";
    play.replaceChildren(icon(state.playing ? "pause" : "play"));
    play.setAttribute("aria-label", name);
    play.title = `${name} (space)`;
    for (const b of epochs) b.hidden = !state.inBatches;
    if (document.activeElement !== speed) speed.value = String(app.speed);
    position(state.step, state.furthest);
    write(rate, "");
  });
  app.on("frame", (frame) => {
    position(frame.step, Math.max(frame.furthest, frame.step));
    write(rate, frame.playing ? `${count(frame.rate)}/s` : "");
  });

  function position(at, furthest) {
    slider.max = String(Math.max(furthest, 1));
    if (wanted < 0) slider.value = String(at);
    write(step, `step ${count(at)}`);
    step.dataset.value = String(at);
    back.disabled = at === 0;
    epochs[0].disabled = at === 0;
  }
}
