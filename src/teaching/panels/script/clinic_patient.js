// The hidden patient of a seed, the same as clinic/people.py and model/patient.py: drawn numbers, and the body at rest.

import { one_of, refusal } from "./clinic_words.js";
import { PATIENT, normal, share_of_throw } from "./clinic_luck.js";

const MOST_DRAWS = 200;
const FIGURES = 6; // hidden numbers are kept with so many: the last bits of `exp` differ between machines

/** The person of that name; Error with one sentence for a name that is none. */
export function person_of(data, name) {
  one_of("patient", name, data.people.map((one) => one.name));
  return data.people.find((one) => one.name === name);
}

/** The seed, when it is a whole number of the dice; Error with one sentence for anything else. */
export function seed_of(data, seed) {
  if (!Number.isInteger(seed) || seed < 0 || seed > data.most_seed) {
    throw new Error(refusal("seed", seed, `allowed is a whole number from 0 to ${data.most_seed}`));
  }
  return seed;
}

/** { disease, values, factors, key }: 0 is the patient of the career, above it are others like them. */
export function hidden_patient(data, person, seed, number = 0) {
  const { values: typical, ends } = data.patients[person.disease];
  for (let attempt = 0; attempt < MOST_DRAWS; attempt++) {
    const values = { ...typical }, factors = {};
    data.drawn.forEach(({ quantity, own, log_sd }, place) => {
      const drawn = between(ends[place], log_sd, share_of_throw(seed, PATIENT, place, attempt, number));
      (own ? values : factors)[quantity] = drawn;
    });
    values.surface_m2 = typical.surface_m2 * Math.sqrt(values.weight_kg / typical.weight_kg);
    if (rest_of(values)) return { disease: person.disease, values, factors, key: `${person.name}/${seed}/${number}` };
  }
  throw new Error(`no patient with ${person.disease} could be drawn; data/variation.csv leaves no balance.`);
}

/** A log-normal number between two ends: its share of what lies between them is the throw. */
function between([centre, low, high, below_low, below_high], log_sd, share) {
  const value = centre * Math.exp(log_sd * normal(below_low + share * (below_high - below_low)));
  return Number(Math.min(Math.max(value, low), high).toPrecision(FIGURES));
}

export const per_ul = (values) => 1e9 / (values.blood_volume_l * 1e6);

/** Sizes and rates of the untreated patient (`Patient.rest`), or null when the numbers leave no balance. */
export function rest_of(v) {
  const scale = per_ul(v);
  const naive = v.lymphoid_naive, memory = v.lymphoid_memory, clone = v.clone_size;
  const naive_blood = v.blood_naive_start / scale;
  const r_M = (v.memory_homing_per_day * v.blood_memory_start) / scale / (memory + clone);
  const a = (v.memory_loss_per_day * memory) / naive;
  const r_N = (v.naive_homing_per_day * naive_blood) / naive - v.naive_loss_per_day - a;
  if (r_N < 0) return null;
  const flow = (v.naive_loss_per_day + a) * naive;
  return {
    a, r_N, r_M, m: flow / v.pre_b, naive_blood,
    nodes: [
      v.pre_b, flow / v.immature_exit_per_day, naive_blood, naive, (r_M * memory) / v.memory_homing_per_day, memory,
      (r_M * clone) / v.memory_homing_per_day, clone,
    ],
  };
}

/** Drawn numbers beside those of the typical patient: rows [label, this patient, typical, unit]. */
export function hidden_rows(data, patient) {
  const typical = data.patients[patient.disease].values;
  return data.drawn.map(({ quantity, own, label, unit }) =>
    [label, own ? patient.values[quantity] : patient.factors[quantity], own ? typical[quantity] : 1, unit]);
}
