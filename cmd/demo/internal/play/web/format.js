// Numbers as text, and back. The session writes NaN and the infinities as strings.

/**
 * The number of a value of the session's JSON.
 *
 * @param {number|string|null|undefined} v
 * @returns {number} NaN where there is none
 */
export function number(v) {
  return v === null || v === undefined ? NaN : Number(v);
}

/**
 * A number in the fewest characters that say it to so many digits, with a true minus sign: what a
 * person reads. It is not for data-value attributes, which are {@link full}.
 *
 * @param {number|string} v
 * @param {number} [digits] that count
 * @returns {string}
 */
export function short(v, digits = 4) {
  const x = number(v);
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size >= 1e6 || size < 1e-4) {
    const [mantissa, exponent] = x.toExponential(Math.max(digits - 2, 0)).split("e");
    return `${mantissa}e${exponent.replace("+", "")}`.replaceAll("-", "−");
  }
  return x.toPrecision(digits).replace(/e\+?/, "e").replaceAll("-", "−");
}

/**
 * A number with so many decimals, for columns whose digits stand below one another.
 *
 * @param {number|string} v
 * @param {number} decimals
 * @returns {string}
 */
export function fixed(v, decimals) {
  const x = number(v);
  if (!Number.isFinite(x)) return short(x);
  const text = x.toFixed(decimals);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/**
 * A whole number with a thin space between thousands.
 *
 * @param {number} n
 * @returns {string}
 */
export function count(n) {
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, "\u202f").replace("-", "−");
}

/**
 * A share as a percentage.
 *
 * @param {number|string} v from 0 to 1
 * @param {number} [decimals]
 * @returns {string}
 */
export function percent(v, decimals = 1) {
  const x = number(v);
  return Number.isFinite(x) ? `${(100 * x).toFixed(decimals)} %` : "—";
}

/**
 * The value with all its digits, for data-value attributes.
 *
 * @param {number|string} v
 * @returns {string}
 */
export function full(v) {
  return String(number(v));
}

/**
 * The bytes of a base64 text.
 *
 * @param {string} text
 * @returns {Uint8Array}
 */
export function bytes(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const raw = atob(text);
  const out = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
  return out;
}
