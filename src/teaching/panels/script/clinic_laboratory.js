// The tests of the clinic, the same as clinic/laboratory.py: what each reads from the hidden course, and how wrong it is.

import { between, value_on } from "./clinic_following.js";
import { with_replacement } from "./clinic_harm.js";
import { TEST, normal, share_of_throw } from "./clinic_luck.js";
import { activity, followed_until, given } from "./clinic_outcome.js";
import { exact } from "./clinic_words.js";
import { rounded } from "./numbers.js";

const PLACES = 16; // tests of one visit stand next to each other among the throws
const FIGURES = 3;

/** What a test says that was ordered on a visit (its number, from 0), before anything was given on it. */
export function result_of(data, patient, seed, visits, test, number, arrived) {
  const day = data.game.visit_days[number], what = given(data, visits.slice(0, number));
  const followed = followed_until(data, patient, what, day, { seed });
  const read = truth(data, followed, what, test, day) * Math.exp(test.error * normal(share_of_throw(seed, TEST, number * PLACES + data.tests.indexOf(test))));
  const told = { test: test.name, ordered: day, arrived, unit: test.unit };
  if (read < test.lowest) return { ...told, value: null, words: `below ${exact(test.lowest)} ${test.unit}` };
  const value = Number(read.toPrecision(FIGURES));
  return { ...told, value, words: `${rounded(value)} ${test.unit}` };
}

function truth(data, followed, what, test, day) {
  if (test.name === "disease activity") return between(day, followed.times, activity(data, followed, what));
  if (test.name === "total IgG") return between(day, followed.times, with_replacement(data, followed, what.replaced_from));
  return value_on(followed, day, test.series);
}
