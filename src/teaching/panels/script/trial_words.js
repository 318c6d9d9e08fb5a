// What the trial desk says: the plan, the result, what a verdict has behind it, a room, and a trial in one line.

import { arms_in_words } from "./trial_checks.js";
import { cost_of, truth_of } from "./trial.js";

const points = (share) => Math.round(100 * share);
const grouped = (value) => value.toLocaleString("en");

function span(compared) {
  return `${points(compared.difference)} points, from ${points(compared.low)} to ${points(compared.high)}`;
}

/** The plan before the seal is open. */
export function plan_words(tables, values) {
  const arms = arms_in_words(tables, values), cost = grouped(cost_of(tables, values));
  const counted = values.endpoint ? `${values.endpoint} in month ${values.month}` : `month ${values.month}, and no endpoint yet`;
  const signed = values.signed ? " The protocol is signed and cannot be changed." : "";
  return `${arms}: ${counted}, ${values.patients} patients in each arm, ${cost} of ${grouped(tables.budget)} patient-months.${signed}`;
}

/** The result of the trial. */
export function result_words(trial, full) {
  const arms = trial.arms.map((arm, k) => `${arm.events} of ${arm.n} with ${arm.name} (${points(full.shares[k].share)} %, exact interval ${points(full.shares[k].low)} to ${points(full.shares[k].high)})`);
  const { protocol, compared } = trial;
  const seen = `${protocol.endpoint[0].toUpperCase()}${protocol.endpoint.slice(1)} in month ${protocol.month}: ${arms.join(", and ")}.`;
  return compared ? `${seen} The difference is ${span(compared)}.` : `${seen} There is nobody to compare them with.`;
}

/** Better is not yet better by what matters: what the interval says of that. */
function large_enough({ low, high }, matters) {
  if (low >= matters / 100) return `, even above the ${matters} points that would matter`;
  return high < matters / 100 ? `, but all of it below the ${matters} points that would matter` : `; whether it is as much as ${matters} points, it leaves open`;
}

/** What stands behind a verdict: one or two sentences. */
export function verdict_words(trial, verdict) {
  const { compared, supports, protocol } = trial, { matters } = protocol;
  const agree = verdict === supports;
  if (!compared) {
    return agree ? "So say the data: without a control group nobody knows how these patients would have done otherwise." : "The data do not support it: without a control group nobody knows how these patients would have done otherwise.";
  }
  const inside = `the interval reaches from ${points(compared.low)} to ${points(compared.high)} points`;
  const reasons = {
    "works better": `${inside} and lies above zero${large_enough(compared, matters)}`,
    "works worse": `${inside} and lies below zero`,
    "no difference that matters": `${inside}, so zero is possible, and ${matters} points in either direction are not`,
    "cannot say": `${inside}; it holds zero, and it holds differences of ${matters} points`,
  };
  const start = agree ? "So say the data" : `The data support another verdict, "${supports}"`;
  const confused = !agree && verdict === "no difference that matters" && supports === "cannot say" ? " Not shown is not the same as not there." : "";
  return `${start}: ${reasons[supports]}.${confused}`;
}

/** A room: how many came to which verdict. */
export function room_words(people, verdicts, truth) {
  const counts = verdicts.map((name) => [people.filter((one) => one.verdict === name).length, name]).filter(([count]) => count);
  const said = counts.map(([count, name]) => `${count} "${name}"`).join(", ");
  return `${people.length} ${people.length === 1 ? "trial" : "trials"}: ${said}.${truth ? ` ${truth}` : ""}`;
}

/** The truth behind a protocol. */
export function truth_words(tables, protocol) {
  const [one, two] = truth_of(tables, protocol);
  if (two === undefined) return `In this model the true share is ${points(one)} %.`;
  return `In this model the true shares are ${points(one)} % and ${points(two)} %: ${points(one - two)} points apart.`;
}

/** The trial in one line, for the report. */
export function says_of(tables, values, trial) {
  const arms = arms_in_words(tables, values);
  const plan = `${arms}; ${values.endpoint} in month ${values.month}; ${values.patients} patients in each arm; expected ${values.expects.join(" and ")} %; ${values.matters} points would matter; dice ${values.seed}; signed ${values.signed.replace("T", " ").replace("Z", " UTC")}`;
  if (!values.opened) return `${plan}; sealed.`;
  const counts = trial.arms.map((arm) => `${arm.events} of ${arm.n}`).join(" against ");
  const gap = trial.compared ? `; difference ${span(trial.compared)}` : "";
  return `${plan}; result ${counts}${gap}; verdict: ${values.verdict || "none yet"}; the data support: ${trial.supports}.`;
}
