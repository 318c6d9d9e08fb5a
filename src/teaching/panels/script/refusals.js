// An answer that cannot be used, as one sentence, and texts cut and shown as inputs.py does it.

const LONGEST_TEXT = 1000; // letters typed by a person
const LONGEST_LIST = 180; // letters of the options in a refusal
// What Python takes for space; the browser's own idea of it differs in a few signs.
export const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const SPACES = new RegExp(`[${SPACE}]+`, "g");
const ENDS = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "g");

// A constant and not a class: what is exported here is a function or a constant (bundle.py).
export const Refusal = class extends Error {};

export const trimmed = (text) => text.replace(ENDS, "");

export function short(given) {
  return [...trimmed(String(given ?? ""))].slice(0, LONGEST_TEXT).join("");
}

/** A text on one line, cut to `most` letters; what cannot be printed stands as its code. */
export function sentence(text, most) {
  const letters = [...trimmed(String(text)).replace(SPACES, " ")].slice(0, most + 1);
  const words = letters.map((letter) => (/[\p{C}\p{Z}]/u.test(letter) && letter !== " " ? code_of(letter) : letter)).join("");
  const all = [...words];
  return all.length <= most ? words : `${all.slice(0, most - 3).join("")}...`;
}

function code_of(letter) {
  const code = letter.codePointAt(0);
  const [mark, width] = code < 0x100 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
  return `\\${mark}${code.toString(16).padStart(width, "0")}`;
}

/** Options in a row, as many as fit; the others are counted. */
export function listed(options, between = "; ") {
  const joined = (count) => options.slice(0, count).join(between);
  let shown = options.length;
  while (shown > 1 && [...joined(shown)].length > LONGEST_LIST) shown--;
  const text = sentence(joined(shown), LONGEST_LIST);
  return shown === options.length ? text : `${text} and ${options.length - shown} more`;
}
