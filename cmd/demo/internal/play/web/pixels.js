// Fields of bytes as pixels, and the lines where they change from one side to the other.

/**
 * A field of colours as a small picture of pixels, which is drawn larger.
 */
export class Pixels {
  #canvas = document.createElement("canvas");
  #image = null;

  /**
   * Paints n×n values.
   *
   * @param {Uint8Array} plane row by row from the top
   * @param {number} n
   * @param {function(number): Uint32Array|Uint32Array} shade the pixel of each value, or the pixels for the
   *   cell at an index
   * @returns {HTMLCanvasElement}
   */
  paint(plane, n, shade) {
    if (this.#canvas.width !== n || !this.#image) {
      this.#canvas.width = this.#canvas.height = n;
      this.#image = this.#canvas.getContext("2d").createImageData(n, n);
    }
    const out = new Uint32Array(this.#image.data.buffer);
    if (typeof shade === "function") for (let i = 0; i < out.length; i++) out[i] = shade(i)[plane[i]];
    else for (let i = 0; i < out.length; i++) out[i] = shade[plane[i]];
    this.#canvas.getContext("2d").putImageData(this.#image, 0, 0);
    return this.#canvas;
  }

  get canvas() {
    return this.#canvas;
  }
}

/**
 * Where values change their sign on a grid of n×n, as a flat list x, y, x, y, NaN, NaN … in cells
 * from the upper left centre. Values are read by at(i).
 *
 * @param {function(number): number} at
 * @param {number} n
 * @returns {number[]}
 */
export function zeroLines(at, n) {
  const out = [];
  const cross = (a, b) => a / (a - b);
  for (let y = 0; y + 1 < n; y++) {
    let a = at(y * n);
    let c = at((y + 1) * n);
    for (let x = 0; x + 1 < n; x++) {
      const b = at(y * n + x + 1);
      const d = at((y + 1) * n + x + 1);
      const corners = (a > 0) + (b > 0) + (c > 0) + (d > 0);
      if (corners !== 0 && corners !== 4) {
        const ends = [];
        if (a > 0 !== b > 0) ends.push(x + cross(a, b), y);
        if (b > 0 !== d > 0) ends.push(x + 1, y + cross(b, d));
        if (c > 0 !== d > 0) ends.push(x + cross(c, d), y + 1);
        if (a > 0 !== c > 0) ends.push(x, y + cross(a, c));
        for (let i = 0; i + 3 < ends.length; i += 4) out.push(ends[i], ends[i + 1], ends[i + 2], ends[i + 3], NaN, NaN);
      }
      a = b;
      c = d;
    }
  }
  return out;
}

/**
 * The sums of 3×3 cells, by index, so that a line between values that jump is no staircase.
 *
 * @param {Float32Array} v of n×n cells
 * @param {number} n
 * @returns {function(number): number} for {@link zeroLines}
 */
export function smooth(v, n) {
  return (i) => {
    const x = i % n;
    if (x === 0 || x === n - 1 || i < n || i >= n * (n - 1)) return v[i];
    return v[i - n - 1] + v[i - n] + v[i - n + 1] + v[i - 1] + v[i] + v[i + 1] + v[i + n - 1] + v[i + n] + v[i + n + 1];
  };
}
