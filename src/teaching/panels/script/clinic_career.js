// The form of a career, the same as clinic/career.py checks it: patient, seed, and the choices of each visit.

import { grouped, refusal, shortened, told } from "./clinic_words.js";

const KEYS = ["clinic", "tables", "patient", "seed", "left", "visits"];
const CHOICES = ["order", "give", "stop steroids", "replace IgG", "notes"];

const is_table = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
function need(yes, words) {
  if (!yes) throw new Error(typeof words === "function" ? words() : words);
}

/** The choices of a visit on which nothing was chosen yet, as they stand in a file. */
export const no_choices = () => ({ order: [], give: [], "stop steroids": false, "replace IgG": false, notes: [] });

/** A career before its first choice. */
export function blank_career(data, patient, seed) {
  return { clinic: data.version, tables: data.tables, patient, seed, left: false, visits: [no_choices()] };
}

/** The career in a text; Error with one sentence for what is none. */
export function career_in(data, text) {
  const length = [...text].length;
  need(length <= data.game.longest_file, () => `the career file has ${grouped(length)} characters; at most ${grouped(data.game.longest_file)} are read.`);
  let found;
  try {
    found = JSON.parse(text);
  } catch {
    throw new Error("this is no career file: it cannot be read as JSON.");
  }
  return checked_career(data, found);
}

/** A career whose form is that of a file; Error with one sentence for anything else. */
export function checked_career(data, found) {
  need(is_table(found) && Object.hasOwn(found, "clinic"), "this is no career file: it does not say which version of the clinic wrote it.");
  need(found.clinic === data.version, () => refusal("the version of the career file", found.clinic, `this clinic reads ${data.version} only`));
  keys(found, KEYS, "the career file");
  need(found.tables === data.tables, "the career was played with other tables of the kit, so it would not be the same career here.");
  need(Array.isArray(found.visits) && found.visits.length, () => refusal("visits in the career file", found.visits, "a list of at least one visit is needed"));
  need(typeof found.patient === "string", () => refusal("patient", found.patient, "a text is needed"));
  found.visits.forEach((one, k) => checked_choices(one, `visit ${k + 1} of the career file`));
  truth("left", found.left);
  return found;
}

function checked_choices(one, where) {
  need(is_table(one), () => refusal(where, one, "choices by name are needed"));
  keys(one, CHOICES, where);
  for (const name of CHOICES) (typeof no_choices()[name] === "boolean" ? truth : texts)(`'${name}' in ${where}`, one[name]);
}

function keys(found, known, where) {
  const missing = known.find((name) => !Object.hasOwn(found, name)), unknown = Object.keys(found).find((name) => !known.includes(name));
  const wrong = missing ? `lacks '${missing}'` : unknown === undefined ? "" : `has ${shortened(unknown)}, which is not known`;
  need(!wrong, () => told(`${where} ${wrong}; needed are: ${known.join(", ")}.`));
}

function texts(name, values) {
  need(Array.isArray(values) && values.every((one) => typeof one === "string"), () => refusal(name, values, "a list of texts is needed"));
}

function truth(name, value) {
  need(typeof value === "boolean", () => refusal(name, value, "allowed is true or false"));
}
