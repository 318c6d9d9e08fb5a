// What desks check alike, and a wrong value as their sentences tell it: the same letters as panels/told.py.

const LONGEST = 60;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

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

/** Characters as Python counts them. */
export const length_of = (text) => [...text].length;

export function check_text(name, value, most) {
  need(typeof value === "string" && length_of(value) <= most, `${name} is ${told(value)}; a text of at most ${most} characters is needed.`);
}

/** A time as a page signs with it, or '' for none. */
export function check_time(name, value) {
  need(typeof value === "string" && (!value || TIME.test(value)), `${name} is ${told(value)}; a time such as 2026-11-27T09:30:00Z is needed.`);
}

export function check_truth(name, value) {
  need(typeof value === "boolean", `${name} is ${told(value)}; true or false is needed.`);
}
