// The marks in pictures: points of the classes in their shapes, colours of numbers, round numbers at axes.

import { colors, mix } from "./colors.js";

// The shapes of the classes, as in the printed pictures: how many sides, how far turned, how large.
const markers = [
  { size: 1 },
  { sides: 4, turn: 0.5, size: 1.3 },
  { sides: 3, turn: 1, size: 1.45 },
  { sides: 4, turn: 1, size: 1.35 },
  { sides: 3, turn: -1, size: 1.45 },
  { sides: 6, turn: 0, size: 1.1 },
];

/**
 * Draws the marker of a class.
 *
 * @param {CanvasPen} pen
 * @param {number} k the class
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {{fill: string, color: string, width: number}} style
 */
export function drawMarker(pen, k, x, y, radius, style) {
  const m = markers[k % markers.length];
  const r = radius * m.size;
  if (!m.sides) {
    pen.shape({ x, y, r }, style);
    return;
  }
  const corners = [];
  for (let i = 0; i < m.sides; i++) {
    const t = Math.PI * (m.turn / 2 + (2 * i) / m.sides);
    corners.push(x + r * Math.cos(t), y - r * Math.sin(t));
  }
  pen.shape(corners, style);
}

/** The colour of a number to predict, at t from 0 to 1 of the range. */
export function valueColor(t) {
  const c = colors();
  const at = Math.min(Math.max(t, 0), 1);
  return mix(mix(c.paper, c.ink, 0.15), c.classes[at < 0.5 ? 0 : 1], Math.abs(2 * at - 1));
}

/** A round number at an axis. */
export const plain = (v) => (v !== 0 && (Math.abs(v) < 1e-3 || Math.abs(v) >= 1e5) ? v.toExponential() : String(v)).replace("+", "").replaceAll("-", "−");

/** Round numbers for about so many marks between two ends. */
export function ticks(from, to, about) {
  const rough = (to - from) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((f) => f * power).find((s) => s >= rough);
  const out = [];
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to + 1e-9 * step; i++) out.push(Number((i * step).toPrecision(12)));
  return out;
}
