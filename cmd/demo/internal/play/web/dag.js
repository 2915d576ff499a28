// The picture of a derivation as a graph: forward down the left, backward up on the right, and what
// is updated at the edge.

import { h, svg } from "./dom.js";

const box = { width: 58, height: 24 };
const cell = { width: 74, height: 62 };
const pitch = box.height + 4; // of what stands above one another
const edgeRoom = 6;

/**
 * Where each line of a derivation stands, in columns and rows; two that share a cell stand above one
 * another.
 *
 * @param {Array<{id: string, phase: string, name: string, inputs: string[]}>} lines in order of computation
 * @returns {{places: Map<string, {column: number, row: number, slot: number, slots: number}>, columns: number, rows: number}}
 */
export function arrange(lines) {
  const at = new Map(); // column and row by id
  const put = (line, column, row) => at.set(line.id, { column, row });
  const of = (phase) => lines.filter((l) => l.phase === phase);
  const used = (line) => lines.find((l) => l.phase === "forward" && l.inputs.includes(line.id));
  const given = of("given");
  const first = given.filter((l) => l.name === "X");
  first.forEach((l) => put(l, 1, 0));
  of("forward").forEach((l, i) => put(l, 1, i + 1));
  for (const l of given.filter((g) => !first.includes(g))) put(l, 0, at.get(used(l)?.id)?.row ?? 0);
  const params = new Set(given.map((l) => l.name));
  let above = Infinity; // the row of the line of the way back that came before
  for (const l of of("backward")) {
    const name = l.name.replace(/^d/, "");
    if (params.has(name) && l.name !== name && at.get(name)?.column === 0) {
      put(l, 3, at.get(name).row);
      continue;
    }
    const beside = at.get(name)?.row ?? Infinity;
    const row = Math.min(beside, above - 1, of("forward").length);
    put(l, 2, (above = row));
  }
  // What is updated stands beside what it was; on the way to it, what it alone is computed of.
  const updates = of("update");
  const final = updates.filter((l) => at.get(l.name)?.column === 0);
  for (const l of final) put(l, updates.length > final.length ? 5 : 4, at.get(l.name).row);
  const rest = Math.max(...[...at.values()].map((p) => p.row)) + 1; // a row below for what belongs to no parameter
  for (const l of updates.filter((u) => !final.includes(u)).reverse()) {
    const rows = new Set(updates.filter((u) => u.inputs.includes(l.id)).map((u) => at.get(u.id)?.row ?? rest));
    const own = final.find((f) => l.name.startsWith(`${f.name} `));
    put(l, 4, rows.size === 1 ? [...rows][0] : own ? at.get(own.id).row : rest);
  }
  const top = Math.min(...[...at.values()].map((p) => p.row));
  const together = new Map();
  for (const { id } of lines) {
    const { column, row } = at.get(id);
    const key = `${column},${row}`;
    together.set(key, [...(together.get(key) ?? []), id]);
  }
  const places = new Map();
  for (const ids of together.values()) {
    ids.forEach((id, slot) => places.set(id, { column: at.get(id).column, row: at.get(id).row - top, slot, slots: ids.length }));
  }
  const all = [...places.values()];
  return { places, columns: 1 + Math.max(...all.map((p) => p.column)), rows: 1 + Math.max(...all.map((p) => p.row)) };
}

/**
 * The name of a line as formulas write it: its base, the layer above it and the number below it. dW1 is dW[1], t1 is
 * t with a 1 below.
 *
 * @param {string} name
 * @returns {{base: string, above: string, below: string}}
 */
export function named(name) {
  const m = /^(d?[A-Zb]|d?[\p{L}])(\d+)$/u.exec(name);
  const last = name.slice(name.indexOf(" ") + 1); // of W1 Adam m it is Adam m
  if (!m) return { base: last.length > 8 ? `${last.slice(0, 7)}…` : last, above: "", below: "" };
  return /^d?[A-Zb]$/.test(m[1]) ? { base: m[1], above: `[${m[2]}]`, below: "" } : { base: m[1], above: "", below: m[2] };
}

/** The graph. Its nodes are buttons; the arrow keys go along the computation. */
export class Dag {
  #nodes = new Map();
  #edges = [];
  #lines = [];
  #key = "";
  #lit = "";

  /** @param {function(string): void} pick is told the id of the line that was picked */
  constructor(pick) {
    this.pick = pick;
    this.svg = svg("svg", { class: "dag", role: "group", "aria-label": "Graph of the step", "data-keys": "", on: {
      click: (e) => {
        const node = e.target.closest("[data-line]");
        if (node) pick(node.dataset.line);
      },
      keydown: (e) => this.#press(e),
    } });
    this.heads = h("div", { class: "dag-heads", "aria-hidden": "true" });
    this.element = h("div", { class: "dag-view" }, this.heads, this.svg);
  }

