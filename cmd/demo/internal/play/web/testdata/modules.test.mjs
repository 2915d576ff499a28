// Tests of what the modules of the page compute without a browser; web_test.go runs them with Node.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as experiment from "../experiment.js";
import { CanvasPen, SVGPen, toSVG } from "../draw.js";
import { lastColumn } from "../data.js";
import { plain, ticks } from "../marks.js";
import { zeroLines } from "../pixels.js";
import { count, fixed, full, number, percent, short } from "../format.js";
import { questionOf, questions } from "../question.js";
import { firstOpening, fromFragment, toFragment } from "../state.js";

const flower = () => firstOpening().experiment;

test("a fragment brings back what it was made of", () => {
  const place = { screen: "onestep", step: 120, line: "dW1", open: { ...firstOpening(), files: { "a&b.csv": "x1,x2,label\n1,2,\"a#b?c=d %\"\n" } } };
  const back = fromFragment(toFragment(place));
  assert.deepEqual(back, place);
  assert.ok(!/[\s"<>]/.test(toFragment(place)), "it holds what ends a link in a mail");
});

test("a fragment that was cut short says which part", () => {
  const whole = toFragment({ screen: "train", step: 3, line: "", open: firstOpening() });
  const cut = fromFragment(whole.slice(0, -20));
  assert.deepEqual([cut.screen, cut.step, cut.open, cut.broken], ["train", 3, null, "open"]);
  assert.equal(fromFragment("#train?step=-7").step, 0);
  assert.equal(fromFragment("").screen, "");
});

test("numbers as text", () => {
  assert.equal(short(-1234.5678), "−1235");
  assert.equal(short("NaN"), "NaN");
  assert.equal(short("-Infinity"), "−∞");
  assert.equal(short(1.5e-7), "1.50e−7");
  assert.equal(fixed(-0.00001, 2), "0.00");
  assert.equal(fixed(2.345, 1), "2.3");
  assert.equal(count(1234567), "1\u202f234\u202f567");
  assert.equal(percent(0.905), "90.5 %");
  assert.equal(percent(undefined), "—");
  assert.equal(full(0.1 + 0.2), "0.30000000000000004");
  assert.ok(Number.isNaN(number(null)));
  assert.equal(plain(-0.5), "−0.5");
});

test("other data give an output that suits them", () => {
  const three = experiment.withData(flower(), { kind: "toy", name: "blobs" }, 3);
  assert.deepEqual(three.layers.at(-1), { kind: "dense", units: 3, activation: "softmax" });
  assert.equal(three.rule.rate, 1.2);
  const numbers = experiment.withData(three, { kind: "toy", name: "plane" }, 0);
  assert.deepEqual(numbers.layers.at(-1), { kind: "dense", units: 1 });
  assert.deepEqual([numbers.cost.kind, numbers.rule.rate], ["squared-error", 0.1]);
  const two = experiment.withData(numbers, { kind: "toy", name: "moons" }, 2);
  assert.deepEqual([two.layers.at(-1).activation, two.cost.kind, two.rule.rate], ["sigmoid", "cross-entropy", 1.2]);
});

test("layers come and go, dropout with them", () => {
  let e = experiment.withDropout(flower(), 0.2);
  e = experiment.withLayer(e);
  assert.deepEqual(e.layers.map((l) => l.kind), ["dense", "dropout", "dense", "dropout", "dense"]);
  e = experiment.withUnits(e, 1, 7);
  assert.equal(e.layers[2].units, 7);
  e = experiment.withoutLayer(e, 0);
  assert.deepEqual(e.layers.map((l) => l.units ?? l.rate), [7, 0.2, 1]);
  e = experiment.withoutLayer(experiment.withDropout(e, 0), 0);
  assert.deepEqual(e.layers.map((l) => l.units), [1]);
  assert.equal(experiment.hidden(e), "");
  assert.deepEqual(experiment.withLayer(e).layers.map((l) => l.units), [4, 1]);
});

test("nothing is changed in place", () => {
  const before = JSON.stringify(flower());
  const e = flower();
  experiment.withScale(experiment.withInit(experiment.withHidden(e, "relu"), "he"), 3);
  experiment.withRule(e, "adam");
  assert.equal(JSON.stringify(e), before);
});

test("a difference is found again, and stays when both runs are changed", () => {
  for (const d of experiment.differences) {
    const value = d.first?.(flower()) ?? d.values(flower()).find((v) => String(v) !== String(d.get(flower())));
    const opening = { experiment: flower(), other: d.set(flower(), value) };
    assert.equal(experiment.differenceOf(opening.experiment, opening.other)?.name, d.name);
    const batched = experiment.edited(opening, (e) => experiment.withField(e, "batch", 64), (e) => e.batch);
    assert.deepEqual([batched.experiment.batch, batched.other.batch], [64, 64]);
    assert.equal(experiment.differenceOf(batched.experiment, batched.other)?.name, d.name);
  }
  const rates = { experiment: flower(), other: experiment.withRuleField(flower(), "rate", 0.1) };
  const faster = experiment.edited(rates, (e) => experiment.withRuleField(e, "rate", 2), (e) => e.rule.rate);
  assert.deepEqual([faster.experiment.rule.rate, faster.other.rule.rate], [2, 0.1]);
});

test("the last column tells how many outputs there are", () => {
  assert.equal(lastColumn("a,b,kind\n1,2,x\n3,4,y\n5,6,z\n").classes, 3);
  assert.equal(lastColumn("1;2;0\r\n3;4;1\r\n").classes, 2);
  assert.equal(lastColumn("a;b;y\n1,5;2;0,25\n2;3;0,75\n").classes, 0);
  assert.equal(lastColumn("x1,x2,label\n1,2,0\n2,1,1\n").classes, 2);
});

test("lines lie where values change their sign", () => {
  const n = 60;
  const at = (i) => Math.hypot((i % n) - 29.5, Math.floor(i / n) - 29.5) - 20;
  const line = zeroLines(at, n);
  assert.ok(line.length > 300);
  for (let i = 0; i < line.length; i += 2) {
    if (!Number.isNaN(line[i])) assert.ok(Math.abs(Math.hypot(line[i] - 29.5, line[i + 1] - 29.5) - 20) < 0.02);
  }
  assert.deepEqual(zeroLines(() => 1, n), []);
});

test("marks of an axis are round and within its ends", () => {
  assert.deepEqual(ticks(-5.04, 4.9, 6), [-4, -2, 0, 2, 4]);
  assert.deepEqual(ticks(0, 0.75, 4), [0, 0.2, 0.4, 0.6]);
});

test("both pens draw the same things", () => {
  const methods = (c) => Object.getOwnPropertyNames(c.prototype).sort();
  assert.deepEqual(methods(SVGPen), methods(CanvasPen));
  const text = toSVG((pen) => {
    pen.begin(100, 50);
    pen.clip(0, 0, 10, 10, () => pen.line([0, 0, 1, 1, NaN, NaN, 2, 2, 3, 3], { color: "#222222", width: 2, dash: [3, 1] }));
    pen.curves([0, 0, 10, 10], { color: "#0072b2", opacity: 0.5 });
    pen.rect(1, 2, 3, 4, { fill: "#ffffff" });
    pen.shape({ x: 1, y: 2, r: 3 }, { fill: "#222222" });
    pen.shape([0, 0, 1, 0, 1, 1], { color: "#222222" });
    pen.text(1, 2, "a < b & c", { color: "#222222", align: "center" });
  });
  assert.match(text, /^<svg [^>]*viewBox="0 0 100 50"[\s\S]*<\/svg>\n$/);
  assert.match(text, /d="M0 0L1 1M2 2L3 3"/);
  assert.match(text, /a &lt; b &amp; c/);
  const opened = [...text.matchAll(/<(\w+)[^>]*?(\/?)>/g)].filter((m) => m[2] === "").length;
  assert.equal(opened, [...text.matchAll(/<\//g)].length);
});

// A moment on the flower, changed by f.
function moment(f = () => {}) {
  const m = {
    experiment: flower(),
    state: { task: "classify", step: 500, classes: ["0", "1"], runs: [{ difference: "", mistake: "" }] },
    curve: { steps: [0, 500], train: [0.7, 0.3] },
    first: { cost: 0.3, heldCost: 0.31, accuracy: 0.87, gradients: [0.01, 0.01, 0.01, 0.01], units: { dead: [0], saturated: [0.2] } },
  };
  f(m);
  return m;
}

test("each question is asked where its condition holds, and not on the plain flower", () => {
  const moments = {
    stopped: (m) => (m.first.stopped = "the cost is NaN"),
    mistake: (m) => (m.state.runs[0].mistake = "no-slope"),
    race: (m) => m.state.runs.push({ difference: "init he instead of the default", mistake: "" }),
    equal: (m) => (m.experiment = experiment.withInit(m.experiment, "zeros")),
    straight: (m) => (m.experiment = experiment.withHidden(m.experiment, "identity")),
    dead: (m) => (m.first.units.dead = [0.5]),
    gone: (m) => {
      m.experiment = experiment.withLayer(experiment.withLayer(m.experiment));
      m.state.step = 0;
      m.first.gradients = [1e-9, 1e-9, 1e-3, 1e-2, 0.1, 0.1];
    },
    heart: (m) => (m.first.heldCost = 0.6),
    done: (m) => (m.first.accuracy = 1),
    still: (m) => (m.curve = { steps: Array.from({ length: 40 }, (_, i) => i * 10), train: Array.from({ length: 40 }, () => 0.3) }),
    saturated: (m) => (m.first.units.saturated = [0.8]),
    stopping: (m) => (m.first.gradients = [0, 0, 0, 0]),
    numbers: (m) => (m.state.task = "regress"),
    flower: () => {},
    xor: (m) => (m.experiment.data.name = "xor"),
    classes: (m) => {
      m.experiment.data.name = "blobs";
      m.state.classes = ["0", "1", "2"];
    },
    begin: (m) => (m.experiment.data.name = "moons"),
  };
  assert.deepEqual(questions.map((q) => q.name).sort(), Object.keys(moments).sort());
  for (const [name, f] of Object.entries(moments)) {
    const asked = questionOf(moment(f));
    assert.equal(asked.name, name);
    assert.ok(asked.text.endsWith("?"), `${asked.text} asks nothing`);
    assert.ok(asked.text.length <= 110, `${asked.text} is long`);
  }
});
