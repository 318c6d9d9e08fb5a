// The virtual trial, the same as evidence/virtual_trial.py and evidence/room.py throw by throw: patients drawn from the
// pool, read at their visits, counted by the protocol's endpoint. Tests compare thousands of trials.

import { SIDES, throw_dice } from "./dice.js";
import { difference, exact_interval, fisher } from "./two_arms.js";

const RESPONSE_POINTS = 4;
const REMISSION_OF_START = 0.25, RELAPSE_OF_START = 0.5;
const WHO = 0, ENTRY = 1, VISITS = 2; // a patient's throws; from VISITS on two visits each
const COLLEAGUE = 0xc0, REPETITION = 0xd1; // second keys of the dice; arms have 0 and 1

/** The tables of a desk's data, ready to be drawn from. */
export function make_tables(data) {
  const bytes = Uint8Array.from(atob(data.pool), (letter) => letter.charCodeAt(0));
  const { size, visits, steps } = data;
  const block = size * visits.length;
  const words = new DataView(bytes.buffer);
  const therapies = {};
  let place = 0;
  for (const name of data.pooled) {
    const returning = bytes.subarray(place, (place += block));
    const one = { returning, lasting: returning, dies_out: null };
    if (data.chance.includes(name)) {
      one.lasting = bytes.subarray(place, (place += block));
      one.dies_out = Float64Array.from({ length: size }, (_, k) => words.getUint32(place + 4 * k, true));
      place += 4 * size;
    }
    therapies[name] = one;
  }
  const still = new Uint8Array(block).fill(steps);
  therapies[data.standard] = { returning: still, lasting: still, dies_out: null };
  return { ...data, therapies };
}

