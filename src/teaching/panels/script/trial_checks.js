// The setting of the trial desk as panels/trial_setting.py takes it: the same rules with the same words.

import { check_text, check_time, check_truth, has_fields, need, told } from "./told.js";
import { arms_of, cost_of } from "./trial.js";

const PROTOCOL = ["therapy", "control", "endpoint", "month", "patients", "matters"];
const FIELDS = [...PROTOCOL, "expects", "plan", "seed", "signed", "opened", "verdict", "colleagues", "room", "truth", "picture", "says"];
const LONGEST_PLAN = 400, LONGEST_SAYS = 700, LONGEST_NAME = 30;
export const MOST_IN_ROOM = 60;
const COLLEAGUES = ["", "mine", "their own"];
export const PICTURES = ["interval", "waterfall", "relapses"];

const grouped = (value) => value.toLocaleString("en");

function whole(name, value) {
  need(Number.isInteger(value), `${name} is ${told(value)}; a whole number is needed.`);
}

/** The number of a trial's dice; Error with one sentence when it is no whole number from 1 to 999,999. */
export function check_seed(data, value) {
  need(Number.isInteger(value) && value >= 1 && value <= data.most_seed, `the number of the dice is ${told(value)}; a whole number from 1 to ${grouped(data.most_seed)} is needed.`);
  return value;
}

/** The protocol of a setting or of a verdict; Error with one sentence when it cannot be run. */
export function check_protocol(data, values, needs_endpoint) {
  for (const name of ["therapy", "control", "endpoint"]) need(typeof values[name] === "string", `the ${name} is ${told(values[name])}; a name is needed.`);
  whole("the month", values.month);
  whole("patients", values.patients);
  whole("the difference that matters", values.matters);
  const arms = [...data.pooled, data.standard], endpoints = Object.keys(data.endpoints);
  need(arms.includes(values.therapy), `the therapy is ${told(values.therapy)}; choose one of: ${arms.join(", ")}.`);
  need([...arms, data.no_control].includes(values.control), `the control is ${told(values.control)}; choose one of: ${[...arms, data.no_control].join(", ")}.`);
  need(values.endpoint || !needs_endpoint, "This protocol has no endpoint: choose what will be counted before you sign.");
  need(!values.endpoint || endpoints.includes(values.endpoint), `the endpoint is ${told(values.endpoint)}; choose one of: ${endpoints.join(", ")}.`);
  need(data.visits.includes(values.month), `the month is ${values.month}; patients are seen in months ${data.visits.join(", ")}.`);
  need(values.patients >= data.fewest_patients && values.patients <= data.most_patients, `an arm has ${values.patients} patients; allowed are ${data.fewest_patients} to ${data.most_patients}.`);
  need(values.matters >= 1 && values.matters <= 100, `matters is ${values.matters}; allowed is a number from 1 to 100 points.`);
  const cost = cost_of(data, values);
  need(cost <= data.budget, `This trial costs ${grouped(cost)} patient-months, and the budget is ${grouped(data.budget)}: take fewer patients, or an earlier month.`);
  return Object.fromEntries(PROTOCOL.map((name) => [name, values[name]]));
}

/** One verdict of the room. */
export function check_verdict(data, one) {
  need(has_fields(one, [...PROTOCOL, "name", "seed", "verdict"]), "a verdict of the room lacks a field, or has one too many.");
  check_text("a name", one.name, LONGEST_NAME);
  need(one.verdict === "" || Object.hasOwn(data.verdicts, one.verdict), `a verdict is ${told(one.verdict)}; choose one of: ${Object.keys(data.verdicts).join(", ")}.`);
  check_protocol(data, one, true);
  check_seed(data, one.seed);
  return one;
}

/** A whole setting as the desk takes it; Error with one sentence for anything else. */
export function check_setting({ data }, values) {
  need(has_fields(values, FIELDS), "the setting of the trial desk lacks a field, or has one too many.");
  const { signed, opened, verdict } = values;
  check_time("the time of signing", signed);
  for (const name of ["opened", "truth"]) check_truth(name, values[name]);
  check_protocol(data, values, Boolean(signed));
  need(Array.isArray(values.expects) && values.expects.length === 2, "expects must be two shares in per cent, of the therapy and of the control.");
  for (const one of values.expects) need(Number.isFinite(one) && one >= 0 && one <= 100, `an expected share is ${told(one)}; allowed is a number from 0 to 100 %.`);
  check_text("plan", values.plan, LONGEST_PLAN);
  check_text("says", values.says, LONGEST_SAYS);
  if (signed) check_seed(data, values.seed);
  else if (values.seed !== 0) check_seed(data, values.seed);
  need(!opened || signed, "the seal is open before the protocol is signed; sign first.");
  need(verdict === "" || Object.hasOwn(data.verdicts, verdict), `the verdict is ${told(verdict)}; choose one of: ${Object.keys(data.verdicts).join(", ")}.`);
  need(!verdict || opened, "there is a verdict before the seal is open; open it first.");
  need(!values.truth || verdict, "the truth is shown after your verdict; choose one first.");
  need(COLLEAGUES.includes(values.colleagues), `colleagues is ${told(values.colleagues)}; choose one of: mine, their own, or none.`);
  need(PICTURES.includes(values.picture), `the picture is ${told(values.picture)}; choose one of: ${PICTURES.join(", ")}.`);
  need(Array.isArray(values.room) && values.room.length <= MOST_IN_ROOM, `the room is full: it takes the verdicts of at most ${MOST_IN_ROOM} people.`);
  for (const one of values.room) check_verdict(data, one);
  return values;
}

/** What is compared, in words. */
export function arms_in_words(data, values) {
  const arms = arms_of(data, values);
  return arms.length === 1 ? `${arms[0]} without a control group` : arms.join(" against ");
}
