// One way to draw, with two pens behind it: a canvas and SVG. What is written with a pen is
// shown on the page and taken along as a picture, from the same lines of code.
//
// Lengths are CSS pixels, from the upper left corner. Colours are CSS colours.

/** A pen that draws on a canvas. */
export class CanvasPen {
  #c;
  #font = "";
  #paper;

  /**
   * @param {HTMLCanvasElement} canvas whose size is set by {@link fit}
   * @param {string} [paper] the colour below everything, none if left out
   */
  constructor(canvas, paper = "") {
    this.#c = canvas.getContext("2d");
    this.#paper = paper;
  }

  /** Clears so much of the picture. */
  begin(width, height) {
    this.#c.clearRect(0, 0, width, height);
    if (this.#paper) this.rect(0, 0, width, height, { fill: this.#paper });
    this.#font = ""; // a canvas of another size forgets it
  }

  /** Draws lines from point to point: path is a flat list x, y, x, y; NaN lifts the pen. */
  line(path, { color, width = 1, dash = [], opacity = 1 }) {
    const c = this.#c;
    c.beginPath();
    let down = false;
    for (let i = 0; i < path.length; i += 2) {
      if (Number.isNaN(path[i + 1]) || Number.isNaN(path[i])) down = false;
      else if (down) c.lineTo(path[i], path[i + 1]);
      else {
        c.moveTo(path[i], path[i + 1]);
        down = true;
      }
    }
    c.globalAlpha = opacity;
    c.strokeStyle = color;
    c.lineWidth = width;
    c.lineJoin = "round";
    c.setLineDash(dash);
    c.stroke();
    c.globalAlpha = 1;
  }

  /** Draws curves that leave and arrive level: ends is a flat list x0, y0, x1, y1 of each. */
  curves(ends, { color, width = 1, opacity = 1 }) {
    const c = this.#c;
    c.beginPath();
    for (let i = 0; i < ends.length; i += 4) {
      const middle = (ends[i] + ends[i + 2]) / 2;
      c.moveTo(ends[i], ends[i + 1]);
      c.bezierCurveTo(middle, ends[i + 1], middle, ends[i + 3], ends[i + 2], ends[i + 3]);
    }
    c.globalAlpha = opacity;
    c.strokeStyle = color;
    c.lineWidth = width;
    c.setLineDash([]);
    c.stroke();
    c.globalAlpha = 1;
  }

  /** Fills and strokes a rectangle; either colour may be left out. */
  rect(x, y, width, height, { fill, color, lineWidth = 1 }) {
    const c = this.#c;
    if (fill) {
      c.fillStyle = fill;
      c.fillRect(x, y, width, height);
    }
    if (color) {
      c.strokeStyle = color;
      c.lineWidth = lineWidth;
      c.setLineDash([]);
      c.strokeRect(x, y, width, height);
    }
  }

  /** Fills and strokes the shape of corners, a flat list, or a disc of {x, y, r}. */
  shape(of, { fill, color, width = 1 }) {
    const c = this.#c;
    c.beginPath();
    if (of.r !== undefined) c.arc(of.x, of.y, of.r, 0, 2 * Math.PI);
    else {
      for (let i = 0; i < of.length; i += 2) i === 0 ? c.moveTo(of[0], of[1]) : c.lineTo(of[i], of[i + 1]);
      c.closePath();
    }
    if (fill) {
      c.fillStyle = fill;
      c.fill();
    }
    if (color) {
      c.strokeStyle = color;
      c.lineWidth = width;
      c.setLineDash([]);
      c.stroke();
    }
  }

  /** Writes one line of text; align is start, center or end, middle centres it about y. */
  text(x, y, text, { color, size = 12, bold = false, align = "start", middle = false }) {
    const c = this.#c;
    c.fillStyle = color;
    const font = `${bold ? "600 " : ""}${size}px ${fontFamily}`;
    if (font !== this.#font) this.#font = c.font = font;
    c.textAlign = align;
    c.textBaseline = middle ? "middle" : "alphabetic";
    c.fillText(text, x, y);
  }

  /** Draws a picture of pixels, a canvas, into a rectangle. */
  image(source, x, y, width, height, smooth = true) {
    this.#c.imageSmoothingEnabled = smooth;
    this.#c.drawImage(source, x, y, width, height);
  }

  /** Cuts what draw draws at the edges of a rectangle. */
  clip(x, y, width, height, draw) {
    const c = this.#c;
    c.save();
    c.beginPath();
    c.rect(x, y, width, height);
    c.clip();
    draw();
    c.restore();
  }

  end() {}
}

/**
 * How much larger letters are on this page than 14 pixels to the em, as on a projector. What is drawn grows
 * with them.
 */
export const scale = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 14;

const fontFamily = 'system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif';

/** A pen that writes SVG, which {@link SVGPen#end} returns. */
export class SVGPen {
  #parts = [];
  #clips = 0;
  #paper;

  /** @param {string} [paper] the colour below everything, none if left out */
  constructor(paper = "") {
    this.#paper = paper;
  }

  begin(width, height) {
    this.#parts = [`<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" font-family="${escape(fontFamily)}">`];
    if (this.#paper) this.rect(0, 0, width, height, { fill: this.#paper });
  }

  line(path, style) {
    let d = "";
    let down = false;
    for (let i = 0; i < path.length; i += 2) {
      if (Number.isNaN(path[i]) || Number.isNaN(path[i + 1])) down = false;
      else {
        d += `${down ? "L" : "M"}${round(path[i])} ${round(path[i + 1])}`;
        down = true;
      }
    }
    if (d) this.#parts.push(`<path d="${d}" ${stroke(style)} stroke-linejoin="round"/>`);
  }

  curves(ends, style) {
    let d = "";
    for (let i = 0; i < ends.length; i += 4) {
      const [x0, y0, x1, y1] = Array.from(ends.slice(i, i + 4), round);
      const middle = round((ends[i] + ends[i + 2]) / 2);
      d += `M${x0} ${y0}C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}`;
    }
    if (d) this.#parts.push(`<path d="${d}" ${stroke(style)}/>`);
  }

  rect(x, y, width, height, { fill, color, lineWidth = 1 }) {
    this.#parts.push(`<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" ${area(fill, color, lineWidth)}/>`);
  }

  shape(of, { fill, color, width = 1 }) {
    if (of.r !== undefined) this.#parts.push(`<circle cx="${round(of.x)}" cy="${round(of.y)}" r="${round(of.r)}" ${area(fill, color, width)}/>`);
    else this.#parts.push(`<polygon points="${Array.from(of, round).join(" ")}" ${area(fill, color, width)}/>`);
  }

  text(x, y, text, { color, size = 12, bold = false, align = "start", middle = false }) {
    const anchor = { start: "start", center: "middle", end: "end" }[align];
    this.#parts.push(`<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${escape(color)}" text-anchor="${anchor}"${bold ? ' font-weight="600"' : ""}${middle ? ' dominant-baseline="central"' : ""}>${escape(text)}</text>`);
  }

  image(source, x, y, width, height, smooth = true) {
    this.#parts.push(`<image x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" preserveAspectRatio="none"${smooth ? "" : ' image-rendering="pixelated"'} href="${source.toDataURL("image/png")}"/>`);
  }

  clip(x, y, width, height, draw) {
    const id = `cut${++this.#clips}`;
    this.#parts.push(`<clipPath id="${id}"><rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"/></clipPath><g clip-path="url(#${id})">`);
    draw();
    this.#parts.push("</g>");
  }

  /** @returns {string} the picture */
  end() {
    return `${this.#parts.join("\n")}\n</svg>\n`;
  }
}

const round = (v) => String(Math.round(v * 100) / 100);
const escape = (text) => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
const stroke = ({ color, width = 1, dash = [], opacity = 1 }) =>
  `fill="none" stroke="${escape(color)}" stroke-width="${round(width)}"${dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : ""}${opacity < 1 ? ` stroke-opacity="${round(opacity)}"` : ""}`;
const area = (fill, color, width) => `fill="${escape(fill ?? "none")}"${color ? ` stroke="${escape(color)}" stroke-width="${round(width)}"` : ""}`;

/**
 * Gives a canvas as many pixels as its place on the screen has.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number} width in CSS pixels
 * @param {number} height
 * @returns {boolean} whether the size is another one than before
 */
export function fit(canvas, width, height) {
  const ratio = Math.min(devicePixelRatio || 1, 3);
  const w = Math.round(width * ratio);
  const h = Math.round(height * ratio);
  if (canvas.width === w && canvas.height === h) return false;
  canvas.width = w;
  canvas.height = h;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  canvas.getContext("2d").setTransform(w / width, 0, 0, h / height, 0, 0);
  return true;
}

/**
 * Draws a picture with the pen that writes SVG.
 *
 * @param {function(SVGPen): void} draw which begins the picture
 * @param {string} [paper] the colour below everything, none if left out
 * @returns {string}
 */
export function toSVG(draw, paper) {
  const pen = new SVGPen(paper);
  draw(pen);
  return pen.end();
}

/**
 * Draws a picture as PNG, with twice as many pixels as lengths.
 *
 * @param {number} width
 * @param {number} height
 * @param {function(CanvasPen): void} draw
 * @param {string} [paper] the colour below everything, none if left out
 * @returns {Promise<Blob>}
 */
export function toPNG(width, height, draw, paper) {
  const canvas = document.createElement("canvas");
  canvas.width = 2 * width;
  canvas.height = 2 * height;
  canvas.getContext("2d").setTransform(2, 0, 0, 2, 0, 0);
  draw(new CanvasPen(canvas, paper));
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
