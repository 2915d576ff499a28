// What the page shows, written into the fragment of its address and read back: a link is the
// lesson.
//
//   #train?step=120&open={"experiment":{…},"other":{…}}
//
// The word before the question mark is the screen, `open` what the session was opened with,
// `step` where it stands, and `line` the formula that is open on the screen One step.

/**
 * @typedef {Object} Opening what a session is opened with: see the request `open`
 * @property {Object} experiment
 * @property {Object} [other]
 * @property {Object<string, string>} [files]
 * @property {string} [mistake]
 * @property {string} [otherMistake]
 */

/**
 * @typedef {Object} Place
 * @property {string} screen
 * @property {Opening|null} open
 * @property {number} step
 * @property {string} [line]
 */

/**
 * @param {Place} place
 * @returns {string} with its #
 */
export function toFragment(place) {
  const parts = [];
  if (place.step > 0) parts.push(`step=${place.step}`);
  if (place.line) parts.push(`line=${encodeURIComponent(place.line)}`);
  if (place.open) parts.push(`open=${legible(JSON.stringify(place.open))}`);
  return `#${place.screen}${parts.length ? "?" : ""}${parts.join("&")}`;
}

/**
 * Reads a fragment. Whatever is not in it, or cannot be read, is left out; the session judges
 * what `open` says.
 *
 * @param {string} fragment with or without #
 * @returns {Place}
 */
export function fromFragment(fragment) {
  const [screen, query = ""] = split(fragment.replace(/^#/, ""), "?");
  const place = { screen, open: null, step: 0, line: "" };
  for (const part of query.split("&")) {
    const [name, text = ""] = split(part, "=");
    try {
      const value = decodeURIComponent(text);
      if (name === "step") place.step = Math.max(0, Math.trunc(Number(value)) || 0);
      if (name === "line") place.line = value;
      if (name === "open") place.open = JSON.parse(value);
    } catch {
      place.broken = name;
    }
  }
  return place;
}

function split(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

// Escapes what would end the fragment or a part of it, or what mail programs end links at, and
// leaves the rest to be read.
function legible(json) {
  return encodeURIComponent(json).replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%5B", "[").replaceAll("%5D", "]");
}

/** What a first visit opens: the flower with four tanh units, as in the notes. */
export function firstOpening() {
  return {
    experiment: {
      version: 1,
      layers: [
        { kind: "dense", units: 4, activation: "tanh" },
        { kind: "dense", units: 1, activation: "sigmoid" },
      ],
      cost: { kind: "cross-entropy" },
      rule: { kind: "gd", rate: 1.2 },
      data: { kind: "toy", name: "flower", noise: 0.2 },
      seed: 2,
    },
  };
}
