// The setting of the decision desk as panels/decision_setting.py takes it: the same rules with the same words.

import { TOP } from "./decision_table.js";
import { has_fields, length_of, need, told } from "./told.js";

export const TABLE = ["criteria", "weights", "options", "scores"];
const FIELDS = [...TABLE, "first", "plan", "says"];
export const MOST_CRITERIA = 40;
export const MOST_OPTIONS = 12;
export const LONGEST_NAME = 80;
export const LONGEST_PLAN = 700;
const LONGEST_SAYS = 600, STEPS = 1000, LONGEST_TEXT = 20_000;
// Line breaks, tabs and spaces of other widths: a name has none.
const BREAKS = /[\p{Cc}\p{Z}\ufeff]/u;

function names_of(one, many, names, least, most) {
  need(Array.isArray(names) && names.length >= least && names.length <= most, `the number of ${many} is ${told(Array.isArray(names) ? names.length : names)}; allowed is a number from ${least} to ${most}.`);
  for (const name of names) {
    const plain = typeof name === "string" && name && length_of(name) <= LONGEST_NAME && !/^ | $/.test(name) && !BREAKS.test(name.replaceAll(" ", ""));
    need(plain, `${told(name)} cannot name the ${one}; a text of 1 to ${LONGEST_NAME} letters is needed.`);
  }
  names.forEach((name, place) => need(names.indexOf(name) === place, `two ${many} are called ${told(name)}; give each a name of its own.`));
}
function grades(name, values, many) {
  need(Array.isArray(values) && values.length === many, `the ${name} must be a list of ${many} ${many === 1 ? "number" : "numbers"}.`);
}
function grade(name, value) {
  need(typeof value === "number" && value >= 0 && value <= TOP, `${name} is ${told(value)}; allowed is a number from 0 to ${TOP}.`);
  need(Math.round(value * STEPS) / STEPS === value, `${name} is ${told(value)}; at most three decimals are allowed.`);
}
function text(name, value, most) {
  need(typeof value === "string" && length_of(value) <= most, `${name} is ${told(value)}; a text of at most ${most} letters is needed.`);
}

function check_table({ criteria, weights, options, scores }) {
  names_of("criterion", "criteria", criteria, 1, MOST_CRITERIA);
  names_of("option", "options", options, 2, MOST_OPTIONS);
  grades("weights", weights, criteria.length);
  weights.forEach((weight, k) => grade(`the weight of ${criteria[k]}`, weight));
  need(Array.isArray(scores) && scores.length === options.length, "there must be a row of scores for each option.");
  scores.forEach((row, k) => {
    grades(`scores of ${options[k]}`, row, criteria.length);
    row.forEach((score, place) => grade(`the score of ${options[k]} on ${criteria[place]}`, score));
  });
  need(weights.some((weight) => weight > 0), "All weights are zero; give at least one criterion a weight above 0.");
}

/** As many letters as Python writes it in: with a space behind each comma and colon, and signs beyond ASCII as codes. */
function length_in_python(value) {
  if (typeof value === "string") return JSON.stringify(value).replace(/[\u0080-\uffff]/g, "uuuuuu").length;
  if (Array.isArray(value)) return value.reduce((all, one) => all + length_in_python(one), 0) + 2 * Math.max(1, value.length);
  if (value === null || typeof value !== "object") return JSON.stringify(value).length;
  return Object.entries(value).reduce((all, [name, one]) => all + length_in_python(name) + 2 + length_in_python(one), 0) + 2 * Math.max(1, Object.keys(value).length);
}

/** A whole setting as the desk takes it; Error with one sentence for anything else. */
export function check_setting(_setup, values) {
  need(has_fields(values, FIELDS), "the setting of the decision table lacks a field, or has one too many.");
  check_table(values);
  if (values.first !== null) {
    need(has_fields(values.first, TABLE), "the first table lacks a field, or has one too many.");
    check_table(values.first);
  }
  text("what moved you", values.plan, LONGEST_PLAN);
  text("the sentence for the report", values.says, LONGEST_SAYS);
  const long = length_in_python(values);
  need(long <= LONGEST_TEXT, `this table has ${long.toLocaleString("en")} letters and ${LONGEST_TEXT.toLocaleString("en")} can be kept; shorten some names.`);
  return values;
}
