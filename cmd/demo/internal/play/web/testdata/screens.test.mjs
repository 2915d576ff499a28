// Tests of what the screens behind Train compute without a browser.

import assert from "node:assert/strict";
import test from "node:test";

import { App } from "../app.js";
import { arrange, named } from "../dag.js";
import { asNumPy, withMistake } from "../breakit.js";
import { ends } from "../chart.js";
import { entriesIn, sources } from "../sum.js";
import { entryName, inView } from "../matrix.js";
import { lessonOf, numberHere } from "../task.js";
import { ofExamples, wrongLines, wrongText } from "../onestep.js";
import { preview } from "../takealong.js";
import { valley } from "../nudge.js";

const line = (id, phase, inputs = [], name = id) => ({ id, phase, name, inputs, text: id });

// The lines of a network with one hidden layer.
const lines = [
  ...["X", "Y", "W1", "b1", "W2", "b2"].map((id) => line(id, "given")),
  line("Z1", "forward", ["W1", "X", "b1"]), line("A1", "forward", ["Z1"]), line("Z2", "forward", ["W2", "A1", "b2"]), line("A2", "forward", ["Z2"]), line("cost", "forward", ["Z2", "Y"]),
  line("dZ2", "backward", ["A2", "Y"]), line("dW2", "backward", ["dZ2", "A1"]), line("db2", "backward", ["dZ2"]),
  line("dZ1", "backward", ["W2", "dZ2", "A1"]), line("dW1", "backward", ["dZ1", "X"]), line("db1", "backward", ["dZ1"]),
  ...["W1", "b1", "W2", "b2"].map((name) => line(`${name}+`, "update", [name, `d${name}`], name)),
];

// No two nodes of a graph may stand on one another.
function distinct(places, all) {
  assert.equal(places.size, all.length);
  const taken = new Set([...places.values()].map((p) => [p.column, p.row, p.slot].join()));
  assert.equal(taken.size, all.length);
  for (const p of places.values()) assert.ok(p.row >= 0 && p.slot < p.slots);
}

test("forward goes down on the left, backward up on the right, beside what it is the derivative of", () => {
  const { places, columns } = arrange(lines);
  distinct(places, lines);
  assert.equal(columns, 5);
  const row = (id) => places.get(id).row;
  for (const [a, b] of [["X", "Z1"], ["Z1", "A1"], ["A1", "Z2"], ["Z2", "A2"], ["A2", "cost"]]) assert.ok(row(a) < row(b), `${a} above ${b}`);
  for (const l of ["1", "2"]) {
    assert.equal(row(`dZ${l}`), row(`Z${l}`));
    assert.ok(places.get(`dZ${l}`).column > places.get(`Z${l}`).column);
    for (const p of [`W${l}`, `b${l}`]) assert.deepEqual([row(p), row(`d${p}`), row(`${p}+`)], Array(3).fill(row(`Z${l}`)));
  }
});

test("a rule with memory has a column of its own", () => {
  const adam = [...lines, line("t1", "update", ["dW1"]), line("W1 Adam m+", "update", ["t1"], "W1 Adam m"), line("Adam c1+", "update", [], "Adam c1")].map((l) => (l.id === "W1+" ? { ...l, inputs: ["W1", "t1"] } : l));
  const { places, columns } = arrange(adam);
  distinct(places, adam);
  assert.equal(columns, 6);
  assert.equal(places.get("t1").row, places.get("W1+").row);
  assert.equal(places.get("W1 Adam m+").row, places.get("W1+").row);
  assert.ok(places.get("Adam c1+").row > places.get("cost").row);
});

test("names have layers above and numbers below", () => {
  assert.deepEqual(named("dW1"), { base: "dW", above: "[1]", below: "" });
  assert.deepEqual(named("b12"), { base: "b", above: "[12]", below: "" });
  assert.deepEqual(named("t3"), { base: "t", above: "", below: "3" });
  assert.deepEqual(named("dγ1"), { base: "dγ", above: "", below: "1" });
  assert.deepEqual(named("cost"), { base: "cost", above: "", below: "" });
  assert.ok(named("batch-norm1.gamma Adam v").base.length <= 8);
});

test("of a large matrix only what is in view is elements", () => {
  assert.deepEqual(inView(0, 300, 100, 1000), [0, 5]);
  assert.deepEqual(inView(50_000, 300, 100, 1000), [498, 505]);
  assert.deepEqual(inView(99_700, 300, 100, 1000), [995, 1000]);
  assert.deepEqual(inView(0, 300, 100, 2), [0, 2]);
  assert.equal(entryName("dW1", [4, 2], 2, 0), "dW1[2,0]");
  assert.equal(entryName("cost", [], 0, 0), "cost");
  assert.equal(entryName("v", [3], 2, 0), "v[2]");
});

test("the entries behind a sum are found in its words", () => {
  assert.deepEqual(entriesIn("(1 − A1[0,3]²)·W2[0,0]"), ["A1[0,3]", "W2[0,0]"]);
  assert.deepEqual(entriesIn("(1/m)·α"), []);
  assert.deepEqual(entriesIn("dγ1[2,0]"), ["dγ1[2,0]"]);
  const entry = { factor: { text: "(1 − A1[0,3]²)" }, terms: [{ factors: [{ text: "W2[0,0]" }, { text: "dZ2[0,3]" }] }] };
  assert.deepEqual([...sources(entry)], ["A1[0,3]", "W2[0,0]", "dZ2[0,3]"]);
});

test("columns are examples' in values and derivatives of values, not in weights", () => {
  const of = (name, shape, phase = "backward", rule = "") => ofExamples({ name, shape, phase, rule, value: {} }, 4);
  assert.equal(of("dZ1", [3, 4]), true);
  assert.equal(of("dW2", [1, 4]), false); // four units, four examples
  assert.equal(of("W2", [1, 4], "given", "parameter"), false);
  assert.equal(of("W2", [1, 4], "update"), false);
  assert.equal(of("X", [2, 4], "given", "input"), true);
  assert.equal(of("cost", [], "forward"), false);
});

