// What the page reads and changes of an experiment, which is JSON as the command and the library
// read it. All functions take an experiment and leave it as it is: what changes one returns another.

/**
 * @typedef {Object} Layer
 * @property {string} kind
 * @property {number} [units]
 * @property {string} [activation]
 * @property {{kind: string, scale?: number}} [init]
 * @property {number} [rate]
 *
 * @typedef {Object} Experiment
 * @property {Layer[]} layers
 * @property {{kind: string}} cost
 * @property {Object} rule
 * @property {Object} data
 * @property {number} [batch]
 * @property {number} [seed]
 */

export const activations = ["tanh", "sigmoid", "relu", "leaky-relu", "elu", "silu", "gelu", "softplus", "identity"];
export const inits = ["glorot", "he", "lecun", "normal", "uniform", "zeros"];
export const rules = ["gd", "momentum", "adam", "rmsprop", "adagrad", "adamw", "lion"];

/**
 * The toy sets in the plane, with how many classes each has, where 0 are numbers to predict, and the noise
 * that suits it (see DefaultNoise of internal/toy).
 */
export const toys = [
  { name: "flower", title: "flower", classes: 2, noise: 0.2 },
  { name: "moons", title: "moons", classes: 2, noise: 0.15 },
  { name: "circles", title: "circles", classes: 2, noise: 0.1 },
  { name: "xor", title: "xor", classes: 2, noise: 0.15 },
  { name: "gauss", title: "2 clouds", classes: 2, noise: 1 },
  { name: "spirals", title: "spirals", classes: 2, noise: 0.1 },
  { name: "spirals", title: "3 arms", classes: 3, arms: 3, noise: 0.1 },
  { name: "blobs", title: "3 clouds", classes: 3, noise: 0.6 },
  { name: "plane", title: "a plane", classes: 0, noise: 0.1 },
  { name: "bumps", title: "2 bumps", classes: 0, noise: 0.05 },
];

/** Whether the layers are plain ones, which the page can edit. */
export const isPlain = (e) => e.layers.every((l) => ["dense", "dropout", "batch-norm", "layer-norm"].includes(l.kind));

const isDense = (l) => l.kind === "dense";

/** Where in the list the dense layers stand. */
const denseAt = (e) => e.layers.flatMap((l, i) => (isDense(l) ? [i] : []));

/** Whether the experiment predicts numbers. */
export const predictsNumbers = (e) => e.cost.kind !== "cross-entropy" && e.cost.kind !== "hinge";

// Returns a copy in which f changed something.
function changed(e, f) {
  const copy = structuredClone(e);
  f(copy);
  return copy;
}

/** With so many units in dense layer number l. */
export const withUnits = (e, l, units) => changed(e, (c) => {
  c.layers[denseAt(c)[l]].units = units;
});

/** With another function of dense layer number l. */
export const withActivation = (e, l, activation) => changed(e, (c) => {
  c.layers[denseAt(c)[l]].activation = activation;
});

/** With one more hidden layer in front of the output, like the last hidden one. */
export const withLayer = (e) => changed(e, (c) => {
  const at = denseAt(c);
  const last = at.length > 1 ? c.layers[at.at(-2)] : { kind: "dense", units: 4, activation: "tanh" };
  const more = [structuredClone(last)];
  delete more[0].name;
  const drop = dropout(e);
  if (drop > 0) more.push({ kind: "dropout", rate: drop });
  c.layers.splice(at.at(-1), 0, ...more);
});

/** Without dense layer number l, nor the dropout and norms behind it. */
export const withoutLayer = (e, l) => changed(e, (c) => {
  const at = denseAt(c);
  c.layers.splice(at[l], at[l + 1] - at[l]);
});

/** The share of the hidden units that is dropped, 0 for none. */
export const dropout = (e) => e.layers.find((l) => l.kind === "dropout")?.rate ?? 0;

/** With so much dropout behind each hidden layer. */
export const withDropout = (e, rate) => changed(e, (c) => {
  c.layers = c.layers.filter((l) => l.kind !== "dropout");
  if (rate > 0) c.layers = c.layers.flatMap((l, i) => (isDense(l) && i < c.layers.length - 1 ? [l, { kind: "dropout", rate }] : [l]));
});

/** The way in which the first weights are drawn, "" where layers differ in it. */
export const init = (e) => same(e.layers.filter(isDense).map((l) => l.init?.kind ?? "glorot"), "");

/** With first weights that are drawn so in all layers. */
export const withInit = (e, kind) => changed(e, (c) => {
  for (const l of c.layers.filter(isDense)) l.init = l.init?.scale ? { kind, scale: l.init.scale } : { kind };
  if (kind === "zeros") for (const l of c.layers.filter(isDense)) delete l.init.scale;
});

/** The factor of the first weights, NaN where layers differ in it. */
export const scale = (e) => same(e.layers.filter(isDense).map((l) => l.init?.scale ?? 1), NaN);

/** With first weights that are so many times as large. */
export const withScale = (e, factor) => changed(e, (c) => {
  for (const l of c.layers.filter(isDense)) {
    l.init = { kind: l.init?.kind ?? "glorot", scale: factor };
    if (factor === 1) delete l.init.scale;
  }
});

