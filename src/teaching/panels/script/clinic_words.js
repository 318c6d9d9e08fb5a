// Words of the clinic's refusals as inputs.py writes them: what was given, cut and in Python's own form.

import { rounded, shown_number } from "./numbers.js";
import { sentence } from "./refusals.js";

const LONGEST_SENTENCE = 300;
const PRINTABLE = /[\p{C}\p{Z}]/u;

const letters = (text) => [...text];
const cut = (text, most) => (letters(text).length <= most ? text : `${letters(text).slice(0, most - 3).join("")}...`);

/** A number in full when nine figures hold it, else with six (`words.exact`). */
export const exact = (value) => shown_number(value, 6);

/** A whole number of days as `words.whole` writes it. */
export function whole(value) {
  return Math.abs(value) >= 1e6 ? rounded(value, 3) : grouped(Math.sign(value) * Math.round(Math.abs(value)), 5);
}

/** A whole number with commas between groups of three, from so many digits on. */
export function grouped(value, from = 4) {
  const text = String(value);
  return text.replace("-", "").length < from ? text : text.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Anything as Python writes it in code, cut to `most` letters. */
export function shortened(value, most = 60) {
  return cut(in_code(typeof value === "string" ? letters(value).slice(0, most + 1).join("") : value).trim().split(/\s+/).join(" "), most);
}

function in_code(value) {
  if (value === null || value === undefined) return "None";
  if (value === true || value === false) return value ? "True" : "False";
  if (typeof value === "number") return number_in_code(value);
  if (typeof value === "string") return text_in_code(value);
  if (Array.isArray(value)) return `[${value.map(in_code).join(", ")}]`;
  return `{${Object.entries(value).map(([name, one]) => `${in_code(name)}: ${in_code(one)}`).join(", ")}}`;
}

/** A number as Python writes it; one that is whole is a whole number here. */
export function number_in_code(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return String(value);
  const size = Math.abs(value);
  if (size >= 1e16 || (size < 1e-4 && size > 0)) {
    return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  }
  return String(value);
}

function text_in_code(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const named = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", [quote]: `\\${quote}` };
  const one = (letter) => named[letter] ?? (letter !== " " && PRINTABLE.test(letter) ? code_of(letter) : letter);
  return quote + letters(text).map(one).join("") + quote;
}

function code_of(letter) {
  const code = letter.codePointAt(0);
  const [mark, width] = code < 0x100 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
  return `\\${mark}${code.toString(16).padStart(width, "0")}`;
}

/** A number as people write it, anything else as in code (`inputs.named`). */
export function named(value, most = 60) {
  if (typeof value !== "number" || !Number.isFinite(value)) return shortened(value, most);
  return cut(shown_number(value, 17), most);
}

/** A sentence of at most 300 letters on one line. */
export const told = (text) => sentence(text, LONGEST_SENTENCE);

/** '<name> is <value>; <allowed>.' in one sentence (`inputs.refusal`). */
export function refusal(name, value, allowed) {
  const short = cut(name, 80);
  const room = LONGEST_SENTENCE - letters(short).length - letters(allowed).length - " is ; .".length;
  return told(`${short} is ${named(value, Math.max(20, Math.min(60, room)))}; ${allowed}.`);
}

/** Options in a row, as many as fit into `most` letters; the others are counted (`inputs.listed`). */
export function listed(options, most = 180) {
  const joined = (count) => options.slice(0, count).join(", ");
  let shown = options.length;
  while (shown > 1 && letters(joined(shown)).length > most) shown--;
  const text = sentence(joined(shown), most);
  return shown === options.length ? text : `${text} and ${options.length - shown} more`;
}

/** The value, when it is one of the options; Error with one sentence when not. */
export function one_of(name, value, options) {
  if (!options.includes(value)) throw new Error(refusal(name, value, `choose one of: ${listed(options)}`));
  return value;
}