/** How many entries of a rising table are at most a value. */
function place_of(table, value) {
  let low = 0, high = table.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (table[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What each arm of a protocol gets. */
export function arms_of(tables, protocol) {
  return protocol.control === tables.no_control ? [protocol.therapy] : [protocol.therapy, protocol.control];
}

/** Patients times months. */
export function cost_of(tables, protocol) {
  return arms_of(tables, protocol).length * protocol.patients * protocol.month;
}

/** The most patients in each arm that the budget allows. */
export function affordable(tables, control, month) {
  return Math.min(tables.most_patients, Math.floor(tables.budget / ((control === tables.no_control ? 1 : 2) * month)));
}

/** The months of the visits of a protocol. */
export function visits_of(tables, protocol) {
  return tables.visits.filter((month) => month <= protocol.month);
}

/** One arm, patient by patient: { name, n, patients: [{ entry, readings, left, reached }], events }. */
function run_arm(tables, protocol, seed, place) {
  const name = arms_of(tables, protocol)[place], { size, steps } = tables, { returning, lasting, dies_out } = tables.therapies[name];
  const count = visits_of(tables, protocol).length;
  const patients = [];
  for (let who = 0; who < protocol.patients; who++) {
    const [drawn, fate] = throw_dice(seed, place, who, WHO), [entered, stays] = throw_dice(seed, place, who, ENTRY);
    const patient = Math.floor((drawn * size) / SIDES);
    const activity = dies_out && fate < dies_out[patient] ? lasting : returning;
    const pair = place_of(tables.entry, entered);
    const entry = tables.reading[pair];
    const readings = [];
    let pair_of_swings;
    for (let visit = 0; visit < count; visit++) {
      if (visit % 2 === 0) pair_of_swings = throw_dice(seed, place, who, VISITS + visit / 2);
      const off = place_of(tables.swing, pair_of_swings[visit % 2]) + tables.lowest_swing;
      const truth = Math.floor((tables.level[pair] * activity[visit * size + patient] + steps / 2) / steps);
      readings.push(Math.max(0, truth + off));
    }
    let left = 0;
    while (left < count && stays >= tables.left[left]) left++;
    patients.push({ entry, readings, left, reached: reached(protocol.endpoint, entry, readings, left) });
  }
  return { name, n: patients.length, patients, events: patients.filter((one) => one.reached).length };
}

function reached(endpoint, entry, readings, left) {
  if (left < readings.length) return false; // who has left has not
  const last = readings.at(-1);
  if (endpoint === "response") return entry - last >= RESPONSE_POINTS;
  if (endpoint === "remission") return last <= REMISSION_OF_START * entry;
  return first_remission(entry, readings) < readings.length && first_relapse(entry, readings) === readings.length;
}

const found_or_end = (place, readings) => (place < 0 ? readings.length : place);

function first_remission(entry, readings) {
  return found_or_end(readings.findIndex((one) => one <= REMISSION_OF_START * entry), readings);
}
function first_relapse(entry, readings) {
  const calm = first_remission(entry, readings);
  return found_or_end(readings.findIndex((one, place) => place > calm && one >= RELAPSE_OF_START * entry), readings);
}

/** A trial: { protocol, seed, arms, compared: { difference, low, high } or null, supports }. */
export function run_trial(tables, protocol, seed) {
  const arms = arms_of(tables, protocol).map((_, place) => run_arm(tables, protocol, seed, place));
  const counts = arms.flatMap((arm) => [arm.events, arm.n]);
  const compared = arms.length === 2 ? difference(...counts) : null;
  return { protocol, seed, arms, compared, supports: supported(compared, protocol.matters) };
}

/** Each arm's share with its exact interval, and Fisher's P: what takes a little longer and is needed once. */
export function in_full(trial) {
  const counts = trial.arms.flatMap((arm) => [arm.events, arm.n]);
  return { shares: trial.arms.map((arm) => exact_interval(arm.events, arm.n)), p: trial.compared ? fisher(...counts) : null };
}

/** What the data support. */
export function supported(compared, matters) {
  if (!compared) return "cannot say";
  if (compared.low > 0) return "works better";
  if (compared.high < 0) return "works worse";
  return Math.max(compared.high, -compared.low) < matters / 100 ? "no difference that matters" : "cannot say";
}

/** Changes of the score of those who stayed, the largest fall first. */
export function changes_of(arm) {
  const stayed = arm.patients.filter(({ left, readings }) => left === readings.length);
  return stayed.map(({ entry, readings }) => readings.at(-1) - entry).sort((a, b) => a - b);
}

/** [months from the first remission, whether it ended in a relapse] of everybody who was seen in remission. */
export function times_to_relapse(arm, months) {
  const found = [];
  for (const { entry, readings, left } of arm.patients) {
    const last = left - 1, start = first_remission(entry, readings), back = first_relapse(entry, readings);
    if (start >= months.length || start > last) continue;
    const relapsed = back <= last;
    found.push([months[relapsed ? back : last] - months[start], relapsed]);
  }
  return found;
}

/** Kaplan and Meier: steps [{ month, share, at_risk, relapses }] of such times, each month with somebody's end in it. */
export function kaplan_meier(times) {
  const steps = [];
  let share = 1;
  for (const month of [...new Set(times.map(([one]) => one))].sort((a, b) => a - b)) {
    const at_risk = times.filter(([one]) => one >= month).length;
    const relapses = times.filter(([one, relapsed]) => one === month && relapsed).length;
    share *= 1 - relapses / at_risk;
    steps.push({ month, share, at_risk, relapses });
  }
  return steps;
}

/** The number of the dice of a colleague (0, 1, ...). */
export function colleagues_seed(tables, seed, number) {
  return (throw_dice(seed, COLLEAGUE, number, 0)[0] % tables.most_seed) + 1;
}

/** What a colleague would write: the same arms, an endpoint and a month of their own, all that the budget allows. */
export function colleagues_protocol(tables, protocol, seed, number) {
  const [first, second] = throw_dice(seed, COLLEAGUE, number, 1);
  const month = tables.colleagues_months[first % tables.colleagues_months.length];
  const endpoints = Object.keys(tables.endpoints);
  return { ...protocol, month, endpoint: endpoints[second % endpoints.length], patients: affordable(tables, protocol.control, month) };
}

/** The number of the dice of one of many repetitions. */
export function repetitions_seed(tables, seed, number) {
  return (throw_dice(seed, REPETITION, number, 0)[0] % tables.most_seed) + 1;
}

/** The true shares (fractions) of a protocol's arms. */
export function truth_of(tables, protocol) {
  const place = tables.visits.indexOf(protocol.month);
  return arms_of(tables, protocol).map((name) => tables.truth[name][protocol.endpoint][place]);
}
