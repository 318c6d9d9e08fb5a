// Small tools: elements, numbers as people write them, binary data.

/** An element with attributes and children; `text` is never read as markup. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "text") element.textContent = value;
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter(Boolean));
  return element;
}

export const SVG_SPACE = "http://www.w3.org/2000/svg";

/** An element of a picture with attributes. */
export function make_svg(tag, attributes) {
  const element = document.createElementNS(SVG_SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** Float32 numbers of a message; a copy, because a DataView need not start at a multiple of four bytes. */
export function floats(view) {
  return new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

export function shorts(view) {
  return new Int16Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

// --- a number as text: the rules of teaching/words.py, whose tests compare the two

const [TINY, GROUPED, MILLION, POWERS] = [-6, 4, 6, 9]; // powers of ten from which a number looks another way
const FULL_FIGURES = 9; // a number that so many figures hold is shown in full
const NOTHING = 1e-12; // of cells or drug
const RAISED = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"; // 0 to 9

/** The digits of a size above 0, without zeros at the end, and the power of ten of the first; all without `figures`. */
function digits_of(size, figures) {
  const [mantissa, power] = size.toExponential(figures === undefined ? undefined : figures - 1).split("e");
  return [mantissa.replace(".", "").replace(/0+$/, ""), Number(power)];
}

function positional(digits, power) {
  if (power < 0) return "0." + "0".repeat(-power - 1) + digits;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, "0");
  return digits.length > power + 1 ? `${whole}.${digits.slice(power + 1)}` : whole;
}

function power_of_ten(digits, power) {
  const ten = "10" + [...String(power)].map((letter) => RAISED[letter] || "\u207b").join("");
  return digits === "1" ? ten : `${positional(digits, 0)} \u00d7 ${ten}`;
}

/** A number in words: `write(size)` writes what is neither zero nor endless nor no number. */
function signed(value, write) {
  if (Number.isNaN(value)) return "no number";
  if (value === 0) return "0";
  const text = Number.isFinite(value) ? write(Math.abs(value)) : "\u221e";
  return value < 0 && text !== "0" ? "-" + text : text;
}

function written(digits, power) {
  if (power < TINY || power >= POWERS) return power_of_ten(digits, power);
  return power >= MILLION ? `${positional(digits, power - MILLION)} million` : positional(digits, power);
}

/** At most `figures` figures, no trailing zeros. */
export function plain(value, figures = 4) {
  return signed(value, (size) => written(...digits_of(size, figures)));
}

/** A result in a sentence: at most `figures` figures, by default three, and two below ten; its whole part stays whole,
 * and five digits or more stand in groups of three. */
export function rounded(value, figures) {
  return signed(value, (size) => {
    const wanted = figures ?? (size >= 10 ? 3 : 2);
    const [digits, power] = digits_of(size, wanted);
    const whole = power < MILLION && power + 1 > wanted ? digits_of(size, power + 1) : [digits, power];
    const text = written(...whole);
    if (whole[1] < GROUPED || whole[1] >= MILLION) return text;
    const [before, after] = text.split(".");
    return before.replace(/\B(?=(\d{3})+$)/g, ",") + (after ? `.${after}` : "");
  });
}

/** A number as a person types it: 1000, 0.25, 1.5 million; only one that nine figures do not hold, such as a third,
 * is rounded. `typed_number` reads the same back. */
export function shown_number(value, figures = 4) {
  return signed(value, (size) => {
    const all = digits_of(size);
    return written(...(all[0].length <= Math.max(FULL_FIGURES, figures) ? all : digits_of(size, figures)));
  });
}

/** An amount with two figures, large and tiny ones as powers of ten. */
export function amount_in_words(amount) {
  return signed(amount, (size) => {
    if (size < NOTHING) return "0";
    const [digits, power] = digits_of(size, 2);
    return power >= -3 && power <= 3 ? positional(digits, power) : power_of_ten(digits, power);
  });
}

// --- a text as number

const LONGEST_TYPED = 200; // letters; nobody types a longer number
const TIMES = { million: 6, millions: 6, mio: 6, m: 6, thousand: 3, k: 3 };
const ALIKE = {
  day: "d", days: "d", week: "weeks", hour: "h", hours: "h", hr: "h", hrs: "h", cell: "cells", molecule: "molecules",
  microgram: "\u03bcg", micrograms: "\u03bcg", milligram: "mg", milligrams: "mg",
  percent: "%", per: "/", times: "x", "\u00d7": "x", "*": "x",
};
const LONGER = { d: { weeks: 7 }, h: { d: 24 } }; // what else may stand behind a number, as multiples of the unit

/** A text in small letters, raised powers as ^9; signs that look alike become one. */
function simple(text) {
  const level = (raised) => raised.normalize("NFKC").replace("\u2212", "-");
  return String(text)
    .replace(/[\u2212\u2013]/g, "-")
    .replace(new RegExp(`(\\d)\\s*([\u207b\u207a]?[${RAISED}]+)`, "g"), (_, digit, raised) => digit + "^" + level(raised))
    .normalize("NFKC")
    .toLowerCase()
    .replace(/u(?=[gl](?![a-z]))/g, "\u03bc") // ug and ul are what a keyboard without that letter gives
    .trim();
}

/** The words and signs of a unit, those that mean the same made equal: 'µg per day' and 'ug/d' have the same. */
function unit_words(unit) {
  const words = simple(unit).replace(/per cent/g, "%").replace(/\^(?=[23])/g, "").match(/[a-z\u03bc]+|\d+|[^\sa-z\u03bc\d]/g);
  return (words || []).map((word) => ALIKE[word] || word);
}

/** Digits with comma or point, perhaps in groups of three, as a text that Number reads; "" when they are none. */
function digits_read(text) {
  const digits = text.trim();
  if (/^\d{1,3}([\s'\u2019]\d{3})+([.,]\d*)?$/.test(digits)) return digits.replace(/[\s'\u2019]/g, "").replace(",", ".");
  if (/^[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(digits)) return digits.replace(/,/g, ""); // 1,000 is a thousand, 0,25 a quarter
  return /^(\d+[.,]?\d*|[.,]\d+)$/.test(digits) ? digits.replace(",", ".") : "";
}

/** What stands behind the digits: the power of ten of 'million' or 'x 10^9', and the text behind that. */
function power_behind(rest, digits) {
  const alone = digits === "10" && rest.match(/^\^([+-]?\d{1,4})/); // 10^9: the ten is read already
  if (alone) return [Number(alone[1]) - 1, rest.slice(alone[0].length).trim()];
  const word = rest.match(/^(millions?|mio|m|thousand|k)(?![a-z\u03bc/])\.?/);
  if (word) return [TIMES[word[1]], rest.slice(word[0].length).trim()];
  const ten = rest.match(/^[x\u00d7*\u00b7]\s*10\^([+-]?\d{1,4})/);
  return ten ? [Number(ten[1]), rest.slice(ten[0].length).trim()] : [0, rest];
}

/** By what a number with this unit behind it must be multiplied to be in the field's own unit; NaN for another unit. */
function unit_factor(behind, unit) {
  if (!behind) return 1;
  // Without a known unit anything that looks like one is taken for it.
  if (unit === undefined) return /^[a-z\u03bc%/\u00b7\u00d7\s]+(\^?[23])?[a-z\u03bc%/\u00b7\s]*$/.test(behind) ? 1 : NaN;
  const [typed, own] = [unit_words(behind), unit_words(unit)];
  if (typed.length <= own.length && typed.every((word, k) => word === own[k])) return 1;
  return (own.length === 1 && typed.length === 1 && LONGER[own[0]]?.[typed[0]]) || NaN;
}

/** A typed text as `value`, in the unit of its field; or NaN and in words, as `problem`, why it is none. */
export function read_number(text, unit) {
  const short = String(text).length <= LONGEST_TYPED ? simple(text) : "";
  const found = short.match(/^([+-]?)(\d[\d\s.,'\u2019]*|[.,]\d+)(?:e([+-]?\d{1,4})(?!\d))?(.*)$/s);
  const digits = found ? digits_read(found[2]) : "";
  if (!digits) return { value: NaN, problem: "no number can be read in it" };
  const rest = found[4].trim();
  const number = (power) => Number(`${found[1]}${digits}e${Number(found[3] || 0) + power}`);
  const [power, behind] = power_behind(rest, digits);
  // A field's own unit comes first: it may itself begin with x 10^9.
  let factor = unit === undefined && power ? NaN : unit_factor(rest, unit);
  let value = number(0) * factor;
  if (Number.isNaN(factor)) {
    const scale = unit === undefined ? null : simple(unit).match(/^\u00d7\s*10\^(-?\d+)\s*(.+)$/);
    factor = power ? unit_factor(behind, unit) : NaN;
    value = number(power) * factor;
    if (Number.isNaN(factor) && scale && behind) {
      // 500 million cells in a field of x 10^9 cells
      factor = unit_factor(behind, scale[2]);
      value = number(power - Number(scale[1])) * factor;
    }
  }
  if (Number.isFinite(value)) return { value, problem: "" };
  const problem = Number.isNaN(factor) ? (unit ? `its unit is ${unit}` : "it has no unit") : "it is too large";
  return { value: NaN, problem };
}

/** The number in a typed text (comma or point, 1e6, '1.5 million'), or NaN. With the field's `unit` that unit, its
 * beginning, or none may stand behind the number, and no other. */
export function typed_number(text, unit) {
  return read_number(text, unit).value;
}

/** The number in a field that showed `value`: what was not changed is the same number, to its last digit. */
export function number_in_field(text, unit, value) {
  return text.trim() === shown_number(value) ? value : typed_number(text, unit);
}

export function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

/** Value and share of a slider's track, on its own scale. */
export function value_at(control, share) {
  const { low, high, log } = control;
  return log ? low * (high / low) ** share : low + share * (high - low);
}

export function share_of(control, value) {
  const { low, high, log } = control;
  return log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}

export function same_values(one, other) {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

/** Which of the stops lies nearest to a value, on the control's own scale. */
export function nearest(stops, value, log) {
  const gap = (stop) => (log ? Math.abs(Math.log(stop / value)) : Math.abs(stop - value));
  return stops.reduce((best, stop, k) => (gap(stop) < gap(stops[best]) ? k : best), 0);
}