test("a wrong line says where and what it should be", () => {
  const wrong = { id: "dZ1", wrong: { row: 2, col: 0, value: 0.5, right: 0.25, rightText: "dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²)" } };
  assert.equal(wrongText(wrong), "Not what it should be: at row 3, column 1 it is 0.500000 in place of 0.250000. It should be dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²).");
  assert.deepEqual(wrongLines({ lines: [{ id: "Z1" }, wrong, { id: "dW1", wrong: {} }] }), ["dZ1", "dW1"]);
});

test("a mistake is made beside the right run, or in it where a worksheet says so", () => {
  const opening = { experiment: { seed: 1 }, files: { "p.csv": "" }, other: { seed: 2 } };
  assert.deepEqual(withMistake(opening, "sign"), { experiment: { seed: 1 }, files: { "p.csv": "" }, other: { seed: 1 }, otherMistake: "sign" });
  assert.deepEqual(withMistake(opening, ""), { experiment: { seed: 1 }, files: { "p.csv": "" } });
  assert.deepEqual(withMistake({ experiment: { seed: 1 } }, "sign", true), { experiment: { seed: 1 }, mistake: "sign" });
});

test("numbers are filled in with all their digits", () => {
  assert.equal(asNumPy({ name: "dW1", shape: [2, 2], value: { data: [0.1, -0.019094539623403933, 1e-7, 4] } }), "dW1 = [[0.1, -0.019094539623403933],\n       [1e-7, 4]]");
  assert.equal(asNumPy({ name: "cost", shape: [], value: { data: [0.5] } }), "cost = 0.5");
});

test("the valley of errors has powers of ten, and gaps where the error is none", () => {
  const { x, y } = valley([{ h: 0.1, error: 1e-3 }, { h: 1e-5, error: 0 }]);
  assert.deepEqual(x, [-1, -5]);
  assert.equal(y[0], -3);
  assert.ok(Number.isNaN(y[1]));
});

test("axes hold all that is finite", () => {
  const [lo, hi] = ends([3, NaN, 1, Infinity, 2]);
  assert.ok(lo < 1 && lo > 0 && hi > 3 && hi < 4);
  const flat = ends([5, 5]);
  assert.ok(flat[0] < 5 && flat[1] > 5);
});

test("a preview cuts long lines and long programs, and says so", () => {
  assert.equal(preview("a\nb\n"), "a\nb");
  assert.match(preview("9".repeat(1000)), /^9{140} … 860 more letters$/);
  assert.match(preview("x\n".repeat(1000)), /… 600 more lines$/);
});

test("the lesson in view is that whose settings are open", () => {
  const lessons = [{ name: "a", experiment: { seed: 1, rule: { kind: "gd", rate: 2 } } }, { name: "b", experiment: { rule: { rate: 2, kind: "gd" }, seed: 1 } }, { name: "c", experiment: { seed: 1 }, other: { seed: 2 } }];
  const opening = { experiment: { seed: 1, rule: { kind: "gd", rate: 2 } } };
  assert.equal(lessonOf(lessons, opening, "").name, "a");
  assert.equal(lessonOf(lessons, opening, "b").name, "b");
  assert.equal(lessonOf(lessons, { experiment: { seed: 1 } }, "c"), undefined);
  assert.equal(lessonOf(lessons, { experiment: { seed: 1 }, other: { seed: 2 } }, "").name, "c");
  assert.equal(lessonOf(lessons, { ...opening, mistake: "sign" }, "a"), undefined);
});

test("a lesson's numbers are read from a frame", () => {
  const frame = { runs: [{ cost: 0.5, accuracy: 0.75, units: { dead: [0.875] } }] };
  assert.equal(numberHere({ name: "cost", run: 0 }, frame), 0.5);
  assert.equal(numberHere({ name: "accuracy", run: 0 }, frame), 0.75);
  assert.equal(numberHere({ name: "dead", run: 0 }, frame), 0.875);
  assert.ok(Number.isNaN(numberHere({ name: "cost", run: 1 }, frame)));
});

test("a frame with whole curves that comes late goes before the points that came after it", async (t) => {
  const was = Object.getOwnPropertyDescriptors(globalThis);
  const stubs = { addEventListener() {}, requestAnimationFrame() {}, location: { pathname: "/", search: "" }, history: { replaceState() {} }, document: { querySelector: () => ({ hidden: true }) } };
  for (const [name, value] of Object.entries(stubs)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  t.after(() => {
    for (const name of Object.keys(stubs)) was[name] ? Object.defineProperty(globalThis, name, was[name]) : delete globalThis[name];
  });
  const curve = (from, to, clear) => {
    const steps = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    return { clear, steps, train: steps.map((s) => 1 / (s + 1)), held: [] };
  };
  const frames = [{ seq: 1, step: 0, runs: [{ curve: curve(0, 0, true) }] }, { seq: 2, step: 50, runs: [{ curve: curve(0, 50, true) }] }, { seq: 3, step: 51, runs: [{ curve: curve(51, 51) }] }];
  let tell;
  const app = new App({ on: (event, f) => event === "message" && (tell = f), ask: async ({ do: what }) => (what === "open" ? { runs: [{}], playing: false } : what === "frame" ? frames[0] : frames[1]) });
  await app.open({ experiment: {} }, { play: false });
  tell({ event: "frame", frame: frames[2] }); // before the reply that it goes on from
  await app.goto(50);
  assert.deepEqual(app.curve(0).steps, curve(0, 51).steps);
});
