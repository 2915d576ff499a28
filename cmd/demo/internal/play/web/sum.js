// One entry of a matrix as the sum that it is, with the numbers that were added.

import { formula, h, write } from "./dom.js";
import { full, short } from "./format.js";
import { makeLongList } from "./matrix.js";

/**
 * The names of entries in a text: of "(1 − A1[0,3]²)" it is A1[0,3].
 *
 * @param {string} text
 * @returns {string[]}
 */
export const entriesIn = (text) => text.match(/[\p{L}][\p{L}\p{N}_′]*\[\d+(?:,\d+)?\]/gu) ?? [];

/**
 * The names of the entries that an entry is computed of.
 *
 * @param {Object} entry
 * @returns {Set<string>}
 */
export function sources(entry) {
  const names = new Set(entriesIn(entry.factor?.text ?? ""));
  for (const t of entry.terms) for (const f of t.factors) for (const name of entriesIn(f.text)) names.add(name);
  return names;
}

// A number in full where that is short, as 0.0025 is.
const brief = (v) => (full(v).length <= 8 ? full(v).replace("-", "−") : short(v, 6));

/**
 * Makes the panel of a sum.
 *
 * @returns {{element: HTMLElement, show: function(Object|null): void}}
 */
export function makeSum() {
  const title = h("h3");
  const text = h("p", { class: "entry-text" });
  const terms = makeLongList("Terms of the sum", 9);
  const shown = h("p", { class: "quiet", hidden: true });
  const total = h("p", { class: "total number" });
  const apart = h("p", { class: "quiet" });
  const wrong = h("p", { class: "wrong note", hidden: true });
  const some = h("div", { hidden: true }, title, text, terms.element, shown, total, apart, wrong);
  const none = h("p", { class: "quiet", text: "Press an entry to see the sum behind it, or the number above a column to follow that example alone." });
  const element = h("section", { class: "sum", "aria-label": "The sum of one entry", "aria-live": "polite" }, some, none);
  return {
    element,
    show(entry) {
      some.hidden = entry === null;
      none.hidden = entry !== null;
      if (!entry) return;
      write(title, `${entry.name}, ${entry.words}`);
      write(text, entry.text);
      terms.set(entry.terms.length, (i) => {
        const t = entry.terms[i];
        return [
          h("span", { class: "quiet which", text: t.example === undefined ? (i > 0 ? "+" : "") : `${i > 0 ? "+ " : ""}example ${t.example}` }),
          h("span", { class: "factors number" }, t.factors.map((f, k) => [k > 0 ? " · " : "", h("span", { class: "factor", title: `${f.text} = ${full(f.value)}` }, f.text === brief(f.value) ? f.text : [h("span", { class: "quiet", text: `${f.text} ` }), short(f.value)])])),
          h("span", { class: "number value", text: t.factors.length > 1 ? `= ${brief(t.value)}` : "", data: { value: full(t.value) } }),
        ];
      });
      shown.hidden = !entry.shown;
      if (entry.shown) write(shown, `The first ${entry.shown.terms} of ${entry.shown.of} terms.`);
      total.replaceChildren(
        entry.factor ? `${entry.factor.text} = ${brief(entry.factor.value)}, times the sum: ` : "The sum: ",
        h("strong", { text: full(entry.sum).replace("-", "−"), data: { value: full(entry.sum), sum: entry.name } }));
      write(apart, entry.ulps === 0 ? "The engine has the same number, to the last bit." : `The engine, which adds in another order, has ${full(entry.value).replace("-", "−")}: ${short(entry.ulps, 3)} units in the last place apart.`);
      apart.dataset.value = full(entry.value);
      wrong.hidden = !entry.wrong;
      if (entry.wrong) write(wrong, `This run has ${short(entry.wrong.value, 6)} in its place: that is how far its mistake leads.`);
    },
  };
}

/** The formula of a line, with its shape behind it. */
export function lineFormula(line, size) {
  return [formula(line.mathml, line.text), h("span", { class: "shape", text: size(line.shape) })];
}
