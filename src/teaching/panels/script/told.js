// A wrong value as a sentence of a desk tells it: the same letters as panels/told.py.

const LONGEST = 60;

/** A text in quotes on one line, anything else as JSON, cut to 60 letters. */
export function told(value) {
  const letters = [...(typeof value === "string" ? `'${value.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ")}'` : JSON.stringify(value) ?? "nothing")];
  return letters.length <= LONGEST ? letters.join("") : `${letters.slice(0, LONGEST - 3).join("")}...`;
}

/** Says no with one sentence. */
export function need(yes, words) {
  if (!yes) throw new Error(words);
}

/** Whether a value is a table with these names and no others. */
export function has_fields(value, names) {
  const is_table = value !== null && typeof value === "object" && !Array.isArray(value);
  return is_table && Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name));
}
