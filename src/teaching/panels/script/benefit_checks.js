// The setting of the benefit desk as panels/benefit_setting.py takes it: the same rules with the same words.

import { has_fields, need, told } from "./told.js";

const FIELDS = ["view", "therapies", "events", "population"];

function word(name, value, known) {
  need(typeof value === "string" && Object.hasOwn(known, value), `the ${name} is ${told(value)}; choose one of: ${Object.keys(known).join(", ")}.`);
}
function words(one, many, values, known, most) {
  need(Array.isArray(values) && values.length >= 1 && values.length <= most, `the ${many} are ${told(values)}; a list of 1 to ${most} of them is needed.`);
  for (const value of values) word(one, value, known);
  need(new Set(values).size === values.length, `one ${one} is chosen twice; choose each once.`);
}

/** A whole setting as the desk takes it; Error with one sentence for anything else. */
export function check_setting({ data }, values) {
  need(has_fields(values, FIELDS), "the setting of this desk lacks a field, or has one too many.");
  word("view", values.view, data.views);
  word("population", values.population, data.populations);
  words("therapy", "therapies", values.therapies, data.therapies, data.most_therapies);
  words("event", "events", values.events, data.things, data.most_events);
  return values;
}
