// The setting of the clinic desk as panels/clinic_setting.py takes it: the same rules with the same words.
// Whether a career could have been played is asked of the clinic itself.

import { make_clinic } from "./clinic.js";
import { person_of, seed_of } from "./clinic_patient.js";
import { listed, shortened } from "./clinic_words.js";

const FIELDS = ["mode", "patient", "seed", "career", "team", "drafts", "option", "signed", "says"];
const MODES = ["career", "one visit"];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const REMEMBERED = 12; // careers whose course is not computed again
export const NOTE = "note";

const has_fields = (value, names) => value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name));

function need(yes, words) {
  if (!yes) throw new Error(words);
}

const clinics = new WeakMap();
/** The clinic of a desk's data, made once; `play` remembers what it was asked last. */
export function clinic_of(data) {
  if (!clinics.has(data)) {
    const clinic = make_clinic(data.clinic), seen = new Map();
    const play = (career) => {
      const key = JSON.stringify(career);
      if (seen.has(key)) return seen.get(key);
      const found = clinic.play(career);
      seen.set(key, found);
      if (seen.size > REMEMBERED) seen.delete(seen.keys().next().value);
      return found;
    };
    clinics.set(data, { people: clinic.people, tests: clinic.tests, therapies: clinic.therapies, blank: (...who) => clinic.blank(...who), debrief: (...what) => clinic.debrief(...what), play });
  }
  return clinics.get(data);
}

/** A seed; Error with one sentence when it is no whole number from 0 to 2³² - 1. */
export const check_seed = (data, value) => seed_of(data.clinic, value);

function check_length(data, length, where) {
  need(length <= data.limits.notes, `the notes of ${where} have ${length.toLocaleString("en")} characters; this desk takes at most ${data.limits.notes.toLocaleString("en")}.`);
}
const letters = (texts) => texts.reduce((sum, text) => sum + [...text].length, 0);

function check_drafts(data, drafts) {
  need(has_fields(drafts, [NOTE, ...Object.keys(data.told.roles)]), "what is being written lacks a field, or has one too many.");
  for (const [name, text] of Object.entries(drafts)) need(typeof text === "string", `what is written under ${name} is ${shortened(text)}; a text is needed.`);
  check_length(data, letters(Object.values(drafts)), "this visit");
}

/** A whole setting as the desk takes it; Error with one sentence for anything else. */
export function check_setting({ data }, values) {
  need(has_fields(values, FIELDS), "the setting of the clinic lacks a field, or has one too many.");
  need(MODES.includes(values.mode), `the mode is ${shortened(values.mode)}; choose one of: ${listed(MODES)}.`);
  if (values.patient !== "") person_of(data.clinic, values.patient);
  if (values.seed !== null) check_seed(data, values.seed);
  need(typeof values.team === "boolean", `team is ${shortened(values.team)}; true or false is needed.`);
  need(typeof values.signed === "string" && (!values.signed || TIME.test(values.signed)), `the time of the start is ${shortened(values.signed)}; a time such as 2026-11-27T09:30:00Z is needed.`);
  const options = Object.keys(data.options);
  need(values.option === "" || options.includes(values.option), `the option is ${shortened(values.option)}; choose one of: ${listed(options)}.`);
  need(typeof values.says === "string" && values.says.length <= data.limits.says, `says is ${shortened(values.says)}; a text of at most ${data.limits.says} characters is needed.`);
  check_drafts(data, values.drafts);
  if (values.career !== null) check_career(data, values);
  return values;
}

function check_career(data, { career, patient, seed }) {
  clinic_of(data).play(career);
  need(career.patient === patient && career.seed === seed, "the career belongs to another patient or seed than the setting.");
  career.visits.forEach((one, k) => check_length(data, letters(one.notes), `visit ${k + 1}`));
}
