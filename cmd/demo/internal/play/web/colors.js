// The colours of data: those of the printed pictures on paper, lighter ones on dark.

/**
 * The colours in use, as CSS colours and as numbers for pixels. They are read from the style
 * sheet, which alone knows light from dark.
 *
 * @typedef {Object} Colors
 * @property {string} paper
 * @property {string} ink
 * @property {string} quiet
 * @property {string} edge
 * @property {string} faint
 * @property {string} accent
 * @property {string[]} classes six of them
 */

let known = null;

/** @returns {Colors} */
export function colors() {
  if (known) return known;
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  known = {
    paper: of("paper"), ink: of("ink"), quiet: of("quiet"), edge: of("edge"), faint: of("faint"), accent: of("accent"),
    classes: [0, 1, 2, 3, 4, 5].map((i) => of(`class${i}`)),
    shades: new Map(),
  };
  return known;
}

/** Calls f when light becomes dark or the other way round. */
export function onTheme(f) {
  const changed = () => {
    known = null;
    f();
  };
  addEventListener("theme", changed);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}

function parts(color) {
  const n = parseInt(color.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

/**
 * The colour at t on the way from a to b.
 *
 * @param {string} a as #rrggbb
 * @param {string} b
 * @param {number} t from 0 to 1
 * @returns {string}
 */
export function mix(a, b, t) {
  const from = parts(a);
  const to = parts(b);
  return `#${from.map((v, i) => Math.round(v + t * (to[i] - v)).toString(16).padStart(2, "0")).join("")}`;
}

const pixel = (color) => {
  const [r, g, b] = parts(color);
  return (0xff000000 | (b << 16) | (g << 8) | r) >>> 0; // as bytes r, g, b, a
};

/**
 * 256 pixels for values 0 to 255: from the first class over paper to the second, as the printed
 * pictures mix them.
 *
 * @returns {Uint32Array}
 */
export function twoShades() {
  const c = colors();
  if (!c.shades.has("two")) {
    c.shades.set("two", Uint32Array.from({ length: 256 }, (_, i) => {
      const p = i / 255;
      return pixel(mix(c.paper, c.classes[p < 0.5 ? 0 : 1], 0.04 + 0.42 * Math.abs(2 * p - 1)));
    }));
  }
  return c.shades.get("two");
}

/**
 * 256 pixels for the probability of a class that is the likeliest of so many.
 *
 * @param {number} k the class
 * @param {number} of how many classes
 * @returns {Uint32Array}
 */
export function classShades(k, of) {
  const c = colors();
  const name = `${k} of ${of}`;
  if (!c.shades.has(name)) {
    const even = 1 / of;
    c.shades.set(name, Uint32Array.from({ length: 256 }, (_, i) => pixel(mix(c.paper, c.classes[k], 0.04 + 0.42 * Math.max((i / 255 - even) / (1 - even), 0)))));
  }
  return c.shades.get(name);
}