  /** Takes the lines of a derivation. */
  set(lines) {
    const key = JSON.stringify(lines.map((l) => [l.id, l.inputs]));
    this.#lines = lines;
    if (key === this.#key) return;
    this.#key = key;
    const { places, columns, rows } = arrange(lines);
    const tops = [0]; // of the rows, which are as high as what stands in them
    for (let r = 0; r < rows; r++) tops.push(tops[r] + Math.max(cell.height, ...[...places.values()].filter((p) => p.row === r).map((p) => p.slots * pitch + 6)));
    const [width, height] = [columns * cell.width, tops[rows]];
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.heads.replaceChildren(...["given", "forward ↓", "backward ↑", "gradients", columns > 5 ? "rule" : "update", "update"].slice(0, columns).map((text) => h("span", { text })));
    this.heads.classList.toggle("six", columns > 5);
    const centre = (id) => {
      const p = places.get(id);
      return [(p.column + 0.5) * cell.width, (tops[p.row] + tops[p.row + 1]) / 2 + (p.slot - (p.slots - 1) / 2) * pitch];
    };
    this.#edges = lines.flatMap((l) => l.inputs.filter((from) => places.has(from)).map((from) => ({ from, to: l.id, path: svg("path", { d: curve(centre(from), centre(l.id)) }) })));
    this.#nodes = new Map(lines.map((l) => {
      const [x, y] = centre(l.id);
      const { base, above, below } = named(l.name);
      return [l.id, svg("g", { class: `node ${l.phase}`, role: "button", tabindex: "-1", data: { line: l.id, phase: l.phase }, transform: `translate(${x - box.width / 2} ${y - box.height / 2})` },
        svg("title", { text: l.text }),
        svg("rect", { width: box.width, height: box.height, rx: l.phase === "given" ? 2 : 12 }),
        svg("text", { x: box.width / 2, y: box.height / 2 + 4.5, "text-anchor": "middle" }, base,
          above && svg("tspan", { dy: -4, "font-size": 9, text: above }), below && svg("tspan", { dy: 3, "font-size": 9, text: below }),
          l.id !== l.name && l.phase === "update" && svg("tspan", { dy: above ? 4 : below ? -3 : 0, text: " ←" })))];
    }));
    this.svg.replaceChildren(svg("g", { class: "edges" }, this.#edges.map((e) => e.path)), ...this.#nodes.values());
    this.element.style.maxWidth = `${width}px`;
    this.mark([]);
    this.light(this.#lit);
  }

  /** Lights a node, and the edges to and from it. */
  light(id) {
    this.#lit = id;
    for (const [line, node] of this.#nodes) {
      node.classList.toggle("lit", line === id);
      node.setAttribute("tabindex", line === id || (!this.#nodes.has(id) && line === this.#lines[0].id) ? "0" : "-1");
      if (line === id) node.setAttribute("aria-current", "true");
      else node.removeAttribute("aria-current");
    }
    for (const { from, to, path } of this.#edges) {
      path.setAttribute("class", to === id ? "into" : from === id ? "out" : "");
      if (to === id || from === id) path.parentNode.append(path);
    }
  }

  /** Marks wrong lines, the first of them first. */
  mark(lines) {
    for (const [line, node] of this.#nodes) {
      const at = lines.indexOf(line);
      node.classList.toggle("wrong", at === 0);
      node.classList.toggle("follows", at > 0);
      node.setAttribute("aria-label", `${node.querySelector("text").textContent}, ${node.dataset.phase}${at === 0 ? ", the first wrong one" : at > 0 ? ", wrong in consequence" : ""}`);
    }
  }

  #press(e) {
    const ids = [...this.#nodes.keys()];
    const at = ids.indexOf(e.target.closest("[data-line]")?.dataset.line);
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[e.key];
    let to = at;
    if (by) to = Math.min(Math.max(at + by, 0), ids.length - 1);
    else if (e.key === "Home") to = 0;
    else if (e.key === "End") to = ids.length - 1;
    else if (e.key !== "Enter" && e.key !== " ") return;
    e.preventDefault();
    if (to < 0) return;
    this.pick(ids[to]);
    this.#nodes.get(ids[to])?.focus();
  }
}

// A curve between the sides of two boxes that face one another.
function curve([x0, y0], [x1, y1]) {
  const across = Math.abs(x1 - x0) > 4;
  if (!across) {
    const down = Math.sign(y1 - y0);
    return `M${x0} ${y0 + (down * box.height) / 2}L${x1} ${y1 - down * (box.height / 2 + edgeRoom / 3)}`;
  }
  const right = Math.sign(x1 - x0);
  const [a, b] = [x0 + (right * box.width) / 2, x1 - right * (box.width / 2)];
  const middle = (a + b) / 2;
  return `M${a} ${y0}C${middle} ${y0} ${middle} ${y1} ${b} ${y1}`;
}
