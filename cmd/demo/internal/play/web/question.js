// The question of the moment: the first of a list whose condition holds of what is in view.

import { number } from "./format.js";
import { write } from "./dom.js";

/**
 * What a condition looks at.
 *
 * @typedef {Object} Moment
 * @property {Object} state
 * @property {Object} frame
 * @property {Object} experiment
 * @property {{steps: number[], train: number[]}} curve of the first run
 * @property {Object} first the first run of the frame
 * @property {Object|undefined} second
 */

const dense = (m) => m.experiment.layers.filter((l) => l.kind === "dense");
const straight = (m) => dense(m).length === 1 || dense(m).slice(0, -1).every((l) => (l.activation || "identity") === "identity");
const bent = (m) => ["flower", "circles", "xor", "moons", "spirals"].includes(m.experiment.data.name);
const largest = (shares) => Math.max(0, ...(shares ?? []).map((s) => number(s) || 0));
const classify = (m) => m.state.task === "classify";
const right = (m) => number(m.first.accuracy);
const hiddenUnits = (m) => dense(m).slice(0, -1).reduce((sum, l) => sum + l.units, 0);
const isZero = (list) => list !== undefined && list.every((v) => v === 0);

// Whether the cost has not moved by a thousandth over the second half of the curve.
function still(m) {
  const { steps, train } = m.curve;
  if (steps.length < 20 || m.state.step < 200) return false;
  const from = train[train.length >> 1];
  return Number.isFinite(from) && Math.abs(train.at(-1) - from) <= 1e-3 * Math.abs(from);
}

/**
 * The questions, the most pressing first. Each has a condition that says when it is asked; the last holds
 * always.
 *
 * @type {Array<{name: string, ask: string|function(Moment): string, when: function(Moment): boolean}>}
 */
export const questions = [
  { name: "stopped", ask: "The cost is no number any more. Which step was too long?", when: (m) => Boolean(m.first.stopped || m.second?.stopped) },
  { name: "mistake", ask: "Something is wrong in one formula. Which one, and where does it lead?", when: (m) => m.state.runs.some((r) => r.mistake) },
  { name: "race", ask: (m) => `Same points, same seed, one difference: ${m.state.runs[1].difference || "none"}. Which cost falls lower?`, when: (m) => m.state.runs.length > 1 },
  { name: "equal", ask: "All first weights are 0. Can the units ever become different?", when: (m) => dense(m).length > 1 && dense(m).every((l) => l.init?.kind === "zeros") },
  { name: "straight", ask: "Can one straight line part these points?", when: (m) => classify(m) && bent(m) && straight(m) },
  { name: "dead", ask: "A third of the ReLU units say 0 to every point. What could wake them?", when: (m) => largest(m.first.units.dead) >= 1 / 3 && m.state.step > 0 },
  { name: "gone", ask: "The gradient has all but vanished. Where on its way back did it get lost?", when: (m) => m.state.step === 0 && dense(m).length > 3 && number(m.first.gradients[0]) < 1e-4 * Math.max(...m.first.gradients.map(number)) },
  { name: "heart", ask: "It knows its own points by heart. Why is it worse on the held-out ones?", when: (m) => m.first.heldCost !== undefined && m.state.step > 100 && number(m.first.heldCost) > 1.5 * number(m.first.cost) && number(m.first.heldCost) - number(m.first.cost) > 0.05 },
  { name: "done", ask: "All points are on their side. Would fewer units do?", when: (m) => classify(m) && right(m) >= 0.99 && m.state.step > 0 && hiddenUnits(m) > 0 },
  { name: "still", ask: "The cost stands still. Is it the rate, the units, or the points?", when: (m) => still(m) },
  { name: "saturated", ask: "Most units sit on the flat ends of their curve. What is left of 1 − A² there?", when: (m) => largest(m.first.units.saturated) > 0.6 && m.state.step > 0 },
  { name: "stopping", ask: "No gradient, no step. What would the next formula give?", when: (m) => isZero(m.first.gradients) },
  { name: "numbers", ask: "Not a class but a number for each example: how do bends add up to it?", when: (m) => !classify(m) },
  { name: "flower", ask: (m) => `${count(hiddenUnits(m))} hidden ${hiddenUnits(m) === 1 ? "unit draws one line" : "units, as many lines"}: are they enough for the petals?`, when: (m) => m.experiment.data.name === "flower" && dense(m).length === 2 },
  { name: "xor", ask: "Neither input alone tells the classes apart. What must the hidden units see?", when: (m) => m.experiment.data.name === "xor" },
  { name: "classes", ask: "One output for each class. How does dZ = A − Y pull on each of them?", when: (m) => m.state.classes.length > 2 },
  { name: "begin", ask: "Which units does it use to part the points?", when: () => true },
];

function count(n) {
  return ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"][n] ?? String(n);
}

/**
 * The question of a moment.
 *
 * @param {Moment} m
 * @returns {{name: string, text: string}}
 */
export function questionOf(m) {
  const q = questions.find(({ when }) => when(m));
  return { name: q.name, text: typeof q.ask === "function" ? q.ask(m) : q.ask };
}

const holds = 4000; // milliseconds for which a question stays while it plays, so that it can be read

/**
 * Makes the question in an element.
 *
 * @param {import("./app.js").App} app
 * @param {HTMLElement} place
 */
export function makeQuestion(app, place) {
  let since = -Infinity;
  let opened = null;
  app.on("frame", (frame) => {
    const now = performance.now();
    if (frame.playing && opened === app.opening && now - since < holds) return;
    const q = questionOf({ state: app.state, frame, experiment: app.opening.experiment, curve: app.curve(0), first: frame.runs[0], second: frame.runs[1] });
    opened = app.opening;
    if (place.dataset.question === q.name && place.textContent === q.text) return;
    since = now;
    place.dataset.question = q.name;
    write(place, q.text);
  });
}