/** The function of the hidden units, "" where layers differ in it or there are none. */
export const hidden = (e) => same(e.layers.filter(isDense).slice(0, -1).map((l) => l.activation ?? "identity"), "");

/** With this function of all hidden units. */
export const withHidden = (e, activation) => changed(e, (c) => {
  for (const l of c.layers.filter(isDense).slice(0, -1)) l.activation = activation;
});

const same = (list, otherwise) => (list.length > 0 && list.every((v) => Object.is(v, list[0])) ? list[0] : otherwise);

/** With another rule, at the rate that suits it. */
export const withRule = (e, kind) => changed(e, (c) => {
  const { l1, l2, clip } = c.rule;
  const rate = { gd: predictsNumbers(c) ? 0.1 : 1.2, momentum: predictsNumbers(c) ? 0.02 : 0.2, adam: 0.01, adamw: 0.01, rmsprop: 0.01, adagrad: 0.1, lion: 0.003 }[kind];
  c.rule = { kind, rate, ...(l1 && { l1 }), ...(l2 && { l2 }), ...(clip && { clip }), ...(kind === "adamw" && { "weight-decay": 0.01 }) };
});

/** With a field of the rule; 0 leaves it out. */
export const withRuleField = (e, name, value) => changed(e, (c) => put(c.rule, name, value));

/** With a field of the experiment itself; 0 leaves it out. */
export const withField = (e, name, value) => changed(e, (c) => put(c, name, value));

/** With a field of the data; undefined leaves it out. */
export const withDataField = (e, name, value) => changed(e, (c) => put(c.data, name, value));

function put(object, name, value) {
  if (value === 0 || value === undefined || value === "") delete object[name];
  else object[name] = value;
}

/** With another cost. Squared error takes any output; the others make the output what they take. */
export const withCost = (e, kind) => changed(e, (c) => {
  const last = c.layers[denseAt(c).at(-1)];
  c.cost = { kind };
  if (kind === "cross-entropy") last.activation = last.units === 1 ? "sigmoid" : "softmax";
  if (kind === "hinge") delete last.activation;
});

/**
 * With other data, and an output that suits them: one sigmoid for two classes, a softmax for more,
 * and numbers as they are. Where classes become numbers, or numbers classes, the rate becomes a usual one.
 *
 * @param {Experiment} e
 * @param {Object} data
 * @param {number} classes 0 for numbers to predict
 * @param {number} [targets] how many numbers
 * @returns {Experiment}
 */
export function withData(e, data, classes, targets = 1) {
  const numbers = classes === 0;
  const next = changed(e, (c) => {
    c.data = data;
    const last = c.layers[denseAt(c).at(-1)];
    last.units = numbers ? targets : classes === 2 ? 1 : classes;
    if (numbers) {
      delete last.activation;
      if (predictsNumbers(e) === false) c.cost = { kind: "squared-error" };
    } else {
      last.activation = classes === 2 ? "sigmoid" : "softmax";
      if (c.cost.kind !== "cross-entropy") c.cost = { kind: "cross-entropy" };
    }
    delete c.inputs;
  });
  return numbers === predictsNumbers(e) ? next : withRule(next, next.rule.kind);
}

/**
 * What can differ between two runs: how it is read of an experiment and changed, and from which
 * values one is chosen.
 */
export const differences = [
  { name: "init", title: "first weights", get: init, set: withInit, values: () => inits },
  { name: "activation", title: "activation", get: hidden, set: withHidden, values: () => activations },
  { name: "rate", title: "rate", first: (e) => Number((0.1 * (e.rule.rate ?? 0.01)).toPrecision(3)), get: (e) => e.rule.rate ?? 0, set: (e, v) => withRuleField(e, "rate", Number(v)), values: (e) => [0.01, 0.1, 0.25, 0.5, 2, 4, 10].map((f) => String(Number((f * (e.rule.rate ?? 0.01)).toPrecision(3)))) },
  { name: "scale", title: "scale of first weights", first: () => 0.01, get: scale, set: (e, v) => withScale(e, Number(v)), values: () => ["0.01", "0.1", "0.5", "2", "10", "100"] },
  { name: "rule", title: "rule", get: (e) => e.rule.kind, set: withRule, values: () => rules },
];

/** The difference between two experiments, undefined where it is none of the above alone. */
export function differenceOf(e, other) {
  return differences.find((d) => {
    const value = d.get(other);
    return d.get(e) !== value && canonical(d.set(e, value)) === canonical(other);
  });
}

/**
 * Changes both experiments of an opening in the same way; but what differs between them is changed in the
 * first alone.
 *
 * @param {import("./state.js").Opening} opening
 * @param {function(Experiment): Experiment} f
 * @param {function(Experiment): any} [read] what f sets
 * @returns {import("./state.js").Opening}
 */
export function edited(opening, f, read) {
  const next = { ...opening, experiment: f(opening.experiment) };
  if (opening.other && !(read && !Object.is(read(opening.experiment), read(opening.other)))) next.other = f(opening.other);
  return next;
}

// The JSON of a value with its keys in order, for comparing.
function canonical(value) {
  return JSON.stringify(value, (_, v) => (v && typeof v === "object" && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v));
}
