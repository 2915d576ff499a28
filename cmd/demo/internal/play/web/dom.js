// Elements, icons and formulas: what every screen builds its part of the page with.

/**
 * Makes an HTML element. Of the properties, `class` and `text` are what they say, `on` maps
 * events to listeners, `data` fills the data set, a boolean sets or leaves out an attribute,
 * a function is a property of the element, and all else are attributes. Styles are never
 * attributes, which the page's content security policy forbids: use classes.
 *
 * @param {string} tag
 * @param {Object} [properties]
 * @param {...(Node|string|null|undefined|false|Array)} children
 * @returns {HTMLElement}
 */
export function h(tag, properties, ...children) {
  return build(document.createElement(tag), properties, children);
}

/**
 * Makes an SVG element, as {@link h} makes HTML.
 *
 * @param {string} tag
 * @param {Object} [properties]
 * @param {...(Node|string|null|undefined|false|Array)} children
 * @returns {SVGElement}
 */
export function svg(tag, properties, ...children) {
  return build(document.createElementNS("http://www.w3.org/2000/svg", tag), properties, children);
}

function build(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "text") element.textContent = value;
    else if (name === "class") element.setAttribute("class", value);
    else if (name === "on") for (const [event, f] of Object.entries(value)) element.addEventListener(event, f);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return element;
}

/**
 * Makes the element of a formula that the session wrote as MathML, or of its text where there
 * is none.
 *
 * @param {string} mathml one `<math>` element or several
 * @param {string} text
 * @returns {Element}
 */
export function formula(mathml, text) {
  const parsed = mathml ? [...new DOMParser().parseFromString(mathml, "text/html").body.children] : [];
  if (parsed.length === 0) return h("span", { class: "formula", text });
  return h("span", { class: "formula" }, parsed.map((part) => document.adoptNode(part)));
}

const icons = {
  play: "M5 3.5v13l11-6.5z",
  pause: "M5 3.5h3.5v13H5zM11.5 3.5H15v13h-3.5z",
  forward: "M4 4v12l8-6zM13.5 4H16v12h-2.500z",
  back: "M16 4v12l-8-6zM6.500 4H4v12h2.500z",
  epoch: "M3 4v12l6.500-6zM9.500 4v12l6.500-6zM16.200 4h1.800v12h-1.800z",
  epochBack: "M17 4v12l-6.500-6zM10.500 4v12L4 10zM3.800 4H2v12h1.800z",
  start: "M10 4a6 6 0 1 1-5.700 4.100l1.700.6A4.200 4.200 0 1 0 10 5.800V8.500L5.500 5 10 1.500z",
  dice: "M4 3h12a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM7 5.700a1.300 1.300 0 1 0 .01 0zM13 5.700a1.300 1.300 0 1 0 .01 0zM10 8.700a1.300 1.300 0 1 0 .01 0zM7 11.700a1.300 1.300 0 1 0 .01 0zM13 11.700a1.300 1.300 0 1 0 .01 0z",
  plus: "M9 4h2v5h5v2h-5v5H9v-5H4V9h5z",
  minus: "M4 9h12v2H4z",
  close: "M5.400 4L10 8.600 14.600 4 16 5.400 11.400 10l4.600 4.600-1.400 1.400L10 11.400 5.400 16 4 14.600 8.600 10 4 5.400z",
  settings: "M3 5h6v2H3zM13 5h4v2h-4zM10 3.500h2v5h-2zM3 13h3v2H3zM10 13h7v2h-7zM7 11.500h2v5H7z",
  theme: "M10 2a8 8 0 1 0 0 16zM10 2a8 8 0 0 1 0 16v-1.800a6.200 6.200 0 0 0 0-12.400z",
};

/**
 * Makes an icon, which says nothing to who cannot see it.
 *
 * @param {string} name of the table of icons
 * @returns {SVGElement}
 */
export function icon(name) {
  return svg("svg", { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: icons[name], "fill-rule": "evenodd" }));
}

/**
 * Makes a button.
 *
 * @param {string} label what it does, its accessible name
 * @param {function(Event): void} press
 * @param {{icon?: string, text?: string, key?: string, class?: string, title?: string}} [look] key is
 *   the key that does the same, which the tool tip tells
 * @returns {HTMLButtonElement}
 */
export function button(label, press, look = {}) {
  const tip = look.title ?? (look.key ? `${label} (${look.key})` : label);
  return h("button", { type: "button", class: look.class, "aria-label": label, title: tip, "aria-keyshortcuts": look.key ? shortcut(look.key) : null, on: { click: press } },
    look.icon ? icon(look.icon) : null, look.text ?? (look.icon ? null : label));
}

function shortcut(key) {
  return { space: "Space", "←": "ArrowLeft", "→": "ArrowRight" }[key] ?? key;
}

/**
 * Makes a list to choose from.
 *
 * @param {string} label its accessible name
 * @param {Array<string|{value: string, text: string}>} options
 * @param {string} value the one chosen
 * @param {function(string): void} choose
 * @returns {HTMLSelectElement}
 */
export function select(label, options, value, choose) {
  const element = h("select", { "aria-label": label, on: { change: () => choose(element.value) } },
    options.map((o) => (typeof o === "string" ? h("option", { value: o, text: o }) : h("option", { value: o.value, text: o.text }))));
  element.value = value;
  return element;
}

/**
 * Replaces the children of an element, but only when they are for something else than before:
 * so that a frame without news touches nothing.
 *
 * @param {Element} element
 * @param {string} key of what is to be shown
 * @param {function(): Array<Node|string>} children
 * @returns {boolean} whether they were replaced
 */
export function refill(element, key, children) {
  if (element.refilled === key) return false;
  element.refilled = key;
  element.replaceChildren(...children().flat(Infinity).filter(Boolean));
  return true;
}

/**
 * Sets the text of an element where it is another one.
 *
 * @param {Element} element
 * @param {string} text
 */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
